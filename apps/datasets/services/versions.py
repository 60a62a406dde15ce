"""Publishing versions of a data set, and choosing the current one."""

from __future__ import annotations

import re
from decimal import Decimal
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.core.errors import Conflict, Invalid
from apps.core.news import announce
from apps.datasets.models import Dataset, Version
from apps.datasets.services.datasets import clean_description
from apps.datasets.states import DATASET, VERSION_CREATING, VERSION_NORMAL
from apps.jobs.services import start_job
from apps.storage.needs import authorize_storage
from apps.tenants.actors import Actor

_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


@transaction.atomic
def publish_dataset_version(
    *,
    actor: Actor,
    dataset: Dataset,
    name: str = "",
    description: str = "",
    train_ratio: Decimal | None = None,
    keep_usage: bool = False,
    with_hard: bool = False,
) -> Version:
    """Start writing a version of all samples and labels as they are; without a name it is the next of V001, V002 ...

    `train_ratio` (0..1) divides the labelled samples into TRAIN and EVAL; None does not divide. `keep_usage` writes
    the usage that samples brought along, `with_hard` their being difficult. The version is ready when the job
    `publish_version` has ended. Conflict when the name is taken or the data set is busy.
    """
    authorize(actor, Action.DATASET_PUBLISH, dataset)
    authorize_storage(actor, Action.DATASET_PUBLISH, dataset, writes=dataset.output_location)
    if name and not _NAME.fullmatch(name):
        raise Invalid(
            _("A version name has 1 to 32 characters: letters of the Latin alphabet, digits, '_' and '-'."),
            field="version_name",
        )
    if train_ratio is not None and not 0 <= train_ratio <= 1:
        raise Invalid(_("The training ratio is a number from 0 to 1."), field="train_evaluate_sample_ratio")
    if not dataset.sample_count:
        raise Invalid(_("The data set has no samples yet. Import some first."), code="ModelArts.4372")
    move(dataset, "publish")
    number = _next_number(dataset)
    version = Version(
        tenant_id=dataset.tenant_id,
        dataset=dataset,
        name=name or f"V{number:03d}",
        number=number,
        description=clean_description(description),
        previous_id=dataset.current_version_id,
        train_ratio=train_ratio,
        seed=token_hex(16),
        keep_usage=keep_usage,
        with_hard=with_hard,
        created_by=actor.person,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError:
        raise Conflict(
            _("There is a version '%(name)s' already. Choose another name.") % {"name": version.name},
            code="ModelArts.4371",
        ) from None
    start_job(
        actor,
        kind="publish_version",
        params={"version": version.public_id},
        subject=dataset.topic,
        subject_name=dataset.name,
        key=dataset.topic,
    )
    announce(dataset.topic)
    record(
        actor,
        Event.PUBLISH_DATASET_VERSION,
        dataset,
        request={"version": version.name, "train_ratio": str(train_ratio) if train_ratio is not None else None},
    )
    return version


@transaction.atomic
def set_current_version(*, actor: Actor, dataset: Dataset, version: Version) -> Dataset:
    """Make a finished version the one that the data set shows as its current one."""
    authorize(actor, Action.VERSION_SET_CURRENT, dataset)
    if version.state != VERSION_NORMAL:
        raise Conflict(_("The version is not ready yet."), code="ModelArts.4824")
    dataset.current_version = version
    Dataset.objects.filter(pk=dataset.pk).update(current_version=version)
    announce(dataset.topic)
    record(actor, Event.SET_CURRENT_VERSION, dataset, request={"version": version.name})
    return dataset


@transaction.atomic
def delete_version(*, actor: Actor, dataset: Dataset, version: Version) -> None:
    """Forget a version; its manifest stays in the bucket, since others may read it."""
    authorize(actor, Action.VERSION_DELETE, dataset)
    if version.state == VERSION_CREATING:
        raise Conflict(_("The version is still being written. Stop that job first."), code="ModelArts.4343")
    name = version.name
    version.delete()
    dataset.refresh_from_db(fields=["current_version"])
    announce(dataset.topic)
    record(actor, Event.DELETE_DATASET_VERSION, dataset, request={"version": name})


_BUSY = {
    "importing": "ModelArts.4356",
    "creating": "ModelArts.4356",
    "syncing": "ModelArts.4355",
    "publishing": "ModelArts.4343",
    "switching": "ModelArts.4349",
    "deleting": "ModelArts.4344",
}


def busy(dataset: Dataset, action: str) -> str | None:
    """Why the data set cannot be taken for a piece of long work just now; None when it can."""
    if DATASET.allows(dataset.state, action):
        return None
    state = DATASET.labels[dataset.state]
    return _("The data set is busy (%(state)s). Wait until that has ended.") % {"state": state}


def move(dataset: Dataset, action: str) -> None:
    """Take the data set for one piece of long work; Conflict says which other one holds it."""
    if reason := busy(dataset, action):
        raise Conflict(reason, code=_BUSY.get(dataset.state))
    DATASET.apply(dataset, action)


def _next_number(dataset: Dataset) -> int:
    """The number of the next version; whoever published under that name by hand makes it the one after."""
    while True:
        Dataset.objects.filter(pk=dataset.pk).update(next_version_number=F("next_version_number") + 1)
        dataset.refresh_from_db(fields=["next_version_number"])
        number = dataset.next_version_number - 1
        if not Version.objects.filter(dataset=dataset, name=f"V{number:03d}").exists():
            return number
