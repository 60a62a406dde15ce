"""The Celery application: one task for every job, one for mail, both woken by the database's rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")

app = Celery("tagora")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
