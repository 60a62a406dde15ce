"""Refusals and reports are read in the language of whoever reads them, whatever language they were made in."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from apps.datasets.models import Dataset
from apps.jobs import runner
from apps.jobs.models import Job
from apps.jobs.selectors import entries_of
from tests.factories import Customer, a_dataset
from tests.transfers.taking_in import line, take_in

CHINESE = {"Accept-Language": "zh-hans"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def report(acme: Customer, empty: Dataset) -> Job:
    """Of an import: one good line, one that is no JSON, one with an attribute that means nothing, one of nobody."""
    name = acme.bucket.name
    strange = {"type": "modelarts/image_classification", "name": "not a name"}
    bad = json.dumps({"source": f"obs://{name}/2.jpg", "annotation": [strange]}).encode()
    foreign = line("obs://no-such-bucket/x.jpg", "cat")
    return take_in(acme, empty, line(f"obs://{name}/1.jpg", "cat") + b"{not json\n" + bad + b"\n" + foreign)


def page(client: Client, job: Job, headers: dict[str, str], **query: str) -> str:
    return client.get(reverse("job-detail", args=[job.public_id]), query, headers=headers).content.decode()


def test_one_report_is_read_in_two_languages(acme: Customer, report: Job) -> None:
    english, chinese = (page(acme.client(), report, headers) for headers in (ENGLISH, CHINESE))
    for sentence, its_translation in (
        ("line 2", "第 2 行"),
        ("The line is not JSON", "该行不是 JSON"),
        ("An annotation was left out: A label name has 1 to 32", "一条标注已略去：标签名称为 1 到 32 个字符"),
        ("There is no bucket", "没有桶"),
        ("2 samples added", "已添加 2 个样本"),
    ):
        assert (sentence in english, sentence in chinese) == (True, False), sentence
        assert (its_translation in english, its_translation in chinese) == (False, True), its_translation


def test_the_report_as_a_file_is_in_the_language_of_who_asks_for_it(acme: Customer, report: Job) -> None:
    address = reverse("job-report", args=[report.public_id])
    for headers, place in ((ENGLISH, "line 2,"), (CHINESE, "第 2 行,")):
        answer = acme.client().get(address, headers=headers)
        # Read after the request, and in the middle of somebody else's.
        with override("en" if headers is CHINESE else "zh-hans"):
            content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert place in content


def test_a_report_is_searched_in_the_words_that_its_reader_sees(report: Job) -> None:
    def found(words: str) -> list[str]:
        return [entry.place.english for entry in entries_of(report, search=words)]

    with override("en"):
        assert found("not json") == ["line 2"]
        assert found("line 3") == ["line 3"]
        assert found("letters of any script") == ["line 3"]
        assert found("任意文字") == []
    with override("zh-hans"):
        assert found("该行不是") == ["line 2"]
        # Also inside a sentence that stands in another one.
        assert found("任意文字的字母") == ["line 3"]
        assert found("no-such-bucket") == ["line 4"]
        assert found("没有这样的话") == []


def test_a_failed_job_says_why_in_the_readers_language(acme: Customer, empty: Dataset) -> None:
    job = take_in(acme, empty, b"")
    Job.objects.filter(pk=job.pk).update(state="queued", params={"location": str(acme.location("gone.manifest"))})
    runner.run(job.public_id)
    english, chinese = (page(acme.client(), job, headers) for headers in (ENGLISH, CHINESE))
    assert ("There is no file" in english, "没有文件" in english) == (True, False)
    assert ("There is no file" in chinese, "没有文件" in chinese) == (False, True)


def test_a_refusal_of_the_pure_code_is_answered_in_the_readers_language(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    sample = dataset.samples.get()
    path = reverse("api-samples", args=[dataset.project.public_id, dataset.public_id])
    body = {"samples": [{"sample_id": sample.pk.hex, "labels": [{"name": "cow"}]}]}
    said = {}
    for headers in (ENGLISH, CHINESE):
        answer = acme.api().put(path, json.dumps(body), content_type="application/json", headers=headers)
        said[headers["Accept-Language"]] = answer.json()["results"][0]["error_msg"]
    assert said["en"] == "[0].name: The data set has no label 'cow'. Add the label first."
    assert said["zh-hans"] == "[0].name: 数据集没有标签“cow”。请先添加该标签。"
