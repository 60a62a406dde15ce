"""Starts Tagora: by default web, sockets, worker and scheduler in one process."""

from __future__ import annotations

import fcntl
import os
import signal
from typing import IO, Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = (
        "Serves Tagora on HOST:PORT. Without a broker in the environment it is the whole installation in one process."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT")

    def handle(self, *args: Any, **options: Any) -> None:
        host, separator, port = options["bind"].rpartition(":")
        if not separator or not port.isdecimal():
            raise CommandError("--bind must look like 127.0.0.1:8000.")
        self._check_database()
        lock = self._lock_home() if settings.EMBEDDED else None
        config = uvicorn.Config(
            "config.asgi:application",
            host=host.strip("[]"),
            port=int(port),
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            ws_max_size=64 * 1024,
            timeout_graceful_shutdown=10,
        )
        server = _Server(config, on_started=lambda: self.stdout.write(f"Tagora is ready on http://{options['bind']}/"))
        # uvicorn raises the signal again after its own clean stop; the default action would cut ours off.
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        background = None
        if settings.EMBEDDED:
            from config.embedded import Background

            background = Background()
            background.start()
        try:
            server.run()
        finally:
            if background is not None:
                background.stop()
            if lock is not None:
                lock.close()
            if not server.started:
                raise CommandError(f"{options['bind']} cannot be used. Is something else listening there?")
            # Threads that wait on a socket or a queue must not hold the process back after everything is stored.
            self.stdout.flush()
            os._exit(0)

    def _check_database(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("The database is not up to date. Run: python manage.py migrate")
        connection.close()

    def _lock_home(self) -> IO[str]:
        """The one-process mode must be one process: a second one would run the same jobs."""
        settings.TAGORA_HOME.mkdir(parents=True, exist_ok=True)
        lock = open(settings.TAGORA_HOME / "serve.lock", "w")  # noqa: SIM115  (held until the process ends)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(f"Another server uses {settings.TAGORA_HOME}. Stop it, or set TAGORA_HOME.") from None
        return lock


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Any) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()
