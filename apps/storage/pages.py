"""Pages of storage: the tenant's buckets, what lies in them, uploading, deleting."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.storage import selectors, services
from apps.storage.media import serve_object
from apps.storage.paths import Location
from apps.storage.pictures import PICTURE_EXTENSIONS
from apps.storage.sniffing import extension
from apps.storage.store import Listing, ObjectInfo
from apps.tenants.requests import require_user

_MOST_REASONS = 5


@require_safe
def bucket_list(request: HttpRequest) -> HttpResponse:
    """The tenant's buckets; a tenant with one bucket goes straight into it."""
    actor = require_user(request)
    buckets = selectors.listable_buckets(actor)
    if len(buckets) == 1:
        return redirect(_address("storage-folder", Location(buckets[0].name)))
    return render(request, "storage/buckets.html", {"buckets": buckets})


@require_safe
def folder(request: HttpRequest, bucket: str) -> HttpResponse:
    """One folder: `folder` is its key, `search` the beginning of names, `after` where the page starts."""
    actor = require_user(request)
    location = Location(bucket, request.GET.get("folder", "")).as_folder()
    search = request.GET.get("search", "")[:255]
    listing = selectors.list_folder(actor, location, search=search, after=request.GET.get("after", ""))
    place = selectors.own_place(actor, location)
    return render(
        request,
        "storage/folder.html",
        {
            "bucket": place.bucket,
            "location": location,
            "trail": _trail(location),
            "rows": _rows(location, listing),
            "page": {"next": listing.next, "previous": None},
            "query": urlencode({"folder": location.key, "search": search}),
            "search": search,
            "is_first": not request.GET.get("after"),
            "folder_on_disk": _folder_on_disk(location),
            "dataset_url": f"{reverse('dataset-create')}?{urlencode({'folder': str(location)})}",
            "dataset_refusal": refusal(actor, Action.DATASET_CREATE),
            "write_refusal": refusal(actor, Action.STORAGE_WRITE, place),
            "delete_refusal": refusal(actor, Action.STORAGE_DELETE, place),
        },
    )


@require_safe
def show_object(request: HttpRequest, bucket: str) -> HttpResponseBase:
    """The bytes of the object `key`: a picture is shown, everything else is downloaded."""
    location = Location(bucket, request.GET.get("key", ""))
    actor = require_user(request)
    selectors.get_object(actor, location)
    response = serve_object(request, location, download="download" in request.GET)
    # What is taken up again in the middle was noted when it began.
    begins = response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")
    kept = response.headers.get("Content-Disposition", "").startswith("attachment")
    if request.method == "GET" and response.status_code in {200, 206} and kept and begins:
        services.note_download(actor=actor, location=location)
    return response


@require_POST
def upload(request: HttpRequest, bucket: str) -> HttpResponse:
    """Files into `folder`; `path`, once for each file, is its place in a folder that was uploaded whole."""
    actor = require_user(request)
    location = Location(bucket, request.POST.get("folder", ""))
    files = request.FILES.getlist("files")
    paths = request.POST.getlist("path")
    named = [
        (paths[index] if index < len(paths) and paths[index] else file.name or "", cast(BinaryIO, file))
        for index, file in enumerate(files)
    ]
    done = services.upload_objects(actor=actor, folder=location, files=named, rename="rename" in request.POST)
    if request.accepts("application/json") and not request.accepts("text/html"):
        refused = [{"name": name, "reason": reason} for name, reason in done.refused]
        return JsonResponse({"stored": [info.key for info in done.stored], "refused": refused})
    if done.stored:
        text = ngettext("%(count)d file uploaded.", "%(count)d files uploaded.", len(done.stored))
        messages.success(request, text % {"count": len(done.stored)})
    for name, reason in done.refused[:_MOST_REASONS]:
        messages.error(request, f"{name}: {reason}")
    if len(done.refused) > _MOST_REASONS:
        rest = len(done.refused) - _MOST_REASONS
        text = ngettext("%(count)d more file was refused.", "%(count)d more files were refused.", rest)
        messages.error(request, text % {"count": rest})
    if not files:
        messages.error(request, _("Choose at least one file."))
    return _to_folder(location)


@require_POST
def new_folder(request: HttpRequest, bucket: str) -> HttpResponse:
    actor = require_user(request)
    parent = Location(bucket, request.POST.get("folder", ""))
    made = services.create_folder(actor=actor, parent=parent, name=request.POST.get("name", ""))
    return _to_folder(made)


@require_POST
def delete(request: HttpRequest, bucket: str) -> HttpResponse:
    actor = require_user(request)
    location = Location(bucket, request.POST.get("key", ""))
    services.delete_object(actor=actor, location=location)
    messages.success(request, _("'%(name)s' is deleted.") % {"name": location.name})
    return _to_folder(location.parent)


def _address(name: str, location: Location, **query: str) -> str:
    if location.key:
        query["folder" if location.is_folder else "key"] = location.key
    address = reverse(name, args=[location.bucket])
    return f"{address}?{urlencode(query)}" if query else address


def _to_folder(location: Location) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address("storage-folder", location))


def _trail(location: Location) -> list[dict[str, str]]:
    """The folders above a folder and itself, from the bucket down, for the breadcrumbs."""
    trail = [Location(location.bucket)]
    for part in location.key.split("/")[:-1]:
        trail.append(trail[-1].child(part + "/"))
    return [{"name": step.name or step.bucket, "url": _address("storage-folder", step)} for step in trail]


def _rows(location: Location, listing: Listing) -> list[dict[str, Any]]:
    """Folders and objects as the table shows them, folders first."""
    folders = [Location(location.bucket, key) for key in listing.folders]
    return [
        *(
            {"name": below.name, "icon": "folder", "url": _address("storage-folder", below), "key": below.key}
            for below in folders
        ),
        *(_object_row(location, info) for info in listing.objects),
    ]


def _object_row(location: Location, info: ObjectInfo) -> dict[str, Any]:
    row: dict[str, Any] = {"name": info.key.removeprefix(location.key), "icon": "file", "info": info, "key": info.key}
    if not info.problem:
        row["url"] = _address("storage-object", Location(location.bucket, info.key))
        row["icon"] = "image" if extension(info.key) in PICTURE_EXTENSIONS else "file"
    return row


def _folder_on_disk(location: Location) -> str:
    """Where a person at this machine can copy files to; empty on an installation that serves others."""
    if settings.TAGORA_STORE != "local" or not settings.EMBEDDED:
        return ""
    return str(settings.TAGORA_BUCKETS / location.bucket / location.key)


page_urls = [
    path("storage/", bucket_list, name="storage"),
    path("storage/<str:bucket>/", folder, name="storage-folder"),
    path("storage/<str:bucket>/object", show_object, name="storage-object"),
    path("storage/<str:bucket>/upload", upload, name="storage-upload"),
    path("storage/<str:bucket>/folders", new_folder, name="storage-new-folder"),
    path("storage/<str:bucket>/delete", delete, name="storage-delete"),
]
