"""The task that removes tenants which are to be erased."""

from __future__ import annotations

from celery import shared_task

from apps.agencies.services import erase_next


@shared_task(name="agencies.erase", expires=60)  # type: ignore[untyped-decorator]
def erase() -> None:
    while erase_next():
        pass
