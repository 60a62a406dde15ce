"""Creating a data set in the browser: refusals at their fields, and choosing from storage."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from apps.datasets.models import Dataset, Label
from tests.datasets.browser import a_colleague, refusals, text, url
from tests.factories import Customer, a_dataset, a_picture, run_jobs, signed_in

pytestmark = pytest.mark.django_db


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
