import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_single_sign_on")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[("supervisor", "supervisor"), ("site_manager", "site manager"), ("hr_admin", "HR administrator"), ("it_admin", "IT administrator"), ("privacy_auditor", "reviewer of playback history"), ("occupational_health", "occupational health"), ("operator", "operator"), ("lead", "lead operator"), ("responder", "responder"), ("platform_admin", "platform administrator")], max_length=30), default=list, size=None, verbose_name="roles"),
        ),
    ]
