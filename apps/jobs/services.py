"""Writes: starting, stopping, retrying and waking jobs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict
from apps.core.news import announce
from apps.core.texts import text as _
from apps.jobs.handlers import handlers
from apps.jobs.models import Job
from apps.jobs.states import ACTIVE, JOB
from apps.tenants import walls
from apps.tenants.actors import Actor

log = logging.getLogger(__name__)
# A job that was woken is left alone this long before the sweep wakes it again (the broker may have lost the message).
WAKE_AGAIN = timedelta(seconds=30)


def start_job(
    actor: Actor,
    *,
    kind: str,
    params: Mapping[str, Any],
    subject: str = "",
    subject_name: str = "",
    key: str = "",
    code: str | None = None,
) -> Job:
    """A queued job in the caller's transaction; a worker is woken after commit.

    The calling service has authorised and records. Conflict (with `code`) while a job with the same `key` is active.
    """
    assert actor.tenant is not None
    try:
        with transaction.atomic():
            job = Job.objects.create(
                tenant=actor.tenant,
                project=actor.project,
                kind=kind,
                params=dict(params),
                subject=subject,
                subject_name=subject_name,
                key=key,
                person=actor.person,
            )
    except IntegrityError:
        raise Conflict(_("The same work is already under way. Wait until it has ended."), code=code) from None
    announce(f"job:{job.public_id}", *([subject] if subject else []))
    transaction.on_commit(lambda: wake(job.public_id))
    return job


def wake(public_id: str) -> None:
    """Tells a worker that there is something to do. When the broker is away the sweep does it later."""
    Job.objects.filter(public_id=public_id).update(woken_at=timezone.now())
    try:
        current_app.send_task("jobs.run", [public_id], retry=False)
    except (BrokerAway, OSError) as error:
        log.warning("broker away, job %s waits for the sweep: %s", public_id, error)


def sweep() -> int:
    """Wakes jobs whose worker died or whose message was lost; returns how many."""
    now = timezone.now()
    lost = Q(state="queued", not_before__lte=now) | Q(state="running", lease_until__lt=now)
    quiet = Q(woken_at__isnull=True) | Q(woken_at__lt=now - WAKE_AGAIN) | Q(woken_at__lt=now, state="running")
    with walls.every_tenant("jobs of all tenants wait in one line"):
        waiting = list(Job.objects.filter(lost & quiet, state__in=ACTIVE).values_list("public_id", flat=True)[:100])
        for public_id in waiting:
            wake(public_id)
    return len(waiting)


def release_leases() -> None:
    """At the start of the only process: whoever held a lease is gone, so nobody need wait for it to run out."""
    with walls.every_tenant("at its start the server looks after the jobs of all tenants"):
        Job.objects.filter(state="running").update(lease_until=timezone.now(), woken_at=None)
        Job.objects.filter(state="queued").update(woken_at=None)


@transaction.atomic
def stop_job(*, actor: Actor, job: Job) -> Job:
    """Stops a job; its worker leaves at the next checkpoint, whose batch is not stored."""
    authorize(actor, Action.JOB_STOP, job)
    JOB.apply(job, "stop", also={"finished_at": timezone.now(), "lease_until": None})
    if job.kind in handlers:
        from apps.jobs.runner import RunningJob

        handlers.get(job.kind).failed(RunningJob(job), _("stopped"))
    announce(f"job:{job.public_id}", *([job.subject] if job.subject else []))
    record(actor, Event.STOP_JOB, job)
    return job


@transaction.atomic
def retry_job(*, actor: Actor, job: Job) -> Job:
    """Puts a failed or stopped job back into the queue; it goes on where it was."""
    authorize(actor, Action.JOB_RETRY, job)
    try:
        with transaction.atomic():
            also = {"failures": 0, "error": "", "not_before": timezone.now(), "finished_at": None, "woken_at": None}
            JOB.apply(job, "retry", also=also)
    except IntegrityError:
        raise Conflict(_("The same work is already under way. Wait until it has ended.")) from None
    announce(f"job:{job.public_id}", *([job.subject] if job.subject else []))
    record(actor, Event.RETRY_JOB, job)
    transaction.on_commit(lambda: wake(job.public_id))
    return job
