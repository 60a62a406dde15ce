"""The worker and the scheduler of the one-process mode: two threads beside the web server."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery import beat
from django.db import close_old_connections

from apps.jobs.services import release_leases
from config.celery import app

log = logging.getLogger(__name__)
# Long imports of one tenant must leave room for the mails and small jobs of the others.
WORKER_THREADS = 6


class Background:
    """Starts and stops both. A stop lets the running batches end; whatever is cut off goes on at the next start."""

    def __init__(self) -> None:
        self._worker: Any = None
        self._beat: Any = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        release_leases()
        self._worker = app.WorkController(
            pool="threads",
            concurrency=WORKER_THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            loglevel="WARNING",
        )
        self._beat = beat.Service(app, max_interval=1, scheduler_cls=beat.Scheduler)
        for name, target in (("worker", self._worker.start), ("beat", self._run_beat)):
            thread = threading.Thread(target=target, name=f"tagora-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _run_beat(self) -> None:
        self._beat.start(embedded_process=False)
        close_old_connections()

    def stop(self, patience: float = 10.0) -> None:
        if self._beat is not None:
            self._beat.stop(wait=False)
        if self._worker is not None:
            self._worker.stop()
        for thread in self._threads:
            thread.join(patience / len(self._threads))
            if thread.is_alive():
                log.warning("%s is still busy; its job goes on at the next start", thread.name)
