from django.db import migrations

# Goes on after the highest number of the company; in the template, and so in new ones, with 1.
CREATE = """
CREATE SEQUENCE incidents_number AS integer OWNED BY incidents_incident.number;
SELECT setval('incidents_number', coalesce(max(number), 0) + 1, false) FROM incidents_incident;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0007_lists'),
    ]

    operations = [
        migrations.RunSQL(CREATE, 'DROP SEQUENCE incidents_number'),
    ]
