"""The task of the scheduler that takes ended sessions away."""

from __future__ import annotations

from celery import shared_task

from apps.tenants.sessions import SessionStore


@shared_task(name="sessions.clear", expires=3600)  # type: ignore[untyped-decorator]
def clear_sessions() -> None:
    """One statement; run twice, or beside itself, it finds nothing more to do."""
    SessionStore.clear_expired()
