from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [('incidents', '0006_next_move')]

    operations = [
        migrations.RunSQL("ALTER TABLE incidents_incident ADD COLUMN of_release integer"),
    ]
