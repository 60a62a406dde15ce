"""Around a migration: before it the connection becomes the owner of the tables, after it the walls are raised."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


def _before(sender: AppConfig, using: str, **kwargs: Any) -> None:
    connection: Any = connections[using]
    if connection.vendor == "postgresql":
        connection.become_owner()


def _after(sender: AppConfig, using: str, plan: Any = None, **kwargs: Any) -> None:
    """`plan` is None when tables were only emptied."""
    connection: Any = connections[using]
    if connection.vendor == "postgresql" and plan is not None:
        from config.postgres.wall import raise_walls

        raise_walls(using)
        connection.resign()


def keep_walls() -> None:
    """A migration runs as the owner of the tables; after it the walls stand around whatever tables there are then."""
    # Each signal is sent once for every app. All migrations are done before the first of the second kind.
    first = next(config for config in apps.get_app_configs() if config.models_module is not None)
    pre_migrate.connect(_before, sender=first, dispatch_uid="config.postgres")
    post_migrate.connect(_after, sender=first, dispatch_uid="config.postgres")
