"""Reads of samples: filtered lists that cost the same at a million samples as at ten thousand.

A filter is a list of conditions, any of which a sample may meet; within a condition all parts hold. Each condition
becomes alternatives that one index answers in the order of its own keys, so a page is the head of a few range scans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import Invalid, NotFound
from apps.core.ids import id_at
from apps.datasets.models import Dataset, Label, LabelUse, Sample
from apps.datasets.selectors.labels import labels_of
from apps.datasets.states import SampleState
from apps.tenants.actors import Actor

COUNTED_AT_MOST = 200
"""Matches of a filter that no counter knows are counted up to here: rare ones among many cost a look at each."""

MOST_ALTERNATIVES = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """What a sample must meet, all parts together; a part that is empty or None asks for nothing.

    `folder` is `bucket/key/` and means everything below it. `since` is included, `until` is not.
    """

    labels: tuple[str, ...] = ()
    every_label: bool = False
    name: str = ""
    folder: str = ""
    hard: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    labeler: str = ""


@dataclass(frozen=True, slots=True)
class SamplePage:
    """`rows` in the asked order. `next` is the id behind which the following page begins, None at the end.

    `count` is the number of all matches; where `is_least` is true there are that many or more.
    """

    rows: list[Sample]
    next: UUID | None
    count: int
    is_least: bool


def sample_page(
    dataset: Dataset,
    *,
    state: SampleState | None = None,
    conditions: Sequence[Condition] = (),
    limit: int,
    after: UUID | None = None,
    skip: int = 0,
    newest_first: bool = True,
) -> SamplePage:
    """One page of samples, by creation, or by path where a single condition asks for a folder.

    `after` continues behind a sample and costs the same at any depth; `skip` passes over that many samples and
    costs time in proportion, for clients that count pages.
    """
    alternatives = _alternatives(dataset, conditions)
    by_path = len(alternatives) == 1 and bool(alternatives[0].folder)
    known = _known_count(dataset, state, alternatives[0]) if len(alternatives) == 1 else None
    if after is not None:
        skip = 0
    wanted = skip + limit + 1
    if len(alternatives) != 1:
        found = _merged(dataset, state, alternatives, after, newest_first, skip, wanted)
    elif skip:
        found = _skipped(_matches(dataset, state, alternatives[0]), by_path, newest_first, skip, wanted, known)
    else:
        rows = _behind(_matches(dataset, state, alternatives[0]), dataset, after, by_path, newest_first)
        found = list(_ordered(rows, by_path, newest_first)[:wanted])
    count, is_least = (known, False) if known is not None else (len(found), False)
    if known is None and (after is not None or skip or len(found) > limit):
        count, is_least = _counted(dataset, state, alternatives)
    shown = found[:limit]
    return SamplePage(shown, shown[-1].pk if len(found) > limit else None, count, is_least)


def get_sample(dataset: Dataset, sample_id: UUID) -> Sample:
    sample = Sample.objects.filter(dataset=dataset, pk=sample_id).first()
    if sample is None:
        raise NotFound(_("There is no such sample in this data set."), code="ModelArts.4420")
    sample.dataset = dataset
    return sample


def get_sample_anywhere(dataset_id: str, sample_id: UUID) -> Sample:
    """A sample for a caller who asks for permission afterwards, with its data set, tenant and project."""
    sample = (
        Sample.objects.select_related("dataset__tenant", "dataset__project")
        .filter(pk=sample_id, dataset__public_id=dataset_id)
        .first()
    )
    if sample is None:
        raise NotFound(_("There is no such sample."), code="ModelArts.4420")
    return sample


def within_owner(actor: Actor, sample: Sample) -> Actor:
    """A worker acts within the tenant of the sample they ask for; whether they may is asked next."""
    return actor.within(sample.dataset.tenant, sample.dataset.project) if actor.is_worker else actor


def labelers_of(dataset: Dataset, *, limit: int = 100) -> list[str]:
    """Sign-in names of people who labelled samples, by hopping from one to the next in the index."""
    people: list[int] = []
    labelled = Sample.objects.filter(dataset=dataset, labelled_by__isnull=False).order_by("labelled_by")
    following = labelled.values_list("labelled_by", flat=True).first()
    while following is not None and len(people) < limit:
        people.append(following)
        following = labelled.filter(labelled_by__gt=following).values_list("labelled_by", flat=True).first()
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "login"))
    return [names[each] for each in people if each in names]


@dataclass(frozen=True, slots=True)
class _Alternative:
    """A condition in terms of rows: all of `labels`, the most selective first."""

    labels: tuple[int, ...]
    name: str
    folder: str
    hard: bool | None
    since: datetime | None
    until: datetime | None
    labeler: int | None

    @property
    def is_everything(self) -> bool:
        return self == _EVERYTHING


_EVERYTHING = _Alternative((), "", "", None, None, None, None)


def _alternatives(dataset: Dataset, conditions: Sequence[Condition]) -> list[_Alternative]:
    """The conditions taken apart until each needs one range scan; an unknown label or person matches nothing."""
    if not conditions:
        return [_EVERYTHING]
    found: list[_Alternative] = []
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
        base = _Alternative(
            (),
            condition.name,
            condition.folder,
            condition.hard,
            condition.since,
            condition.until,
            labeler.pk if labeler else None,
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


def _matches(dataset: Dataset, state: SampleState | None, wanted: _Alternative) -> QuerySet[Sample]:
    samples = Sample.objects.filter(dataset=dataset)
    if state is not None:
        samples = samples.filter(state=state)
    if wanted.labels:
        samples = samples.filter(uses__label=wanted.labels[0])
        for label in wanted.labels[1:]:
            samples = samples.filter(Exists(LabelUse.objects.filter(label=label, sample=OuterRef("pk"))))
    if wanted.name:
        samples = samples.filter(name=wanted.name)
    if wanted.folder:
        # The keys below a folder are one range in the order of bytes: "/" is followed by "0".
        samples = samples.filter(source__gte=wanted.folder, source__lt=wanted.folder[:-1] + "0")
    if wanted.hard is not None:
        samples = samples.filter(hard=wanted.hard)
    if wanted.since is not None:
        samples = samples.filter(pk__gte=id_at(int(wanted.since.timestamp() * 1000)))
    if wanted.until is not None:
        samples = samples.filter(pk__lt=id_at(int(wanted.until.timestamp() * 1000)))
    if wanted.labeler is not None:
        samples = samples.filter(labelled_by=wanted.labeler)
    return samples


def _behind(
    samples: QuerySet[Sample], dataset: Dataset, after: UUID | None, by_path: bool, newest_first: bool
) -> QuerySet[Sample]:
    if after is None:
        return samples
    comparison = "lt" if newest_first else "gt"
    if by_path:
        return samples.filter(**{f"source__{comparison}": get_sample(dataset, after).source})
    return samples.filter(**{f"pk__{comparison}": after})


def _ordered(samples: QuerySet[Sample], by_path: bool, newest_first: bool) -> QuerySet[Sample]:
    field = "source" if by_path else "pk"
    return samples.order_by(f"-{field}" if newest_first else field)


def _skipped(
    samples: QuerySet[Sample], by_path: bool, newest_first: bool, start: int, end: int, count: int | None
) -> list[Sample]:
    """Rows `start` to `end` of the order, found among index entries alone, and from the nearer end."""
    if count is not None and start > count // 2:
        first, last = max(0, count - end), max(0, count - start)
        ids = list(_ordered(samples, by_path, not newest_first).values_list("pk", flat=True)[first:last])[::-1]
    else:
        ids = list(_ordered(samples, by_path, newest_first).values_list("pk", flat=True)[start:end])
    rows = Sample.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _merged(
    dataset: Dataset,
    state: SampleState | None,
    alternatives: Sequence[_Alternative],
    after: UUID | None,
    newest_first: bool,
    skip: int,
    wanted: int,
) -> list[Sample]:
    """The head of several ordered scans as one: each gives at most what the whole page needs."""
    ids: set[UUID] = set()
    for alternative in alternatives:
        rows = _behind(_matches(dataset, state, alternative), dataset, after, False, newest_first)
        ids.update(_ordered(rows, False, newest_first).values_list("pk", flat=True)[:wanted])
    chosen = sorted(ids, reverse=newest_first)[skip:wanted]
    rows_by_id = Sample.objects.in_bulk(chosen)
    return [rows_by_id[pk] for pk in chosen if pk in rows_by_id]


def _counted(dataset: Dataset, state: SampleState | None, alternatives: Sequence[_Alternative]) -> tuple[int, bool]:
    """The number of matches up to a limit, and whether there are more."""
    ids: set[UUID] = set()
    for alternative in alternatives:
        ordered = _ordered(_matches(dataset, state, alternative), bool(alternative.folder), True)
        ids.update(ordered.values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])
    return min(len(ids), COUNTED_AT_MOST), len(ids) > COUNTED_AT_MOST


def _known_count(dataset: Dataset, state: SampleState | None, wanted: _Alternative) -> int | None:
    """The number of matches where a counter knows it."""
    if wanted.is_everything:
        return {
            None: dataset.sample_count,
            SampleState.UNLABELLED: dataset.unlabelled_count,
            SampleState.LABELLED: dataset.labelled_count,
            SampleState.TO_CONFIRM: dataset.to_confirm_count,
        }[state]
    if state is None and wanted == replace(_EVERYTHING, hard=True):
        return dataset.hard_count
    if state is None and wanted.labels and wanted == replace(_EVERYTHING, labels=wanted.labels[:1]):
        return Label.objects.values_list("sample_count", flat=True).filter(pk=wanted.labels[0]).first() or 0
    return None
