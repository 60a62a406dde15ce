"""What a tenant's admins decide about operators' visits."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.agencies import selectors, services
from apps.core.errors import Conflict, NotFound
from apps.tenants.requests import require_user

_DECISIONS = {"open": services.open_visit, "refuse": services.refuse_visit, "end": services.end_visit}


@require_POST
def visit_decide(request: HttpRequest, visit_id: str, decision: str) -> HttpResponse:
    """`decision` is open, refuse or end."""
    actor = require_user(request)
    decide = _DECISIONS.get(decision)
    if decide is None:
        raise NotFound(_("There is no such thing."))
    try:
        decide(actor=actor, visit=selectors.get_visit(actor, visit_id))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done. It is in the audit log."))
    return redirect("agency-list")


@require_POST
def visit_rule(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    services.set_visit_rule(actor=actor, approves="approves" in request.POST)
    messages.success(request, _("Saved."))
    return redirect("agency-list")
