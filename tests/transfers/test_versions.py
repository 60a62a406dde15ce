"""What is published lies where the guide says, and comes back the same."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest

from apps.core.errors import Conflict, Invalid, NotFound
from apps.datasets import services as datasets
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.services import LabelChanges, Submission
from apps.datasets.states import NORMAL, SampleState
from apps.jobs import runner
from apps.jobs.models import Job
from apps.labeltypes import AttributeSpec
from apps.storage.store import store
from apps.transfers import services
from apps.transfers.handlers import publish
from apps.transfers.selection import Selection
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset, a_picture, run_jobs
from tests.transfers.taking_in import answers, problems


def published(customer: Customer, dataset: Dataset, **asked: Any) -> Version:
    version = datasets.publish_dataset_version(
        actor=customer.actor, dataset=Dataset.objects.get(pk=dataset.pk), **asked
    )
    run_jobs()
    version.refresh_from_db()
    return version


def manifest_of(customer: Customer, version: Version) -> list[dict[str, Any]]:
    with store().open(customer.bucket.name, version.manifest_key) as file:
        return [json.loads(each) for each in file]


def test_a_version_lies_where_the_guide_says_and_counts_what_it_holds(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"cat/1.jpg": a_picture(seed=1), "2.jpg": a_picture(seed=2)})
    version = published(acme, dataset)
    folder = f"shapes/out/shapes-{dataset.public_id}/annotation/V001"
    assert version.manifest_key == f"{folder}/V001.manifest"
    assert (version.state, version.sample_count, version.labelled_count) == ("normal", 2, 1)
    assert version.label_stats[0] == {"name": "cat", "count": 1, "sample_count": 1}
    with store().open(acme.bucket.name, version.manifest_key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == version.manifest_sha256
    lines = {each["source"]: each for each in manifest_of(acme, version)}
    labelled = lines[f"obs://{acme.bucket.name}/shapes/in/cat/1.jpg"]
    assert labelled["annotation"][0]["type"] == "modelarts/image_classification"
    assert labelled["annotation"][0]["name"] == "cat"
    assert "annotation" not in lines[f"obs://{acme.bucket.name}/shapes/in/2.jpg"]
    dataset.refresh_from_db()
    assert (dataset.current_version, dataset.state) == (version, NORMAL)


def test_versions_are_numbered_and_names_taken_once(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    assert [published(acme, dataset).name for _ in range(2)] == ["V001", "V002"]
    assert published(acme, dataset, name="V004").name == "V004"
    assert published(acme, dataset).name == "V005"
    with pytest.raises(Conflict) as refusal:
        datasets.publish_dataset_version(actor=acme.actor, dataset=Dataset.objects.get(pk=dataset.pk), name="V004")
    assert refusal.value.code == "ModelArts.4371"
    assert Dataset.objects.get(pk=dataset.pk).state == NORMAL


MARKS: dict[str, list[dict[str, Any]]] = {
    "0.jpg": [
        {"name": "cat", "shape": "bndbox", "points": [[1, 2], [30.5, 40]], "attributes": {"fur": "long <&> soft"}},
        {"name": "dog", "shape": "polygon", "points": [[1, 1], [20, 1], [20, 20.125]], "hard": True},
    ],
    "1.jpg": [
        {"name": "dog", "shape": "circle", "points": [[20, 20], [5]], "hard": True, "hard_coefficient": 0.25},
        {"name": "cat", "shape": "line", "points": [[1, 1], [5, 5]]},
        {"name": "cat", "shape": "dashed", "points": [[1, 1], [5, 5]], "score": 0.5, "by": "model-7"},
        {"name": "cat", "shape": "point", "points": [[7, 8]]},
    ],
    "2.jpg": [],
}


def test_a_published_detection_set_comes_back_the_same(acme: Customer) -> None:
    dataset = a_dataset(acme, kind="object_detection", pictures=5)
    datasets.update_label(
        actor=acme.actor, dataset=dataset, name="cat", changes=LabelChanges(attributes=(AttributeSpec("fur"),))
    )
    by_name = {sample.name[-5:]: sample for sample in Sample.objects.filter(dataset=dataset)}
    submissions = [
        Submission(by_name[name].pk, marks, hard=name == "1.jpg", nothing=not marks) for name, marks in MARKS.items()
    ]
    outcomes = datasets.label_samples(actor=acme.actor, dataset=dataset, submissions=submissions)
    assert [outcome.error for outcome in outcomes] == [None, None, None]
    version = published(acme, dataset, with_hard=True)

    other = a_dataset(acme, "other", kind="object_detection", files={}, label_names=())
    job = services.import_manifest(
        actor=acme.actor,
        dataset=other,
        location=acme.location(version.manifest_key),
        selection=Selection(),
    )
    run_jobs()
    assert problems(job) == {}
    assert answers(other) == answers(Dataset.objects.get(pk=dataset.pk))
    assert sum(marks is not None for marks in answers(other).values()) == 3
    assert list(Sample.objects.filter(dataset=other, hard=True).values_list("name", flat=True)) == ["001.jpg"]
    assert_counted_right(other)
    again = published(acme, other, with_hard=True)
    assert [
        (each["count"], each["sample_count"]) for each in sorted(again.label_stats, key=lambda each: str(each["name"]))
    ] == [
        (each["count"], each["sample_count"])
        for each in sorted(version.label_stats, key=lambda each: str(each["name"]))
    ]


def test_pictures_with_nothing_in_them_come_back_as_labelled_with_nothing(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=3)
    nothing, cat, _unlabelled = Sample.objects.filter(dataset=dataset).order_by("name")
    said = [Submission(nothing.pk, [], nothing=True), Submission(cat.pk, [{"name": "cat"}])]
    datasets.label_samples(actor=acme.actor, dataset=dataset, submissions=said)
    version = published(acme, dataset)
    assert (version.sample_count, version.labelled_count) == (3, 2)
    written = {each["id"]: each.get("annotation") for each in manifest_of(acme, version)}
    assert written[nothing.pk.hex] == []
    assert written[_unlabelled.pk.hex] is None
    other = a_dataset(acme, "other", files={}, label_names=())
    job = services.import_manifest(
        actor=acme.actor, dataset=other, location=acme.location(version.manifest_key), selection=Selection()
    )
    run_jobs()
    assert problems(job) == {}
    assert answers(other) == answers(Dataset.objects.get(pk=dataset.pk))
    looked_at = Sample.objects.filter(dataset=other, state=SampleState.LABELLED, annotation=[])
    assert [sample.name for sample in looked_at] == [nothing.name]
    assert_counted_right(other)


def test_pictures_of_the_same_name_get_voc_files_of_their_own(acme: Customer) -> None:
    files = {f"{folder}/same.{kind}": a_picture(seed=1) for folder in "ab" for kind in ("jpg", "jpeg")}
    dataset = a_dataset(acme, kind="object_detection", files=files)
    mark = {"name": "cat", "shape": "point"}
    samples = list(Sample.objects.filter(dataset=dataset).order_by("pk"))
    datasets.label_samples(
        actor=acme.actor,
        dataset=dataset,
        submissions=[Submission(sample.pk, [{**mark, "points": [[at, at]]}]) for at, sample in enumerate(samples)],
    )
    version = published(acme, dataset)
    places = [each["annotation"][0]["annotation-loc"] for each in manifest_of(acme, version)]
    assert len(set(places)) == 4
    assert places[0].endswith("/annotation/same.xml")
    other = a_dataset(acme, "other", kind="object_detection", files={})
    services.import_manifest(
        actor=acme.actor, dataset=other, location=acme.location(version.manifest_key), selection=Selection()
    )
    run_jobs()
    assert answers(other) == answers(dataset)


def test_the_training_ratio_is_kept_exactly_and_the_division_is_the_same_after_a_restart(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "BATCH", 4)
    files = {f"cat/{number}.jpg": a_picture(seed=number) for number in range(10)}
    dataset = a_dataset(acme, files={**files, "unlabelled.jpg": a_picture(seed=99)})
    version = published(acme, dataset, train_ratio=Decimal("0.7"))
    lines = manifest_of(acme, version)
    assert [each.get("usage") for each in lines].count("TRAIN") == version.train_count == 7
    assert [each.get("usage") for each in lines].count("EVAL") == 3
    digest = version.manifest_sha256
    Version.objects.filter(pk=version.pk).update(state="creating")
    job = Job.objects.get(kind="publish_version")
    Job.objects.filter(pk=job.pk).update(state="queued")
    runner.run(job.public_id)
    version.refresh_from_db()
    assert (version.state, version.manifest_sha256) == ("normal", digest)


def test_difficulty_and_usage_are_written_only_when_asked(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    sample = Sample.objects.get()
    submission = Submission(sample.pk, [{"name": "cat", "hard": True}], hard=True, usage="TEST")
    datasets.label_samples(actor=acme.actor, dataset=dataset, submissions=[submission])
    plain = manifest_of(acme, published(acme, dataset))[0]
    assert "hard" not in plain
    assert "usage" not in plain
    assert "hard" not in plain["annotation"][0]
    full = manifest_of(acme, published(acme, dataset, with_hard=True, keep_usage=True))[0]
    assert (full["hard"], full["usage"], full["annotation"][0]["hard"]) == ("true", "TEST", "true")


def test_a_version_that_could_not_be_written_can_be_tried_again(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = a_dataset(acme, pictures=1)
    with monkeypatch.context() as broken:
        broken.setattr(publish.VersionWriter, "write", lambda _writer: (_ for _ in ()).throw(NotFound("No disk.")))
        version = published(acme, dataset)
    assert (version.state, str(version.message)) == ("abnormal", "No disk.")
    dataset.refresh_from_db()
    assert (dataset.state, dataset.current_version) == (NORMAL, None)
    job = Job.objects.get(kind="publish_version")
    Job.objects.filter(pk=job.pk).update(state="queued")
    runner.run(job.public_id)
    version.refresh_from_db()
    assert version.state == "normal"


def test_an_empty_data_set_cannot_be_published(acme: Customer, empty: Dataset) -> None:
    with pytest.raises(Invalid):
        datasets.publish_dataset_version(actor=acme.actor, dataset=empty)
    assert not Version.objects.exists()


def test_a_samples_state_survives_publishing(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"cat/1.jpg": a_picture()})
    before = list(Sample.objects.values())
    published(acme, dataset)
    assert list(Sample.objects.values()) == before
    assert Sample.objects.get().state == SampleState.LABELLED
