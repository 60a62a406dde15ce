"""The samples of a data set in the browser: tabs, filters, pages, deleting, and the way into the labelling tool."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.datasets import services
from apps.datasets.models import Sample
from apps.datasets.services import NewSample, Submission
from apps.storage.store import store
from tests.datasets.browser import label, text, url
from tests.factories import Customer, a_dataset, a_picture

pytestmark = pytest.mark.django_db


def names(page: str) -> list[str]:
    return re.findall(r'<img src="[^"]+" alt="([^"]+)"', page)


def test_samples_are_narrowed_by_what_the_address_says(acme: Customer) -> None:
    files = {"cats/1.jpg": a_picture(), "cats/2.jpg": a_picture(seed=1), "3.jpg": a_picture(seed=2)}
    dataset = a_dataset(acme, files=files)
    services.label_samples(
        actor=acme.actor,
        dataset=dataset,
        submissions=[
            Submission(sample.pk, [{"name": "dog"}] if sample.name == "3.jpg" else [], hard=sample.name == "1.jpg")
            for sample in Sample.objects.filter(dataset=dataset)
        ],
    )
    client, address = acme.client(), url("samples", dataset)
    assert sorted(names(text(client, address))) == ["1.jpg", "2.jpg", "3.jpg"]
    assert names(text(client, address, label="dog")) == ["3.jpg"]
    assert names(text(client, address, name="2.jpg")) == ["2.jpg"]
    assert sorted(names(text(client, address, name="2"))) == ["2.jpg"]
    assert sorted(names(text(client, address, name="cats/"))) == ["1.jpg", "2.jpg"]
    assert sorted(names(text(client, address, name=f"{acme.location('shapes/in/cats/')}"))) == ["1.jpg", "2.jpg"]
    assert names(text(client, address, hard="yes")) == ["1.jpg"]
    assert names(text(client, address, labeler="nobody@example.org")) == []
    assert names(text(client, address, until="2001-01-01")) == []
    assert sorted(names(text(client, address, since="2001-01-01"))) == ["1.jpg", "2.jpg", "3.jpg"]
    for day in ("yesterday", "0001-01-01", "9999-12-31", "2030-02-30"):
        assert "is no day" in text(client, address, until=day)


def test_a_picture_with_nothing_in_it_says_so(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=2)
    assert "nothing in this picture" not in text(acme.client(), url("samples", dataset))
    sample = Sample.objects.filter(dataset=dataset).first()
    assert sample is not None
    said = Submission(sample.pk, [], nothing=True)
    services.label_samples(actor=acme.actor, dataset=dataset, submissions=[said])
    assert text(acme.client(), url("samples", dataset), state="labelled").count("nothing in this picture") == 1


def test_an_open_page_says_what_came_meanwhile_and_stays_as_it_is(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=2)
    client = acme.client()
    here = client.get(url("samples", dataset)).context["here"]
    assert "new sample" not in text(client, here)
    services.add_samples(dataset, [NewSample(source=f"{acme.bucket.name}/late/{number}.jpg") for number in range(3)])
    assert "3 new samples: show" in text(client, here)
    assert client.get(here).context["here"] == here
    labelled = client.get(url("samples", dataset), {"state": "labelled"}).context["here"]
    services.add_samples(dataset, [NewSample(source=f"{acme.bucket.name}/late/4.jpg")])
    assert "new sample" not in text(client, labelled)


def test_tabs_show_the_samples_of_one_state(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=3)
    label(acme, dataset, Sample.objects.get(dataset=dataset, name="001.jpg"), "cat")
    client, address = acme.client(), url("samples", dataset)
    assert names(text(client, address, state="labelled")) == ["001.jpg"]
    assert sorted(names(text(client, address, state="unlabelled"))) == ["000.jpg", "002.jpg"]
    assert "No sample is in this state" in text(client, address, state="to_confirm")


@pytest.mark.parametrize("name", ["", "shapes/"])
def test_pages_of_samples_go_forth_and_back(acme: Customer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("apps.datasets.pages.samples.PAGE", 2)
    files = {f"shapes/{number}.jpg": a_picture(seed=number) for number in range(5)}
    dataset = a_dataset(acme, files=files)
    client, address = acme.client(), url("samples", dataset)
    forth, last = walk(client, f"{address}?name={name}", "next")
    assert sorted(each for page in forth for each in page) == sorted(path.removeprefix("shapes/") for path in files)
    back, _first = walk(client, last, "prev")
    assert back[::-1] == forth


def walk(client: Client, start: str, direction: str) -> tuple[list[list[str]], str]:
    """The names on each page, following the links in one direction, and the address of the last page."""
    seen, address = [], start
    while True:
        page = client.get(address).content.decode()
        seen.append(names(page))
        further = re.search(rf'rel="{direction}" href="([^"]+)"', page)
        if further is None:
            return seen, address
        address = start.partition("?")[0] + further[1].replace("&amp;", "&")


def test_chosen_samples_are_deleted_and_their_files_stay(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=3)
    first, second, _third = Sample.objects.filter(dataset=dataset).order_by("name")
    body = {"sample": [first.pk.hex, second.pk.hex, "nonsense"], "back": "state=unlabelled&evil=//x"}
    answer = acme.client().post(url("samples-delete", dataset), body)
    assert answer["Location"] == url("samples", dataset) + "?state=unlabelled"
    assert [sample.name for sample in Sample.objects.filter(dataset=dataset)] == ["002.jpg"]
    assert store().stat(first.bucket, first.key) is not None


def test_files_of_samples_go_too_when_that_is_asked_for(
    acme: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = a_dataset(acme, pictures=2)
    sample = Sample.objects.get(dataset=dataset, name="000.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        acme.client().post(url("samples-delete", dataset), {"sample": sample.pk.hex, "delete_source": "on"})
    assert store().stat(sample.bucket, sample.key) is None
    assert Sample.objects.get(dataset=dataset).name == "001.jpg"


def test_the_tool_is_told_all_that_it_needs(acme: Customer) -> None:
    dataset = a_dataset(acme, kind="object_detection", pictures=1)
    sample = Sample.objects.get(dataset=dataset)
    answer = acme.client().get(url("label", dataset), {"sample": sample.pk.hex, "state": "unlabelled"})
    config = answer.context["config"]
    assert (config["mode"], config["type"], config["start"]) == ("owner", "object_detection", sample.pk.hex)
    assert (config["state"], config["readonly"]) == ("__NONE__", False)
    assert [each["name"] for each in config["labels"]] == ["cat", "dog"]
    assert "bndbox" in config["allowedShapes"]
    assert acme.client().get(config["samples"], {"sample_state": config["state"]}).json()["sample_count"] == 1
    assert 'id="tool-config"' in answer.content.decode()


def test_a_page_of_samples_costs_the_same_however_many_it_shows(
    acme: Customer, django_assert_max_num_queries: Any
) -> None:
    few, many = a_dataset(acme, "few", pictures=1), a_dataset(acme, "many", pictures=12)
    for dataset in (few, many):
        label(acme, dataset, Sample.objects.filter(dataset=dataset)[0], "cat", "dog")
    client = acme.client()
    text(client, url("samples", many))
    with CaptureQueriesContext(connection) as cost:
        text(client, url("samples", few))
    with django_assert_max_num_queries(len(cost)):
        text(client, url("samples", many))
