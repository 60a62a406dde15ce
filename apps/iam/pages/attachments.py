"""Attaching policies to users and groups, and detaching them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.access.actions import Action
from apps.access.models import Attachment
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam import services
from apps.iam.forms import AttachForm
from apps.iam.selectors import people, policies
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser
from apps.tenants.requests import require_user
from apps.tenants.selectors import projects_of


def attach_form(actor: Actor, data: object = None) -> AttachForm | None:
    """The form that attaches a policy; None for those who may not see the policies."""
    if refusal(actor, Action.POLICY_VIEW) is not None:
        return None
    choices = [(policy.public_id, policy.name) for policy in policies.policies(actor)]
    return AttachForm(data, policies=choices, projects=projects_of(actor))


def dressed(rows: list[Attachment]) -> list[Attachment]:
    """The rows with what a page shows of them: `shown`, the policy."""
    for row in rows:
        row.shown = policies.policy_of(row)  # type: ignore[attr-defined]
    return rows


def _attach(request: HttpRequest, actor: Actor, *, group: Group | None = None, user: TenantUser | None = None) -> None:
    policy = policies.get_policy(actor, request.POST.get("policy", ""))
    form = attach_form(actor, request.POST)
    if form is None or not form.is_valid():
        messages.error(request, _("Choose a policy, and where it holds."))
        return
    project = form.projects.get(form.cleaned_data["project"])
    try:
        services.attach_policy(actor=actor, policy=policy, group=group, user=user, project=project)
    except (Invalid, Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The policy '%(name)s' is attached.") % {"name": policy.name})


@require_POST
def user_attach(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    _attach(request, actor, user=people.get_user(actor, user_id))
    return redirect("user-detail", user_id)


@require_POST
def group_attach(request: HttpRequest, group_id: str) -> HttpResponse:
    actor = require_user(request)
    _attach(request, actor, group=people.get_group(actor, group_id))
    return redirect("group-detail", group_id)


@require_POST
def detach(request: HttpRequest, attachment_id: int) -> HttpResponse:
    actor = require_user(request)
    attachment = policies.get_attachment(actor, attachment_id)
    try:
        services.detach_policy(actor=actor, attachment=attachment)
    except Denied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The policy was detached."))
    if request.POST.get("back") == "policy":
        return redirect("policy-detail", policies.policy_of(attachment).public_id)
    if attachment.group is not None:
        return redirect("group-detail", attachment.group.public_id)
    assert attachment.person is not None
    return redirect("user-detail", attachment.person.public_id)
