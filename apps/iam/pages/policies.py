"""Policies: the list, one of them with whom it is attached to, and deleting it."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied
from apps.iam import services
from apps.iam.selectors import policies
from apps.iam.selectors.policies import AnyPolicy
from apps.policies.sentences import sentence
from apps.policies.statements import Document, Statement
from apps.tenants.requests import require_user


def said(statement: Statement) -> str:
    """The statement read aloud, in the reader's language."""
    return str(sentence(statement, CATALOGUE))


def spoken(document: Document) -> list[tuple[Statement, str]]:
    return [(statement, said(statement)) for statement in document.statements]


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    found = policies.policies(actor)
    used = Counter(policies.policy_of(row).public_id for row in policies.attachments(actor))
    lines = [(policy, used[policy.public_id]) for policy in found]
    context = {
        "own": [line for line in lines if not line[0].is_system],
        "system": [line for line in lines if line[0].is_system],
        "create_refusal": refusal(actor, Action.POLICY_CREATE),
    }
    return render(request, "iam/policies.html", context)


@require_safe
def policy_detail(request: HttpRequest, policy_id: str) -> HttpResponse:
    actor = require_user(request)
    policy = policies.get_policy(actor, policy_id)
    context = {
        "policy": policy,
        "statements": spoken(policy.document),
        "text": policy.document.text(),
        "attachments": policies.attachments_of_policy(actor, policy),
        "edit_refusal": _no_change(policy) or refusal(actor, Action.POLICY_UPDATE, policy.row),
        "delete_refusal": _no_change(policy) or refusal(actor, Action.POLICY_DELETE, policy.row),
        "copy_refusal": refusal(actor, Action.POLICY_CREATE),
        "detach_refusal": refusal(actor, Action.POLICY_DETACH),
    }
    return render(request, "iam/policy.html", context)


def _no_change(policy: AnyPolicy) -> str:
    return _("Policies of the system cannot be changed. Copy it and change the copy.") if policy.is_system else ""


@require_POST
def policy_delete(request: HttpRequest, policy_id: str) -> HttpResponse:
    """`also_detach=1` confirms that those who have the policy lose it."""
    actor = require_user(request)
    policy = policies.get_own_policy(actor, policy_id)
    name = policy.name
    try:
        services.delete_policy(actor=actor, policy=policy, also_detach=request.POST.get("also_detach") == "1")
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
        return redirect("policy-detail", policy_id)
    messages.success(request, _("The policy '%(name)s' was deleted.") % {"name": name})
    return redirect("policy-list")
