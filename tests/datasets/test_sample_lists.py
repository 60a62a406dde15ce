"""Lists of samples: every filter, every page, both directions, and what they cost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import Condition, count_newer, labelers_of, newest_id, sample_page
from apps.datasets.selectors.search import Alternative, behind_prefix, matches
from apps.datasets.services import NewSample, Submission
from apps.datasets.states import SampleState
from tests.factories import Customer, a_dataset


@pytest.fixture
def many(acme: Customer) -> Dataset:
    """Thirty samples in three folders; every second is a cat, every third a dog, every fifth difficult."""
    dataset = a_dataset(acme, files={})
    labels = {name: spec.id for name, spec in services.ensure_labels(dataset, {}).by_name.items()}
    samples = []
    for number in range(30):
        marks = [{"label": labels[name]} for name, step in (("cat", 2), ("dog", 3)) if number % step == 0]
        samples.append(
            NewSample(
                source=f"{acme.bucket.name}/{'abc'[number % 3]}/{number:02}.jpg",
                annotation=marks or None,
                hard=number % 5 == 0,
            )
        )
    services.add_samples(dataset, samples)
    dataset.refresh_from_db()
    return dataset


def numbers(rows: list[Sample]) -> list[int]:
    return [int(sample.name[:2]) for sample in rows]


def walked(dataset: Dataset, limit: int = 4, newest_first: bool = False, **filters: object) -> list[int]:
    """All pages, one after the other by marker."""
    after: UUID | None = None
    seen: list[int] = []
    while True:
        page = sample_page(dataset, limit=limit, after=after, newest_first=newest_first, **filters)  # type: ignore[arg-type]
        seen += numbers(page.rows)
        if page.next is None:
            return seen
        assert len(page.rows) == limit
        after = page.next


FILTERS: list[tuple[dict[str, object], set[int]]] = [
    ({}, set(range(30))),
    ({"state": SampleState.UNLABELLED}, {n for n in range(30) if n % 2 and n % 3}),
    ({"state": SampleState.LABELLED}, {n for n in range(30) if not n % 2 or not n % 3}),
    ({"conditions": [Condition(labels=("cat",))]}, set(range(0, 30, 2))),
    ({"conditions": [Condition(labels=("cat", "dog"))]}, {n for n in range(30) if not n % 2 or not n % 3}),
    ({"conditions": [Condition(labels=("cat", "dog"), every_label=True)]}, set(range(0, 30, 6))),
    ({"conditions": [Condition(labels=("cat", "bird"), every_label=True)]}, set()),
    ({"conditions": [Condition(labels=("bird",))]}, set()),
    ({"conditions": [Condition(name="07.jpg")]}, {7}),
    ({"conditions": [Condition(name="7.jpg")]}, set()),
    ({"conditions": [Condition(prefix="0")]}, set(range(10))),
    ({"conditions": [Condition(prefix="07.jpg")]}, {7}),
    ({"conditions": [Condition(prefix="7")]}, set()),
    ({"conditions": [Condition(prefix="1", labels=("cat", "dog"))]}, {10, 12, 14, 15, 16, 18}),
    ({"conditions": [Condition(hard=True)]}, set(range(0, 30, 5))),
    ({"conditions": [Condition(hard=True, labels=("cat",))]}, {0, 10, 20}),
    ({"conditions": [Condition(hard=True), Condition(name="07.jpg")]}, {0, 5, 7, 10, 15, 20, 25}),
    ({"conditions": [Condition(labeler="nobody@example.org")]}, set()),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_every_filter_gives_its_samples_once_in_order_of_creation(
    many: Dataset, filters: dict[str, object], expected: set[int]
) -> None:
    assert walked(many, **filters) == sorted(expected)
    assert walked(many, newest_first=True, **filters) == sorted(expected, reverse=True)
    assert sample_page(many, limit=5, **filters).count == len(expected)  # type: ignore[arg-type]


def test_a_folder_holds_what_lies_below_it_in_order_of_names(acme: Customer, many: Dataset) -> None:
    below = [Condition(folder=f"{acme.bucket.name}/b/")]
    assert walked(many, conditions=below) == list(range(1, 30, 3))
    assert walked(many, newest_first=True, conditions=below) == list(range(28, 0, -3))
    assert walked(many, conditions=[Condition(folder=f"{acme.bucket.name}/")]) == sorted(
        range(30), key=lambda number: ("abc"[number % 3], number)
    )
    assert walked(many, conditions=[Condition(folder="someone-else/b/")]) == []


def test_files_of_one_name_are_all_found_by_its_beginning(acme: Customer, many: Dataset) -> None:
    services.add_samples(many, [NewSample(source=f"{acme.bucket.name}/{folder}/30.jpg") for folder in "defgh"])
    for newest_first in (False, True):
        found = walked(many, limit=2, newest_first=newest_first, conditions=[Condition(prefix="3")])
        assert found == [30] * 5


@given(st.text(min_size=1), st.text())
def test_what_begins_with_a_prefix_is_one_range_of_bytes(prefix: str, other: str) -> None:
    end = behind_prefix(prefix).encode()
    for text in (prefix, prefix + other, other):
        inside = prefix.encode() <= text.encode() and (not end or text.encode() < end)
        assert inside == text.startswith(prefix)


def test_a_prefix_is_answered_by_the_index_of_names(acme: Customer, many: Dataset) -> None:
    wanted = Alternative((), "", "", None, None, None, None, prefix="1")
    plan = matches(many, None, wanted).order_by("name", "pk").explain()
    if connection.vendor == "sqlite":
        assert "USING INDEX sample_by_name (dataset_id=? AND name>? AND name<?)" in plan
        assert "TEMP B-TREE" not in plan


def test_what_came_since_is_counted_up_to_a_limit(many: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.datasets.selectors.samples.COUNTED_AT_MOST", 5)
    ids = list(Sample.objects.filter(dataset=many).order_by("pk").values_list("pk", flat=True))
    assert newest_id(many) == ids[-1]
    assert count_newer(many, ids[-1]) == (0, False)
    assert count_newer(many, ids[-4]) == (3, False)
    assert count_newer(many, ids[-4], conditions=[Condition(labels=("cat",))]) == (1, False)
    assert count_newer(many, UUID(int=0)) == (5, True)


def test_a_time_is_the_time_of_creation(many: Dataset) -> None:
    now = timezone.now()
    assert len(walked(many, conditions=[Condition(since=now - timedelta(hours=1))])) == 30
    assert walked(many, conditions=[Condition(until=now - timedelta(hours=1))]) == []
    assert walked(many, conditions=[Condition(since=now + timedelta(hours=1))]) == []


def test_a_labeler_is_found_by_sign_in_name(acme: Customer, many: Dataset) -> None:
    sample = Sample.objects.get(name="04.jpg")
    services.label_samples(actor=acme.actor, dataset=many, submissions=[Submission(sample.pk, [{"name": "dog"}])])
    assert walked(many, conditions=[Condition(labeler=acme.admin.login)]) == [4]
    assert labelers_of(many) == [acme.admin.login]


def test_pages_can_be_counted_as_well(many: Dataset) -> None:
    page = sample_page(many, limit=7, skip=14, newest_first=False)
    assert numbers(page.rows) == list(range(14, 21))
    assert page.next == page.rows[-1].pk
    mixed = [Condition(hard=True), Condition(labels=("cat",))]
    assert numbers(sample_page(many, limit=3, skip=3, newest_first=False, conditions=mixed).rows) == [5, 6, 8]


def test_what_no_counter_knows_is_counted_up_to_a_limit(many: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.datasets.selectors.samples.COUNTED_AT_MOST", 5)
    page = sample_page(many, limit=2, conditions=[Condition(labels=("cat", "dog"))])
    assert (page.count, page.is_least) == (5, True)
    assert not sample_page(many, limit=2).is_least


def test_a_search_with_too_many_alternatives_is_refused(many: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.datasets.selectors.search.MOST_ALTERNATIVES", 2)
    with pytest.raises(Invalid):
        sample_page(many, limit=2, conditions=[Condition(name=str(number)) for number in range(3)])


def test_a_page_costs_the_same_statements_at_any_length_and_depth(many: Dataset) -> None:
    costs = set()
    start = sample_page(many, limit=1, newest_first=False).next
    for limit, after in ((1, None), (10, None), (10, start)):
        with CaptureQueriesContext(connection) as queries:
            sample_page(many, limit=limit, after=after, state=SampleState.LABELLED)
        costs.add(len(queries))
    assert costs == {1}
