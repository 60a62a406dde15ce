"""Production: separate processes behind TLS. What is missing stops the start with a sentence."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from config import environment as env
from config.settings.base import *  # noqa: F403
from config.settings.base import BROKER_URL, REDIS_URL, SMTP_URL, TAGORA_HOME

DEBUG = False
SECRET_KEY = env.secret_key(TAGORA_HOME, generate=False)

for name, value in {
    "TAGORA_DATABASE_URL": env.text("TAGORA_DATABASE_URL"),
    "TAGORA_REDIS_URL": REDIS_URL,
    "TAGORA_BROKER_URL": BROKER_URL,
    "TAGORA_SMTP_URL": SMTP_URL,
    "TAGORA_HOSTS": env.text("TAGORA_HOSTS"),
    "TAGORA_URL": env.text("TAGORA_URL"),
    "TAGORA_AUDIT_KEY": env.text("TAGORA_AUDIT_KEY"),
}.items():
    if not value:
        raise ImproperlyConfigured(f"Set {name}: docs/operators.md says what it holds.")

SECURE_SSL_REDIRECT = env.flag("TAGORA_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
