"""The shapes of Keystone v3: what a sign-in may hold, and how tokens, projects and services are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from rest_framework import serializers

from apps.accounts.models import Person
from apps.programs.models import AccessToken
from apps.programs.services import Wanted
from apps.tenants import walls
from apps.tenants.actors import Actor
from apps.tenants.models import Project, Tenant
from apps.tenants.selectors import in_default_project, tenant_name

METHODS = ["password", "token", "hw_ak_sk", "assume_role"]
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
# A sign-in name that nobody can have: looking it up takes as long as any.
NOBODY = "\N{REPLACEMENT CHARACTER}"


class _Domain(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=64, required=False)
    id = serializers.CharField(max_length=64, required=False)


class _User(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=320, required=False)
    id = serializers.CharField(max_length=64, required=False)
    password = serializers.CharField(max_length=512, trim_whitespace=False)
    domain = _Domain(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("name") and not attrs.get("id"):
            raise serializers.ValidationError("name or id")
        return attrs


class _Password(serializers.Serializer[Any]):
    user = _User()


class _Token(serializers.Serializer[Any]):
    id = serializers.CharField(max_length=512)


class _Key(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=128)


class _Keys(serializers.Serializer[Any]):
    access = _Key()
    secret = _Key()


class _Role(serializers.Serializer[Any]):
    agency_name = serializers.CharField(max_length=64)
    domain_name = serializers.CharField(max_length=64)


class _Identity(serializers.Serializer[Any]):
    methods = serializers.ListField(child=serializers.ChoiceField(METHODS), min_length=1, max_length=1)
    password = _Password(required=False)
    token = _Token(required=False)
    hw_ak_sk = _Keys(required=False)
    assume_role = _Role(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["methods"][0] not in attrs:
            raise serializers.ValidationError("the method's own part")
        return attrs


class _ScopedProject(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=64, required=False)
    id = serializers.CharField(max_length=64, required=False)
    domain = _Domain(required=False)


class _Scope(serializers.Serializer[Any]):
    project = _ScopedProject(required=False)
    domain = _Domain(required=False)
    unscoped = serializers.DictField(required=False)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        # Clients say "unscoped" as a word or as an empty object.
        return {"unscoped": {}} if data == "unscoped" else super().to_internal_value(data)


class _Auth(serializers.Serializer[Any]):
    identity = _Identity()
    scope = _Scope(required=False)


class TokenRequest(serializers.Serializer[Any]):
    auth = _Auth()


def login_of(user: dict[str, Any]) -> str:
    """The sign-in name of a user that is named by id, or by name and domain."""
    if user.get("id"):
        person = Person.objects.filter(public_id=user["id"]).only("login").first()
        return person.login if person is not None else NOBODY
    name, domain = str(user["name"]), user.get("domain", {})
    tenant = domain.get("name") or (tenant_name(domain["id"]) or NOBODY if domain.get("id") else "")
    return f"{tenant}/{name}" if tenant and "/" not in name else name


def wanted_of(scope: dict[str, Any] | None) -> Wanted:
    """What the token shall be for; without a word about it, the first project."""
    if not scope:
        return Wanted()
    if "project" in scope:
        project = scope["project"]
        domain = project.get("domain", {})
        return Wanted(
            project_id=project.get("id", ""),
            project_name=project.get("name", ""),
            domain_id=domain.get("id", ""),
            domain_name=domain.get("name", ""),
        )
    if "domain" in scope:
        domain = scope["domain"]
        return Wanted(AccessToken.Scope.DOMAIN, domain_id=domain.get("id", ""), domain_name=domain.get("name", ""))
    return Wanted(AccessToken.Scope.NONE)


def _moment(at: datetime) -> str:
    return at.strftime(MOMENT)


def version_json() -> dict[str, Any]:
    link = {"rel": "self", "href": f"{settings.TAGORA_URL}/v3/"}
    return {"id": "v3.14", "status": "stable", "links": [link]}


def domain_json(tenant: Tenant) -> dict[str, Any]:
    return {"id": tenant.public_id, "name": tenant.name}


def project_json(project: Project, tenant: Tenant) -> dict[str, Any]:
    return {
        "id": project.public_id,
        "name": project.name,
        "domain_id": tenant.public_id,
        "parent_id": tenant.public_id,
        "is_domain": False,
        "enabled": True,
        "description": "",
    }


def _catalog(project: Project | None) -> list[dict[str, Any]]:
    addresses = {"identity": f"{settings.TAGORA_URL}/v3"}
    if project is not None:
        addresses["modelartsv1"] = f"{settings.TAGORA_URL}/v1/{project.public_id}"
        addresses["modelartsv2"] = f"{settings.TAGORA_URL}/v2/{project.public_id}"
    region = settings.TAGORA_REGION
    return [
        {
            "id": kind,
            "name": kind,
            "type": kind,
            "endpoints": [{"id": kind, "interface": "public", "region": region, "region_id": region, "url": url}],
        }
        for kind, url in addresses.items()
    ]


def token_json(row: AccessToken, actor: Actor, *, catalog: bool = True) -> dict[str, Any]:
    """The body of a token for the actor that it stands for."""
    assert actor.person is not None
    assert actor.tenant is not None
    domain = domain_json(actor.tenant)
    role = "admin" if actor.is_admin else "member"
    body: dict[str, Any] = {
        "methods": row.methods.split(),
        "issued_at": _moment(row.issued_at),
        "expires_at": _moment(row.expires_at),
        "user": {"id": actor.person.public_id, "name": actor.person.login.rpartition("/")[2], "domain": domain},
    }
    if row.acting:
        assert actor.home is not None
        body["assumed_by"] = {"user": {**body["user"], "domain": domain_json(actor.home)}}
    if row.scope == AccessToken.Scope.NONE:
        return body
    project = row.project
    if row.acting:
        with walls.behind(actor.tenant.pk):
            project = in_default_project(actor).project
    body["roles"] = [{"id": role, "name": role}]
    if project is not None:
        body["project"] = {"id": project.public_id, "name": project.name, "domain": domain}
    else:
        body["domain"] = domain
    if catalog:
        body["catalog"] = _catalog(project)
    return body
