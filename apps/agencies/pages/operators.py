"""The operators' own pages: tenants by their numbers, and visits."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.agencies import selectors, services
from apps.agencies.forms import TenantForm, VisitForm, show_refusal
from apps.agencies.policies import authorize_operator
from apps.audit.selectors import platform_events
from apps.core.errors import TagoraError
from apps.tenants.actors import Actor
from apps.tenants.requests import actor_of
from apps.tenants.standing_in import ACTING


def _operator(request: HttpRequest) -> Actor:
    """The operator as themselves, also while they visit a tenant."""
    return replace(actor_of(request), tenant=None, project=None, bounds=None, agency="")


@require_safe
def tenant_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("search", "")[:64]
    return render(
        request, "agencies/tenants.html", {"tenants": selectors.tenants(_operator(request), search), "search": search}
    )


@require_http_methods(["GET", "POST"])
def tenant_create(request: HttpRequest) -> HttpResponse:
    actor = _operator(request)
    authorize_operator(actor)
    form = TenantForm(request.POST or None)
    made = password = None
    if request.method == "POST" and form.is_valid():
        try:
            made, password = services.create_tenant_for(actor=actor, **form.cleaned_data)
        except TagoraError as error:
            show_refusal(form, error)
    return render(request, "agencies/tenant_form.html", {"form": form, "made": made, "password": password})


@require_safe
def tenant_detail(request: HttpRequest, tenant_id: str) -> HttpResponse:
    actor = _operator(request)
    facts = selectors.get_tenant(actor, tenant_id)
    context = {"facts": facts, "visits": selectors.own_visits(actor, facts.tenant), "form": VisitForm()}
    return render(request, "agencies/tenant.html", context)


@require_POST
def tenant_state(request: HttpRequest, tenant_id: str) -> HttpResponse:
    """`state` is suspended or active."""
    actor = _operator(request)
    tenant = selectors.get_tenant(actor, tenant_id).tenant
    change = services.suspend_tenant if request.POST.get("state") == "suspended" else services.resume_tenant
    try:
        change(actor=actor, tenant=tenant)
    except TagoraError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done. It holds from this moment on."))
    return redirect("operator-tenant", tenant_id)


@require_POST
def tenant_erase(request: HttpRequest, tenant_id: str) -> HttpResponse:
    actor = _operator(request)
    tenant = selectors.get_tenant(actor, tenant_id).tenant
    try:
        services.erase_tenant(actor=actor, tenant=tenant, typed_name=request.POST.get("typed_name", ""))
    except TagoraError as error:
        messages.error(request, str(error))
        return redirect("operator-tenant", tenant_id)
    messages.success(request, _("The tenant is being erased. It leaves this list when nothing is left of it."))
    return redirect("operator")


@require_POST
def visit_ask(request: HttpRequest, tenant_id: str) -> HttpResponse:
    actor = _operator(request)
    facts = selectors.get_tenant(actor, tenant_id)
    form = VisitForm(request.POST)
    if form.is_valid():
        try:
            visit = services.ask_visit(actor=actor, tenant=facts.tenant, **form.cleaned_data)
        except TagoraError as error:
            show_refusal(form, error)
        else:
            text = _("The visit is open.") if visit.is_open else _("The tenant's admins were asked.")
            messages.success(request, text)
            return redirect("operator-tenant", tenant_id)
    context = {"facts": facts, "visits": selectors.own_visits(actor, facts.tenant), "form": form}
    return render(request, "agencies/tenant.html", context, status=400)


@require_POST
def visit_start(request: HttpRequest, visit_id: str) -> HttpResponse:
    services.start_visit(actor=_operator(request), public_id=visit_id)
    request.session[ACTING] = f"visit:{visit_id}"
    return redirect("overview")


@require_POST
def visit_end(request: HttpRequest, visit_id: str) -> HttpResponse:
    actor = _operator(request)
    visit = selectors.get_own_visit(actor, visit_id)
    services.end_visit(actor=actor, visit=visit)
    request.session.pop(ACTING, None)
    messages.success(request, _("The visit has ended."))
    return redirect("operator-tenant", visit.tenant.public_id)


@require_safe
def operator_log(request: HttpRequest) -> HttpResponse:
    """What operators did with the platform, newest first."""
    actor = _operator(request)
    authorize_operator(actor)
    return render(request, "agencies/log.html", {"events": platform_events()})
