"""A small table of what waits, beside one of what is settled."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

NOW = django.db.models.functions.datetime.Now()
URGENCIES = [(0, "alarm"), (1, "alarm, again"), (2, "drill"), (3, "the rest")]

TUNED = """
ALTER TABLE public.jobs_job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 5000);
ALTER TABLE public.jobs_heartbeat SET (fillfactor = 50)"""
NOT_TUNED = """
ALTER TABLE public.jobs_job RESET (fillfactor, autovacuum_vacuum_scale_factor,
  autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
ALTER TABLE public.jobs_heartbeat RESET (fillfactor)"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0002_settled_index"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettledJob",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("company", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.company")),
                ("kind", models.CharField(max_length=80)),
                ("lane", models.PositiveSmallIntegerField()),
                ("state", models.CharField(choices=[("done", "done"), ("cancelled", "cancelled")], max_length=10)),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField()),
                ("failures", models.PositiveIntegerField()),
                ("last_error", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(db_default=NOW)),
            ],
            options={
                "verbose_name": "settled job",
                "verbose_name_plural": "settled jobs",
                "indexes": [models.Index(fields=["settled_at"], name="job_settled_at")],
            },
        ),
        migrations.AddField("job", "crew", models.CharField(db_default="clock", max_length=20)),
        migrations.AddField("job", "urgency", models.PositiveSmallIntegerField(choices=URGENCIES, db_default=0)),
        migrations.AddField("job", "failures", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AlterField("job", "attempts", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.AlterField("job", "lease_by", models.TextField(blank=True, db_default="", default="")),
        migrations.AlterField("job", "last_error", models.TextField(blank=True, db_default="", default="")),
        migrations.AlterField("heartbeat", "name", models.TextField(primary_key=True, serialize=False)),
        migrations.AddField("heartbeat", "role", models.CharField(choices=[("timekeeper", "timekeeper"), ("worker", "worker")], db_default="timekeeper", default="timekeeper", max_length=10)),
        migrations.AddField("heartbeat", "skew", models.FloatField(db_default=0.0, default=0.0)),
        migrations.AddField("heartbeat", "busy", models.FloatField(db_default=0.0, default=0.0)),
        migrations.RunSQL(TUNED, NOT_TUNED),
    ]
