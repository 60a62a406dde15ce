"""Uploads, folders and deletions: promised, refused, recorded; another tenant's bucket does not exist."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.storage import selectors, services
from apps.storage.paths import Location
from apps.storage.store import store
from apps.tenants.actors import Actor
from tests.factories import Customer

pytestmark = pytest.mark.django_db


def upload(customer: Customer, *names: str, rename: bool = False) -> services.Upload:
    files = [(name, io.BytesIO(name.encode())) for name in names]
    return services.upload_objects(actor=customer.actor, folder=customer.location("in/"), files=files, rename=rename)


def keys(customer: Customer) -> list[str]:
    return [info.key for info in store().walk(customer.bucket.name)]


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("name", flat=True))


def test_uploaded_files_lie_below_the_folder_and_are_recorded_once(acme: Customer) -> None:
    done = upload(acme, "a.jpg", "cats/b.jpg")
    assert keys(acme) == ["in/a.jpg", "in/cats/b.jpg"]
    assert [info.size for info in done.stored] == [5, 10]
    (event,) = AuditEvent.objects.all()
    assert event.name == "uploadObjects"
    assert event.resource_name == acme.bucket.name
    assert event.request["count"] == 2


def test_a_taken_name_is_refused_and_the_rest_goes_on(acme: Customer) -> None:
    upload(acme, "a.jpg")
    done = upload(acme, "a.jpg", "..", "b.jpg")
    assert [info.key for info in done.stored] == ["in/b.jpg"]
    assert [name for name, _reason in done.refused] == ["a.jpg", ".."]
    assert "already" in done.refused[0][1]


def test_a_taken_name_gets_a_number_when_asked(acme: Customer) -> None:
    upload(acme, "a.jpg")
    done = upload(acme, "a.jpg", "a.jpg", rename=True)
    assert [info.key for info in done.stored] == ["in/a (2).jpg", "in/a (3).jpg"]
    assert done.refused == []


def test_an_upload_that_stores_nothing_records_nothing(acme: Customer) -> None:
    upload(acme, "..")
    assert events() == []
    assert keys(acme) == []


def test_a_folder_is_made_and_recorded(acme: Customer) -> None:
    made = services.create_folder(actor=acme.actor, parent=acme.location("in/"), name=" new ")
    assert made == acme.location("in/new/")
    assert selectors.list_folder(acme.actor, acme.location("in/")).folders == ["in/new/"]
    assert events() == ["createFolder"]


@pytest.mark.parametrize("name", ["", "/", "..", "a/../b", "a\\b", "a\nb", "a//b"])
def test_a_bad_folder_name_is_refused(acme: Customer, name: str) -> None:
    with pytest.raises(Invalid):
        services.create_folder(actor=acme.actor, parent=acme.location("in/"), name=name)
    assert events() == []


def test_deleting_removes_and_records(acme: Customer) -> None:
    upload(acme, "a.jpg")
    services.delete_object(actor=acme.actor, location=acme.location("in/a.jpg"))
    assert keys(acme) == []
    assert events() == ["uploadObjects", "deleteObject"]
    with pytest.raises(NotFound):
        services.delete_object(actor=acme.actor, location=acme.location("in/a.jpg"))
    assert events() == ["uploadObjects", "deleteObject"]


def test_a_folder_with_files_is_not_deleted(acme: Customer) -> None:
    upload(acme, "a.jpg")
    with pytest.raises(Conflict):
        services.delete_object(actor=acme.actor, location=acme.location("in/"))
    assert events() == ["uploadObjects"]


def test_another_tenants_bucket_answers_as_if_it_did_not_exist(acme: Customer, rival: Customer) -> None:
    acme.put("in/a.jpg", b"secret")
    foreign, missing = acme.location("in/a.jpg"), Location("no-such-bucket", "in/a.jpg")
    messages = []
    for location in (foreign, missing):
        for attempt in (
            lambda at: selectors.own_bucket(rival.actor, at),
            lambda at: selectors.get_object(rival.actor, at),
            lambda at: selectors.list_folder(rival.actor, at.parent),
            lambda at: services.delete_object(actor=rival.actor, location=at),
            lambda at: services.create_folder(actor=rival.actor, parent=at.parent, name="x"),
            lambda at: services.upload_objects(
                actor=rival.actor, folder=at.parent, files=[("x.jpg", io.BytesIO(b"x"))]
            ),
        ):
            with pytest.raises(NotFound) as refusal:
                attempt(location)
            messages.append(str(refusal.value).replace(location.bucket, "BUCKET"))
    assert len(set(messages)) == 1
    assert keys(acme) == ["in/a.jpg"]
    assert events() == []


def test_a_foreign_location_in_a_form_is_invalid_and_names_the_field(acme: Customer, rival: Customer) -> None:
    assert selectors.own_folder(acme.actor, f" obs://{acme.bucket.name}/in ") == acme.location("in/")
    with pytest.raises(Invalid) as refusal:
        selectors.own_folder(rival.actor, f"obs://{acme.bucket.name}/in/", field="data_path")
    assert refusal.value.field == "data_path"


def test_a_user_without_rights_is_denied_with_the_reason(acme: Customer) -> None:
    acme.put("in/a.jpg", b"x")
    user = replace(acme.actor, is_admin=False)
    for attempt in (
        lambda: selectors.list_folder(user, acme.location("in/")),
        lambda: selectors.get_object(user, acme.location("in/a.jpg")),
        lambda: services.delete_object(actor=user, location=acme.location("in/a.jpg")),
        lambda: services.create_folder(actor=user, parent=acme.location("in/"), name="x"),
        lambda: services.upload_objects(actor=user, folder=acme.location("in/"), files=[("x", io.BytesIO(b"x"))]),
    ):
        with pytest.raises(Denied, match="obs:"):
            attempt()
    assert keys(acme) == ["in/a.jpg"]
    assert events() == []


def test_a_visitor_finds_no_bucket(acme: Customer) -> None:
    with pytest.raises(NotFound):
        selectors.list_folder(Actor(), acme.location("in/"))


def test_a_search_stays_in_its_folder(acme: Customer) -> None:
    for key in ("in/apple.jpg", "in/bee.jpg", "in/sub/apple.jpg", "out/apple.jpg"):
        acme.put(key, b"x")
    found = selectors.list_folder(acme.actor, acme.location("in/"), search="ap")
    assert [info.key for info in found.objects] == ["in/apple.jpg"]
    for search in ("../out/ap", "sub/ap", "/"):
        found = selectors.list_folder(acme.actor, acme.location("in/"), search=search)
        assert (found.objects, found.folders) == ([], [])
