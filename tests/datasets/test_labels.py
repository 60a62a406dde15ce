"""Labels of a data set: adding, changing, deleting, and the memo of the label set."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import pytest

from apps.core.errors import Conflict, NotFound
from apps.datasets import services
from apps.datasets.models import Dataset, Label, LabelUse, Sample
from apps.datasets.selectors import get_dataset, labels_of
from apps.datasets.services import DeletePolicy, LabelChanges, Submission
from apps.datasets.states import SampleState
from apps.labeltypes import AttributeSpec, LabelSpec
from apps.storage.store import store
from tests.datasets.recount import assert_counted_right
from tests.datasets.test_racing import in_threads
from tests.factories import Customer, a_customer, a_dataset, run_jobs


@pytest.fixture
def cats(acme: Customer) -> Dataset:
    """Three samples: cat, cat and dog, unlabelled."""
    dataset = a_dataset(acme, pictures=3)
    samples = list(Sample.objects.filter(dataset=dataset).order_by("pk"))
    services.label_samples(
        actor=acme.actor,
        dataset=dataset,
        submissions=[
            Submission(samples[0].pk, [{"name": "cat"}]),
            Submission(samples[1].pk, [{"name": "cat"}, {"name": "dog"}]),
        ],
    )
    return dataset


def test_a_label_without_a_colour_takes_the_next_of_the_palette(acme: Customer, cats: Dataset) -> None:
    colours = set()
    for name in ("a", "b", "c"):
        colours.add(services.create_label(actor=acme.actor, dataset=cats, label=LabelSpec(id=0, name=name)).color)
    assert len(colours) == 3
    assert [spec.name for spec in labels_of(cats)] == ["cat", "dog", "a", "b", "c"]


def test_names_and_shortcuts_are_taken_once(acme: Customer, cats: Dataset) -> None:
    services.create_label(actor=acme.actor, dataset=cats, label=LabelSpec(id=0, name="a", shortcut="q"))
    for spec, code in (
        (LabelSpec(id=0, name="a"), "ModelArts.4411"),
        (LabelSpec(id=0, name="b", shortcut="q"), "ModelArts.4412"),
    ):
        with pytest.raises(Conflict) as refusal:
            services.create_label(actor=acme.actor, dataset=cats, label=spec)
        assert refusal.value.code == code
    assert Label.objects.filter(dataset=cats).count() == 3


def test_a_rename_shows_in_every_sample_and_touches_none(acme: Customer, cats: Dataset) -> None:
    before = list(Sample.objects.values_list("pk", "annotation", "revision"))
    services.update_label(actor=acme.actor, dataset=cats, name="cat", changes=LabelChanges(name="kitten"))
    assert list(Sample.objects.values_list("pk", "annotation", "revision")) == before
    sample = Sample.objects.order_by("pk")[0]
    assert labels_of(cats).decode(sample.annotation) == [{"name": "kitten"}]


def test_another_process_sees_the_change_through_the_revision(acme: Customer, cats: Dataset) -> None:
    stale = get_dataset(acme.actor, cats.public_id)
    labels_of(stale)
    services.update_label(actor=acme.actor, dataset=cats, name="cat", changes=LabelChanges(name="kitten"))
    fresh = get_dataset(acme.actor, cats.public_id)
    assert fresh.label_revision != stale.label_revision
    assert "kitten" in labels_of(fresh)


def test_the_label_set_is_asked_for_once(acme: Customer, cats: Dataset, django_assert_num_queries: object) -> None:
    dataset = get_dataset(acme.actor, cats.public_id)
    labels_of(dataset)
    with django_assert_num_queries(0):  # type: ignore[operator]
        labels_of(get_dataset_like(dataset))


def get_dataset_like(dataset: Dataset) -> Dataset:
    return Dataset(pk=dataset.pk, label_revision=dataset.label_revision)


def test_deleting_a_label_alone_leaves_samples_that_had_only_it_unlabelled(acme: Customer, cats: Dataset) -> None:
    services.delete_label(actor=acme.actor, dataset=cats, name="cat")
    states = list(Sample.objects.filter(dataset=cats).order_by("pk").values_list("state", flat=True))
    assert states == [SampleState.UNLABELLED, SampleState.LABELLED, SampleState.UNLABELLED]
    assert "cat" not in labels_of(cats)
    assert_counted_right(cats)


def test_deleting_a_label_with_its_samples_takes_only_those_that_had_no_other(acme: Customer, cats: Dataset) -> None:
    sole = Sample.objects.order_by("pk")[0]
    services.delete_label(actor=acme.actor, dataset=cats, name="cat", policy=DeletePolicy.SOLE_SAMPLES)
    assert "cat" not in labels_of(cats)
    run_jobs()
    assert not Sample.objects.filter(pk=sole.pk).exists()
    assert Sample.objects.filter(dataset=cats).count() == 2
    assert store().stat(sole.bucket, sole.key) is not None
    assert_counted_right(cats)


def test_files_go_with_the_samples_when_asked(
    acme: Customer, cats: Dataset, django_capture_on_commit_callbacks: object
) -> None:
    sole = Sample.objects.order_by("pk")[0]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.delete_label(actor=acme.actor, dataset=cats, name="cat", policy=DeletePolicy.SOLE_SAMPLES_AND_FILES)
        run_jobs()
    assert store().stat(sole.bucket, sole.key) is None
    assert_counted_right(cats)


def test_a_label_on_many_samples_is_gone_at_once_and_a_job_takes_its_marks_off(
    acme: Customer, cats: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.datasets.services.labels.BATCH", 1)
    services.delete_label(actor=acme.actor, dataset=cats, name="cat")
    both = Sample.objects.filter(dataset=cats).order_by("pk")[1]
    assert "cat" not in labels_of(cats)
    assert len(both.annotation) == 2
    assert [mark["name"] for mark in labels_of(cats).decode(both.annotation)] == ["dog"]
    again = services.create_label(actor=acme.actor, dataset=cats, label=LabelSpec(id=0, name="cat"))
    outcome = services.label_samples(
        actor=acme.actor, dataset=cats, submissions=[Submission(both.pk, [{"name": "cat"}])]
    )[0]
    assert outcome.error is None
    assert [job.state for job in run_jobs()] == ["completed"]
    assert [[mark["label"] for mark in row] for row in stored(cats)] == [[], [again.pk], []]
    states = Sample.objects.filter(dataset=cats).order_by("pk").values_list("state", flat=True)
    assert list(states) == [SampleState.UNLABELLED, SampleState.LABELLED, SampleState.UNLABELLED]
    assert not LabelUse.objects.exclude(label=again).exists()
    assert_counted_right(cats)


def stored(dataset: Dataset) -> list[list[dict[str, int]]]:
    return list(Sample.objects.filter(dataset=dataset).order_by("pk").values_list("annotation", flat=True))


@pytest.mark.django_db(transaction=True)
def test_people_label_on_while_a_label_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.datasets.services.labels.BATCH", 2)
    customer = a_customer()
    dataset = a_dataset(customer, pictures=12)
    ids = list(Sample.objects.filter(dataset=dataset).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        label_one(customer, dataset, pk, "cat")

    def work(number: int) -> None:
        mine = get_dataset(customer.actor, dataset.public_id)
        if number == 0:
            services.delete_label(actor=customer.actor, dataset=mine, name="cat")
            run_jobs()
            return
        for pk in ids if number % 2 else reversed(ids):
            label_one(customer, mine, pk, "dog" if number < 3 else "cat")

    in_threads(5, work)
    run_jobs()
    dataset = get_dataset(customer.actor, dataset.public_id)
    known = {spec.id for spec in labels_of(dataset)}
    assert {mark["label"] for row in stored(dataset) for mark in row} <= known
    assert set(LabelUse.objects.values_list("label", flat=True)) <= known
    assert_counted_right(dataset)


def label_one(customer: Customer, dataset: Dataset, pk: UUID, name: str) -> None:
    """Whether it is taken depends on who was faster; an error other than a refusal fails the test."""
    with suppress(Conflict):
        services.label_samples(actor=customer.actor, dataset=dataset, submissions=[Submission(pk, [{"name": name}])])


def test_an_unknown_label_is_not_found(acme: Customer, cats: Dataset) -> None:
    with pytest.raises(NotFound) as refusal:
        services.delete_label(actor=acme.actor, dataset=cats, name="bird")
    assert refusal.value.code == "ModelArts.4410"


def test_an_import_adds_the_labels_and_attributes_it_needs_and_keeps_the_others(acme: Customer, cats: Dataset) -> None:
    services.update_label(
        actor=acme.actor, dataset=cats, name="cat", changes=LabelChanges(attributes=(AttributeSpec("age"),))
    )
    found = services.ensure_labels(cats, {"cat": {"age", "fur"}, "bird": {"wing"}, "dog": set()})
    assert [attribute.name for attribute in found.by_name["cat"].attributes] == ["age", "fur"]
    assert [attribute.name for attribute in found.by_name["bird"].attributes] == ["wing"]
    revision = cats.label_revision
    services.ensure_labels(cats, {"cat": {"fur"}, "bird": set()})
    assert cats.label_revision == revision


def test_an_import_does_not_make_more_labels_than_the_limit(
    acme: Customer, cats: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.datasets.services.labels.MOST_LABELS", 3)
    known = set(Label.objects.filter(dataset=cats).values_list("name", flat=True))
    found = services.ensure_labels(cats, {"a": set(), "b": set()})
    assert {spec.name for spec in found} == known | {"a"}
