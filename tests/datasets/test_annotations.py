"""Labelling samples: what is stored, what is refused, and that every counter stays true."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Invalid, NotFound
from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import labels_of
from apps.datasets.services import Submission
from apps.datasets.states import SampleState
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset


@pytest.fixture
def cats(acme: Customer) -> Dataset:
    return a_dataset(acme, pictures=4)


def names(*labels: str) -> list[dict[str, Any]]:
    return [{"name": label} for label in labels]


def label(customer: Customer, dataset: Dataset, sample: Sample, *labels: str, **more: Any) -> services.Outcome:
    submission = Submission(sample.pk, names(*labels), **more)
    return services.label_samples(actor=customer.actor, dataset=dataset, submissions=[submission])[0]


def first(dataset: Dataset) -> Sample:
    return Sample.objects.filter(dataset=dataset).order_by("pk")[0]


def test_labels_replace_those_stored(acme: Customer, cats: Dataset) -> None:
    label(acme, cats, first(cats), "cat", "dog")
    outcome = label(acme, cats, first(cats), "dog")
    assert outcome.error is None
    stored = first(cats)
    assert labels_of(cats).decode(stored.annotation) == names("dog")
    assert (stored.state, stored.revision, stored.labelled_by) == (SampleState.LABELLED, 2, acme.admin)
    assert_counted_right(cats)


def test_a_sample_without_labels_is_unlabelled_again(acme: Customer, cats: Dataset) -> None:
    label(acme, cats, first(cats), "cat")
    label(acme, cats, first(cats))
    assert first(cats).state == SampleState.UNLABELLED
    assert_counted_right(cats)


def test_an_answer_to_an_older_revision_is_refused_and_shows_what_is_stored(acme: Customer, cats: Dataset) -> None:
    label(acme, cats, first(cats), "cat", revision=0)
    outcome = label(acme, cats, first(cats), "dog", revision=0)
    assert isinstance(outcome.error, Conflict)
    assert outcome.sample is not None
    assert outcome.sample.revision == 1
    assert labels_of(cats).decode(first(cats).annotation) == names("cat")


def test_a_repeated_submission_is_answered_as_the_first_time_and_changes_nothing(acme: Customer, cats: Dataset) -> None:
    submission = uuid.uuid4()
    label(acme, cats, first(cats), "cat", revision=0, submission_id=submission)
    events = AuditEvent.objects.count()
    outcome = label(acme, cats, first(cats), "cat", revision=0, submission_id=submission)
    assert outcome.error is None
    assert first(cats).revision == 1
    assert AuditEvent.objects.count() == events


def test_a_refused_submission_changes_nothing_and_does_not_hold_up_the_others(acme: Customer, cats: Dataset) -> None:
    samples = list(Sample.objects.filter(dataset=cats).order_by("pk"))
    outcomes = services.label_samples(
        actor=acme.actor,
        dataset=cats,
        submissions=[
            Submission(samples[0].pk, names("no-such-label")),
            Submission(samples[1].pk, names("cat")),
            Submission(uuid.uuid4(), names("cat")),
            Submission(samples[2].pk, names("cat", "cat")),
        ],
    )
    assert [type(outcome.error) for outcome in outcomes] == [Invalid, type(None), NotFound, Invalid]
    assert Sample.objects.filter(dataset=cats, revision=0).count() == 3
    assert_counted_right(cats)


def test_a_sample_of_another_data_set_is_not_found(acme: Customer, cats: Dataset) -> None:
    other = a_dataset(acme, "other", pictures=1)
    outcome = label(acme, cats, first(other), "cat")
    assert isinstance(outcome.error, NotFound)
    assert first(other).revision == 0


def test_another_tenant_cannot_label(acme: Customer, rival: Customer, cats: Dataset) -> None:
    with pytest.raises(NotFound):
        label(rival, cats, first(cats), "cat")
    assert first(cats).revision == 0


def test_difficulty_and_usage_are_kept_until_told_otherwise(acme: Customer, cats: Dataset) -> None:
    label(acme, cats, first(cats), "cat", hard=True, hard_coefficient=0.5, usage="TRAIN")
    label(acme, cats, first(cats), "dog")
    stored = first(cats)
    assert (stored.hard, stored.hard_coefficient, stored.usage) == (True, 0.5, "TRAIN")
    label(acme, cats, first(cats), "dog", hard=False)
    assert (first(cats).hard, first(cats).hard_coefficient) == (False, None)
    assert_counted_right(cats)


def test_accepted_answers_keep_labelled_samples_unless_they_may_overwrite(acme: Customer, cats: Dataset) -> None:
    samples = list(Sample.objects.filter(dataset=cats).order_by("pk"))
    label(acme, cats, samples[0], "cat")
    dog = labels_of(cats).encode(names("dog"))
    entries = [(sample.pk, dog, acme.admin) for sample in samples]
    assert services.store_annotations(cats, entries, overwrite=False) == 3
    assert labels_of(cats).decode(first(cats).annotation) == names("cat")
    assert services.store_annotations(cats, entries, overwrite=True) == 4
    assert labels_of(cats).decode(first(cats).annotation) == names("dog")
    assert_counted_right(cats)


def test_an_accepted_empty_answer_counts_as_labelled(acme: Customer, cats: Dataset) -> None:
    services.store_annotations(cats, [(first(cats).pk, [], acme.admin)], overwrite=False)
    assert first(cats).state == SampleState.LABELLED
    assert_counted_right(cats)


def test_storing_many_answers_costs_as_many_statements_as_storing_few(acme: Customer) -> None:
    dataset = a_dataset(acme, "many", pictures=12)
    cat, dog = (labels_of(dataset).encode(names(name)) for name in ("cat", "dog"))
    samples = list(Sample.objects.filter(dataset=dataset).values_list("pk", flat=True))
    services.store_annotations(dataset, [(pk, cat, None) for pk in samples], overwrite=True)
    costs = []
    for few_or_many in (samples[:2], samples[2:]):
        with CaptureQueriesContext(connection) as queries:
            services.store_annotations(dataset, [(pk, dog, None) for pk in few_or_many], overwrite=True)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert_counted_right(dataset)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 3), st.sets(st.sampled_from(["cat", "dog"])), st.booleans(), st.booleans()),
        max_size=12,
    )
)
def test_counters_are_true_after_any_sequence_of_answers(
    acme: Customer, cats: Dataset, moves: list[tuple[int, set[str], bool, bool]]
) -> None:
    samples = list(Sample.objects.filter(dataset=cats).order_by("pk"))
    for position, given_labels, hard, accepted in moves:
        sample = samples[position]
        if accepted:
            annotation = labels_of(cats).encode(names(*sorted(given_labels)))
            services.store_annotations(cats, [(sample.pk, annotation, None)], overwrite=hard)
        else:
            label(acme, cats, sample, *sorted(given_labels), hard=hard)
    assert_counted_right(cats)
