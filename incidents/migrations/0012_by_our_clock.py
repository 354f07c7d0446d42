from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0011_words_of_the_move"),
    ]

    operations = [
        migrations.AddField(
            model_name="tap", name="sent_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="locationfix", name="sent_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="locationfix", name="at", field=models.DateTimeField(db_default=Now())
        ),
        migrations.AlterModelOptions(name="locationfix", options={"ordering": ("at",)}),
        # Known positions: as they were ordered before.
        migrations.RunSQL(
            "UPDATE incidents_locationfix SET at = LEAST(recorded_at, received_at)",
            migrations.RunSQL.noop,
        ),
    ]
