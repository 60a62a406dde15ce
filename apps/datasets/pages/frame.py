"""What every page of one data set has around its content: the data set, its tabs, what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Denied, NotFound
from apps.datasets.models import Dataset
from apps.datasets.selectors import get_dataset
from apps.datasets.services import authorize_file_deletion, busy
from apps.jobs.handlers import handlers
from apps.jobs.models import Job
from apps.labeltypes import label_types
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user


@dataclass(frozen=True, slots=True)
class KindWords:
    """How people are told what a label type is for. `icon` is a name of the sprite."""

    key: str
    title: Any
    text: Any
    icon: str


_WORDS = {
    "image_classification": KindWords(
        "image_classification",
        gettext_lazy("Image classification"),
        gettext_lazy("Says which labels a picture as a whole carries, one or several."),
        "tag",
    ),
    "object_detection": KindWords(
        "object_detection",
        gettext_lazy("Object detection"),
        gettext_lazy("Says what is where: rectangles, polygons, circles, lines and points in a picture."),
        "box",
    ),
}


def kind_words(key: str) -> KindWords:
    """The words of a label type; a type that nobody has written words for is shown by its title."""
    return _WORDS.get(key) or KindWords(key, label_types.get(key).title, "", "dataset")


def all_kinds() -> list[KindWords]:
    return [kind_words(kind.key) for kind in label_types]


def asked(query: QueryDict, name: str, longest: int) -> str:
    """A text in the query of an address: trimmed, cut, and without NUL, which no database can look for."""
    return query.get(name, "").replace("\0", "").strip()[:longest]


def row_marker(query: QueryDict, name: str) -> int | None:
    """The primary key at which a page of a list begins; None when there is none, or what is there is not one."""
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None


def open_dataset(request: HttpRequest, dataset_id: str) -> tuple[Actor, Dataset]:
    """Who asks, and the data set of the address. NotFound when they may not see it."""
    actor = require_user(request)
    return actor, get_dataset(actor, dataset_id)


def frame(request: HttpRequest, dataset: Dataset, tab: str) -> dict[str, Any]:
    """The context that `datasets/frame.html` needs; `here` is the address that its live parts refetch."""
    return {
        "dataset": dataset,
        "tab": tab,
        "kind": kind_words(dataset.label_type),
        "here": request.get_full_path(),
    }


def refused(actor: Actor, action: Action, dataset: Dataset, *, takes: str = "") -> str | None:
    """Why a button is greyed out; `takes` is the move that the work behind it makes the data set go through."""
    return refusal(actor, action, dataset) or (busy(dataset, takes) if takes else None)


def file_refusal(actor: Actor, dataset: Dataset) -> str | None:
    """Why samples cannot be deleted together with their files."""
    try:
        authorize_file_deletion(actor, dataset)
    except (Denied, NotFound) as error:
        return str(error)
    return None


def publish_refusal(actor: Actor, dataset: Dataset) -> str | None:
    reason = refused(actor, Action.DATASET_PUBLISH, dataset, takes="publish")
    if reason is None and not dataset.sample_count:
        return _("The data set has no samples yet. Import some first.")
    return reason


def shown_job(actor: Actor, job: Job) -> dict[str, Any]:
    """A job as `jobs/_progress.html` takes it."""
    job.title = handlers.get(job.kind).title if job.kind in handlers else job.kind  # type: ignore[attr-defined]
    return {
        "job": job,
        "stop_refusal": refusal(actor, Action.JOB_STOP, job),
        "retry_refusal": refusal(actor, Action.JOB_RETRY, job),
    }
