"""Runs one job: takes the lease, calls the handler, records how it ended."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.core.errors import TagoraError
from apps.core.news import announce
from apps.core.said import storable
from apps.core.texts import Said, Text
from apps.core.texts import text as _
from apps.jobs.handlers import handlers
from apps.jobs.models import Job, JobEntry, JobLine
from apps.jobs.states import JOB
from apps.tenants import walls
from apps.tenants.actors import Actor

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
# A fault that is nobody's mistake (storage away, database restarting) is tried again: 2, 4, 8 ... seconds later.
MOST_FAILURES = 6


class LeaseLost(Exception):
    """Another worker owns the job now, or it was stopped: leave at once, without a trace."""


class RunningJob:
    """The handler's view of its job.

    `cursor` is the handler's own note of where it is; it is stored by `checkpoint` only.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.attempt = job.attempt
        self.params: dict[str, Any] = job.params
        self.cursor: dict[str, Any] = dict(job.cursor)
        self.actor = Actor.system(job.tenant, job.project, job.person)
        self._renewed = time.monotonic()

    def _own(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, attempt=self.attempt, state="running")

    def checkpoint(
        self,
        cursor: dict[str, Any] | None = None,
        *,
        done: int | None = None,
        total: int | None = None,
        message: Said | None = None,
    ) -> None:
        """Stores progress and renews the lease; call it inside the transaction of the batch it speaks of.

        Raises LeaseLost when the job was stopped or taken over, which rolls the batch back.
        """
        if cursor is not None:
            self.cursor = dict(cursor)
        # Progress forgives earlier failures: only a job that gets nowhere is given up.
        changes: dict[str, Any] = {"cursor": self.cursor, "lease_until": timezone.now() + LEASE, "failures": 0}
        for name, value in (("done", done), ("total", total), ("message", message)):
            if value is not None:
                changes[name] = value
        if not self._own().update(**changes):
            raise LeaseLost
        for name, value in changes.items():
            setattr(self.job, name, value)
        self._renewed = time.monotonic()
        self._announce()

    def heartbeat(self) -> None:
        """Renews the lease in the middle of long work, at most every ten seconds; raises LeaseLost as above."""
        if time.monotonic() - self._renewed > 10:
            if not self._own().update(lease_until=timezone.now() + LEASE):
                raise LeaseLost
            self._renewed = time.monotonic()

    def report(self, entries: Iterable[tuple[Said, Said]]) -> None:
        """Adds `(place, reason)` pairs to the job's list of what could not be used; one that is in it is left out."""
        rows: dict[str, JobEntry] = {}
        for place, reason in entries:
            words = "\0".join(each.english if isinstance(each, Text) else each for each in (place, reason))
            digest = hashlib.md5(words.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
            rows[digest] = JobEntry(job=self.job, digest=digest, place=place, reason=reason)
        if not rows:
            return
        with transaction.atomic():
            # A worker that lost its lease may not know it yet: reporters of one job take turns at its row, so that
            # each can count what it adds. Counting the whole list each time would make a long one slow.
            Job.objects.select_for_update().only("pk").get(pk=self.job.pk)
            digests = list(rows)
            for start in range(0, len(digests), 500):
                batch = digests[start : start + 500]
                listed = JobEntry.objects.filter(job=self.job, digest__in=batch)
                for digest in listed.values_list("digest", flat=True):
                    del rows[digest]
            JobEntry.objects.bulk_create(rows.values(), batch_size=500)
            Job.objects.filter(pk=self.job.pk).update(problem_count=F("problem_count") + len(rows))

    def log(self, text: str) -> None:
        JobLine.objects.create(job=self.job, text=storable(text)[:1000])

    def _announce(self) -> None:
        announce(f"job:{self.job.public_id}", *([self.job.subject] if self.job.subject else []))

    def _finish(self, action: str, **changes: Any) -> bool:
        changes = {"lease_until": None, "finished_at": timezone.now(), **changes}
        won = bool(self._own().update(state=JOB.next_state("running", action), **changes))
        self._announce()
        return won


def _claim(public_id: str) -> Job | None:
    now = timezone.now()
    free = Q(state="queued") | Q(state="running", lease_until__lt=now)
    claimed = (
        Job.objects.filter(free, public_id=public_id, not_before__lte=now)
        .exclude(tenant__state="suspended")
        .update(
            state="running",
            attempt=F("attempt") + 1,
            # Taken from a worker that let the lease run out: it died, perhaps of this very job.
            failures=F("failures") + Case(When(state="running", then=1), default=0),
            lease_until=now + LEASE,
            started_at=Coalesce("started_at", now),
        )
    )
    if not claimed:
        return None
    return Job.objects.select_related("tenant", "project", "person").get(public_id=public_id)


def run(public_id: str) -> bool:
    """Runs the job to its end, unless somebody else does; true when this call brought it to an end.

    Safe to call twice and at any time: only the holder of the lease works, and every batch is stored together
    with its cursor.
    """
    with walls.every_tenant("a worker takes the jobs of all tenants"):
        job = _claim(public_id)
    if job is None:
        return False
    with walls.behind(job.tenant_id):
        return _run(RunningJob(job))


def _run(running: RunningJob) -> bool:
    job = running.job
    running._announce()
    if job.failures > MOST_FAILURES:
        return _fail(running, _("The worker died of this job again and again. The server's log may say why."))
    try:
        handler = handlers.get(job.kind)
        handler.run(running)
    except LeaseLost:
        return False
    except TagoraError as error:
        # The base class itself says that a neighbour is away; what a rule refuses stays refused.
        return _try_again(running, error) if type(error) is TagoraError else _fail(running, error.message)
    except Exception as error:
        # The edge of the worker: whatever went wrong must reach the job's page, not kill the thread.
        log.exception("job %s failed", job)
        return _try_again(running, error)
    with transaction.atomic():
        return running._finish("complete", error="")


def _fail(running: RunningJob, message: Said) -> bool:
    with transaction.atomic():
        won = running._finish("fail", error=message)
        if won and running.job.kind in handlers:
            handlers.get(running.job.kind).failed(running, message)
    return won


def _try_again(running: RunningJob, error: Exception) -> bool:
    failures = running.job.failures + 1
    if failures >= MOST_FAILURES:
        if isinstance(error, TagoraError):
            return _fail(running, error.message)
        sentence = _("An unexpected fault (%(kind)s) came back %(times)d times. The server's log has the details.")
        return _fail(running, sentence % {"kind": type(error).__name__, "times": failures})
    pause = timedelta(seconds=2**failures)
    with transaction.atomic():
        running._own().update(
            state="queued", failures=failures, lease_until=None, woken_at=None, not_before=timezone.now() + pause
        )
    return False
