"""Access keys and tokens: one's own, and for an admin those of everybody in the tenant."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import authorize, refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.programs import examples, selectors, services
from apps.programs.bounds import actions_of
from apps.programs.forms import AccessKeyForm, PersonalTokenForm
from apps.programs.models import AccessKey, PersonalToken
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user
from apps.tenants.selectors import projects_of

MOST_ACTIONS_SHOWN = 3


def _key(actor: Actor, row: AccessKey) -> dict[str, Any]:
    return {
        "row": row,
        "update_refusal": refusal(actor, Action.CREDENTIAL_UPDATE, row),
        "delete_refusal": refusal(actor, Action.CREDENTIAL_DELETE, row),
    }


def _token(actor: Actor, row: PersonalToken) -> dict[str, Any]:
    actions = actions_of(row.scope) if row.scope else []
    return {
        "row": row,
        "expired": row.expires_at <= timezone.now(),
        "actions": actions[:MOST_ACTIONS_SHOWN],
        "more_actions": max(0, len(actions) - MOST_ACTIONS_SHOWN),
        "delete_refusal": refusal(actor, Action.CREDENTIAL_DELETE, row),
    }


def _creation_refusal(actor: Actor) -> str | None:
    return refusal(actor, Action.CREDENTIAL_CREATE, AccessKey(tenant=actor.tenant, person=actor.person))


@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    keys = [_key(actor, row) for row in selectors.access_keys_of(actor)]
    full = sum(key["row"].is_active for key in keys) >= services.MOST_ACTIVE
    create_refusal = _creation_refusal(actor)
    context = {
        "keys": keys,
        "tokens": [_token(actor, row) for row in selectors.personal_tokens_of(actor)],
        "clouds": examples.clouds_with_token(actor, "YOUR-TOKEN"),
        "clouds_with_password": examples.clouds_with_password(actor),
        "command_line": examples.command_line(),
        "curl": examples.curl_with_token(actor, "YOUR-TOKEN"),
        "signed": examples.signed_request(actor, "YOUR-ACCESS-KEY"),
        "create_key_refusal": create_refusal
        or (_("Two access keys are active. Disable or delete one first.") if full else None),
        "create_token_refusal": create_refusal,
        "sees_all": refusal(actor, Action.CREDENTIAL_VIEW) is None,
    }
    return render(request, "programs/credentials.html", context)


@require_safe
def all_credentials(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    authorize(actor, Action.CREDENTIAL_VIEW)
    context = {
        "keys": [_key(actor, row) for row in selectors.all_access_keys(actor)],
        "tokens": [_token(actor, row) for row in selectors.all_personal_tokens(actor)],
    }
    return render(request, "programs/all_credentials.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def create_access_key(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    form = AccessKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_access_key(actor=actor, description=form.cleaned_data["description"])
        except (Conflict, Denied) as error:
            form.add_error(None, str(error))
        else:
            example = examples.signed_request(actor, made.row.access_key)
            return render(request, "programs/new_access_key.html", {"made": made, "signed": example})
    return render(request, "programs/create_access_key.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def create_personal_token(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    projects = {project.public_id: project for project in projects_of(actor)}
    filled_in = request.POST if request.method == "POST" else None
    form = PersonalTokenForm(filled_in, projects=list(projects.values()))
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        try:
            made = services.create_personal_token(
                actor=actor,
                name=filled["name"],
                days=filled["days"],
                scope=filled["scope"],
                project=projects.get(filled["project"]),
            )
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except (Conflict, Denied) as error:
            form.add_error(None, str(error))
        else:
            context = {
                "made": made,
                "clouds": examples.clouds_with_token(actor, made.secret),
                "command_line": examples.command_line(),
                "curl": examples.curl_with_token(actor, made.secret),
            }
            return render(request, "programs/new_personal_token.html", context)
    return render(request, "programs/create_personal_token.html", {"form": form})


def _back(request: HttpRequest) -> HttpResponse:
    """To the list that the button stood on."""
    return redirect("all-credentials" if request.POST.get("from") == "all" else "credentials")


@require_POST
def switch_access_key(request: HttpRequest, credential_id: str) -> HttpResponse:
    actor = require_user(request)
    row = selectors.get_access_key(actor, credential_id)
    active = request.POST.get("active") == "true"
    try:
        services.set_access_key_active(actor=actor, row=row, active=active)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The access key is active.") if active else _("The access key is disabled."))
    return _back(request)


@require_POST
def delete_access_key(request: HttpRequest, credential_id: str) -> HttpResponse:
    actor = require_user(request)
    services.delete_access_key(actor=actor, row=selectors.get_access_key(actor, credential_id))
    messages.success(request, _("The access key was deleted. Requests that it signs are refused from now on."))
    return _back(request)


@require_POST
def delete_personal_token(request: HttpRequest, credential_id: str) -> HttpResponse:
    actor = require_user(request)
    services.delete_personal_token(actor=actor, row=selectors.get_personal_token(actor, credential_id))
    messages.success(request, _("The token was deleted. Programs that use it are refused from now on."))
    return _back(request)


page_urls = [
    path("account/credentials/", credentials, name="credentials"),
    path("account/credentials/keys/create/", create_access_key, name="access-key-create"),
    path("account/credentials/keys/<str:credential_id>/switch/", switch_access_key, name="access-key-switch"),
    path("account/credentials/keys/<str:credential_id>/delete/", delete_access_key, name="access-key-delete"),
    path("account/credentials/tokens/create/", create_personal_token, name="personal-token-create"),
    path("account/credentials/tokens/<str:credential_id>/delete/", delete_personal_token, name="personal-token-delete"),
    path("access/credentials/", all_credentials, name="all-credentials"),
]
