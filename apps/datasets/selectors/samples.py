"""Reads of samples: filtered lists that cost the same at a million samples as at ten thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import Person
from apps.core.errors import NotFound
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors.search import Alternative, Condition, alternatives, known_count, matches
from apps.datasets.states import SampleState
from apps.tenants import walls
from apps.tenants.actors import Actor

COUNTED_AT_MOST = 200
"""Matches of a filter that no counter knows are counted up to here: rare ones among many cost a look at each."""


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
    """One page of samples: by creation, or where a single condition asks for a folder by path, for a prefix by name.

    `after` continues behind a sample and costs the same at any depth; `skip` passes over that many samples and
    costs time in proportion, for clients that count pages.
    """
    wanted_ones = alternatives(dataset, conditions)
    order = wanted_ones[0].order if len(wanted_ones) == 1 else "pk"
    known = known_count(dataset, state, wanted_ones[0]) if len(wanted_ones) == 1 else None
    if after is not None:
        skip = 0
    wanted = skip + limit + 1
    if len(wanted_ones) != 1:
        found = _merged(dataset, state, wanted_ones, after, newest_first, skip, wanted)
    elif skip:
        found = _skipped(matches(dataset, state, wanted_ones[0]), order, newest_first, skip, wanted, known)
    elif order != "pk":
        rows = _behind(matches(dataset, state, wanted_ones[0]), order, dataset, after, newest_first)
        found = list(_ordered(rows, order, newest_first)[:wanted])
    else:
        rows = matches(dataset, state, wanted_ones[0], after, newest_first)
        found = list(_ordered(rows, order, newest_first)[:wanted])
    count, is_least = (known, False) if known is not None else (len(found), False)
    if known is None and (after is not None or skip or len(found) > limit):
        count, is_least = _counted(dataset, state, wanted_ones)
    shown = found[:limit]
    return SamplePage(shown, shown[-1].pk if len(found) > limit else None, count, is_least)


def count_newer(
    dataset: Dataset, than: UUID, *, state: SampleState | None = None, conditions: Sequence[Condition] = ()
) -> tuple[int, bool]:
    """How many matches were added after the sample `than`, counted up to a limit, and whether there are more."""
    ids: set[UUID] = set()
    for alternative in alternatives(dataset, conditions):
        rows = matches(dataset, state, alternative, than, newest_first=False)
        ids.update(rows.values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])
    return min(len(ids), COUNTED_AT_MOST), len(ids) > COUNTED_AT_MOST


def newest_id(dataset: Dataset) -> UUID:
    """The id of the sample that was added last, below all ids when there is none."""
    newest = Sample.objects.filter(dataset=dataset).order_by("-pk").values_list("pk", flat=True).first()
    return newest or UUID(int=0)


def get_sample(dataset: Dataset, sample_id: UUID) -> Sample:
    sample = Sample.objects.filter(dataset=dataset, pk=sample_id).first()
    if sample is None:
        raise NotFound(_("There is no such sample in this data set."), code="ModelArts.4420")
    sample.dataset = dataset
    return sample


def get_sample_anywhere(dataset_id: str, sample_id: UUID) -> Sample:
    """A sample for a caller who asks for permission afterwards, with its data set, tenant and project."""
    found = Sample.objects.select_related("dataset__tenant", "dataset__project")
    found = found.filter(pk=sample_id, dataset__public_id=dataset_id)
    if walls.stands_behind_one():
        sample = found.first()
    else:
        with walls.every_tenant("a worker's file says for which tenant they work"):
            sample = found.first()
    if sample is None:
        raise NotFound(_("There is no such sample."), code="ModelArts.4420")
    return sample


def within_owner(actor: Actor, sample: Sample) -> Actor:
    """A worker acts within the tenant of the sample they ask for; whether they may is asked next."""
    if not actor.is_worker:
        return actor
    walls.enter(sample.tenant_id)
    return actor.within(sample.dataset.tenant, sample.dataset.project)


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


def _behind(
    samples: QuerySet[Sample], order: str, dataset: Dataset, after: UUID | None, descending: bool
) -> QuerySet[Sample]:
    """The samples behind `after` in the order of paths, which are unique, or of names, which are not."""
    if after is None:
        return samples
    sample = get_sample(dataset, after)
    bound = "lt" if descending else "gt"
    if order == "source":
        return samples.filter(**{f"source__{bound}": sample.source})
    alike = Q(name=sample.name, **{f"pk__{bound}": sample.pk})
    # The first part is where the range in the index starts; the data base does not see it in the second.
    return samples.filter(Q(**{f"name__{bound}": sample.name}) | alike, **{f"name__{bound}e": sample.name})


def _ordered(samples: QuerySet[Sample], order: str, newest_first: bool) -> QuerySet[Sample]:
    fields = ("name", "pk") if order == "name" else (order,)
    return samples.order_by(*(f"-{field}" for field in fields) if newest_first else fields)


def _skipped(
    samples: QuerySet[Sample], order: str, newest_first: bool, start: int, end: int, count: int | None
) -> list[Sample]:
    """Rows `start` to `end` of the order, found among index entries alone, and from the nearer end."""
    if count is not None and start > count // 2:
        first, last = max(0, count - end), max(0, count - start)
        ids = list(_ordered(samples, order, not newest_first).values_list("pk", flat=True)[first:last])[::-1]
    else:
        ids = list(_ordered(samples, order, newest_first).values_list("pk", flat=True)[start:end])
    rows = Sample.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _merged(
    dataset: Dataset,
    state: SampleState | None,
    either: Sequence[Alternative],
    after: UUID | None,
    newest_first: bool,
    skip: int,
    wanted: int,
) -> list[Sample]:
    """The head of several ordered scans as one: each gives at most what the whole page needs."""
    ids: set[UUID] = set()
    for alternative in either:
        rows = matches(dataset, state, alternative, after, newest_first)
        ids.update(_ordered(rows, "pk", newest_first).values_list("pk", flat=True)[:wanted])
    chosen = sorted(ids, reverse=newest_first)[skip:wanted]
    rows_by_id = Sample.objects.in_bulk(chosen)
    return [rows_by_id[pk] for pk in chosen if pk in rows_by_id]


def _counted(dataset: Dataset, state: SampleState | None, either: Sequence[Alternative]) -> tuple[int, bool]:
    """The number of matches up to a limit, and whether there are more."""
    ids: set[UUID] = set()
    for alternative in either:
        ordered = _ordered(matches(dataset, state, alternative), alternative.order, True)
        ids.update(ordered.values_list("pk", flat=True)[: COUNTED_AT_MOST + 1])
    return min(len(ids), COUNTED_AT_MOST), len(ids) > COUNTED_AT_MOST
