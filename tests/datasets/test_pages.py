"""The list of data sets, the pages of one, and who may see them, as a browser shows them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from guardian.shortcuts import assign_perm

from apps.datasets import services
from apps.datasets.models import Dataset, Label, Sample
from apps.storage.store import store
from tests.datasets.browser import a_colleague, label, refusals, text, url
from tests.factories import Customer, a_dataset, a_picture, run_jobs, signed_in

pytestmark = pytest.mark.django_db

ONE = ("detail", "samples", "labels", "versions", "settings", "label", "publish", "row")


# The list


def test_an_empty_list_says_what_to_do_first(acme: Customer) -> None:
    page = text(acme.client(), "/datasets/")
    assert "No data sets yet" in page
    assert reverse("storage") in page


def test_the_list_shows_ones_own_data_sets_with_their_progress(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(acme, "shapes", pictures=3)
    label(acme, dataset, Sample.objects.filter(dataset=dataset)[0], "cat")
    a_dataset(rival, "secret", pictures=1)
    page = text(acme.client(), "/datasets/")
    assert "shapes" in page
    assert "1 of 3" in page
    assert f'data-live="{dataset.topic}"' in page
    assert "secret" not in page


def test_the_list_is_searched_by_name_and_type(acme: Customer) -> None:
    a_dataset(acme, "cats", pictures=1)
    a_dataset(acme, "cars", kind="object_detection", pictures=1)
    client = acme.client()
    assert "cars" not in text(client, "/datasets/", search="cat")
    assert "cats" not in text(client, "/datasets/", type="object_detection")
    assert "No data set matches" in text(client, "/datasets/", search="dogs")


@pytest.mark.parametrize("sort", ["new", "old", "name"])
def test_pages_of_the_list_show_every_data_set_once(acme: Customer, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    monkeypatch.setattr("apps.datasets.pages.lists.PAGE", 2)
    names = ["delta", "alpha", "echo", "bravo", "charlie"]
    for name in names:
        a_dataset(acme, name, pictures=0)
    expected = {"new": names[::-1], "old": names, "name": sorted(names)}[sort]
    client, address, seen = acme.client(), f"/datasets/?sort={sort}", []
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'class="row-link"[^>]*>(\w+)<', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/datasets/" + further[1].replace("&amp;", "&") if further else ""
    assert seen == expected


def test_the_list_costs_the_same_however_many_data_sets_it_shows(
    acme: Customer, django_assert_max_num_queries: Any
) -> None:
    client = acme.client()
    a_dataset(acme, "first", pictures=1)
    with CaptureQueriesContext(connection) as cost:
        text(client, "/datasets/")
    for name in ("second", "third", "fourth"):
        dataset = a_dataset(acme, name, pictures=1)
        services.publish_dataset_version(actor=acme.actor, dataset=dataset)
        run_jobs()
    with django_assert_max_num_queries(len(cost)):
        assert "V001" in text(client, "/datasets/")


# Who may see what


@pytest.mark.parametrize("name", ONE)
def test_a_data_set_of_another_tenant_does_not_exist(acme: Customer, rival: Customer, name: str) -> None:
    dataset = a_dataset(rival, pictures=1)
    assert acme.client().get(url(name, dataset)).status_code == 404


@pytest.mark.parametrize("name", ONE)
def test_strangers_are_sent_to_the_sign_in(acme: Customer, name: str) -> None:
    answer = Client().get(url(name, a_dataset(acme, pictures=1)))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", ["/datasets/%00/", "/v2/%00/datasets"])
def test_an_address_that_no_database_could_look_for_is_not_found(
    acme: Customer, address: str, django_assert_num_queries: Any
) -> None:
    client = acme.client()
    with django_assert_num_queries(0):
        assert client.get(address).status_code == 404


def test_nothing_of_another_tenants_data_set_can_be_changed(acme: Customer, rival: Customer) -> None:
    dataset = a_dataset(rival, pictures=1)
    sample = Sample.objects.get(dataset=dataset)
    client = acme.client()
    for address, body in (
        (url("samples-delete", dataset), {"sample": sample.pk.hex}),
        (url("labels", dataset), {"label-0-name": "mine"}),
        (url("label-edit", dataset, "cat"), {"label-0-name": "mine"}),
        (url("label-delete", dataset, "cat"), {"policy": "1"}),
        (url("publish", dataset), {}),
        (url("settings", dataset), {"name": "mine"}),
        (url("delete", dataset), {"name": dataset.name}),
    ):
        assert client.post(address, body).status_code == 404
    dataset.refresh_from_db()
    assert (dataset.name, dataset.state, dataset.sample_count) == ("shapes", "normal", 1)
    assert set(Label.objects.filter(dataset=dataset).values_list("name", flat=True)) == {"cat", "dog"}


def test_whom_a_data_set_was_shared_with_sees_it_and_why_they_may_not_change_it(acme: Customer) -> None:
    shared, other = a_dataset(acme, "shared", pictures=1), a_dataset(acme, "other", pictures=1)
    colleague = a_colleague(acme)
    assign_perm("datasets.view_dataset", colleague, shared)
    client = signed_in(colleague)
    page = text(client, "/datasets/")
    assert "shared" in page
    assert "other" not in page
    assert client.get(url("detail", other)).status_code == 404
    for name in ONE:
        assert client.get(url(name, shared)).status_code == 200
    assert "modelarts:dataset:publish" in text(client, url("detail", shared))
    assert client.get(url("label", shared)).context["config"]["readonly"] is True
    assert client.post(url("labels", shared), {"label-0-name": "mine"}).status_code == 403
    assert client.post(url("publish", shared), {}).status_code == 403
    assert not Label.objects.filter(name="mine").exists()


# One data set


def test_the_first_page_shows_how_a_data_set_stands(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"a.jpg": a_picture(), "b.jpg": a_picture(seed=1), "broken.jpg": b"no picture"})
    label(acme, dataset, Sample.objects.filter(dataset=dataset, name="a.jpg").get(), "cat")
    page = text(acme.client(), url("detail", dataset))
    assert "1 of 2" in page
    assert "broken.jpg" in page
    assert str(acme.location("shapes/in/")) in page
    assert f'data-live="{dataset.topic}"' in page


def test_busy_data_sets_say_why_nothing_can_begin(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.publish_dataset_version(actor=acme.actor, dataset=dataset)
    page = text(acme.client(), url("detail", dataset))
    assert "The data set is busy (Publishing)" in page
    assert 'id="job-' in page


def test_a_data_set_without_pictures_says_where_to_put_them(acme: Customer) -> None:
    page = text(acme.client(), url("detail", a_dataset(acme, pictures=0)))
    assert "There were no pictures" in page
    assert "The data set has no samples yet" in page


# Settings


def test_a_data_set_is_renamed(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=0)
    acme.client().post(url("settings", dataset), {"name": "renamed", "description": "words"})
    dataset.refresh_from_db()
    assert (dataset.name, dataset.description) == ("renamed", "words")


def test_a_refused_name_changes_nothing_and_says_why(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=0)
    a_dataset(acme, "taken", pictures=0)
    for name, reason in (("taken", "already"), ("bad name", "A name has")):
        answer = acme.client().post(url("settings", dataset), {"name": name})
        assert answer.status_code == 400
        assert [reason in each for each in refusals(answer.content.decode())] == [True]
        dataset.refresh_from_db()
        assert dataset.name == "shapes"


def test_a_data_set_is_deleted_only_when_its_name_was_typed(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    sample = Sample.objects.get(dataset=dataset)
    client = acme.client()
    client.post(url("delete", dataset), {"name": "something else"})
    assert Dataset.objects.get().state == "normal"
    assert client.post(url("delete", dataset), {"name": "shapes"})["Location"] == "/datasets/"
    run_jobs()
    assert not Dataset.objects.exists()
    assert store().stat(sample.bucket, sample.key) is not None
