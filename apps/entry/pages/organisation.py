"""Signing in with the provider of one's tenant: naming the tenant, going there, coming back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import sessions, throttle
from apps.core.errors import NotFound, TagoraError
from apps.entry import oidc, selectors, services
from apps.entry.forms import TenantForm
from apps.entry.pages.sign_in import ask_for_code
from apps.entry.pages.targets import private, refused, safe_target, target
from apps.tenants.requests import actor_of

UNDER_WAY = "_organisation"
TRIES_PER_ADDRESS = 30


@never_cache
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """The tenant's name first; then a link, because no form of ours may lead to another server."""
    form = TenantForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "next": target(request)}
    if request.method == "POST" and form.is_valid():
        try:
            block = throttle.block_of(actor_of(request).source_ip)
            tried = throttle.limit(f"organisation:{block}", free=TRIES_PER_ADDRESS)
            provider = selectors.provider_of(form.cleaned_data["tenant"])
            tried.give_back()
            address, journey = oidc.start(provider, target(request))
        except TagoraError as error:
            form.add_error("tenant" if isinstance(error, NotFound) else None, str(error))
            return refused(render(request, "accounts/organisation.html", context), error, 400)
        request.session[UNDER_WAY] = journey.kept()
        context |= {"address": address, "host": urlsplit(address).netloc, "provider": provider}
        return private(render(request, "accounts/organisation_go.html", context))
    return render(request, "accounts/organisation.html", context)


@never_cache
@require_safe
def organisation_back(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the browser. What was remembered is used up by the first who comes back with it."""
    kept = request.session.pop(UNDER_WAY, None)
    provider = selectors.provider_under_way(kept["provider"]) if kept else None
    if kept is None or provider is None:
        return private(render(request, "accounts/organisation_failed.html", status=400))
    journey = oidc.Journey(**kept)
    try:
        person, is_in, mfa = services.sign_in_with_provider(
            visitor=actor_of(request), provider=provider, journey=journey, answer=request.GET.dict()
        )
    except TagoraError as error:
        page = render(request, "accounts/organisation_failed.html", {"error": error})
        return private(refused(page, error, error.status))
    wanted = safe_target(request, journey.wanted)
    if not is_in:
        return ask_for_code(request, person, wanted)
    sessions.open_session(request, person, mfa=mfa)
    return private(redirect(wanted))
