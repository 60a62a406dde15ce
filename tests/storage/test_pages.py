"""The storage pages, as a browser and as a stranger sees them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from apps.audit.models import AuditEvent
from apps.storage.store import store
from apps.tenants.models import Bucket
from tests.factories import Customer
from tests.storage.drawn import picture

pytestmark = pytest.mark.django_db


def folder_url(customer: Customer) -> str:
    return reverse("storage-folder", args=[customer.bucket.name])


def test_one_bucket_is_opened_at_once_and_several_are_listed(acme: Customer, rival: Customer) -> None:
    client = acme.client()
    assert client.get("/storage/")["Location"] == folder_url(acme)
    Bucket.objects.create(tenant=acme.tenant, name="acme-second")
    page = client.get("/storage/").content.decode()
    assert "acme-second" in page
    assert acme.bucket.name in page
    assert rival.bucket.name not in page


def test_an_empty_folder_says_what_to_do(acme: Customer) -> None:
    page = acme.client().get(folder_url(acme)).content.decode()
    assert "This folder is empty" in page
    assert "Upload files" in page


def test_a_folder_shows_what_lies_in_it(acme: Customer) -> None:
    acme.put("in/cat & <dog>.jpg", picture())
    acme.put("in/sub/x.txt", b"x")
    page = acme.client().get(folder_url(acme), {"folder": "in/"}).content.decode()
    assert "cat &amp; &lt;dog&gt;.jpg" in page
    assert "sub" in page
    assert "x.txt" not in page


def test_a_data_set_can_be_created_from_a_folder(acme: Customer) -> None:
    acme.put("in/cats & dogs/1.jpg", picture())
    client = acme.client()
    page = client.get(folder_url(acme), {"folder": "in/cats & dogs/"})
    assert f'href="{escape(page.context["dataset_url"])}"' in page.content.decode()
    form = client.get(page.context["dataset_url"]).context["form"]
    assert form["input_location"].value() == f"obs://{acme.bucket.name}/in/cats & dogs/"


def test_a_folder_of_any_size_is_shown_in_pages(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.storage.selectors.PAGE_SIZE", 2)
    for number in range(3):
        acme.put(f"in/{number}.txt", b"x")
    client = acme.client()
    first = client.get(folder_url(acme), {"folder": "in/"})
    assert [row["name"] for row in first.context["rows"]] == ["0.txt", "1.txt"]
    second = client.get(folder_url(acme), {"folder": "in/", "after": first.context["page"]["next"]})
    assert [row["name"] for row in second.context["rows"]] == ["2.txt"]
    assert second.context["page"]["next"] is None


def test_files_are_uploaded_through_the_form(acme: Customer) -> None:
    client = acme.client()
    answer = client.post(
        reverse("storage-upload", args=[acme.bucket.name]),
        {"folder": "in/", "files": [SimpleUploadedFile("a.jpg", b"a"), SimpleUploadedFile("b.jpg", b"b")]},
    )
    assert answer.status_code == 302
    assert [info.key for info in store().walk(acme.bucket.name)] == ["in/a.jpg", "in/b.jpg"]
    assert "2 files uploaded" in client.get(answer["Location"]).content.decode()


def test_a_script_hears_what_became_of_each_file_and_keeps_folders(acme: Customer) -> None:
    acme.put("in/cats/a.jpg", b"old")
    answer = acme.client().post(
        reverse("storage-upload", args=[acme.bucket.name]),
        {
            "folder": "in/",
            "files": [SimpleUploadedFile("a.jpg", b"a"), SimpleUploadedFile("b.jpg", b"b")],
            "path": ["cats/a.jpg", "dogs/b.jpg"],
        },
        headers={"Accept": "application/json"},
    )
    assert answer.json()["stored"] == ["in/dogs/b.jpg"]
    (refused,) = answer.json()["refused"]
    assert refused["name"] == "cats/a.jpg"


def test_an_upload_without_files_says_so(acme: Customer) -> None:
    client = acme.client()
    answer = client.post(reverse("storage-upload", args=[acme.bucket.name]), {"folder": ""})
    assert "Choose at least one file" in client.get(answer["Location"]).content.decode()


def test_a_folder_is_made_and_opened_then_deleted(acme: Customer) -> None:
    client = acme.client()
    answer = client.post(reverse("storage-new-folder", args=[acme.bucket.name]), {"folder": "", "name": "new one"})
    assert answer["Location"] == folder_url(acme) + "?folder=new+one%2F"
    answer = client.post(reverse("storage-delete", args=[acme.bucket.name]), {"key": "new one/"})
    assert answer["Location"] == folder_url(acme)
    assert store().list_folder(acme.bucket.name).folders == []


def test_an_object_is_shown_or_downloaded(acme: Customer) -> None:
    acme.put("in/a.jpg", picture())
    acme.put("in/a.html", b"<script>alert(1)</script>")
    client, url = acme.client(), reverse("storage-object", args=[acme.bucket.name])
    shown = client.get(url, {"key": "in/a.jpg"})
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    page = client.get(url, {"key": "in/a.html"})
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"].startswith("attachment")
    assert page["Content-Security-Policy"] == "sandbox; default-src 'none'"
    kept = client.get(url, {"key": "in/a.jpg", "download": ""})
    assert kept["Content-Disposition"].startswith("attachment")


def test_another_tenant_sees_nothing_and_changes_nothing(acme: Customer, rival: Customer) -> None:
    acme.put("in/a.jpg", b"sentinel")
    acme.put("in/sentinel.jpg", picture())
    client = rival.client()
    for bucket in (acme.bucket.name, "no-such-bucket"):
        answers = [
            client.get(reverse("storage-folder", args=[bucket]), {"folder": "in/"}),
            client.get(reverse("storage-object", args=[bucket]), {"key": "in/a.jpg"}),
            client.post(reverse("storage-delete", args=[bucket]), {"key": "in/a.jpg"}),
            client.post(reverse("storage-new-folder", args=[bucket]), {"name": "x"}),
            client.post(
                reverse("storage-upload", args=[bucket]), {"folder": "in/", "files": [SimpleUploadedFile("a", b"a")]}
            ),
        ]
        for answer in answers:
            assert answer.status_code == 404
            assert b"sentinel" not in answer.content
    assert [info.key for info in store().walk(acme.bucket.name)] == ["in/a.jpg", "in/sentinel.jpg"]


def test_a_visitor_is_sent_to_the_sign_in(acme: Customer) -> None:
    answer = Client().get(folder_url(acme))
    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]


@pytest.mark.parametrize("key", ["../x", "a/../../b", "a\0b"])
def test_a_hostile_key_is_refused(acme: Customer, key: str) -> None:
    client = acme.client()
    assert client.get(reverse("storage-object", args=[acme.bucket.name]), {"key": key}).status_code == 400
    assert client.post(reverse("storage-delete", args=[acme.bucket.name]), {"key": key}).status_code == 400
    assert client.get(folder_url(acme), {"folder": key}).status_code == 400


def test_changing_needs_a_post(acme: Customer) -> None:
    client = acme.client()
    for name in ("storage-upload", "storage-new-folder", "storage-delete"):
        assert client.get(reverse(name, args=[acme.bucket.name])).status_code == 405


def test_what_is_taken_along_is_recorded_and_what_is_looked_at_is_not(acme: Customer) -> None:
    acme.put("out/V001.manifest", b"{}\n" * 500)
    acme.put("in/one.jpg", picture())
    client = acme.client()
    address = f"/storage/{acme.bucket.name}/object"
    assert client.get(address, {"key": "in/one.jpg"}).status_code == 200
    assert client.head(address, {"key": "out/V001.manifest"}).status_code == 200
    assert not AuditEvent.objects.filter(name="downloadObject").exists()
    for query in ({"key": "out/V001.manifest"}, {"key": "in/one.jpg", "download": ""}):
        client.get(address, query)
    client.get(address, {"key": "out/V001.manifest"}, headers={"Range": "bytes=5-9"})
    events = AuditEvent.objects.filter(name="downloadObject").order_by("pk")
    assert [event.request["object"].rpartition("/")[2] for event in events] == ["V001.manifest", "one.jpg"]
    assert all(event.read_only for event in events)
