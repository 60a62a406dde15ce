"""Labelers at work over HTTP: how many samples a second they finish, and whether any is lost or handed out twice.

    python -m bench.labelers --database postgresql://postgres@127.0.0.1:5432/tagora_bench

Each virtual labeler holds one connection and repeats: list my next unlabelled sample, hand in its label. The
database named by --database is made for the run and dropped afterwards. The server is the real one (all
middleware, sessions, permissions, audit), `--workers` processes of it. The last line of each block compares
with a view on the same server that does one SELECT by primary key.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.installation import ROOT, make_database, processor_seconds, redis, server
from bench.labeler_client import LABELS


def run_client(plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    path = folder / "plan.json"
    path.write_text(json.dumps(plan))
    command = [sys.executable, "-m", "bench.labeler_client", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    log: dict[str, Any] = json.loads(done.stdout)
    return log


class Scene:
    """A tenant with a data set of `size` samples and `people` invited labelers who are signed in."""

    def __init__(self, size: int, people: int) -> None:
        from django.contrib.auth.hashers import make_password

        from apps.accounts.services import worker_for
        from apps.datasets.models import Dataset, Label
        from apps.datasets.services import NewSample, add_samples
        from apps.teams import services as teams
        from apps.tenants.actors import Actor
        from apps.tenants.services import create_tenant

        word = secrets.token_hex(4)
        made = create_tenant(name=f"bench-{word}", admin="ann", password=secrets.token_urlsafe(16))
        self.actor = Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True)
        self.dataset = Dataset.objects.create(
            tenant=made.tenant,
            project=made.project,
            name="bench",
            label_type="image_classification",
            state="normal",
            input_bucket=made.bucket.name,
            input_key="in/",
            output_bucket=made.bucket.name,
            output_key="out/",
        )
        for name in LABELS:
            Label.objects.create(tenant=made.tenant, dataset=self.dataset, name=name, color="#0969da")
        for start in range(0, size, 10_000):
            batch = range(start, min(start + 10_000, size))
            files = [
                NewSample(source=f"{made.bucket.name}/in/{number:07}.jpg", width=64, height=64) for number in batch
            ]
            add_samples(self.dataset, files)
        team = teams.create_team(actor=self.actor, name="bench")
        addresses = [f"labeler{number}-{word}@example.org" for number in range(people)]
        self.members = teams.add_members(actor=self.actor, team=team, emails=addresses, role="labeler")
        self.people = []
        password = make_password(secrets.token_urlsafe(16))
        for member in self.members:
            person = worker_for(member.email)
            # Nobody signs in with it: sessions are made directly. One hash for all, because hashing is slow on purpose.
            person.password = password
            person.save(update_fields=["password"])
            self.people.append(person)

    def session_of(self, person: Any) -> str:
        from importlib import import_module

        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "apps.tenants.backends.PersonBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        return str(session.session_key)

    def task_for(self, count: int) -> tuple[Any, float]:
        """A new task that hands all samples to the first `count` labelers, and the seconds that took."""
        from django.db import connection

        from apps.jobs import runner
        from apps.jobs.models import Job
        from apps.labeling import services
        from apps.labeling.models import TeamTask

        for old in TeamTask.objects.filter(dataset=self.dataset):
            services.delete_team_task(actor=self.actor, task=old)
        task = services.create_team_task(
            actor=self.actor, dataset=self.dataset, name=f"for-{count}", members=self.members[:count]
        )
        job = Job.objects.filter(kind="distribute_samples").latest("pk")
        start = time.perf_counter()
        runner.run(job.public_id)
        seconds = time.perf_counter() - start
        with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]  # of our own back end
            cursor.execute("VACUUM ANALYZE labeling_assignment")
        return task, seconds


def statements_per_pair(scene: Scene, task: Any, path: str) -> tuple[int, int]:
    """SQL statements of one list and one submission, counted in this process; transaction words are not counted."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    http = Client(SERVER_NAME="127.0.0.1")
    http.cookies["tagora_session"] = scene.session_of(scene.people[0])
    url = f"{path}?sample_state=__NONE__&limit=1"
    http.get(url)
    counts = []
    with CaptureQueriesContext(connection) as captured:
        sample = http.get(url).json()["samples"][0]
    counts.append(captured)
    entry = {"sample_id": sample["sample_id"], "labels": [{"name": "cat", "type": 0}], "revision": sample["revision"]}
    with CaptureQueriesContext(connection) as captured:
        http.put(path, json.dumps({"samples": [entry]}), content_type="application/json")
    counts.append(captured)
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    listing, submitting = (sum(not row["sql"].startswith(words) for row in one.captured_queries) for one in counts)
    return listing, submitting


def verify(task: Any, log: dict[str, Any], earlier: int) -> list[str]:
    """What went wrong: samples handed to two people, acknowledged answers that are not stored, wrong counters."""
    from django.db.models import Count

    from apps.labeling.models import Assignment, Participant
    from apps.labeling.states import COUNTED

    wrong = []
    holders: Counter[str] = Counter(sample for handed in log["handed"] for sample in set(handed))
    twice = [sample for sample, count in holders.items() if count > 1]
    if twice:
        wrong.append(f"{len(twice)} samples were handed to two labelers")
    stored = {
        sample.hex
        for sample in Assignment.objects.filter(task=task, state="unchecked").values_list("sample", flat=True)
    }
    lost = [sample for sample in log["acknowledged"] if sample not in stored]
    if lost:
        wrong.append(f"{len(lost)} acknowledged answers are lost")
    if len(stored) != len(log["acknowledged"]) + earlier:
        wrong.append(f"{len(stored)} answers are stored, {len(log['acknowledged']) + earlier} were acknowledged")
    recount = {
        (row["participant"], row["state"]): row["count"]
        for row in Assignment.objects.filter(task=task).values("participant", "state").annotate(count=Count("pk"))
    }
    for participant in Participant.objects.filter(task=task):
        for state in COUNTED:
            if getattr(participant, state) != recount.get((participant.pk, state), 0):
                wrong.append(f"counter '{state}' of labeler {participant.pk} is wrong")
    return wrong


def milliseconds(seconds: list[float], share: float) -> float:
    return 1000 * statistics.quantiles(seconds, n=100)[round(share * 100) - 1] if len(seconds) > 1 else 0.0


def main(options: argparse.Namespace, folder: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from apps.tenants import walls

    call_command("migrate", verbosity=0)
    with walls.every_tenant("a benchmark fills the database, and counts what is in it afterwards"):
        return measured(options, folder)


def measured(options: argparse.Namespace, folder: Path) -> int:
    failures = 0
    counts = [int(count) for count in options.labelers.split(",")]
    token = secrets.token_hex(16)
    for size in (int(size) for size in options.samples.split(",")):
        scene = Scene(size, max(counts))
        rows = []
        for count in counts:
            task, seconds = scene.task_for(count)
            base = f"/v2/{scene.dataset.project.public_id}/datasets/{scene.dataset.public_id}/workforce-tasks"
            path = f"{base}/{task.public_id}/data-annotations/samples"
            listing, submitting = statements_per_pair(scene, task, path)
            plan = {
                "token": token,
                "seconds": options.seconds,
                "next": f"{path}?sample_state=__NONE__&limit=1",
                "submit": path,
                "sessions": [scene.session_of(person) for person in scene.people[:count]],
            }
            with server(folder, options.workers, "config.settings.base") as (port, pid):
                warm = {"bare": plan["next"], "session": plan["sessions"][0], "connections": 8, "seconds": 2}
                run_client({**plan, **warm, "port": port}, folder)
                before = processor_seconds(pid)
                log = run_client({**plan, "port": port}, folder)
                log["cpu"] = (processor_seconds(pid) - before) / max(1, len(log["acknowledged"]))
            wrong = verify(task, log, earlier=1)
            wrong += [f"{times} x {error}" for error, times in log["errors"].items()]
            failures += len(wrong)
            rows.append((count, log, listing + submitting, seconds, wrong))
        with server(folder, options.workers, "bench.bare_settings") as (port, pid):
            plan = {"token": token, "port": port, "connections": 8, "bare": f"/bare/{scene.actor.tenant.pk}"}
            run_client({**plan, "seconds": 2}, folder)
            before = processor_seconds(pid)
            bare = run_client({**plan, "seconds": options.seconds}, folder)
            bare_cpu = (processor_seconds(pid) - before) / max(1, len(bare["list"]))
        bare_rate = len(bare["list"]) / bare["seconds"]
        print(f"\n{size} samples, {options.workers} server processes, {options.seconds} s each")
        print(
            "labelers  finished/s  list p50   p95 ms  submit p50   p95 ms"
            "  statements  server CPU ms  requests/bare  handed out/s  faults"
        )
        for count, log, statements, seconds, wrong in rows:
            rate = len(log["acknowledged"]) / log["seconds"]
            print(
                f"{count:8}  {rate:10.0f}  {milliseconds(log['list'], 0.5):8.1f} {milliseconds(log['list'], 0.95):8.1f}"
                f"  {milliseconds(log['submit'], 0.5):10.1f} {milliseconds(log['submit'], 0.95):8.1f}"
                f"  {statements:10}  {1000 * log['cpu']:13.1f}  {2 * rate / bare_rate:12.0%}"
                f"  {size / seconds:12.0f}  {len(wrong)}"
            )
            for fault in wrong:
                print(f"          FAULT: {fault}")
        print(
            f"bare view with one SELECT by key: {bare_rate:.0f} requests/s, {1000 * bare_cpu:.1f} ms of server CPU each"
        )
    return 1 if failures else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="postgresql://postgres@127.0.0.1:5432/tagora_bench_labelers")
    parser.add_argument("--labelers", default="1,8,32,64", help="numbers of labelers at work at once")
    parser.add_argument("--samples", default="10000,100000", help="sizes of the data set")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2, help="server processes")
    parser.add_argument("--no-redis", action="store_true", help="keep sessions in the database")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parse()
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tagora-bench-")))
        os.environ.update(
            TAGORA_HOME=str(home),
            TAGORA_DATABASE_URL=chosen.database,
            TAGORA_SECRET_KEY=secrets.token_urlsafe(48),
            TAGORA_LOG_LEVEL="ERROR",
            DJANGO_SETTINGS_MODULE="config.settings.base",
        )
        if not chosen.no_redis and shutil.which("redis-server"):
            os.environ["TAGORA_REDIS_URL"] = os.environ["TAGORA_BROKER_URL"] = stack.enter_context(redis(home))
        make_database(chosen.database)
        stack.callback(make_database, chosen.database, drop_only=True)
        sys.exit(main(chosen, home))
