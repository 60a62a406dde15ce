"""The versions of a data set in the browser."""

from __future__ import annotations

import re

import pytest

from apps.datasets import services
from apps.datasets.models import Sample, Version
from apps.storage.store import store
from tests.datasets.browser import label, refusals, text, url
from tests.factories import Customer, a_dataset, run_jobs

pytestmark = pytest.mark.django_db


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
