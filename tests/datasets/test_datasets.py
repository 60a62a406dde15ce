"""Data sets: creating, changing, deleting, and who sees them."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.datasets import services
from apps.datasets.models import Dataset, Label, LabelUse, Sample, Version
from apps.datasets.selectors import datasets_of, get_dataset
from apps.datasets.states import DELETING, NORMAL
from apps.jobs.models import Job
from apps.labeltypes import LabelSpec, label_types
from apps.storage.paths import Location
from apps.storage.store import store
from apps.tenants.actors import Actor
from tests.factories import Customer, a_dataset, a_picture, labels, run_jobs

KIND = label_types.get("image_classification")


def create(customer: Customer, name: str = "cats", **changes: object) -> services.datasets.CreatedDataset:
    values: dict[str, object] = {
        "actor": customer.actor,
        "name": name,
        "label_type": KIND,
        "input_location": customer.location("in/"),
        "output_location": customer.location("out/"),
        **changes,
    }
    return services.create_dataset(**values)  # type: ignore[arg-type]


def test_a_new_data_set_has_its_labels_and_an_import_under_way(acme: Customer) -> None:
    created = create(acme, labels=labels("cat", "dog"))
    dataset = Dataset.objects.get(pk=created.dataset.pk)
    assert [label.name for label in Label.objects.filter(dataset=dataset)] == ["cat", "dog"]
    assert (created.job.kind, created.job.subject) == ("import_folder", dataset.topic)
    assert AuditEvent.objects.filter(name="createDataset", resource_id=dataset.public_id).count() == 1
    run_jobs()
    dataset.refresh_from_db()
    assert dataset.state == NORMAL


@pytest.mark.parametrize(("inside", "outside"), [("a/", "a/"), ("a/", "a/b/"), ("a/b/", "a/"), ("", "out/")])
def test_an_output_location_that_is_or_holds_the_input_location_is_refused(
    acme: Customer, inside: str, outside: str
) -> None:
    with pytest.raises(Invalid):
        create(acme, input_location=acme.location(inside), output_location=acme.location(outside))
    assert not Dataset.objects.exists()
    assert not Job.objects.exists()


def test_a_location_in_a_foreign_bucket_is_refused_as_one_that_does_not_exist(acme: Customer, rival: Customer) -> None:
    with pytest.raises(Invalid) as foreign:
        create(acme, input_location=rival.location("in/"))
    with pytest.raises(Invalid) as absent:
        create(acme, input_location=Location("no-such-bucket-here", "in/"))
    assert foreign.value.code == absent.value.code == "ModelArts.4311"
    assert str(foreign.value).replace(rival.bucket.name, "X") == str(absent.value).replace("no-such-bucket-here", "X")


def test_a_name_is_taken_once_in_a_project(acme: Customer) -> None:
    create(acme)
    with pytest.raises(Conflict) as refusal:
        create(acme)
    assert refusal.value.code == "ModelArts.4351"
    assert Dataset.objects.count() == 1


@pytest.mark.parametrize("name", ["", "a b", "ä", "a" * 101, "../x", "a/b", "a\n"])
def test_a_name_that_could_not_be_a_folder_is_refused(acme: Customer, name: str) -> None:
    with pytest.raises(Invalid):
        create(acme, name=name)


def test_a_stranger_finds_nothing(acme: Customer, rival: Customer) -> None:
    dataset = create(acme).dataset
    with pytest.raises(NotFound) as foreign:
        get_dataset(rival.actor, dataset.public_id)
    with pytest.raises(NotFound) as absent:
        get_dataset(rival.actor, "a" * 20)
    assert str(foreign.value) == str(absent.value)
    assert not datasets_of(rival.actor).exists()
    with pytest.raises(NotFound):
        services.update_dataset(actor=rival.actor, dataset=dataset, name="mine")
    with pytest.raises(NotFound):
        services.delete_dataset(actor=rival.actor, dataset=dataset)
    dataset.refresh_from_db()
    assert (dataset.name, dataset.state) == ("cats", "creating")


def test_a_user_without_a_grant_may_not_create(acme: Customer) -> None:
    user = Actor(person=acme.admin, tenant=acme.tenant, project=acme.project, is_admin=False)
    with pytest.raises(Denied):
        create(acme, actor=user)
    assert not Dataset.objects.exists()
    assert not AuditEvent.objects.filter(name="createDataset").exists()


def test_deleting_takes_every_row_and_leaves_every_file(acme: Customer) -> None:
    dataset = a_dataset(acme, files={"cat/1.jpg": a_picture(seed=1), "dog/2.jpg": a_picture(seed=2)})
    services.publish_dataset_version(actor=acme.actor, dataset=dataset)
    run_jobs()
    dataset.refresh_from_db()
    before = [info.key for info in store().walk(acme.bucket.name)]
    services.delete_dataset(actor=acme.actor, dataset=dataset)
    assert Dataset.objects.get(pk=dataset.pk).state == DELETING
    assert not datasets_of(acme.actor).exists()
    run_jobs()
    for model in (Dataset, Label, LabelUse, Sample, Version):
        assert not model._default_manager.exists()
    assert [info.key for info in store().walk(acme.bucket.name)] == before


def test_a_data_set_that_is_being_deleted_takes_nothing_more(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.delete_dataset(actor=acme.actor, dataset=dataset)
    with pytest.raises(Denied):
        services.create_label(actor=acme.actor, dataset=dataset, label=LabelSpec(id=0, name="late"))
    assert not Label.objects.filter(name="late").exists()


def test_an_import_adds_nothing_to_a_data_set_that_is_being_deleted(acme: Customer) -> None:
    dataset = a_dataset(acme, pictures=1)
    services.delete_dataset(actor=acme.actor, dataset=Dataset.objects.get(pk=dataset.pk))
    for _state in ("deleting", "deleted"):
        with pytest.raises(NotFound), transaction.atomic():
            services.add_samples(dataset, [services.NewSample(source=f"{acme.bucket.name}/late.jpg")])
        run_jobs()
    assert not Sample.objects.exists()
