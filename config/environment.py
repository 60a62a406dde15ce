"""Reads the process environment; every setting of an installation comes through here."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Keys that stand in examples, documents or other products: an installation that uses one is open to everybody.
KNOWN_KEYS = {"changeme", "secret", "tagora", "django-insecure", "please-change-me", "insecure", "password", "test"}
SHORTEST_KEY = 32


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name)
    return default if not value else value.lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not '{value}'.") from None


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_key(home: Path, *, generate: bool) -> str:
    """The signing key: from TAGORA_SECRET_KEY, else from `secret.key` in the home folder.

    `generate` (embedded default) writes a random one there on first use, so that no two installations share
    one and none has a key that stands in a repository. Raises ImproperlyConfigured for a missing, short or known key.
    """
    key = text("TAGORA_SECRET_KEY")
    path = home / "secret.key"
    if not key and generate:
        home.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        key = path.read_text().strip()
    if not key:
        raise ImproperlyConfigured("Set TAGORA_SECRET_KEY to a random text of at least 32 characters.")
    if len(key) < SHORTEST_KEY or any(key.lower().startswith(known) for known in KNOWN_KEYS):
        raise ImproperlyConfigured(
            "TAGORA_SECRET_KEY is too short or well known. Use a random text of at least 32 characters, "
            "for example from: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return key


def audit_keys(home: Path, secret: str, *, generate: bool) -> list[bytes]:
    """Seeds of the keys that sign the audit log, the one in use first: from TAGORA_AUDIT_KEY, else from `audit.key`.

    TAGORA_AUDIT_KEY holds 64 hexadecimal digits; further keys, that were used before, follow after commas. `generate`
    (embedded default) writes a random one into the home folder. Several processes without either share one made out of
    the secret key, which production settings do not accept.
    """
    given = words("TAGORA_AUDIT_KEY")
    path = home / "audit.key"
    if not given and generate:
        home.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass
        given = [word.strip() for word in path.read_text().split(",") if word.strip()]
    if not given:
        return [hashlib.sha256(f"tagora audit {secret}".encode()).digest()]
    try:
        seeds = [bytes.fromhex(word) for word in given]
    except ValueError:
        seeds = []
    if not seeds or any(len(seed) != 32 for seed in seeds):
        raise ImproperlyConfigured(
            "TAGORA_AUDIT_KEY must be 64 hexadecimal digits, for example from: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return seeds


def database(home: Path) -> dict[str, Any]:
    """`TAGORA_DATABASE_URL` (postgresql://user:password@host:port/name) or SQLite in the home folder."""
    url = text("TAGORA_DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 30,
                # A writer takes the lock when its transaction begins: two never deadlock on an upgrade.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("TAGORA_DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "config.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            **{key: values[-1] for key, values in parse_qs(parts.query).items()},
            # Statements of `core.prepared` keep their plan on the server from the first time on. A pooler that gives
            # each transaction another connection and does not follow prepared statements must do without.
            "prepare_threshold": 0 if flag("TAGORA_PREPARED_STATEMENTS", True) else None,
        },
    }


def smtp(url: str) -> dict[str, Any]:
    """Django's mail settings out of `smtp://user:password@host:port?tls=1` (`smtps://` for TLS from the start)."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("TAGORA_SMTP_URL must look like smtp://user:password@host:587?tls=1.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parse_qs(parts.query).get("tls", ["0"])[-1] == "1",
        "EMAIL_TIMEOUT": 20,
    }
