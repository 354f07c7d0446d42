import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0004_purposes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlayReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('fine', 'nothing wrong'), ('asked', 'asking whoever played it'), ('wrong', 'improper')], max_length=5, verbose_name='result')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='Note')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('play', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='recordings.playsession')),
            ],
            options={
                'verbose_name': 'check of a playback',
                'verbose_name_plural': 'checks of playbacks',
                'ordering': ('-pk',),
            },
        ),
    ]
