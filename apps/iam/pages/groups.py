"""User groups: listing, creating, changing and deleting them, and who is in them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam import services
from apps.iam.forms import GroupForm, show_refusal
from apps.iam.pages.attachments import attach_form, dressed
from apps.iam.selectors import people, policies
from apps.tenants.actors import Actor
from apps.tenants.models import Group, TenantUser
from apps.tenants.requests import require_user


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    context = {"groups": list(people.groups(actor)), "create_refusal": refusal(actor, Action.GROUP_CREATE)}
    return render(request, "iam/groups.html", context)


@require_http_methods(["GET", "POST"])
def group_create(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = services.create_group(actor=actor, **form.cleaned_data)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The group was created. Add its members and policies now."))
            return redirect("group-detail", group.public_id)
    return render(request, "iam/group_form.html", {"form": form, "group": None})


@require_safe
def group_detail(request: HttpRequest, group_id: str) -> HttpResponse:
    actor = require_user(request)
    group = people.get_group(actor, group_id)
    sees_users = refusal(actor, Action.USER_VIEW) is None
    sees_policies = refusal(actor, Action.POLICY_VIEW) is None
    members = list(people.users(actor, group=group)) if sees_users else []
    others = people.users(actor).exclude(pk__in=[user.pk for user in members])[:500] if sees_users else []
    context = {
        "group": group,
        "members": members,
        "others": list(others),
        "attachments": dressed(policies.attachments_of_group(actor, group)) if sees_policies else [],
        "sees_policies": sees_policies,
        "attach_form": attach_form(actor),
        "edit_refusal": refusal(actor, Action.GROUP_UPDATE, group),
        "delete_refusal": refusal(actor, Action.GROUP_DELETE, group),
        "attach_refusal": refusal(actor, Action.POLICY_ATTACH, group),
        "detach_refusal": refusal(actor, Action.POLICY_DETACH),
    }
    return render(request, "iam/group.html", context)


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, group_id: str) -> HttpResponse:
    actor = require_user(request)
    group = people.get_group(actor, group_id)
    initial = {"name": group.name, "description": group.description, "is_default": group.is_default}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_group(actor=actor, group=group, **form.cleaned_data)
        except (Invalid, Denied) as error:
            show_refusal(form, error)
            group = people.get_group(actor, group_id)
        else:
            messages.success(request, _("The group was changed."))
            return redirect("group-detail", group_id)
    return render(request, "iam/group_form.html", {"form": form, "group": group})


def _chosen(request: HttpRequest, actor: Actor) -> list[TenantUser]:
    return [people.get_user(actor, user_id) for user_id in dict.fromkeys(request.POST.getlist("user"))]


def _change(request: HttpRequest, actor: Actor, group: Group, *, add: bool) -> HttpResponse:
    users = _chosen(request, actor)
    if not users:
        messages.error(request, _("Choose at least one user first."))
        return redirect("group-detail", group.public_id)
    try:
        if add:
            services.add_members(actor=actor, group=group, users=users)
        else:
            services.remove_members(actor=actor, group=group, users=users)
    except (Denied, Invalid, Conflict) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The members were changed."))
    return redirect("group-detail", group.public_id)


@require_POST
def group_add(request: HttpRequest, group_id: str) -> HttpResponse:
    """Adds the users named by `user`."""
    actor = require_user(request)
    return _change(request, actor, people.get_group(actor, group_id), add=True)


@require_POST
def group_remove(request: HttpRequest, group_id: str) -> HttpResponse:
    """Removes the users named by `user`."""
    actor = require_user(request)
    return _change(request, actor, people.get_group(actor, group_id), add=False)


@require_POST
def group_delete(request: HttpRequest, group_id: str) -> HttpResponse:
    actor = require_user(request)
    group = people.get_group(actor, group_id)
    name = group.name
    try:
        services.delete_group(actor=actor, group=group)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
        return redirect("group-detail", group_id)
    messages.success(request, _("The group '%(name)s' was deleted.") % {"name": name})
    return redirect("group-list")
