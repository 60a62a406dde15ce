"""Taking in manifests line by line, and publishing versions that give back what they hold."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest

from apps.core.errors import Conflict, Invalid, NotFound
from apps.datasets import services as datasets
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.selectors import labels_of
from apps.datasets.services import LabelChanges, Submission
from apps.datasets.states import NORMAL, SampleState
from apps.formats.records import MOST_PROBLEMS
from apps.jobs import runner
from apps.jobs.models import Job, JobEntry
from apps.labeltypes import AttributeSpec
from apps.storage.store import store
from apps.transfers import services
from apps.transfers.handlers import manifest, publish
from apps.transfers.selection import Selection
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset, a_picture, run_jobs


def line(source: str, *names: str, **more: Any) -> bytes:
    marks = [{"type": "modelarts/image_classification", "name": name} for name in names]
    return json.dumps({"source": source, "annotation": marks, **more}).encode() + b"\n"


def take_in(customer: Customer, dataset: Dataset, content: bytes, **asked: Any) -> Job:
    customer.put("in.manifest", content)
    job = services.import_manifest(
        actor=customer.actor, dataset=dataset, location=customer.location("in.manifest"), selection=Selection(**asked)
    )
    run_jobs()
    job.refresh_from_db()
    return job


def answers(dataset: Dataset) -> dict[str, Any]:
    """Source -> annotation by label name, None where nobody labelled it."""
    decode = labels_of(Dataset.objects.get(pk=dataset.pk)).decode
    samples = Sample.objects.filter(dataset=dataset)
    return {sample.source: decode(sample.annotation) if sample.state else None for sample in samples}


def problems(job: Job) -> dict[str, str]:
    return dict(JobEntry.objects.filter(job=job).values_list("place", "reason"))


@pytest.fixture
def empty(acme: Customer) -> Dataset:
    return a_dataset(acme, files={})


def test_lines_become_samples_with_labels_usage_and_difficulty(acme: Customer, empty: Dataset) -> None:
    name = acme.bucket.name
    job = take_in(
        acme,
        empty,
        line(f"s3://{name}/a/1.jpg", "cat", "bird", usage="train", hard="true", **{"hard-coefficient": 0.5})
        + line(f"/{name}/a/2.jpg")
        + b"\n"
        + json.dumps({"source": f"obs://{name}/a/3.png"}).encode(),
    )
    assert (job.state, problems(job)) == ("completed", {})
    assert answers(empty) == {
        f"{name}/a/1.jpg": [{"name": "cat"}, {"name": "bird"}],
        f"{name}/a/2.jpg": None,
        f"{name}/a/3.png": None,
    }
    sample = Sample.objects.get(name="1.jpg")
    assert (sample.usage, sample.hard, sample.hard_coefficient) == ("TRAIN", True, 0.5)
    assert_counted_right(empty)


def test_lines_that_give_no_sample_are_reported_and_the_rest_goes_on(
    acme: Customer, rival: Customer, empty: Dataset
) -> None:
    name = acme.bucket.name
    bad = [
        b"not json\n",
        line(f"obs://{rival.bucket.name}/secret.jpg", "cat"),
        line("obs://no-such-bucket/x.jpg", "cat"),
        line("https://example.org/x.jpg", "cat"),
        line(f"obs://{name}/../{rival.bucket.name}/x.jpg", "cat"),
        line(f"obs://{name}/a//x.jpg", "cat"),
        line(f"obs://{name}/x.svg", "cat"),
        line("content://some words", "cat"),
        line(f"obs://{name}/x\x00.jpg", "cat"),
        b"[1]\n",
    ]
    job = take_in(acme, empty, line(f"obs://{name}/1.jpg", "cat") + b"".join(bad) + line(f"obs://{name}/2.jpg", "dog"))
    assert job.state == "completed"
    assert set(answers(empty)) == {f"{name}/1.jpg", f"{name}/2.jpg"}
    assert set(problems(job)) == {f"line {number}" for number in range(2, 12)}
    reasons = problems(job)
    assert reasons["line 3"].replace(rival.bucket.name, "X") == reasons["line 4"].replace("no-such-bucket", "X")
    assert_counted_right(empty)


@pytest.mark.parametrize("extension", ["jpg", "JPG", "Jpg", "jPeG", "Png", "bmP"])
def test_a_manifest_takes_the_same_spellings_of_an_extension_as_a_folder(
    acme: Customer, empty: Dataset, extension: str
) -> None:
    source = f"{acme.bucket.name}/1.{extension}"
    job = take_in(acme, empty, line(f"obs://{source}", "cat"))
    assert set(answers(empty)) == {source}
    assert problems(job) == {}


def test_an_annotation_of_another_type_leaves_the_sample_unlabelled_and_is_reported(
    acme: Customer, empty: Dataset
) -> None:
    mark = {"type": "modelarts/object_detection", "annotation-loc": f"obs://{acme.bucket.name}/x.xml"}
    content = json.dumps({"source": f"obs://{acme.bucket.name}/1.jpg", "annotation": [mark]}).encode()
    job = take_in(acme, empty, content)
    assert list(answers(empty).values()) == [None]
    assert set(problems(job)) == {"line 1"}


def test_a_voc_file_outside_the_tenants_buckets_is_not_read(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(acme, kind="object_detection", files={})
    rival.put("secret.xml", b"<annotation><object><name>secret</name></object></annotation>")
    mark = {"type": "modelarts/object_detection", "annotation-loc": f"obs://{rival.bucket.name}/secret.xml"}
    content = json.dumps({"source": f"obs://{acme.bucket.name}/1.jpg", "annotation": [mark]}).encode()
    job = take_in(acme, dataset, content)
    assert list(answers(dataset).values()) == [None]
    assert "bucket" in problems(job)["line 1"]
    assert "secret" not in labels_of(Dataset.objects.get(pk=dataset.pk))


def test_a_manifest_taken_in_twice_changes_nothing_the_second_time(acme: Customer, empty: Dataset) -> None:
    content = b"".join(line(f"obs://{acme.bucket.name}/{number}.jpg", "cat") for number in range(5))
    take_in(acme, empty, content + content)
    before = list(Sample.objects.order_by("pk").values())
    assert len(before) == 5
    take_in(acme, Dataset.objects.get(pk=empty.pk), content)
    assert list(Sample.objects.order_by("pk").values()) == before
    assert_counted_right(empty)


def test_an_import_that_is_killed_anywhere_goes_on_without_loss_or_doubling(
    acme: Customer, empty: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "BATCH", 3)
    content = b"".join(
        b"broken\n"
        if number % 4 == 3
        else line(f"obs://{acme.bucket.name}/{number}.jpg", "cat", "dog"[: number % 4])
        if number % 4
        else line(f"obs://{acme.bucket.name}/{number}.jpg", "cat")
        for number in range(20)
    )
    real = runner.RunningJob.checkpoint
    calls = 0

    def dies_every_third_time(job: runner.RunningJob, *given: object, **named: object) -> None:
        nonlocal calls
        calls += 1
        real(job, *given, **named)  # type: ignore[arg-type]
        if calls % 3 == 0:
            raise OSError("the database went away")

    monkeypatch.setattr(runner.RunningJob, "checkpoint", dies_every_third_time)
    job = take_in(acme, empty, content)
    for _attempt in range(12):
        Job.objects.filter(pk=job.pk).update(not_before=job.created_at, failures=0)
        runner.run(job.public_id)
    job.refresh_from_db()
    assert job.state == "completed"
    assert len(answers(empty)) == 15
    assert set(problems(job)) == {f"line {number}" for number in range(4, 21, 4)}
    assert_counted_right(empty)


def test_long_lines_make_smaller_batches_and_lose_nothing(
    acme: Customer, empty: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "BATCH_BYTES", 1000)
    stored: list[int] = []
    real = manifest.add_samples

    def counted(dataset: Dataset, samples: Any) -> Any:
        stored.append(len(samples))
        return real(dataset, samples)

    monkeypatch.setattr(manifest, "add_samples", counted)
    lines = [line(f"obs://{acme.bucket.name}/{number}.jpg", "cat", note="x" * 400) for number in range(10)]
    take_in(acme, empty, b"".join(lines))
    assert stored == [2] * 5
    assert len(answers(empty)) == 10


def test_a_line_of_nonsense_marks_does_not_fill_the_report(acme: Customer, empty: Dataset) -> None:
    job = take_in(acme, empty, line(f"obs://{acme.bucket.name}/1.jpg", *["cat"] * 3000))
    assert answers(empty) == {f"{acme.bucket.name}/1.jpg": [{"name": "cat"}]}
    reasons = JobEntry.objects.filter(job=job)
    assert reasons.count() == MOST_PROBLEMS
    assert reasons.filter(reason__contains="2900 further").exists()


def test_a_manifest_of_blank_lines_keeps_its_lease(
    acme: Customer, empty: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[int] = []
    monkeypatch.setattr(runner.RunningJob, "heartbeat", lambda job: renewed.append(job.attempt))
    monkeypatch.setattr(manifest, "LINES_BETWEEN_HEARTBEATS", 10)
    job = take_in(acme, empty, b"\n" * 1000)
    assert job.state == "completed"
    assert len(renewed) >= 100


def test_only_difficult_samples_come_in_when_asked(acme: Customer, empty: Dataset) -> None:
    name = acme.bucket.name
    content = line(f"obs://{name}/1.jpg", "cat", hard="true") + line(f"obs://{name}/2.jpg", "cat")
    take_in(acme, empty, content, difficult_only=True)
    assert set(answers(empty)) == {f"{name}/1.jpg"}


def test_a_manifest_that_is_not_there_is_refused(acme: Customer, empty: Dataset) -> None:
    for path in ("none.manifest", "shapes/"):
        with pytest.raises(Invalid) as refusal:
            services.import_manifest(
                actor=acme.actor, dataset=empty, location=acme.location(path), selection=Selection()
            )
        assert refusal.value.code == "ModelArts.4312"
    assert Dataset.objects.get(pk=empty.pk).state == NORMAL


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
    submissions = [Submission(by_name[name].pk, marks, hard=name == "1.jpg") for name, marks in MARKS.items() if marks]
    outcomes = datasets.label_samples(actor=acme.actor, dataset=dataset, submissions=submissions)
    assert [outcome.error for outcome in outcomes] == [None, None]
    datasets.store_annotations(dataset, [(by_name["2.jpg"].pk, [], None)], overwrite=False)
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
    assert (version.state, version.message) == ("abnormal", "No disk.")
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
