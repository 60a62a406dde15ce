"""Taking in folders: labels beside pictures, bad files, repeats, and synchronisation."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets import services as datasets
from apps.datasets.models import Dataset, Sample
from apps.datasets.selectors import labels_of
from apps.datasets.states import IMPORTING, NORMAL, SampleState
from apps.jobs import runner
from apps.jobs.models import Job, JobEntry
from apps.jobs.services import stop_job
from apps.tenants.actors import Actor
from apps.transfers import services
from apps.transfers.handlers import folder
from apps.transfers.selection import Selection
from tests.datasets.recount import assert_counted_right
from tests.factories import Customer, a_dataset, a_picture, run_jobs

VOC = """<annotation><filename>x.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size>
<object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>
<object><name>dog</name><bndbox><xmin>50</xmin><ymin>2</ymin><xmax>900</xmax><ymax>40</ymax></bndbox></object>
</annotation>"""


def answers(dataset: Dataset) -> dict[str, list[str] | None]:
    """File name -> names of labels, None where nobody labelled it."""
    decode = labels_of(Dataset.objects.get(pk=dataset.pk)).decode
    return {
        sample.name: [mark["name"] for mark in decode(sample.annotation)] if sample.state else None
        for sample in Sample.objects.filter(dataset=dataset)
    }


def problems(dataset: Dataset) -> dict[str, str]:
    entries = JobEntry.objects.filter(job__subject=dataset.topic)
    return {str(entry.place): str(entry.reason) for entry in entries}


def test_text_files_go_before_folders_and_nothing_beside_means_no_label(acme: Customer) -> None:
    dataset = a_dataset(
        acme,
        files={
            "plain.jpg": a_picture(seed=1),
            "cat/1.jpg": a_picture(seed=2),
            "cat/2.png": a_picture(seed=3, kind="PNG"),
            "cat/2.txt": "dog\nbird\n".encode("utf-8-sig"),
            "cat/3.JPG": a_picture(seed=4),
            "cat/3.TXT": "猫咪".encode("gbk"),
            "deep/er/4.bmp": a_picture(seed=5, kind="BMP"),
        },
    )
    assert answers(dataset) == {
        "plain.jpg": None,
        "1.jpg": ["cat"],
        "2.png": ["dog", "bird"],
        "3.JPG": ["猫咪"],
        "4.bmp": ["er"],
    }
    assert problems(dataset) == {}
    assert dataset.state == NORMAL
    assert_counted_right(dataset)


@pytest.mark.skipif(settings.TAGORA_STORE != "local", reason="links and pipes lie in folders only")
@pytest.mark.parametrize("extension", ["txt", "TXT"])
@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/etc/hostname"), os.mkfifo], ids=["link", "pipe"])
def test_a_label_file_that_is_no_file_is_reported_and_the_folder_does_not_speak_for_it(
    acme: Customer, make: Callable[[Path], None], extension: str
) -> None:
    acme.put("shapes/in/cat/2.jpg", a_picture(seed=2))
    make(Path(settings.TAGORA_BUCKETS) / acme.bucket.name / "shapes/in/cat" / f"1.{extension}")
    dataset = a_dataset(acme, files={"cat/1.jpg": a_picture(seed=1)})
    assert answers(dataset) == {"1.jpg": None, "2.jpg": ["cat"]}
    assert list(problems(dataset)) == [f"shapes/in/cat/1.{extension}"]


def test_voc_files_give_boxes_cut_to_the_picture(acme: Customer) -> None:
    dataset = a_dataset(
        acme,
        kind="object_detection",
        files={"a.jpg": a_picture(), "a.xml": VOC.encode(), "b.jpg": a_picture(seed=1), "c.xml": VOC.encode()},
    )
    sample = Sample.objects.get(name="a.jpg")
    marks = labels_of(Dataset.objects.get(pk=dataset.pk)).decode(sample.annotation)
    assert [(mark["name"], mark["points"]) for mark in marks] == [
        ("cat", [[1, 2], [30, 40]]),
        ("dog", [[50, 2], [64, 40]]),
    ]
    assert (sample.width, sample.height, sample.depth) == (64, 48, 3)
    assert answers(dataset)["b.jpg"] is None
    assert set(problems(dataset)) == {"shapes/in/a.xml", "shapes/in/c.xml"}
    assert_counted_right(dataset)


def test_files_that_cannot_be_used_are_reported_by_name_and_the_rest_goes_on(acme: Customer) -> None:
    good = a_picture()
    dataset = a_dataset(
        acme,
        files={
            "broken.jpg": good[: len(good) // 2],
            "empty.png": b"",
            "really-a-png.jpg": a_picture(kind="PNG"),
            "notes.doc": b"hello",
            ".hidden.jpg": good,
            "page.html.jpg": b"<html><script>alert(1)</script></html>",
            "lonely.txt": b"cat",
            "with space\nand break.jpg": good,
            "bad/name!/x.jpg": good,
            "good.jpg": good,
        },
    )
    assert set(answers(dataset)) == {"with space\nand break.jpg", "x.jpg", "good.jpg"}
    assert answers(dataset)["x.jpg"] is None
    reported = {place.removeprefix("shapes/in/") for place in problems(dataset)}
    assert reported == {
        "broken.jpg",
        "empty.png",
        "really-a-png.jpg",
        "notes.doc",
        ".hidden.jpg",
        "page.html.jpg",
        "lonely.txt",
        "bad/name!/x.jpg",
    }
    assert all(problems(dataset).values())
    assert_counted_right(dataset)


def test_a_hostile_voc_file_is_reported_and_its_picture_taken_in_unlabelled(acme: Customer) -> None:
    hostile = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation><filename>&x;</filename></annotation>'
    dataset = a_dataset(acme, kind="object_detection", files={"a.jpg": a_picture(), "a.xml": hostile})
    assert answers(dataset) == {"a.jpg": None}
    assert "DOCTYPE" in problems(dataset)["shapes/in/a.xml"]


def test_an_import_that_is_killed_anywhere_goes_on_without_loss_or_doubling(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "BATCH", 3)
    files = {f"{'cat' if number % 2 else 'dog'}/{number:02}.jpg": a_picture(seed=number) for number in range(10)}
    for path, data in files.items():
        acme.put(f"shapes/in/{path}", data)
    real = runner.RunningJob.checkpoint
    calls = 0

    def dies_every_third_time(job: runner.RunningJob, *given: object, **named: object) -> None:
        nonlocal calls
        calls += 1
        real(job, *given, **named)  # type: ignore[arg-type]
        if calls % 3 == 0:
            raise OSError("the storage went away")

    monkeypatch.setattr(runner.RunningJob, "checkpoint", dies_every_third_time)
    dataset = a_dataset(acme, files={})
    job = Job.objects.get(kind="import_folder")
    for _attempt in range(5):
        Job.objects.filter(pk=job.pk).update(not_before=job.created_at, failures=0)
        runner.run(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done) == ("completed", 10)
    assert len(answers(dataset)) == 10
    assert_counted_right(dataset)


def test_importing_the_same_folder_again_changes_nothing(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"cat/1.jpg": a_picture(seed=1), "2.jpg": a_picture(seed=2)})
    before = list(Sample.objects.order_by("pk").values())
    services.import_folder(
        actor=acme.actor, dataset=dataset, location=acme.location("shapes/in/"), selection=Selection()
    )
    run_jobs()
    assert list(Sample.objects.order_by("pk").values()) == before
    assert_counted_right(dataset)


def test_a_later_import_labels_what_nobody_has_labelled_and_keeps_the_rest(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"1.jpg": a_picture(seed=1), "2.jpg": a_picture(seed=2)})
    second = Sample.objects.get(name="2.jpg")
    submission = datasets.Submission(second.pk, [{"name": "dog"}])
    datasets.label_samples(actor=acme.actor, dataset=dataset, submissions=[submission])
    acme.put("shapes/in/1.txt", b"cat")
    acme.put("shapes/in/2.txt", b"cat")
    services.import_folder(
        actor=acme.actor, dataset=dataset, location=acme.location("shapes/in/"), selection=Selection()
    )
    run_jobs()
    assert answers(dataset) == {"1.jpg": ["cat"], "2.jpg": ["dog"]}
    assert_counted_right(dataset)


def test_synchronising_takes_in_what_is_new_and_reads_nothing_else(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = a_dataset(acme, files={"1.jpg": a_picture(seed=1)})
    acme.put("shapes/in/cat/2.jpg", a_picture(seed=2))
    probed: list[str] = []
    real = folder.probe_objects

    def seen(locations: object, after_each: object) -> object:
        listed = list(locations)  # type: ignore[call-overload]
        probed.extend(location.name for location in listed)
        return real(listed, after_each)  # type: ignore[arg-type]

    monkeypatch.setattr(folder, "probe_objects", seen)
    services.sync_dataset(actor=acme.actor, dataset=dataset)
    run_jobs()
    assert probed == ["2.jpg"]
    assert answers(dataset) == {"1.jpg": None, "2.jpg": ["cat"]}
    dataset.refresh_from_db()
    assert (dataset.state, dataset.sample_count) == (NORMAL, 2)


def test_higher_apps_are_told_of_new_samples_once(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(datasets.hooks, "samples_added", [lambda _actor, dataset: told.append(dataset.pk)])
    dataset = a_dataset(acme, files={"1.jpg": a_picture(seed=1)})
    services.sync_dataset(actor=acme.actor, dataset=dataset)
    run_jobs()
    assert told == [dataset.pk]


def test_only_one_import_at_a_time(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.sync_dataset(actor=acme.actor, dataset=dataset)
    for start in (services.sync_dataset, datasets.publish_dataset_version):
        with pytest.raises(Conflict) as refusal:
            start(actor=acme.actor, dataset=Dataset.objects.get(pk=dataset.pk))
        assert refusal.value.code == "ModelArts.4355"
    assert Job.objects.filter(state="queued").count() == 1


def test_a_stopped_import_leaves_a_data_set_that_can_be_used_and_a_job_that_can_go_on(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    acme.put("shapes/in/new.jpg", a_picture(seed=9))
    job = services.import_folder(
        actor=acme.actor, dataset=dataset, location=acme.location("shapes/in/"), selection=Selection()
    )
    assert Dataset.objects.get(pk=dataset.pk).state == IMPORTING
    stop_job(actor=acme.actor, job=job)
    assert Dataset.objects.get(pk=dataset.pk).state == NORMAL
    assert run_jobs() == []
    assert Sample.objects.filter(dataset=dataset).count() == 1


def test_only_samples_with_wanted_labels_come_in_when_asked(acme: Customer) -> None:
    dataset = a_dataset(acme, files={})
    for number, name in enumerate(("cat", "dog", "bird")):
        acme.put(f"more/{name}/{number}.jpg", a_picture(seed=number))
    services.import_folder(
        actor=acme.actor,
        dataset=dataset,
        location=acme.location("more/"),
        selection=Selection(included=frozenset({"cat", "dog"}), excluded=frozenset({"dog"})),
    )
    run_jobs()
    assert answers(dataset) == {"0.jpg": ["cat"]}


def test_labels_stay_outside_when_asked(acme: Customer) -> None:
    dataset = a_dataset(acme, files={})
    acme.put("more/cat/1.jpg", a_picture())
    services.import_folder(
        actor=acme.actor, dataset=dataset, location=acme.location("more/"), selection=Selection(annotations=False)
    )
    run_jobs()
    assert answers(dataset) == {"1.jpg": None}
    assert Sample.objects.get().state == SampleState.UNLABELLED


def test_strangers_and_users_without_a_grant_start_nothing(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    user = Actor(person=acme.admin, tenant=acme.tenant, project=acme.project)
    for actor, refusal in ((rival.actor, NotFound), (user, Denied)):
        with pytest.raises(refusal):
            services.sync_dataset(actor=actor, dataset=dataset)
        with pytest.raises(refusal):
            services.import_folder(
                actor=actor, dataset=dataset, location=acme.location("shapes/in/"), selection=Selection()
            )
    with pytest.raises(Invalid) as foreign:
        services.import_folder(actor=acme.actor, dataset=dataset, location=rival.location("in/"), selection=Selection())
    assert foreign.value.code == "ModelArts.4311"
    assert Dataset.objects.get(pk=dataset.pk).state == NORMAL
    assert not Job.objects.filter(state="queued").exists()


def test_a_label_file_of_nonsense_does_not_end_the_import(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.datasets.services.labels.MOST_LABELS", 4)
    nonsense = "\n".join(f"word{number}" for number in range(9)).encode()
    files = {"1.jpg": a_picture(seed=1), "1.txt": b"cat", "2.jpg": a_picture(seed=2), "2.txt": nonsense}
    dataset = a_dataset(acme, files=files)
    found = answers(dataset)
    assert found["1.jpg"] == ["cat"]
    assert len(labels_of(Dataset.objects.get(pk=dataset.pk))) == 4
    assert any(place.endswith("2.jpg") for place in problems(dataset))
    assert_counted_right(dataset)


@pytest.mark.parametrize(("name", "content"), [("1.Txt", b"cat"), ("1.tXT", b"cat")])
def test_a_label_file_is_used_or_reported_however_its_extension_is_spelled(
    acme: Customer, name: str, content: bytes
) -> None:
    dataset = a_dataset(acme, files={"1.jpg": a_picture(seed=1), name: content})
    assert answers(dataset) == {"1.jpg": None}
    assert [place.rpartition("/")[2] for place in problems(dataset)] == [name]


def test_the_lease_is_renewed_within_a_batch_so_that_slow_pictures_do_not_lose_it(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[str] = []
    monkeypatch.setattr(runner.RunningJob, "heartbeat", lambda job: renewed.append(job.job.kind))
    count = 5
    a_dataset(acme, files={f"{number}.jpg": a_picture(seed=number) for number in range(count)})
    assert len(renewed) >= count
    assert count < folder.BATCH


def test_a_worker_that_lost_its_lease_within_a_batch_stores_nothing(
    acme: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(job: runner.RunningJob) -> None:
        raise runner.LeaseLost

    monkeypatch.setattr(runner.RunningJob, "heartbeat", lost)
    dataset = a_dataset(acme, files={"1.jpg": a_picture(seed=1), "2.jpg": a_picture(seed=2)})
    assert not Sample.objects.filter(dataset=dataset).exists()
