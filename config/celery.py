"""The worker for what may wait. There is no beat: periodic work is a job that renews itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sobani")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
