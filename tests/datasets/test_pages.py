"""The pages of data sets, as a browser and as a stranger sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Person
from apps.accounts.services import create_person
from apps.datasets import services
from apps.datasets.models import Dataset, Label, Sample, Version
from apps.datasets.services import Submission
from apps.storage.store import store
from apps.tenants.models import TenantUser
from tests.factories import PASSWORD, Customer, a_dataset, a_picture, run_jobs, signed_in

pytestmark = pytest.mark.django_db

ONE = ("detail", "samples", "labels", "versions", "settings", "label", "publish", "row")


def url(name: str, dataset: Dataset, *more: Any) -> str:
    return reverse(f"dataset-{name}", args=[dataset.public_id, *more])


def text(client: Client, address: str, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def form_of(customer: Customer, **changes: Any) -> dict[str, Any]:
    """What a person types to create a data set."""
    return {
        "name": "flowers",
        "label_type": "image_classification",
        "input_location": str(customer.location("in/")),
        "output_location": str(customer.location("out/")),
        "label-0-name": "rose",
        "label-0-color": "#ff0000",
        "label-0-shortcut": "r",
        **changes,
    }


def label(customer: Customer, dataset: Dataset, sample: Sample, *names: str) -> None:
    services.label_samples(
        actor=customer.actor,
        dataset=dataset,
        submissions=[Submission(sample.pk, [{"name": name} for name in names])],
    )


def refusals(page: str) -> list[str]:
    """The sentences that stand at fields."""
    return [
        re.sub(r"<.*?>", "", each, flags=re.DOTALL).strip()
        for each in re.findall(r'<p class="field__error".*?</p>', page, re.DOTALL)
    ]


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


# Creating


def test_a_created_data_set_takes_in_its_files(acme: Customer) -> None:
    acme.put("in/a.jpg", a_picture())
    answer = acme.client().post(reverse("dataset-create"), form_of(acme))
    dataset = Dataset.objects.get()
    assert answer["Location"] == url("detail", dataset)
    run_jobs()
    dataset.refresh_from_db()
    assert (dataset.name, dataset.sample_count, dataset.state) == ("flowers", 1, "normal")
    rose = Label.objects.get(dataset=dataset)
    assert (rose.name, rose.color, rose.shortcut) == ("rose", "#ff0000", "r")


def test_attributes_are_kept_for_detection(acme: Customer) -> None:
    typed = form_of(
        acme,
        label_type="object_detection",
        **{
            "label-0-attribute-0-name": "size",
            "label-0-attribute-0-type": "select",
            "label-0-attribute-0-values": "small\nvery large, with commas",
            "label-0-attribute-0-default": "small",
            "label-0-attribute-3-name": "",
        },
    )
    acme.client().post(reverse("dataset-create"), typed)
    assert Label.objects.get().attributes == [
        {"name": "size", "type": "select", "values": ["small", "very large, with commas"], "default": "small"}
    ]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "no spaces please", "A name has 1 to 100 characters"),
        ("name", "", "required"),
        ("description", "a < b", "A description has at most 256 characters"),
        ("input_location", "here", "A path looks like obs://bucket/folder/"),
        ("input_location", "obs://somebody-elses/in/", "There is no bucket"),
        ("output_location", "obs://{bucket}/in/", "two different folders"),
        ("output_location", "obs://{bucket}/in/below/", "must not lie inside the input location"),
        ("output_location", "obs://{bucket}/../x/", "The path has"),
        ("label-0-name", "a/b", "A label name has 1 to 32 characters"),
        ("label-0-shortcut", "rr", "A shortcut is one printable key"),
        ("label-0-color", "red", "A colour is written #rrggbb"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    acme: Customer, field: str, value: str, reason: str
) -> None:
    typed = form_of(acme, description="all of them")
    typed[field] = value.format(bucket=acme.bucket.name)
    answer = acme.client().post(reverse("dataset-create"), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert not Dataset.objects.exists()
    assert len(refusals(page)) == 1
    assert reason in refusals(page)[0]
    for name, kept in typed.items():
        if kept and name not in ("label_type",):
            assert re.search(rf'name="{name}"[^>]*value="{re.escape(kept)}"', page) or kept.replace("<", "&lt;") in page


def test_the_name_of_another_data_set_is_refused_at_the_name(acme: Customer) -> None:
    a_dataset(acme, "flowers", pictures=0)
    page = acme.client().post(reverse("dataset-create"), form_of(acme)).content.decode()
    assert ["already" in each for each in refusals(page)] == [True]


def test_the_second_of_two_equal_labels_is_refused(acme: Customer) -> None:
    typed = form_of(acme, **{"label-5-name": "rose", "label-5-color": "#00ff00"})
    page = acme.client().post(reverse("dataset-create"), typed).content.decode()
    assert [each.endswith("label &#x27;rose&#x27; already.") for each in refusals(page)] == [True]
    assert 'id="label-5-error"' in page
    assert not Dataset.objects.exists()


def test_label_rows_are_added_and_removed_without_scripts(acme: Customer) -> None:
    client = acme.client()
    page = client.post(reverse("dataset-create"), form_of(acme, add="label")).content.decode()
    assert 'name="label-1-name"' in page
    assert 'value="rose"' in page
    page = client.post(reverse("dataset-create"), form_of(acme, remove="label-0")).content.decode()
    assert 'value="rose"' not in page
    assert 'value="flowers"' in page
    assert not Dataset.objects.exists()


def test_who_may_not_create_is_told_why(acme: Customer) -> None:
    client = signed_in(a_colleague(acme))
    assert "Ask an admin of the tenant" in text(client, "/datasets/")
    assert client.get(reverse("dataset-create")).status_code == 403
    assert client.post(reverse("dataset-create"), form_of(acme)).status_code == 403
    assert not Dataset.objects.exists()


def a_colleague(customer: Customer) -> Person:
    """A user of the tenant who is no admin."""
    person = create_person(login=f"{customer.tenant.name}/bob", kind=Person.Kind.USER, password=PASSWORD)
    TenantUser.objects.create(tenant=customer.tenant, person=person)
    return person


def test_storage_is_browsed_for_a_folder(acme: Customer, rival: Customer) -> None:
    acme.put("in/below/a.jpg", a_picture())
    acme.put("in/V001.manifest", b"{}")
    client, browse = acme.client(), reverse("dataset-browse")
    assert "in" in text(client, browse)
    page = text(client, browse, at=str(acme.location("in/")))
    assert "below" in page
    assert "V001.manifest" not in page
    assert f'data-picks="{acme.location("in/")}"' in page
    files = text(client, browse, at=str(acme.location("in/")), files="manifest")
    assert f'data-picks="{acme.location("in/V001.manifest")}"' in files
    assert client.get(browse, {"at": str(rival.location("in/"))}).status_code == 404
    assert client.get(browse, {"at": "nonsense"}).status_code == 400


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


# Samples


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
    assert sorted(names(text(client, address, name="cats/"))) == ["1.jpg", "2.jpg"]
    assert sorted(names(text(client, address, name=f"{acme.location('shapes/in/cats/')}"))) == ["1.jpg", "2.jpg"]
    assert names(text(client, address, hard="yes")) == ["1.jpg"]
    assert names(text(client, address, labeler="nobody@example.org")) == []
    assert names(text(client, address, until="2001-01-01")) == []
    assert sorted(names(text(client, address, since="2001-01-01"))) == ["1.jpg", "2.jpg", "3.jpg"]
    assert "is no day" in text(client, address, since="yesterday")


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


# Labels


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
    assert Sample.objects.filter(dataset=dataset).count() == left
    assert not Label.objects.filter(dataset=dataset, name="cat").exists()


# Versions


def test_a_version_is_published_and_can_be_downloaded(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=2)
    label(acme, dataset, Sample.objects.get(dataset=dataset, name="000.jpg"), "cat")
    client = acme.client()
    answer = client.post(url("publish", dataset), {"description": "first", "train_ratio": "0.8"})
    assert answer["Location"] == url("versions", dataset)
    assert "V001" in text(client, url("versions", dataset))
    run_jobs()
    version = Version.objects.get()
    assert version.train_ratio is not None
    page = text(client, url("versions", dataset))
    assert version.manifest_key in page
    link = re.search(r'href="(/storage/[^"]+download)"', page)
    assert link is not None
    manifest = client.get(link[1].replace("&amp;", "&"))
    assert manifest["Content-Disposition"].startswith("attachment")
    assert len(b"".join(manifest).splitlines()) == 2


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"name": "not a name"}, "A version name has"),
        ({"name": "V001"}, "already"),
        ({"train_ratio": "1.5"}, "less than or equal to 1"),
        ({"description": "<b>"}, "A description has"),
    ],
)
def test_a_refused_version_says_why_at_its_field(acme: Customer, typed: dict[str, str], reason: str) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.publish_dataset_version(actor=acme.actor, dataset=dataset)
    run_jobs()
    for headers in ({}, {"HX-Request": "true"}):
        answer = acme.client().post(url("publish", dataset), typed, headers=headers)
        assert answer.status_code == (200 if headers else 400)
        assert [reason in each for each in refusals(answer.content.decode())] == [True]
    assert Version.objects.count() == 1
    dataset.refresh_from_db()
    assert dataset.state == "normal"


def test_a_dialog_that_published_leads_to_the_versions(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    answer = acme.client().post(url("publish", dataset), {}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == url("versions", dataset)
    assert Version.objects.count() == 1


def test_an_older_version_is_made_current_and_deleted(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    for _ in range(2):
        services.publish_dataset_version(actor=acme.actor, dataset=dataset)
        run_jobs()
        dataset.refresh_from_db()
    old, new = Version.objects.order_by("number")
    assert dataset.current_version == new
    client = acme.client()
    client.post(url("version-current", dataset, old.public_id))
    dataset.refresh_from_db()
    assert dataset.current_version == old
    client.post(url("version-delete", dataset, new.public_id))
    assert list(Version.objects.all()) == [old]
    assert store().stat(dataset.output_bucket, new.manifest_key) is not None


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
