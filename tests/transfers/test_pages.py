"""The page of imports and synchronisations, as a browser sees it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from apps.datasets import services
from apps.datasets.models import Dataset, Sample
from apps.jobs.models import Job
from tests.factories import Customer, a_dataset, a_picture, run_jobs

pytestmark = pytest.mark.django_db


def url(name: str, dataset: Dataset) -> str:
    return reverse(f"dataset-{name}", args=[dataset.public_id])


def post(customer: Customer, dataset: Dataset, **typed: str) -> Any:
    return customer.client().post(url("transfers", dataset), {"source": "folder", "annotations": "on", **typed})


def test_a_folder_is_imported_and_shown_with_its_problems(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    acme.put("more/good.jpg", a_picture(seed=9))
    acme.put("more/bad.jpg", b"no picture")
    answer = post(acme, dataset, folder=str(acme.location("more/")))
    assert answer["Location"] == url("transfers", dataset)
    page = acme.client().get(url("transfers", dataset)).content.decode()
    assert "Under way" in page
    run_jobs()
    dataset.refresh_from_db()
    assert dataset.sample_count == 2
    job = Job.objects.order_by("pk").last()
    assert job is not None
    page = acme.client().get(url("transfers", dataset)).content.decode()
    assert str(acme.location("more/")) in page
    assert f"{reverse('job-detail', args=[job.public_id])}#problems" in page
    assert "Under way" not in page


def test_a_published_manifest_is_imported_into_another_data_set(acme: Customer) -> None:
    source = a_dataset(acme, "source", pictures=3)
    version = services.publish_dataset_version(actor=acme.actor, dataset=source)
    run_jobs()
    version.refresh_from_db()
    target = a_dataset(acme, "target", pictures=0)
    post(acme, target, source="manifest", folder="", manifest=f"obs://{source.output_bucket}/{version.manifest_key}")
    run_jobs()
    assert Sample.objects.filter(dataset=target).count() == 3


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"folder": "nonsense"}, "A path looks like"),
        ({"folder": ""}, "Say where it lies"),
        ({"folder": "obs://somebody-elses/in/"}, "There is no bucket"),
        ({"source": "manifest", "manifest": "obs://{bucket}/absent.manifest"}, "There is no file"),
        ({"source": "manifest", "manifest": "obs://{bucket}/shapes/in/"}, "Name the manifest itself"),
    ],
)
def test_a_refused_import_says_why_at_its_field(acme: Customer, typed: dict[str, str], reason: str) -> None:
    dataset = a_dataset(acme, pictures=1)
    given = {name: value.format(bucket=acme.bucket.name) for name, value in typed.items()}
    answer = post(acme, dataset, **given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count('class="field__error"') == 1
    assert reason in page
    assert all(f'value="{value}"' in page for value in given.values() if value)
    dataset.refresh_from_db()
    assert dataset.state == "normal"


def test_an_import_into_a_busy_data_set_is_refused(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.publish_dataset_version(actor=acme.actor, dataset=dataset)
    answer = post(acme, dataset, folder=str(acme.location("shapes/in/")))
    assert answer.status_code == 400
    assert "The data set is busy" in answer.content.decode()
    assert list(Job.objects.filter(state="queued").values_list("kind", flat=True)) == ["publish_version"]


def test_labels_are_left_out_when_that_is_asked_for(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=0)
    acme.put("more/a.jpg", a_picture())
    acme.put("more/a.txt", b"cat\n")
    acme.client().post(url("transfers", dataset), {"source": "folder", "folder": str(acme.location("more/"))})
    run_jobs()
    assert [sample.annotation for sample in Sample.objects.filter(dataset=dataset)] == [[]]


@pytest.mark.parametrize(("back", "page"), [("transfers", "transfers"), ("", "detail"), ("//elsewhere", "detail")])
def test_synchronising_takes_in_what_is_new_and_comes_back(acme: Customer, back: str, page: str) -> None:
    dataset = a_dataset(acme, pictures=1)
    acme.put("shapes/in/later.jpg", a_picture(seed=5))
    answer = acme.client().post(url("sync", dataset), {"back": back})
    assert answer["Location"] == url(page, dataset)
    run_jobs()
    assert Sample.objects.filter(dataset=dataset).count() == 2


def test_a_second_synchronisation_meanwhile_says_why_not(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    client = acme.client()
    client.post(url("sync", dataset))
    assert "The data set is busy" in client.post(url("sync", dataset), follow=True).content.decode()
    assert Job.objects.filter(kind="sync_dataset").count() == 1


@pytest.mark.parametrize("name", ["transfers", "sync"])
def test_another_tenant_can_start_nothing(acme: Customer, rival: Customer, name: str) -> None:
    dataset = a_dataset(rival, pictures=1)
    answer = acme.client().post(url(name, dataset), {"source": "folder", "folder": str(acme.location("in/"))})
    assert answer.status_code == 404
    assert not Job.objects.filter(state="queued").exists()
