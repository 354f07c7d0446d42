from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0008_steps_by_facts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='place',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
    ]
