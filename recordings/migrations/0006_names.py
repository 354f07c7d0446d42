from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0005_play_reviews'),
    ]

    operations = [
        migrations.AlterField(
            model_name='playsession',
            name='actor_name',
            field=models.CharField(max_length=300, verbose_name='who'),
        ),
    ]
