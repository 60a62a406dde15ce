"""The labels of a data set in the browser."""

from __future__ import annotations

import re

import pytest

from apps.datasets.models import Label, Sample
from tests.datasets.browser import label, refusals, text, url
from tests.factories import Customer, a_dataset, run_jobs

pytestmark = pytest.mark.django_db


def test_a_label_is_added_changed_and_deleted(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    client = acme.client()
    client.post(url("labels", dataset), {"label-0-name": "鸟", "label-0-color": "#123456", "label-0-shortcut": "b"})
    bird = Label.objects.get(dataset=dataset, name="鸟")
    assert (bird.color, bird.shortcut) == ("#123456", "b")
    changed = {"label-0-name": "bird", "label-0-color": "#654321", "label-0-shortcut": ""}
    client.post(url("label-edit", dataset, "鸟"), changed)
    bird.refresh_from_db()
    assert (bird.name, bird.color, bird.shortcut) == ("bird", "#654321", "")
    client.post(url("label-delete", dataset, "bird"), {"policy": "0"})
    assert not Label.objects.filter(pk=bird.pk).exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"label-0-name": "cat"}, "already"),
        ({"label-0-name": "a b"}, "A label name has"),
        ({"label-0-name": "bird", "label-0-shortcut": "c"}, "belongs to another label"),
    ],
)
def test_a_label_that_is_refused_stays_in_the_form(acme: Customer, typed: dict[str, str], reason: str) -> None:
    dataset = a_dataset(acme, pictures=0)
    Label.objects.filter(dataset=dataset, name="cat").update(shortcut="c")
    answer = acme.client().post(url("labels", dataset), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert [reason in each for each in refusals(page)] == [True]
    assert f'value="{typed["label-0-name"]}"' in page
    assert Label.objects.filter(dataset=dataset).count() == 2


def test_attributes_of_a_label_are_changed(acme: Customer) -> None:
    dataset = a_dataset(acme, kind="object_detection", pictures=0)
    attribute = {"label-0-attribute-0-name": "size", "label-0-attribute-0-type": "select"}
    typed = {"label-0-name": "cat", "label-0-color": "#111111", **attribute}
    answer = acme.client().post(url("label-edit", dataset, "cat"), typed)
    assert answer.status_code == 400
    assert ["needs different, non-empty values" in each for each in refusals(answer.content.decode())] == [True]
    acme.client().post(url("label-edit", dataset, "cat"), {**typed, "label-0-attribute-0-values": "small\r\nlarge"})
    assert Label.objects.get(dataset=dataset, name="cat").attributes[0]["values"] == ["small", "large"]
    page = text(acme.client(), url("label-edit", dataset, "cat"))
    assert re.search(r"small\s+large</textarea>", page)


@pytest.mark.parametrize(("policy", "left"), [("0", 2), ("1", 1), ("9", 2)])
def test_what_goes_with_a_label_is_chosen(acme: Customer, policy: str, left: int) -> None:
    dataset = a_dataset(acme, pictures=2)
    label(acme, dataset, Sample.objects.get(dataset=dataset, name="000.jpg"), "cat")
    acme.client().post(url("label-delete", dataset, "cat"), {"policy": policy})
    run_jobs()
    assert Sample.objects.filter(dataset=dataset).count() == left
    assert not Label.objects.filter(dataset=dataset, name="cat").exists()
