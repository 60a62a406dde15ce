"""Reads of data sets and versions."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.access.selectors import visible_to
from apps.core.errors import NotFound
from apps.datasets.models import Dataset, Version
from apps.datasets.states import DELETING
from apps.tenants.actors import Actor


def datasets_of(
    actor: Actor, *, name_contains: str = "", label_type: str = "", newest_first: bool = True, by_name: bool = False
) -> QuerySet[Dataset]:
    """The data sets that the actor may see in their project (in all of them, where they are bound to none)."""
    found = visible_to(actor, Dataset.objects.all()).exclude(state=DELETING)
    if actor.project is not None:
        found = found.filter(project=actor.project)
    if name_contains:
        found = found.filter(name__icontains=name_contains)
    if label_type:
        found = found.filter(label_type=label_type)
    order = "name" if by_name else "pk"
    return found.select_related("current_version").order_by(f"-{order}" if newest_first else order)


def get_dataset(actor: Actor, public_id: str) -> Dataset:
    """A data set by its public id; NotFound when there is none or the actor may not see it: the two answer alike."""
    found = visible_to(actor, Dataset.objects.all())
    if actor.project is not None:
        found = found.filter(project=actor.project)
    dataset = found.filter(public_id=public_id).select_related("tenant", "project", "current_version").first()
    if dataset is None:
        raise NotFound(_("There is no such data set."), code="ModelArts.4352")
    return dataset


def versions_of(dataset: Dataset) -> QuerySet[Version]:
    """Versions, newest first."""
    return Version.objects.filter(dataset=dataset).select_related("previous").order_by("-number")


def get_version(dataset: Dataset, public_id: str) -> Version:
    version = versions_of(dataset).filter(public_id=public_id).first()
    if version is None:
        raise NotFound(_("There is no such version."), code="ModelArts.4353")
    version.dataset = dataset
    return version
