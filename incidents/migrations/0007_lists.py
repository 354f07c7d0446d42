from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0006_next_move'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['opened_at'], name='incident_open'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['-opened_at', '-id'], name='incident_newest'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('closed_by_kind', 'user'), ('safe_at', None), ('state', 'closed')), fields=['closed_at'], name='incident_unanswered'),
        ),
        migrations.AddIndex(
            model_name='incidentevent',
            index=models.Index(fields=['at'], name='incident_event_at'),
        ),
    ]
