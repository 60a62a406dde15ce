"""Tests: fast hashes, throw-away folders, tasks run by calling the runner. Services come from the environment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TAGORA_HOME", tempfile.mkdtemp(prefix="tagora-test-"))

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, STORAGES, TAGORA_HOME

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TAGORA_LOCAL_MAIL = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["*"]
CELERY_BROKER_URL = "memory://localhost/"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA synchronous=OFF;"
    DATABASES["default"]["TEST"] = {"NAME": str(Path(TAGORA_HOME) / "test.sqlite3")}
