"""Choosing a folder or a file of the tenant's own buckets in a dialog."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.datasets.pages.frame import asked
from apps.storage.paths import Location, parse
from apps.storage.selectors import list_folder
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user
from apps.tenants.selectors import buckets_of

# What may be chosen -> the ending of its name. Anything else asks for a folder.
FILE_ENDINGS = {"manifest": ".manifest"}


@require_safe
def dataset_browse(request: HttpRequest) -> HttpResponse:
    """A fragment: the buckets, or what lies `at` a folder; `files` names the kind of file to choose."""
    actor = require_user(request)
    files = request.GET.get("files", "")
    files = files if files in FILE_ENDINGS else ""
    at = request.GET.get("at", "")
    folder = parse(at, field="at").as_folder() if at else _only_bucket(actor)
    context: dict[str, Any] = {"files": files}
    if folder is None:
        buckets = [Location(bucket.name) for bucket in buckets_of(actor)]
        context["rows"] = [_row(each.bucket, "storage", each, opens=True) for each in buckets]
        return render(request, "datasets/_browse.html", context)
    listing = list_folder(actor, folder, after=asked(request.GET, "after", 1100))
    rows = [
        _row(below.name, "folder", below, opens=True)
        for below in (Location(folder.bucket, key) for key in listing.folders)
    ]
    if files:
        for info in listing.objects:
            name = info.key.removeprefix(folder.key)
            if not info.problem and name.endswith(FILE_ENDINGS[files]):
                rows.append(_row(name, "file", Location(folder.bucket, info.key)))
    context |= {"location": folder, "trail": _trail(folder), "rows": rows, "more": listing.next}
    return render(request, "datasets/_browse.html", context)


def _only_bucket(actor: Actor) -> Location | None:
    buckets = list(buckets_of(actor)[:2])
    return Location(buckets[0].name) if len(buckets) == 1 else None


def _row(name: str, icon: str, location: Location, *, opens: bool = False) -> dict[str, Any]:
    return {"name": name, "icon": icon, "address": str(location), "opens": opens, "picks": not opens}


def _trail(location: Location) -> list[dict[str, str]]:
    """The folders from the bucket down to this one."""
    trail = [Location(location.bucket)]
    for part in location.key.split("/")[:-1]:
        trail.append(trail[-1].child(part + "/"))
    return [{"name": step.name or step.bucket, "address": str(step)} for step in trail]
