"""Writes that people make into their buckets: uploads, folders, deletions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from django.db import transaction

from apps.access.actions import Action
from apps.access.services import authorize
from apps.audit.events import Event
from apps.audit.services import record
from apps.audit.shelf import FOLDER
from apps.core.errors import Conflict, Denied, Invalid, NotFound
from apps.core.texts import text as _
from apps.storage.names import numbered, safe_key
from apps.storage.paths import Location, shown, unsafe_new_key
from apps.storage.selectors import own_place
from apps.storage.store import ObjectInfo, store
from apps.tenants.actors import Actor


@dataclass(slots=True)
class Upload:
    """What became of uploaded files: `refused` holds names and reasons."""

    stored: list[ObjectInfo] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def make_bucket(name: str) -> None:
    """Make the place for a new bucket in the store; the platform operator's own act, so it asks no one."""
    store().create_bucket(name)


def refuse_digests(location: Location) -> None:
    """Raises Denied for what lies where the digests of the audit log are kept: only the server writes there."""
    if Location(location.bucket, FOLDER).contains(location):
        raise Denied(_("The digests of the audit log lie here, and nobody can change them. Choose another folder."))


def upload_objects(
    *, actor: Actor, folder: Location, files: Iterable[tuple[str, BinaryIO]], rename: bool = False
) -> Upload:
    """Store files (name as the browser gave it, content) below a folder; one that is refused does not stop the rest.

    Nothing is ever replaced: a name that is taken is refused, or gets a number when `rename` is set.
    """
    place = own_place(actor, folder.as_folder())
    authorize(actor, Action.STORAGE_WRITE, place)
    upload = Upload()
    for name, content in files:
        try:
            upload.stored.append(_store_new(folder.as_folder(), safe_key(name), content, rename))
        except (Invalid, Conflict, Denied) as refusal:
            upload.refused.append((shown(name), str(refusal)))
    if upload.stored:
        facts = {
            "folder": str(folder.as_folder()),
            "count": len(upload.stored),
            "bytes": sum(info.size for info in upload.stored),
            "keys": [info.key for info in upload.stored],
        }
        record(actor, Event.UPLOAD_OBJECTS, place.bucket, request=facts)
    return upload


@transaction.atomic
def create_folder(*, actor: Actor, parent: Location, name: str) -> Location:
    """Make a folder unless it exists. Raises Invalid for a bad name, Conflict when an object has the name."""
    place = own_place(actor, parent.as_folder())
    authorize(actor, Action.STORAGE_WRITE, place)
    name = name.strip().strip("/")
    if not name:
        raise Invalid(_("A folder needs a name."), field="name")
    if reason := unsafe_new_key(name):
        raise Invalid(reason, field="name")
    folder = parent.child(name + "/")
    refuse_digests(folder)
    store().make_folder(folder.bucket, folder.key)
    record(actor, Event.CREATE_FOLDER, place.bucket, request={"folder": str(folder)})
    return folder


@transaction.atomic
def delete_object(*, actor: Actor, location: Location) -> None:
    """Remove an object or an empty folder for good. Raises NotFound, and Conflict for a folder that is not empty."""
    place = own_place(actor, location)
    authorize(actor, Action.STORAGE_DELETE, place)
    refuse_digests(location)
    if not store().delete(location.bucket, location.key):
        raise NotFound(_("There is no object '%(name)s'.") % {"name": shown(location.key)})
    record(actor, Event.DELETE_OBJECT, place.bucket, request={"object": str(location)})


@transaction.atomic
def note_download(*, actor: Actor, location: Location) -> None:
    """A file left the server to be kept: a manifest of a version, for one, holds all of its samples."""
    place = own_place(actor, location)
    authorize(actor, Action.STORAGE_READ, place)
    record(actor, Event.DOWNLOAD_OBJECT, place.bucket, request={"object": str(location)}, read_only=True)


def _store_new(folder: Location, key: str, content: BinaryIO, rename: bool) -> ObjectInfo:
    for attempt in chain([key], numbered(key) if rename else ()):
        target = folder.child(attempt)
        refuse_digests(target)
        if store().stat(target.bucket, target.key) is not None:
            continue
        try:
            return store().write(target.bucket, target.key, content, replace=False)
        except Conflict:
            content.seek(0)
    raise Conflict(_("There is already an object '%(name)s'.") % {"name": shown(key)})
