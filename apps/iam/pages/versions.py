"""Versions of a policy: what changed from one to the next, and going back."""

from __future__ import annotations

from difflib import unified_diff

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actions import Action
from apps.access.catalogue import CATALOGUE
from apps.access.services import refusal
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam import services
from apps.iam.pages.policies import said
from apps.iam.selectors import policies
from apps.policies.differences import Change, diff
from apps.policies.documents import parse
from apps.tenants.requests import require_user


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else otherwise


def _told(change: Change) -> dict[str, object]:
    before, after = change.before, change.after
    return {
        "kind": change.kind,
        "before": said(before) if before else "",
        "after": said(after) if after else "",
        "old": change.old,
        "new": change.new,
        "gained": [*change.gained.actions, *change.gained.resources],
        "lost": [*change.lost.actions, *change.lost.resources],
    }


@require_safe
def version_list(request: HttpRequest, policy_id: str) -> HttpResponse:
    actor = require_user(request)
    row = policies.get_own_policy(actor, policy_id)
    rows = list(policies.versions(row))
    newer = _number(request.GET.get("to", ""), row.number)
    older = _number(request.GET.get("from", ""), max(1, newer - 1))
    old, new = policies.get_version(row, older), policies.get_version(row, newer)
    changes = diff(parse(old.document, CATALOGUE), parse(new.document, CATALOGUE))
    lines = list(unified_diff(old.document.splitlines(), new.document.splitlines(), lineterm="", n=3))[2:]
    context = {
        "policy": policies.own(row),
        "versions": rows,
        "older": older,
        "newer": newer,
        "changes": [_told(change) for change in changes],
        "lines": lines,
        "restore_refusal": refusal(actor, Action.POLICY_UPDATE, row),
    }
    return render(request, "iam/versions.html", context)


@require_POST
def version_restore(request: HttpRequest, policy_id: str) -> HttpResponse:
    """Makes a new version of what the version `number` said."""
    actor = require_user(request)
    row = policies.get_own_policy(actor, policy_id)
    try:
        services.restore_version(actor=actor, policy=row, number=_number(request.POST.get("number", ""), 0))
    except (Invalid, Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The earlier version holds again, as a new version."))
    return redirect("policy-versions", policy_id)
