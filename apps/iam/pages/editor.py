"""Writing a policy: one document in two views, checked by the server while somebody writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.services import authorize
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam import services
from apps.iam.forms import PolicyForm, show_refusal
from apps.iam.giving import require_may_give
from apps.iam.handing import given
from apps.iam.pages.policies import said
from apps.iam.selectors import policies
from apps.iam.selectors.policies import AnyPolicy
from apps.iam.selectors.simulation import replay
from apps.iam.templates_of_policies import TEMPLATES
from apps.policies.catalogue import SCOPES
from apps.policies.conditions import operators_for
from apps.policies.documents import PolicyRefused, parse
from apps.policies.schema import actions, resources
from apps.tenants.actors import Actor
from apps.tenants.requests import require_user


def _language() -> dict[str, Any]:
    """What the editor's views offer: services, actions, kinds of resources, condition keys, operators, templates."""
    return {
        "services": [
            {"name": name, "scope": SCOPES[name], "types": list(CATALOGUE.resource_types(name))}
            for name in CATALOGUE.services
        ],
        "actions": [
            {
                "name": action.name,
                "title": _(action.title),
                "access": action.access,
                "service": action.service,
                "type": action.resource_type,
            }
            for action in CATALOGUE
        ],
        "keys": [
            {"name": key.name, "kind": key.kind, "title": _(key.title), "service": key.service}
            for key in CATALOGUE.condition_keys
        ],
        "operators": {key.kind: list(operators_for(key.kind)) for key in CATALOGUE.condition_keys},
        "patterns": actions(CATALOGUE),
        "resources": resources(CATALOGUE),
        "templates": [{"name": str(template.name), "text": template.text} for template in TEMPLATES],
    }


def _page(request: HttpRequest, form: PolicyForm, policy: AnyPolicy | None, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "policy": policy, "language": _language(), "templates": TEMPLATES}
    return render(request, "iam/policy_edit.html", context, status=status)


def _start(actor: Actor, request: HttpRequest) -> dict[str, str]:
    """What a new policy begins with: a copy of another one, or a template."""
    wanted = request.GET.get("copy", "")
    if wanted:
        origin = policies.get_policy(actor, wanted)
        return {"document": origin.document.text(), "description": origin.description}
    return {"document": TEMPLATES[0].text}


@require_http_methods(["GET", "POST"])
def policy_create(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    authorize(actor, Action.POLICY_CREATE)
    form = PolicyForm(request.POST or None, initial=_start(actor, request))
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "description", "document")}
        try:
            policy = services.create_policy(actor=actor, **fields)
        except (Invalid, Denied) as error:
            _show(form, error)
        else:
            messages.success(request, _("The policy was created. Attach it to groups or users now."))
            return redirect("policy-detail", policy.public_id)
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def policy_edit(request: HttpRequest, policy_id: str) -> HttpResponse:
    actor = require_user(request)
    row = policies.get_own_policy(actor, policy_id)
    authorize(actor, Action.POLICY_UPDATE, row)
    initial = {"name": row.name, "description": row.description, "document": row.document, "seen": row.number}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_policy(actor=actor, policy=row, **form.cleaned_data)
        except (Invalid, Denied, Conflict) as error:
            _show(form, error)
        else:
            messages.success(request, _("The policy was saved. It holds from now on."))
            return redirect("policy-detail", policy_id)
    return _page(request, form, policies.own(row))


def _show(form: PolicyForm, error: Invalid | Denied | Conflict) -> None:
    if isinstance(error, PolicyRefused):
        form.add_error("document", str(error))
    else:
        show_refusal(form, error)


@require_POST
def policy_check(request: HttpRequest) -> JsonResponse:
    """Whether `document` is a policy: its statements read aloud, or the place and the reason why not."""
    actor = require_user(request)
    authorize(actor, Action.POLICY_VIEW)
    try:
        parsed = parse(request.POST.get("document", ""), CATALOGUE)
    except PolicyRefused as error:
        return JsonResponse({"ok": False, "line": error.line, "column": error.column, "reason": str(error.reason)})
    beyond = ""
    try:
        require_may_give(actor, given(parsed), None)
    except Denied as error:
        beyond = str(error)
    sentences = [said(statement) for statement in parsed.statements]
    return JsonResponse({"ok": True, "scope": parsed.scope, "sentences": sentences, "beyond": beyond})


@require_POST
def policy_replay(request: HttpRequest, policy_id: str) -> HttpResponse:
    """A fragment: which of the last requests would turn out otherwise under `document`."""
    actor = require_user(request)
    row = policies.get_own_policy(actor, policy_id)
    context: dict[str, Any] = {}
    try:
        changed = parse(request.POST.get("document", ""), CATALOGUE)
    except PolicyRefused as error:
        context["problem"] = str(error)
    else:
        context["replay"] = replay(actor, policies.own(row), changed)
    return render(request, "iam/_replay.html", context)
