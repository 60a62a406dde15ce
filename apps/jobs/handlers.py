"""What a job of some kind does: a handler per kind, registered by the app that owns the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.core.registry import Registry
from apps.core.texts import Said

if TYPE_CHECKING:
    from apps.jobs.runner import RunningJob


class Handler:
    """Resumes at the cursor, writes by natural key, and checkpoints once per batch in the batch's transaction."""

    kind: str
    title: object = ""

    def run(self, job: RunningJob) -> None:
        raise NotImplementedError

    def failed(self, job: RunningJob, message: Said) -> None:
        """Puts the subject back into a usable state after the job failed or was stopped for good."""


handlers: Registry[Handler] = Registry("job handler")

# Topic of a subject -> name of the page that shows it; filled by the wiring, since jobs knows no higher app.
subject_pages: dict[str, str] = {}


def register(handler: type[Handler]) -> type[Handler]:
    handlers.add(handler.kind, handler())
    return handler
