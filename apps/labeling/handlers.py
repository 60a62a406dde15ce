"""The job that hands out the samples of a team task."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.core.texts import Said
from apps.core.texts import text as _
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob
from apps.labeling import states
from apps.labeling.models import TeamTask
from apps.labeling.services import distribution, level_loads


def _task_of(job: RunningJob) -> TeamTask | None:
    found = TeamTask.objects.select_related("dataset__project", "tenant")
    return found.filter(public_id=job.params["task"], tenant=job.actor.tenant).first()


@register
class DistributeSamples(Handler):
    """First the samples that are new, then what people left behind; each batch is stored together with the cursor.

    Where labelers joined, the loads are made level then.

    The cursor: `after`, the last sample handed out; `orphan`, the last assignment looked at; `done`, the count.
    """

    kind = "distribute_samples"
    title = gettext_lazy("Hand out samples")

    def run(self, job: RunningJob) -> None:
        task = _task_of(job)
        if task is None:
            return
        cursor = job.cursor or {"after": "", "orphan": 0, "done": 0, "total": distribution.free_samples(task).count()}
        while True:
            with transaction.atomic():
                after = UUID(cursor["after"]) if cursor["after"] else None
                last, count = distribution.assign_samples(actor=job.actor, task=task, after=after)
                if last is None:
                    break
                cursor = {**cursor, "after": last.hex, "done": cursor["done"] + count}
                job.checkpoint(cursor, done=cursor["done"], total=cursor["total"])
        while True:
            with transaction.atomic():
                key, _count = distribution.assign_orphans(actor=job.actor, task=task, after=cursor["orphan"])
                if key is None:
                    break
                cursor = {**cursor, "orphan": key}
                job.checkpoint(cursor)
        while job.params.get("level"):
            with transaction.atomic():
                if not level_loads(actor=job.actor, task=task):
                    break
                job.checkpoint(cursor)
        with transaction.atomic():
            task.refresh_from_db(fields=["state"])
            distribution.finish_distribution(actor=job.actor, task=task)
            message = _("%(count)d samples handed out") % {"count": cursor["done"]}
            job.checkpoint(cursor, done=cursor["done"], message=message)

    def failed(self, job: RunningJob, message: Said) -> None:
        task = _task_of(job)
        if task is not None and task.state == states.STARTING:
            states.task_states.apply(task, "give_up")
