from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("jobs", "0004_move_settled_jobs")]

    operations = [
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["lane", "crew", "urgency", "due_at"],
                name="job_due",
                condition=Q(state="pending"),
            ),
        ),
        AddIndexConcurrently(
            "job",
            models.Index(
                fields=["lease_until"],
                name="job_held",
                condition=Q(state__in=["leased", "handed"]),
            ),
        ),
        AddIndexConcurrently(
            "job", models.Index(fields=["due_at"], name="job_dead", condition=Q(state="dead"))
        ),
        RemoveIndexConcurrently("job", "job_waiting"),
        RemoveIndexConcurrently("job", "job_settled"),
    ]
