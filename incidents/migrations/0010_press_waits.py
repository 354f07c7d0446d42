from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0009_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="press_waits",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
