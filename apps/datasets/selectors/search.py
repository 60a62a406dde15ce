"""What a search for samples means in terms of rows.

A search is a list of conditions, any of which a sample may meet; within a condition all parts hold. Each condition
becomes alternatives that one index answers in the order of its own keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import Invalid
from apps.core.ids import id_at
from apps.datasets.models import Dataset, Label, LabelUse, Sample
from apps.datasets.selectors.labels import labels_of
from apps.datasets.states import SampleState

MOST_ALTERNATIVES = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """What a sample must meet, all parts together; a part that is empty or None asks for nothing.

    `name` is a whole file name, `prefix` the beginning of one. `folder` is `bucket/key/` and means everything below it.
    `since` is included, `until` is not.
    """

    labels: tuple[str, ...] = ()
    every_label: bool = False
    name: str = ""
    folder: str = ""
    hard: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    labeler: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A condition in terms of rows: all of `labels`, the most selective first."""

    labels: tuple[int, ...]
    name: str
    folder: str
    hard: bool | None
    since: datetime | None
    until: datetime | None
    labeler: int | None
    prefix: str = ""

    @property
    def is_everything(self) -> bool:
        return self == EVERYTHING

    @property
    def order(self) -> str:
        """The field whose index answers it as one range, and in whose order its matches are listed."""
        return "source" if self.folder else "name" if self.prefix else "pk"


EVERYTHING = Alternative((), "", "", None, None, None, None)


def alternatives(dataset: Dataset, conditions: Sequence[Condition]) -> list[Alternative]:
    """The conditions taken apart until each needs one range scan; an unknown label or person matches nothing."""
    if not conditions:
        return [EVERYTHING]
    found: list[Alternative] = []
    for condition in conditions:
        labeler = None
        if condition.labeler:
            labeler = Person.objects.filter(Q(login=condition.labeler) | Q(email=condition.labeler.lower())).first()
            if labeler is None:
                continue
        specs = labels_of(dataset).by_name
        known = [specs[name].id for name in dict.fromkeys(condition.labels) if name in specs]
        if condition.labels and (not known or (condition.every_label and len(known) < len(set(condition.labels)))):
            continue
        base = Alternative(
            (),
            condition.name,
            condition.folder,
            condition.hard,
            condition.since,
            condition.until,
            labeler.pk if labeler else None,
            condition.prefix,
        )
        if condition.every_label and len(known) > 1:
            rarest = Label.objects.filter(pk__in=known).order_by("sample_count").values_list("pk", flat=True)
            found.append(replace(base, labels=tuple(rarest)))
        else:
            found.extend(replace(base, labels=(label,)) for label in known)
            if not known:
                found.append(base)
    if len(found) > MOST_ALTERNATIVES:
        raise Invalid(
            _("A search has at most %(most)d alternatives.") % {"most": MOST_ALTERNATIVES}, field="search_conditions"
        )
    return list(dict.fromkeys(found))


def matches(
    dataset: Dataset,
    state: SampleState | None,
    wanted: Alternative,
    after: UUID | None = None,
    newest_first: bool = True,
) -> QuerySet[Sample]:
    """The samples of an alternative, `after` (in order of creation) where that is given."""
    bounds = _bounds(wanted, after, newest_first)
    samples = Sample.objects.filter(dataset=dataset, **{f"pk__{bound}": pk for bound, pk in bounds.items()})
    if state is not None:
        samples = samples.filter(state=state)
    if wanted.labels:
        # The data base does not carry the bounds over to the uses by itself, and would read them from their beginning.
        of_uses = {f"uses__sample__{bound}": pk for bound, pk in bounds.items()}
        samples = samples.filter(uses__label=wanted.labels[0], **of_uses)
        for label in wanted.labels[1:]:
            uses = LabelUse.objects.filter(label=label, **{f"sample__{bound}": pk for bound, pk in bounds.items()})
            samples = samples.filter(Exists(uses.filter(sample=OuterRef("pk"))))
    if wanted.name:
        samples = samples.filter(name=wanted.name)
    if wanted.prefix:
        samples = samples.filter(name__gte=wanted.prefix)
        if end := behind_prefix(wanted.prefix):
            samples = samples.filter(name__lt=end)
    if wanted.folder:
        # The keys below a folder are one range in the order of bytes: "/" is followed by "0".
        samples = samples.filter(source__gte=wanted.folder, source__lt=wanted.folder[:-1] + "0")
    if wanted.hard is not None:
        samples = samples.filter(hard=wanted.hard)
    if wanted.labeler is not None:
        samples = samples.filter(labelled_by=wanted.labeler)
    return samples


def behind_prefix(prefix: str) -> str:
    """The first text, in the order of bytes, behind all that begin with `prefix`; "" when there is none."""
    kept = prefix.rstrip("\U0010ffff")
    if not kept:
        return ""
    following = ord(kept[-1]) + 1
    # Surrogates are no characters of a text.
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)


def _bounds(wanted: Alternative, after: UUID | None, newest_first: bool) -> dict[str, UUID]:
    """Lookups that narrow the ids: the times asked for, and what lies behind `after`."""
    bounds: dict[str, UUID] = {}
    if wanted.since is not None:
        bounds["gte"] = id_at(int(wanted.since.timestamp() * 1000))
    if wanted.until is not None:
        bounds["lt"] = id_at(int(wanted.until.timestamp() * 1000))
    if after is not None:
        bound = "lt" if newest_first else "gt"
        bounds[bound] = min(after, bounds[bound]) if bound in bounds else after
    return bounds


def known_count(dataset: Dataset, state: SampleState | None, wanted: Alternative) -> int | None:
    """The number of matches where a counter knows it."""
    if wanted.is_everything:
        return {
            None: dataset.sample_count,
            SampleState.UNLABELLED: dataset.unlabelled_count,
            SampleState.LABELLED: dataset.labelled_count,
            SampleState.TO_CONFIRM: dataset.to_confirm_count,
        }[state]
    if state is None and wanted == replace(EVERYTHING, hard=True):
        return dataset.hard_count
    if state is None and wanted.labels and wanted == replace(EVERYTHING, labels=wanted.labels[:1]):
        return Label.objects.values_list("sample_count", flat=True).filter(pk=wanted.labels[0]).first() or 0
    return None
