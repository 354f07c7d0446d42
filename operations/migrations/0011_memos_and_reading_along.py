"""Memos on every console, the lead's reading along, and when an order was sent."""

import uuid

import django.db.models.functions.datetime
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def send_what_was_sent(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Orders of before: which reservation was let go unsent is known only of those still there."""
    dispatches = apps.get_model("operations", "Dispatch").objects.filter(sent_at=None)
    dispatches.exclude(state="reserved").update(sent_at=models.F("requested_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0010_device_state'),
    ]

    operations = [
        migrations.AddField(
            model_name='dispatch',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(send_what_was_sent, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='accessgrant',
            name='source',
            field=models.CharField(choices=[('claim', 'claimed'), ('transfer', 'handed over'), ('dispatch', 'dispatched'), ('break_glass', 'break-glass'), ('reading', 'reading along')], max_length=12),
        ),
        migrations.CreateModel(
            name='Memo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('client_id', models.UUIDField(unique=True)),
                ('text', models.CharField(max_length=300)),
                ('written_by', models.UUIDField()),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_by', models.UUIDField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'hand-over memo',
                'verbose_name_plural': 'hand-over memos',
                'ordering': ('-written_at',),
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['written_at'], name='memo_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='memo_ticked_off_by_somebody')],
            },
        ),
    ]
