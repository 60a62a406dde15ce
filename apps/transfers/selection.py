"""Which of the records of an import are wanted, and turning their annotations into stored ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Said
from apps.datasets.models import Dataset
from apps.datasets.services import ensure_labels
from apps.formats.records import Problem, capped
from apps.labeltypes import Annotation, LabelSet, SampleContext, label_types


@dataclass(frozen=True, slots=True)
class Selection:
    """What the person who started an import asked for.

    `included` and `excluded` are label names: only samples with one of the former, none with one of the latter.
    """

    annotations: bool = True
    difficult_only: bool = False
    included: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Selection:
        """From a job's parameters, as `as_params` wrote them."""
        return cls(
            annotations=params.get("annotations", True),
            difficult_only=params.get("difficult_only", False),
            included=frozenset(params.get("included", ())),
            excluded=frozenset(params.get("excluded", ())),
        )

    def as_params(self) -> dict[str, Any]:
        return {
            "annotations": self.annotations,
            "difficult_only": self.difficult_only,
            "included": sorted(self.included),
            "excluded": sorted(self.excluded),
        }

    @property
    def takes_all(self) -> bool:
        return not (self.difficult_only or self.included or self.excluded)

    def wants(self, annotation: Annotation | None, hard: bool) -> bool:
        names = {mark["name"] for mark in annotation or ()}
        if self.difficult_only and not (hard or any(mark.get("hard") for mark in annotation or ())):
            return False
        if self.included and not names & self.included:
            return False
        return not names & self.excluded


def needed_labels(annotations: Iterable[Annotation | None]) -> dict[str, set[str]]:
    """Label name -> names of attributes, of all marks together: what `ensure_labels` asks for."""
    needed: dict[str, set[str]] = {}
    for annotation in annotations:
        for mark in annotation or ():
            attributes = needed.get(mark["name"])
            if attributes is None:
                attributes = needed[mark["name"]] = set()
            if "attributes" in mark:
                attributes.update(mark["attributes"])
    return needed


def labels_for(dataset: Dataset, annotations: Sequence[Annotation | None]) -> LabelSet:
    """The data set's labels after adding those that the annotations name."""
    return ensure_labels(dataset, needed_labels(annotations))


def stored_form(
    dataset: Dataset, labels: LabelSet, annotation: Annotation, width: int | None, height: int | None
) -> tuple[Annotation | None, list[Said]]:
    """As much of an annotation as the label type accepts, in stored form, and a sentence for each thing changed,
    of which a sample of nonsense gives no more than `MOST_PROBLEMS`.

    None where marks were given and none could be used: then the sample still has to be labelled.
    """
    kept, found = label_types.get(dataset.label_type).salvage(annotation, labels, SampleContext(width, height))
    reasons = [problem.reason for problem in capped([Problem("", reason, "mark") for reason in found])]
    if annotation and not kept:
        return None, reasons
    return labels.encode(kept), reasons
