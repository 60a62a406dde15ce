"""What policies call the rows of the server: `modelarts:tagora:<tenant>:dataset:<id>`, and what conditions ask of them.

A model that stands in policies carries `resource = ResourceKind(...)`. A row that belongs to one (a sample to its data
set) carries `resource_parent = "dataset"`, the field that leads there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.tenants.actors import Actor
from apps.tenants.models import Tenant

OWN_WORK = "modelarts:OwnWork"
TAG = "g:ResourceTag/"
CREDENTIALS = ("session", "token", "personal token", "access key")


@dataclass(frozen=True)
class ResourceKind:
    """How rows of a model appear in policies.

    `view` is the action that shows one; `identifier` the field that stands in its name; `keys` leads from a condition
    key to a field; `owner` to the person whose own work it is; `tags` to its tags (a JSON object of texts).
    """

    type: str
    view: Action
    service: str = "modelarts"
    identifier: str = "public_id"
    keys: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    tags: str = ""


@dataclass(frozen=True)
class Resource:
    """One thing that a policy is asked about: its name, and the condition keys that it answers."""

    name: str
    context: Mapping[str, Any]


def resource_name(service: str, kind: str, identifier: str, tenant: Tenant | None) -> str:
    region = settings.TAGORA_REGION
    return f"{service}:{region}:{tenant.public_id if tenant else '*'}:{kind}:{identifier}"


def unborn(action: str, tenant: Tenant | None) -> str:
    """What policies are asked about where there is nothing yet: a resource of the action's type, with an empty id.

    So what a policy says of `modelarts:*:*:dataset:*` it says of making one, too; about one data set it does not.
    """
    kind = CATALOGUE[action].resource_type if action in CATALOGUE else ""
    return resource_name(CATALOGUE[action].service, kind, "", tenant) if kind else "*"


def kind_of(model: type[Model]) -> tuple[ResourceKind, type[Model], str] | None:
    """The kind that decides about rows of `model`, the model that bears it, and the lookup prefix that leads there
    (`dataset__`); None for rows that no policy can name.
    """
    prefix = ""
    while True:
        kind: ResourceKind | None = getattr(model, "resource", None)
        if kind is not None:
            return kind, model, prefix
        parent: str | None = getattr(model, "resource_parent", None)
        if parent is None:
            return None
        prefix += f"{parent}__"
        model = parent_of(model, parent)


def parent_of(model: type[Model], field: str) -> type[Model]:
    """The model that a row's `field` leads to."""
    related = model._meta.get_field(field).related_model
    assert isinstance(related, type)
    return related


def _along(obj: Any, path: str) -> Any:
    for step in path.split("__"):
        if obj is None:
            return None
        obj = getattr(obj, step)
    return obj


def resource_of(actor: Actor, obj: Any) -> Resource:
    """What policies are asked about `obj`: a row, something with a `resource` of its own, or nothing in particular."""
    if isinstance(obj, Resource):
        return obj
    own = getattr(obj, "resource", None)
    if isinstance(own, Resource):
        return own
    found = kind_of(type(obj)) if isinstance(obj, Model) else None
    if found is None:
        return Resource("*", {})
    kind, _model, prefix = found
    row = _along(obj, prefix.removesuffix("__")) if prefix else obj
    context: dict[str, Any] = {key: _along(row, path) for key, path in kind.keys.items()}
    if kind.owner and actor.person is not None:
        context[OWN_WORK] = getattr(row, f"{kind.owner}_id") == actor.person.pk
    if kind.tags:
        context.update({TAG + key: value for key, value in _along(row, kind.tags).items()})
    return Resource(resource_name(kind.service, kind.type, str(_along(row, kind.identifier)), actor.tenant), context)


def request_context(actor: Actor) -> dict[str, Any]:
    """The condition keys that the request itself answers."""
    context: dict[str, Any] = {"g:CurrentTime": timezone.now(), "g:MFAPresent": actor.mfa}
    if actor.source_ip:
        context["g:SourceIp"] = actor.source_ip
    if actor.credential:
        context["g:Credential"] = actor.credential
    if actor.agency:
        context["g:AgencyName"] = actor.agency
    if actor.person is not None:
        context |= {"g:UserName": actor.person.login.rpartition("/")[2], "g:UserId": actor.person.public_id}
    if actor.credential:
        # What comes behind the kind tells one key or token from another: `access key AK...`.
        context["g:Credential"] = next((kind for kind in CREDENTIALS if actor.credential.startswith(kind)), "")
    if actor.agency:
        context["g:AgencyName"] = actor.agency
    if actor.tenant is not None:
        context["g:DomainName"] = actor.tenant.name
    if actor.project is not None:
        context["g:ProjectName"] = actor.project.name
    return context
