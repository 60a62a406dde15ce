"""Fills a new tenant with two data sets and a team, through the same services that people use."""

from __future__ import annotations

import io
import secrets

from apps.datasets.services import create_dataset
from apps.demo import pictures
from apps.jobs import runner
from apps.labeltypes import label_types
from apps.labeltypes.labels import AttributeSpec, LabelSpec
from apps.storage.paths import Location
from apps.storage.store import store
from apps.teams.services import add_members, create_team
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant
from apps.tenants.services import NewTenant, create_tenant

TENANT = "demo"
PICTURES = 24
COLORS = {"circle": "#2563eb", "square": "#d97706", "triangle": "#059669"}
KEYS = {"circle": "c", "square": "q", "triangle": "t"}


def exists() -> bool:
    return Tenant.objects.filter(name=TENANT).exists()


def create_demo() -> tuple[NewTenant, str]:
    """The demo tenant and its admin's password, which is made here and stands nowhere else."""
    password = secrets.token_urlsafe(9)
    made = create_tenant(name=TENANT, admin="admin", password=password, bucket="demo-data")
    store().create_bucket(made.bucket.name)
    actor = Actor(person=made.admin, tenant=made.tenant, project=made.project, is_admin=True, via="system")
    _write_pictures(made.bucket.name)
    _create_datasets(actor, made.bucket.name)
    team = create_team(actor=actor, name="demo-team", description="Two people to invite. Their mails stay here.")
    add_members(actor=actor, team=team, emails=["lin@example.org", "maria@example.org"], role="labeler")
    add_members(actor=actor, team=team, emails=["ravi@example.org"], role="reviewer")
    return made, password


def _write_pictures(bucket: str) -> None:
    for number in range(PICTURES):
        store().write(bucket, f"shapes/shape-{number:02}.jpg", io.BytesIO(pictures.one_shape(number)))
        scene, _boxes = pictures.several_shapes(number)
        store().write(bucket, f"scenes/scene-{number:02}.jpg", io.BytesIO(scene))


def _create_datasets(actor: Actor, bucket: str) -> None:
    attributes = (AttributeSpec(name="size", type="select", values=("small", "large"), default="small"),)
    for name, kind, folder in (
        ("shapes", "image_classification", "shapes/"),
        ("scenes", "object_detection", "scenes/"),
    ):
        labels = [
            LabelSpec(
                id=0,
                name=shape,
                color=color,
                shortcut=KEYS[shape],
                attributes=attributes if kind == "object_detection" else (),
                default_shape="bndbox" if kind == "object_detection" else "",
            )
            for shape, color in COLORS.items()
        ]
        created = create_dataset(
            actor=actor,
            name=name,
            label_type=label_types.get(kind),
            input_location=Location(bucket, folder),
            output_location=Location(bucket, f"published-{name}/"),
            description="Drawn by the demo: label a few, or hand them to the team.",
            labels=labels,
            import_annotations=False,
        )
        runner.run(created.job.public_id)
