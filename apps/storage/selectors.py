"""Reads: the buckets of an actor's tenant and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.access.actions import Action
from apps.access.resources import Resource, resource_name
from apps.access.services import authorize, refusal
from apps.core.errors import Invalid, NotFound
from apps.storage.paths import Location, parse, shown
from apps.storage.store import Listing, ObjectInfo, store
from apps.tenants.actors import Actor
from apps.tenants.models import Bucket
from apps.tenants.selectors import buckets_of

PAGE_SIZE = 200


def own_bucket(actor: Actor, location: Location) -> Bucket:
    """The bucket of a location. Raises NotFound for another tenant's, just as for one that does not exist."""
    bucket = buckets_of(actor).filter(name=location.bucket).first()
    if bucket is None:
        raise NotFound(_("There is no bucket '%(name)s'.") % {"name": shown(location.bucket)})
    return bucket


@dataclass(frozen=True)
class Place:
    """An object or folder, as policies are asked about it: `whole` asks about its bucket, with the key as prefix."""

    bucket: Bucket
    key: str = ""
    whole: bool = False

    @property
    def tenant_id(self) -> int:
        return self.bucket.tenant_id

    @property
    def resource(self) -> Resource:
        kind, name = ("bucket", self.bucket.name) if self.whole else ("object", f"{self.bucket.name}/{self.key}")
        return Resource(resource_name("obs", kind, name, self.bucket.tenant), {"obs:prefix": self.key})


def own_place(actor: Actor, location: Location, *, whole: bool = False) -> Place:
    """The location, in one of the actor's buckets. Raises NotFound like `own_bucket`."""
    return Place(own_bucket(actor, location), location.key, whole)


def listable_buckets(actor: Actor) -> list[Bucket]:
    """The buckets of the actor's tenant that they may look into."""
    return [
        bucket for bucket in buckets_of(actor) if not refusal(actor, Action.STORAGE_LIST, Place(bucket, whole=True))
    ]


def own_folder(actor: Actor, address: str, *, field: str = "path") -> Location:
    """The folder that a person named by `obs://bucket/folder/`, in one of their tenant's buckets.

    Raises Invalid, with `field`, for a malformed address and for a bucket that is not theirs.
    """
    location = parse(address.strip(), field=field).as_folder()
    try:
        own_bucket(actor, location)
    except NotFound as missing:
        raise Invalid(missing.message, field=field) from None
    return location


def list_folder(actor: Actor, folder: Location, *, search: str = "", after: str = "") -> Listing:
    """A page of a folder: what lies directly in it, with names that begin with `search`, in key order."""
    authorize(actor, Action.STORAGE_LIST, own_place(actor, folder, whole=True))
    # A slash in the search would look into other folders than the one that is shown.
    if "/" in search:
        return Listing()
    folder = folder.as_folder()
    return store().list_folder(folder.bucket, folder.key + search, after, PAGE_SIZE)


def get_object(actor: Actor, location: Location) -> ObjectInfo:
    """Facts about one object of the actor's tenant. Raises NotFound."""
    authorize(actor, Action.STORAGE_READ, own_place(actor, location))
    info = store().stat(location.bucket, location.key)
    if info is None:
        raise NotFound(_("There is no object '%(name)s'.") % {"name": shown(location.key)})
    return info
