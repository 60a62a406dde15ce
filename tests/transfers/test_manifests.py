"""Taking in manifests line by line: what can be used is taken, what cannot is reported with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.core.errors import Invalid
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import labels_of
from apps.datasets.states import NORMAL
from apps.formats.records import MOST_PROBLEMS
from apps.jobs import runner
from apps.jobs.models import Job, JobEntry
from apps.transfers import services
from apps.transfers.handlers import manifest
from apps.transfers.selection import Selection
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset
from tests.transfers.taking_in import answers, line, problems, take_in


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
