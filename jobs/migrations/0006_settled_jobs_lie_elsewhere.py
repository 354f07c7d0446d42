from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_indexes")]

    operations = [
        migrations.RemoveField("job", "done_at"),
        migrations.AlterField(
            "job",
            "state",
            models.CharField(
                choices=[
                    ("pending", "pending"),
                    ("handed", "handed to a worker"),
                    ("leased", "running"),
                    ("dead", "failed"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
    ]
