"""The two tasks of the queue: run one job, and look for jobs that nobody runs."""

from __future__ import annotations

from celery import shared_task

from apps.jobs import runner, services


@shared_task(name="jobs.run")  # type: ignore[untyped-decorator]
def run_job(public_id: str) -> None:
    runner.run(public_id)


@shared_task(name="jobs.sweep", expires=10)  # type: ignore[untyped-decorator]
def sweep() -> None:
    services.sweep()
