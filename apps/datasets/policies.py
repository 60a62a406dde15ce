"""Conditions that a grant on the object itself cannot say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.grants import Grant
from apps.access.selectors import holds_grant
from apps.access.services import forbids, grants
from apps.datasets.models import Dataset, Sample
from apps.datasets.states import DELETING
from apps.tenants.actors import Actor


@grants(Action.SAMPLE_VIEW)
def viewers_of_the_dataset_see_its_samples(actor: Actor, obj: Any) -> bool:
    return isinstance(obj, Sample) and holds_grant(actor, obj.dataset, Grant.VIEW)


@forbids(
    Action.DATASET_UPDATE,
    Action.DATASET_IMPORT,
    Action.DATASET_SYNC,
    Action.DATASET_PUBLISH,
    Action.LABEL_CREATE,
    Action.LABEL_UPDATE,
    Action.LABEL_DELETE,
    Action.SAMPLE_LABEL,
    Action.SAMPLE_DELETE,
    Action.VERSION_SET_CURRENT,
    Action.VERSION_DELETE,
)
def nothing_changes_while_a_dataset_is_deleted(actor: Actor, obj: Any) -> str | None:
    if isinstance(obj, Dataset) and obj.state == DELETING:
        return _("The data set is being deleted.")
    return None
