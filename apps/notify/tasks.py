"""The task that empties the outbox."""

from __future__ import annotations

from celery import shared_task

from apps.notify import services


@shared_task(name="notify.deliver", expires=60)  # type: ignore[untyped-decorator]
def deliver() -> None:
    services.deliver_waiting()
