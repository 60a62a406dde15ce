"""Tasks of the scheduler: seal and sign what was recorded, remove what is old enough."""

from __future__ import annotations

from celery import shared_task

from apps.audit import digests, retention, sealing


@shared_task(name="audit.seal", expires=10)  # type: ignore[untyped-decorator]
def seal() -> None:
    sealing.seal_everything()
    digests.sign_everything()


@shared_task(name="audit.retain", expires=3600)  # type: ignore[untyped-decorator]
def retain() -> None:
    retention.purge_everything()
