"""Agencies that a tenant gave, and those it may use."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.actions import Action
from apps.access.services import refusal
from apps.agencies import selectors, services
from apps.agencies.acting import one_action
from apps.agencies.forms import AgencyEditForm, AgencyForm, show_refusal
from apps.core.errors import TagoraError
from apps.tenants.requests import actor_of, require_user
from apps.tenants.standing_in import ACTING


@require_safe
def agency_list(request: HttpRequest) -> HttpResponse:
    """Given ones, received ones, and the visits of operators."""
    actor = require_user(request)
    sees = refusal(actor, Action.AGENCY_VIEW)
    context = {
        "see_refusal": sees,
        "given": [] if sees else list(selectors.given_agencies(actor)),
        "received": selectors.received_agencies(actor),
        "visits": [] if sees else list(selectors.visits_at(actor)[:50]),
        "create_refusal": refusal(actor, Action.AGENCY_CREATE),
        "update_refusal": refusal(actor, Action.AGENCY_UPDATE),
        "delete_refusal": refusal(actor, Action.AGENCY_DELETE),
        "visit_refusal": refusal(actor, Action.VISIT_DECIDE),
        "approves": actor.tenant.approves_visits if actor.tenant else True,
    }
    return render(request, "agencies/list.html", context)


@require_http_methods(["GET", "POST"])
def agency_create(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.create_agency(
                actor=actor,
                name=given["name"],
                trusted=given["trusted"],
                description=given["description"],
                document=given["document"] or one_action(*given["actions"]),
                expires_at=timezone.now() + timedelta(days=given["days"]),
            )
        except TagoraError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The agency was created."))
            return redirect("agency-list")
    context = {"form": form, "agency": None, "refusal": refusal(actor, Action.AGENCY_CREATE)}
    return render(request, "agencies/form.html", context)


@require_http_methods(["GET", "POST"])
def agency_edit(request: HttpRequest, agency_id: str) -> HttpResponse:
    actor = require_user(request)
    agency = selectors.get_agency(actor, agency_id)
    left = max(1, (agency.expires_at - timezone.now()).days)
    form = AgencyEditForm(request.POST or None, initial={"description": agency.description, "days": left})
    if request.method == "POST" and form.is_valid():
        end = timezone.now() + timedelta(days=form.cleaned_data["days"])
        description = form.cleaned_data["description"]
        try:
            services.update_agency(actor=actor, agency=agency, expires_at=end, description=description)
        except TagoraError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The agency was changed."))
            return redirect("agency-list")
    context = {"form": form, "agency": agency, "refusal": refusal(actor, Action.AGENCY_UPDATE)}
    return render(request, "agencies/form.html", context)


@require_POST
def agency_delete(request: HttpRequest, agency_id: str) -> HttpResponse:
    actor = require_user(request)
    services.delete_agency(actor=actor, agency=selectors.get_agency(actor, agency_id))
    messages.success(request, _("The agency has ended."))
    return redirect("agency-list")


@require_POST
def act(request: HttpRequest, agency_id: str) -> HttpResponse:
    """From here on the session acts under the agency."""
    actor = require_user(request)
    request.session[ACTING], _acting = services.take_agency(actor=actor, public_id=agency_id)
    return redirect("overview")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to oneself: from an agency, or from a visit (which stays open for its time)."""
    actor = actor_of(request)
    if actor.agency:
        services.leave_agency(actor=actor)
    request.session.pop(ACTING, None)
    return redirect("operator" if actor.person and actor.person.kind == actor.person.Kind.OPERATOR else "overview")
