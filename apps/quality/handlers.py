"""The two jobs of an acceptance round: drawing samples, and taking results over."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.core.texts import Said
from apps.core.texts import text as _
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob
from apps.quality import services
from apps.quality.models import Acceptance
from apps.quality.services.samples import draw_limit
from apps.quality.states import COMPLETING, DRAWING


def _round_of(job: RunningJob) -> Acceptance | None:
    found = Acceptance.objects.select_related("task__dataset", "tenant")
    return found.filter(public_id=job.params["acceptance"], tenant=job.actor.tenant).first()


@register
class DrawAcceptanceSample(Handler):
    """Freezes the lot, then draws from it by rank; each batch is stored together with the cursor.

    The cursor: `frozen`, the last answer put into the lot; `cutoff`, the highest rank drawn, in hexadecimal, once
    the lot is complete; `looked`, the last answer held against it; `drawn`, their number.
    """

    kind = "draw_acceptance_sample"
    title = gettext_lazy("Draw samples for acceptance")

    def run(self, job: RunningJob) -> None:
        acceptance = _round_of(job)
        if acceptance is None or acceptance.state != DRAWING:
            return
        cursor = {"frozen": 0, "lot": 0, "cutoff": None, "looked": 0, "drawn": 0, **job.cursor}
        while cursor["cutoff"] is None:
            with transaction.atomic():
                key, count = services.freeze(acceptance, after=cursor["frozen"])
                if key is not None:
                    cursor |= {"frozen": key, "lot": cursor["lot"] + count}
                    job.checkpoint(cursor)
                    continue
            cutoff = draw_limit(acceptance, beat=job.heartbeat)
            cursor["cutoff"] = f"{cutoff:x}"
            with transaction.atomic():
                Acceptance.objects.filter(pk=acceptance.pk).update(cutoff=f"{max(cutoff, 0):x}")
                job.checkpoint(cursor)
        while True:
            with transaction.atomic():
                key, count = services.draw(
                    acceptance, cutoff=int(cursor["cutoff"], 16), after=cursor["looked"], position=cursor["drawn"]
                )
                if key is None:
                    break
                cursor |= {"looked": key, "drawn": cursor["drawn"] + count}
                job.checkpoint(cursor, done=cursor["drawn"])
        with transaction.atomic():
            services.open_round(acceptance)
            message = _("%(drawn)d of %(lot)d answers drawn") % {"drawn": cursor["drawn"], "lot": cursor["lot"]}
            job.checkpoint(cursor, message=message)

    def failed(self, job: RunningJob, message: Said) -> None:
        acceptance = _round_of(job)
        if acceptance is not None:
            services.give_up_drawing(acceptance)


@register
class CompleteAcceptance(Handler):
    """Decides the lot sample by sample; each batch is stored together with the cursor.

    The cursor: `after`, the last sample decided; `taken`, what became of the answers so far. A job that failed or was
    stopped half-way leaves the round as it is, to be taken up again: part of the results is in the data set.
    """

    kind = "complete_acceptance"
    title = gettext_lazy("Take over accepted answers")

    def run(self, job: RunningJob) -> None:
        acceptance = _round_of(job)
        if acceptance is None or acceptance.state != COMPLETING:
            return
        after = UUID(job.cursor["after"]) if job.cursor else None
        taken = services.Taken(**job.cursor["taken"]) if job.cursor else services.Taken()
        while True:
            with transaction.atomic():
                last, more = services.take_over(acceptance, after=after)
                if last is None:
                    break
                after, taken = last, taken + more
                cursor = {"after": last.hex, "taken": asdict(taken)}
                job.checkpoint(cursor, done=taken.accepted + taken.refused, total=acceptance.lot_size)
        with transaction.atomic():
            services.finish_acceptance(acceptance, taken)
            counts = {"accepted": taken.accepted, "refused": taken.refused}
            job.checkpoint(message=_("%(accepted)d accepted, %(refused)d sent back") % counts)
