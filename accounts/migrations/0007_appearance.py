from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_saved_views'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='appearance',
            field=models.CharField(choices=[('system', 'As this device is set'), ('light', 'Light'), ('dark', 'Dark')], db_default='system', default='system', max_length=6, verbose_name='appearance'),
        ),
    ]
