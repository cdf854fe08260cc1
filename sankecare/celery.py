"""The Celery application: announces what the database already holds, never the keeper of it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sankecare.settings")

app = Celery("sankecare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
