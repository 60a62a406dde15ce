"""Policies, which this API calls roles, and granting them to groups in a project or in the domain (all projects)."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.errors import NotFound
from apps.core.shapes import Shape, read
from apps.iam import services
from apps.iam.selectors import people, policies
from apps.iam.wire import TYPE_OF, role_json
from apps.tenants.actors import Actor
from apps.tenants.models import Project
from apps.tenants.requests import actor_of
from apps.tenants.selectors import projects_of


class RoleQuery(Shape):
    display_name = serializers.CharField(required=False, max_length=64)


class RoleFields(Shape):
    """`type` is AX for global and XA for project-level services; it must be what the policy's services are."""

    display_name = serializers.CharField(max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256, default="")
    description_cn = serializers.CharField(required=False, allow_blank=True, max_length=256)
    type = serializers.ChoiceField(list(TYPE_OF.values()), required=False)
    policy = serializers.DictField()


class RoleChanges(Shape):
    display_name = serializers.CharField(required=False, max_length=64)
    description = serializers.CharField(required=False, allow_blank=True, max_length=256)
    description_cn = serializers.CharField(required=False, allow_blank=True, max_length=256)
    type = serializers.ChoiceField(list(TYPE_OF.values()), required=False)
    policy = serializers.DictField(required=False)


class RoleBody(Shape):
    role = RoleFields()


class RoleChangesBody(Shape):
    role = RoleChanges()


def _text(policy: dict[str, Any]) -> str:
    return json.dumps(policy, indent=4, ensure_ascii=False)


class AllRoles(APIView):
    @extend_schema(operation_id="KeystoneListRoles", parameters=[RoleQuery], responses={200: dict})
    def get(self, request: Request) -> Response:
        """Policies of the tenant and of the system: whatever can be granted."""
        actor = actor_of(request._request)
        wanted = read(RoleQuery, request.query_params.dict()).get("display_name")
        found = [one for one in policies.policies(actor) if wanted in (None, one.name)]
        return Response({"roles": [role_json(one, actor.tenant) for one in found], "total_number": len(found)})


class Roles(APIView):
    @extend_schema(operation_id="ListCustomPolicies", responses={200: dict})
    def get(self, request: Request) -> Response:
        actor = actor_of(request._request)
        found = [policies.own(row) for row in policies.policy_rows(actor)]
        return Response({"roles": [role_json(one, actor.tenant) for one in found], "total_number": len(found)})

    @extend_schema(operation_id="CreateCustomPolicy", request=RoleBody, responses={201: dict})
    def post(self, request: Request) -> Response:
        actor = actor_of(request._request)
        fields = read(RoleBody, request.data)["role"]
        row = services.create_policy(
            actor=actor,
            name=fields["display_name"],
            description=fields["description"],
            document=_text(fields["policy"]),
        )
        return Response({"role": role_json(policies.own(row), actor.tenant)}, status=201)


class OneRole(APIView):
    @extend_schema(operation_id="ShowCustomPolicy", responses={200: dict})
    def get(self, request: Request, role_id: str) -> Response:
        actor = actor_of(request._request)
        return Response({"role": role_json(policies.get_policy(actor, role_id), actor.tenant)})

    @extend_schema(operation_id="UpdateCustomPolicy", request=RoleChangesBody, responses={200: dict})
    def patch(self, request: Request, role_id: str) -> Response:
        actor = actor_of(request._request)
        row = policies.get_own_policy(actor, role_id)
        fields = read(RoleChangesBody, request.data)["role"]
        changed = services.update_policy(
            actor=actor,
            policy=row,
            name=fields.get("display_name"),
            description=fields.get("description"),
            document=_text(fields["policy"]) if "policy" in fields else None,
        )
        return Response({"role": role_json(policies.own(changed), actor.tenant)})

    @extend_schema(operation_id="DeleteCustomPolicy", responses={204: None})
    def delete(self, request: Request, role_id: str) -> Response:
        """409 while the policy is granted to somebody: take it from them first."""
        actor = actor_of(request._request)
        services.delete_policy(actor=actor, policy=policies.get_own_policy(actor, role_id))
        return Response(status=204)


def _grant(actor: Actor, project: Project | None, group_id: str, role_id: str) -> None:
    policy, group = policies.get_policy(actor, role_id), people.get_group(actor, group_id)
    services.attach_policy(actor=actor, policy=policy, group=group, project=project)


def _revoke(actor: Actor, project: Project | None, group_id: str, role_id: str) -> None:
    policy, group = policies.get_policy(actor, role_id), people.get_group(actor, group_id)
    found = [
        row
        for row in policies.attachments_of_policy(actor, policy)
        if row.group_id == group.pk and row.project_id == (project.pk if project else None)
    ]
    if not found:
        raise NotFound(_("The policy is not attached there."))
    services.detach_policy(actor=actor, attachment=found[0])


def _project(actor: Actor, project_id: str) -> Project:
    found = projects_of(actor).filter(public_id=project_id).first()
    if found is None:
        raise NotFound(_("There is no such project."), code="ModelArts.0210")
    return found


def _require_own_domain(actor: Actor, domain_id: str) -> None:
    if actor.tenant is None or actor.tenant.public_id != domain_id:
        raise NotFound(_("There is no such thing."))


class InProject(APIView):
    @extend_schema(operation_id="KeystoneGrantRoleInProject", request=None, responses={204: None})
    def put(self, request: Request, project_id: str, group_id: str, role_id: str) -> Response:
        actor = actor_of(request._request)
        _grant(actor, _project(actor, project_id), group_id, role_id)
        return Response(status=204)

    @extend_schema(operation_id="KeystoneRevokeRoleInProject", responses={204: None})
    def delete(self, request: Request, project_id: str, group_id: str, role_id: str) -> Response:
        actor = actor_of(request._request)
        _revoke(actor, _project(actor, project_id), group_id, role_id)
        return Response(status=204)


class InDomain(APIView):
    @extend_schema(operation_id="KeystoneGrantRoleInDomain", request=None, responses={204: None})
    def put(self, request: Request, domain_id: str, group_id: str, role_id: str) -> Response:
        actor = actor_of(request._request)
        _require_own_domain(actor, domain_id)
        _grant(actor, None, group_id, role_id)
        return Response(status=204)

    @extend_schema(operation_id="KeystoneRevokeRoleInDomain", responses={204: None})
    def delete(self, request: Request, domain_id: str, group_id: str, role_id: str) -> Response:
        actor = actor_of(request._request)
        _require_own_domain(actor, domain_id)
        _revoke(actor, None, group_id, role_id)
        return Response(status=204)
