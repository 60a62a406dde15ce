"""How fast a manifest becomes samples on PostgreSQL, beside a bare COPY of the same rows in the same run.

    python -m bench.ingest [--postgres postgresql://postgres@127.0.0.1:5432] [--sizes 100000,1000000]

Every size runs in a process and a data base of its own, through the job that the server runs: parsing, checks,
samples, label uses, counters, checkpoints. Prints rows a second, their ratio to COPY, and the highest memory use.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LABELS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--postgres", default="postgresql://postgres@127.0.0.1:5432", help="server, without a data base"
    )
    parser.add_argument("--database", default="tagora_bench_ingest", help="made anew, and dropped at the end")
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    rows = []
    for size in map(int, options.sizes.split(",")):
        rows.append(in_own_process(options.postgres, options.database, size))
    print(f"{'records':>10} {'import/s':>10} {'COPY/s':>10} {'ratio':>7} {'peak MB':>8}")
    for row in rows:
        ratio = row["rate"] / row["copy"]
        print(f"{row['size']:>10} {row['rate']:>10.0f} {row['copy']:>10.0f} {ratio:>7.3f} {row['peak_mb']:>8.0f}")
    if len(rows) > 1:
        growth = rows[-1]["peak_mb"] / rows[0]["peak_mb"]
        print(f"peak memory at {rows[-1]['size']} is {growth:.2f} x that at {rows[0]['size']}")


def in_own_process(postgres: str, database: str, size: int) -> dict[str, float]:
    import psycopg

    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{database}"')
        admin.execute(f'CREATE DATABASE "{database}"')
        try:
            with tempfile.TemporaryDirectory(prefix="tagora-bench-") as home:
                environment = {
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings.base"),
                    "TAGORA_HOME": home,
                    "TAGORA_DATABASE_URL": f"{postgres}/{database}",
                    "TAGORA_SECRET_KEY": "only-for-a-benchmark-0123456789-abcdefghij",
                    "TAGORA_LOG_LEVEL": "ERROR",
                }
                run = subprocess.run(
                    [sys.executable, "-m", "bench.ingest", "--one", str(size)],
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=False,
                )
            if run.returncode:
                raise SystemExit(run.stderr)
            result: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
            return result
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def measure(size: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from apps.tenants import walls

    call_command("migrate", verbosity=0)
    with walls.every_tenant("a benchmark makes its tenant and looks at its rows"):
        return measured(size)


def measured(size: int) -> dict[str, float]:
    from django.db import connection

    from apps.datasets import services as datasets
    from apps.datasets.models import LabelUse
    from apps.jobs import runner
    from apps.jobs.models import Job
    from apps.labeltypes import label_types
    from apps.storage.paths import Location
    from apps.storage.store import store
    from apps.tenants.actors import Actor
    from apps.tenants.services import create_tenant
    from apps.transfers import services as transfers
    from apps.transfers.selection import Selection

    made = create_tenant(name="bench", admin="ann", password="correct horse battery")
    bucket = made.bucket.name
    store().create_bucket(bucket)
    with tempfile.TemporaryFile() as manifest:
        for number in range(size):
            manifest.write(line(bucket, number))
        manifest.seek(0)
        store().write(bucket, "in.manifest", manifest, durable=False)
    actor = Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True)
    dataset = datasets.create_dataset(
        actor=actor,
        name="bench",
        label_type=label_types.get("image_classification"),
        input_location=Location(bucket, "in/"),
        output_location=Location(bucket, "out/"),
    ).dataset
    runner.run(Job.objects.get(state="queued").public_id)
    dataset.refresh_from_db()
    job = transfers.import_manifest(
        actor=actor, dataset=dataset, location=Location(bucket, "in.manifest"), selection=Selection()
    )
    started = time.perf_counter()
    assert runner.run(job.public_id)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1024)
    job.refresh_from_db()
    dataset.refresh_from_db()
    assert (job.state, job.problem_count) == ("completed", 0), (job.error, job.problem_count)
    assert dataset.sample_count == dataset.labelled_count == LabelUse.objects.count() == size
    return {"size": size, "rate": size / seconds, "copy": bare_copy(connection, size), "peak_mb": peak}


def bare_copy(connection: object, size: int) -> float:
    """Rows a second of a COPY of the same rows, read ready-made from a file, into the same columns without an index."""
    with tempfile.TemporaryDirectory() as folder, connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        path = Path(folder) / "rows"
        with path.open("wb") as file, cursor.copy("COPY datasets_sample TO STDOUT") as copy:
            for piece in copy:
                file.write(piece)
        cursor.execute("CREATE TABLE bare (LIKE datasets_sample)")
        started = time.perf_counter()
        with path.open("rb") as file, cursor.copy("COPY bare FROM STDIN") as copy:
            while piece := file.read(1 << 16):
                copy.write(piece)
        seconds = time.perf_counter() - started
        cursor.execute("SELECT count(*) FROM bare")
        assert cursor.fetchone()[0] == size
    return size / seconds


def line(bucket: str, number: int) -> bytes:
    """A line as the server itself publishes it: a picture with one label."""
    return (
        b'{"source":"obs://%s/in/%05d/picture%08d.jpg","id":"%032x","annotation":[{"type":"modelarts/image_classification",'
        b'"name":"label%d","annotated-by":"human","creation-time":"2026-01-23 11:30:30"}]}\n'
        % (bucket.encode(), number // 1000, number, number, number % LABELS)
    )


if __name__ == "__main__":
    main()
