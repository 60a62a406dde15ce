"""Reads of labels; the label set of a data set is memoised, because every answer that is given needs it."""

from __future__ import annotations

import threading
from collections import OrderedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.datasets.models import Dataset, Label
from apps.labeltypes.labels import AttributeSpec, LabelSet, LabelSpec

_KEPT = 256
_memo: OrderedDict[tuple[int, int], LabelSet] = OrderedDict()
_lock = threading.Lock()


def labels_of(dataset: Dataset) -> LabelSet:
    """The labels that samples of a data set may carry; costs no query while they stay the same.

    The memo's key holds the label revision, which never repeats: see `models.label_revision`.
    """
    key = (dataset.pk, dataset.label_revision)
    with _lock:
        if (known := _memo.get(key)) is not None:
            _memo.move_to_end(key)
            return known
    built = LabelSet([spec_of(label) for label in label_rows(dataset)])
    with _lock:
        _memo[key] = built
        while len(_memo) > _KEPT:
            _memo.popitem(last=False)
    return built


def label_rows(dataset: Dataset) -> QuerySet[Label]:
    """Rows of labels in the order people gave them."""
    return Label.objects.filter(dataset=dataset).order_by("position", "pk")


def get_label(dataset: Dataset, name: str) -> Label:
    """A label by its name; NotFound otherwise."""
    label = Label.objects.filter(dataset=dataset, name=name).first()
    if label is None:
        raise NotFound(_("There is no label '%(name)s' in this data set.") % {"name": name}, code="ModelArts.4410")
    return label


def spec_of(label: Label) -> LabelSpec:
    return LabelSpec(
        id=label.pk,
        name=label.name,
        color=label.color,
        shortcut=label.shortcut,
        attributes=tuple(
            AttributeSpec(
                name=attribute["name"],
                type=attribute["type"],
                values=tuple(attribute["values"]),
                default=attribute["default"],
            )
            for attribute in label.attributes
        ),
        default_shape=label.default_shape,
    )
