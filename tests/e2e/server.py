"""A whole Tagora on a free port with a home of its own, which a test may stop, kill and start again.

Without services in the environment it is the one process of `make run`; with them web, worker and scheduler are
processes of their own, as in an installation.
"""

from __future__ import annotations

import email
import email.policy
import io
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = f"journey-{secrets.token_urlsafe(12)}"
START_SECONDS = 60


@dataclass(frozen=True)
class Account:
    """A tenant as `create_tenant` printed it."""

    tenant: str
    tenant_id: str
    project_id: str
    bucket: str
    sign_in: str
    password: str


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Server:
    """Processes, home folder and database of one installation."""

    def __init__(self, **settings: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="tagora-journey-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.on_services = bool(os.environ.get("TAGORA_BROKER_URL"))
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "TAGORA_HOME": str(self.home),
            "TAGORA_URL": self.url,
            "TAGORA_SECRET_KEY": secrets.token_urlsafe(48),
            "TAGORA_LOG_LEVEL": "WARNING",
            "TAGORA_QUEUE": f"journey-{self.port}",
            "TAGORA_JOURNEY_PASSWORD": PASSWORD,
            "DJANGO_SETTINGS_MODULE": "config.settings.base",
            **settings,
        }
        self._database = ""
        if os.environ.get("TAGORA_DATABASE_URL"):
            self._database = f"tagora_journey_{secrets.token_hex(6)}"
            parts = urlsplit(os.environ["TAGORA_DATABASE_URL"])
            self.environment["TAGORA_DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{self._database}"))
            self._on_maintenance_database(f'CREATE DATABASE "{self._database}"')
        self.manage("migrate", "--noinput", "--verbosity", "0")

    # ------------------------------------------------------------ processes
    def start(self) -> None:
        """Starts everything and returns when a page is answered."""
        for number, command in enumerate(self._commands()):
            log = (self.home / f"process-{number}.log").open("ab")
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            log.close()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            dead = [process for process in self._processes if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.05)

    def _commands(self) -> list[list[str]]:
        binary = Path(sys.executable).parent
        if not self.on_services:
            return [[sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{self.port}"]]
        celery = [str(binary / "celery"), "-A", "config"]
        web = [str(binary / "uvicorn"), "config.asgi:application", "--host", "127.0.0.1", "--port", str(self.port)]
        return [
            [*web, "--lifespan", "off", "--no-access-log", "--log-level", "warning"],
            [*celery, "worker", "-n", f"{self.port}@%h", "--concurrency", "2", "--loglevel", "WARNING"],
            [*celery, "beat", "--loglevel", "WARNING"],
        ]

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/sign-in/", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """`kill -9` to every process and its children: nobody gets to say goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        for process in self._processes:
            try:
                os.killpg(process.pid, how)
            except ProcessLookupError:
                continue
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def restart(self) -> None:
        self.kill()
        self.start()

    def remove(self) -> None:
        """Stops everything and forgets what was stored."""
        self.stop()
        if self._database:
            self._on_maintenance_database(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')
        shutil.rmtree(self.home, ignore_errors=True)

    def _on_maintenance_database(self, statement: str) -> None:
        import psycopg

        parts = urlsplit(os.environ["TAGORA_DATABASE_URL"])
        with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
            connection.execute(statement.encode())

    # ------------------------------------------------------------ what an operator does
    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def create_tenant(self, name: str, admin: str = "ann") -> Account:
        """A tenant whose bucket has a name that no other run has."""
        bucket = f"{name}-{secrets.token_hex(4)}"
        facts = json.loads(
            self.manage(
                *("create_tenant", name, "--admin", admin, "--password-env", "TAGORA_JOURNEY_PASSWORD"),
                *("--bucket", bucket, "--json"),
            )
        )
        return Account(
            tenant=name,
            tenant_id=facts["tenant_id"],
            project_id=facts["project_id"],
            bucket=facts["bucket"],
            sign_in=facts["sign_in"],
            password=PASSWORD,
        )

    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Puts a file where the bucket is: a folder that a person fills by hand, or an object store."""
        if self.environment.get("TAGORA_STORE") == "s3":
            self._s3().upload_fileobj(io.BytesIO(data), bucket, key)
            return
        path = self.home / "buckets" / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def get(self, bucket: str, key: str) -> bytes:
        if self.environment.get("TAGORA_STORE") == "s3":
            data: bytes = self._s3().get_object(Bucket=bucket, Key=key)["Body"].read()
            return data
        return (self.home / "buckets" / bucket / key).read_bytes()

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        if self.environment.get("TAGORA_STORE") == "s3":
            pages = self._s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return sorted(row["Key"] for page in pages for row in page.get("Contents", []))
        root = self.home / "buckets" / bucket
        found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        return sorted(key for key in found if key.startswith(prefix))

    def _s3(self) -> Any:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.environment["TAGORA_S3_ENDPOINT"],
            aws_access_key_id=self.environment["TAGORA_S3_ACCESS_KEY"],
            aws_secret_access_key=self.environment["TAGORA_S3_SECRET_KEY"],
            region_name="us-east-1",
        )

    def mails(self, to: str = "") -> list[EmailMessage]:
        """The mails that have left, oldest first."""
        found = []
        for path in sorted((self.home / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if not to or to in str(message["To"]):
                found.append(message)
        return found

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in sorted(self.home.glob("process-*.log")))
