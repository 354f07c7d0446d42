from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [('jobs', '0002_settled_index')]

    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY job_of_release ON jobs_job (created_at)"),
    ]
