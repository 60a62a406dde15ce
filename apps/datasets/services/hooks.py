"""What higher apps want to be told, inside the transaction, when the samples of a data set come or go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from apps.datasets.models import Dataset
from apps.tenants.actors import Actor

SamplesAdded = Callable[[Actor, Dataset], None]
SamplesRemoved = Callable[[Dataset, Sequence[UUID]], None]

samples_added: list[SamplesAdded] = []
"""Called once at the end of an import or a synchronisation that added samples."""

samples_removed: list[SamplesRemoved] = []
"""Called with the ids of samples just before they are deleted."""


def tell_samples_added(actor: Actor, dataset: Dataset) -> None:
    for hook in samples_added:
        hook(actor, dataset)


def tell_samples_removed(dataset: Dataset, ids: Sequence[UUID]) -> None:
    for hook in samples_removed:
        hook(dataset, ids)
