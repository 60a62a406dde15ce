"""Users: listing, creating, changing, disabling and deleting them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.core.paging import keyset_page
from apps.iam import services
from apps.iam.forms import AttachForm, UserCreateForm, UserForm, show_refusal
from apps.iam.pages.attachments import attach_form, dressed
from apps.iam.selectors import people, policies
from apps.iam.selectors.effective import rights_of
from apps.tenants.actors import Actor
from apps.tenants.models import Project, TenantUser
from apps.tenants.requests import require_user
from apps.tenants.selectors import projects_of

PAGE = 50
STATES = ("active", "disabled", "admin")


@require_safe
def user_list(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    search = request.GET.get("search", "").strip()[:128]
    state = request.GET.get("state", "")
    group = None
    if request.GET.get("group") and refusal(actor, Action.GROUP_VIEW) is None:
        group = people.get_group(actor, request.GET["group"])
    found = people.with_groups(people.users(actor, search=search, state=state, group=group))
    after, before = request.GET.get("after", "")[:320], request.GET.get("before", "")[:320]
    page = keyset_page(found, limit=PAGE, after=after or None, before=before or None, by="login")
    invitations = list(people.invitations(actor)[:200]) if not (search or state or group or after or before) else []
    context = {
        "page": page,
        "search": search,
        "state": state if state in STATES else "",
        "group": group,
        "query": _query(search, state, request.GET.get("group", "")),
        "invitations": invitations,
        "create_refusal": refusal(actor, Action.USER_CREATE),
    }
    return render(request, "iam/users.html", context)


def _query(search: str, state: str, group: str) -> str:
    from urllib.parse import urlencode

    return urlencode({name: value for name, value in (("search", search), ("state", state), ("group", group)) if value})


@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    form = UserCreateForm(request.POST or None, groups=_groups(actor))
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "full_name", "email")}
        try:
            made = services.create_user(actor=actor, groups=form.chosen_groups(), **fields)
        except (Invalid, Conflict) as error:
            show_refusal(form, error)
        else:
            context = {"user": made.user, "password": made.password, "created": True}
            return render(request, "iam/user_password.html", context)
    return render(request, "iam/user_create.html", {"form": form})


def _groups(actor: Actor) -> list[Any]:
    return list(people.groups(actor)) if refusal(actor, Action.GROUP_VIEW) is None else []


def _project(request: HttpRequest, actor: Actor) -> Project | None:
    """The project whose rights are shown: the one that was asked for, else the actor's."""
    wanted = request.GET.get("project", "")
    return (projects_of(actor).filter(public_id=wanted).first() if wanted else None) or actor.project


@require_safe
def user_detail(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    return _detail(request, actor, user, attach_form(actor))


def _detail(request: HttpRequest, actor: Actor, user: TenantUser, form: AttachForm | None) -> HttpResponse:
    sees_policies = refusal(actor, Action.POLICY_VIEW) is None
    project = _project(request, actor)
    joined = people.groups_of(user)
    context = {
        "user": user,
        "person": user.person,
        "joined": joined,
        "groups": _groups(actor),
        "joined_ids": {group.public_id for group in joined},
        "attachments": dressed(policies.attachments_of_person(actor, user.person)) if sees_policies else [],
        "inherited": dressed(policies.held_by_groups(actor, user.person)) if sees_policies else [],
        "sees_policies": sees_policies,
        "attach_form": form,
        "rights": rights_of(actor, user, project) if sees_policies else [],
        "project": project,
        "projects": list(projects_of(actor)),
        "edit_refusal": refusal(actor, Action.USER_UPDATE, user),
        "delete_refusal": refusal(actor, Action.USER_DELETE, user),
        "groups_refusal": refusal(actor, Action.GROUP_UPDATE),
        "attach_refusal": refusal(actor, Action.POLICY_ATTACH, user),
        "detach_refusal": refusal(actor, Action.POLICY_DETACH),
        "myself": actor.person is not None and actor.person.pk == user.person_id,
    }
    return render(request, "iam/user.html", context)


@require_http_methods(["GET", "POST"])
def user_edit(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    initial = {"full_name": user.person.name, "email": user.person.email, "is_admin": user.is_admin}
    form = UserForm(request.POST or None, initial=initial)
    if not actor.is_admin:
        del form.fields["is_admin"]
    if request.method == "POST" and form.is_valid():
        try:
            services.update_user(actor=actor, user=user, **form.cleaned_data)
        except (Invalid, Conflict, Denied) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The user was changed."))
            return redirect("user-detail", user_id)
    return render(request, "iam/user_edit.html", {"form": form, "user": user, "person": user.person})


@require_POST
def user_state(request: HttpRequest, user_id: str) -> HttpResponse:
    """Enable (`active=1`) or disable a user."""
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    active = request.POST.get("active") == "1"
    try:
        services.update_user(actor=actor, user=user, is_active=active)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        enabled, disabled = _("The user may sign in again."), _("The user was signed out everywhere and is disabled.")
        messages.success(request, enabled if active else disabled)
    return redirect("user-detail", user_id)


@never_cache
@require_POST
def user_password(request: HttpRequest, user_id: str) -> HttpResponse:
    """A new initial password, shown on the page that answers and never again."""
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    try:
        password = services.reset_password(actor=actor, user=user)
    except (Invalid, Denied) as error:
        messages.error(request, str(error))
        return redirect("user-detail", user_id)
    return render(request, "iam/user_password.html", {"user": user, "password": password, "created": False})


@require_POST
def user_groups(request: HttpRequest, user_id: str) -> HttpResponse:
    """Puts the user into exactly the groups named by `group`."""
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    wanted = set(request.POST.getlist("group"))
    joined = {group.public_id for group in people.groups_of(user)}
    try:
        for group in people.groups(actor):
            if group.public_id in wanted - joined:
                services.add_members(actor=actor, group=group, users=[user])
            elif group.public_id in joined - wanted:
                services.remove_members(actor=actor, group=group, users=[user])
    except Denied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The user's groups were changed."))
    return redirect("user-detail", user_id)


@require_POST
def user_delete(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    user = people.get_user(actor, user_id)
    name = user.person.login
    try:
        services.delete_user(actor=actor, user=user)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
        return redirect("user-detail", user_id)
    messages.success(request, _("The user '%(name)s' was deleted.") % {"name": name})
    return redirect("user-list")
