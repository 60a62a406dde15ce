"""Where one is signed in, and ending it there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.entry import selectors, services
from apps.entry.devices import device
from apps.tenants.requests import require_person


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    assert actor.person is not None
    rows = [
        {"session": row, "device": device(row.agent), "here": row.session_key == request.session.session_key}
        for row in selectors.sessions_of(actor.person)[:200]
    ]
    return render(request, "accounts/sessions.html", {"rows": sorted(rows, key=lambda row: not row["here"])})


@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    services.end_session(actor=require_person(request), public_id=request.POST.get("session", ""))
    messages.success(request, _("The session has ended."))
    return redirect("sessions")


@require_POST
def sessions_end_others(request: HttpRequest) -> HttpResponse:
    ended = services.end_other_sessions(actor=require_person(request), but=request.session.session_key or "")
    words = ngettext("%(count)d other session has ended.", "%(count)d other sessions have ended.", ended)
    messages.success(request, words % {"count": ended})
    return redirect("sessions")
