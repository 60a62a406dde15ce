"""Makes what tests start from, through the same services that people use."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from apps.accounts.models import Person
from apps.accounts.services import worker_for
from apps.datasets import services as datasets
from apps.datasets.models import Dataset
from apps.jobs import runner
from apps.jobs.models import Job
from apps.labeling import services as labeling
from apps.labeling.models import TeamTask
from apps.labeling.selectors import Seat, get_seat
from apps.labeltypes import LabelSpec, label_types
from apps.programs.services import issue_token
from apps.storage.paths import Location
from apps.storage.services import make_bucket
from apps.storage.store import store
from apps.teams import services as teams
from apps.teams.models import Member, Team
from apps.tenants.actors import Actor
from apps.tenants.models import Bucket, Project, Tenant
from apps.tenants.services import create_tenant

PASSWORD = "correct horse battery"
COLORS = ("#d1242f", "#1a7f37", "#0969da", "#9a6700", "#8250df", "#bf3989")


@dataclass(frozen=True)
class Customer:
    """A tenant with what was created with it, and its admin as an actor."""

    tenant: Tenant
    project: Project
    bucket: Bucket
    admin: Person
    actor: Actor

    def location(self, path: str) -> Location:
        """A place in the customer's bucket."""
        return Location(self.bucket.name, path)

    def put(self, path: str, data: bytes) -> None:
        """Stores an object in the customer's bucket."""
        store().write(self.bucket.name, path, io.BytesIO(data))

    def client(self) -> Client:
        """A browser in which the admin is signed in."""
        return signed_in(self.admin)

    def api(self) -> Client:
        """A program with a token of the admin."""
        token = issue_token(person=self.admin, project_id=self.project.public_id)
        return Client(headers={"X-Auth-Token": token.secret})


def a_customer(name: str = "acme") -> Customer:
    """A tenant whose bucket nobody else has, also in an object store that several test processes share."""
    made = create_tenant(name=name, admin="ann", password=PASSWORD, bucket=f"{name}-{secrets.token_hex(6)}")
    make_bucket(made.bucket.name)
    actor = Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True)
    return Customer(made.tenant, made.project, made.bucket, made.admin, actor)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="apps.tenants.backends.PersonBackend")
    return client


def a_picture(width: int = 64, height: int = 48, *, seed: int = 0, kind: str = "JPEG") -> bytes:
    """A small picture; different seeds give different bytes."""
    image = Image.new("RGB", (width, height), ((seed * 53) % 256, (seed * 97) % 256, (seed * 29) % 256))
    ImageDraw.Draw(image).rectangle((width // 4, height // 4, width // 2, height // 2), fill=(255, 255, 255))
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def labels(*names: str) -> list[LabelSpec]:
    return [LabelSpec(id=0, name=name, color=COLORS[number % len(COLORS)]) for number, name in enumerate(names)]


def run_jobs() -> list[Job]:
    """Runs what is queued until nothing is left, as the worker would; returns the jobs that ran, as they are now."""
    ran: list[int] = []
    while True:
        waiting = Job.objects.filter(state="queued", not_before__lte=timezone.now()).order_by("pk").first()
        if waiting is None:
            return list(Job.objects.filter(pk__in=ran).order_by("pk"))
        runner.run(waiting.public_id)
        ran.append(waiting.pk)


def a_dataset(
    customer: Customer,
    name: str = "shapes",
    *,
    kind: str = "image_classification",
    pictures: int = 6,
    label_names: Sequence[str] = ("cat", "dog"),
    files: Mapping[str, bytes] | None = None,
) -> Dataset:
    """A data set whose files (generated pictures unless given) have been taken in."""
    found = files if files is not None else {f"{number:03}.jpg": a_picture(seed=number) for number in range(pictures)}
    for path, data in found.items():
        customer.put(f"{name}/in/{path}", data)
    created = datasets.create_dataset(
        actor=customer.actor,
        name=name,
        label_type=label_types.get(kind),
        input_location=customer.location(f"{name}/in/"),
        output_location=customer.location(f"{name}/out/"),
        labels=labels(*label_names),
    )
    run_jobs()
    created.dataset.refresh_from_db()
    return created.dataset


def a_team(customer: Customer, name: str = "crew", *, members: Iterable[tuple[str, str]] = ()) -> Team:
    """A team with members given as (address, role), all of whom can sign in; a team task makes them part of it."""
    team = teams.create_team(actor=customer.actor, name=name)
    for address, role in members:
        teams.add_members(actor=customer.actor, team=team, emails=[address], role=role)
        a_worker(address)
    return team


def members_of(team: Team) -> list[Member]:
    return list(Member.objects.filter(team=team).order_by("pk"))


def a_worker(email: str) -> Person:
    """A person invited somewhere before: known by their address, with a password."""
    person = worker_for(email)
    if not person.has_usable_password():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return person


def a_task(customer: Customer, dataset: Dataset, team: Team, name: str = "first", *, repetition: int = 1) -> TeamTask:
    """A team task of all members of a team, with its samples handed out."""
    task = labeling.create_team_task(
        actor=customer.actor, dataset=dataset, name=name, members=members_of(team), repetition=repetition
    )
    run_jobs()
    task.refresh_from_db()
    return task


def seat_of(person: Person, task: TeamTask) -> Seat:
    """From where a worker sees a task."""
    return get_seat(Actor(person=person), task.public_id)
