"""One's own second factor: setting it up, recovery codes, taking it away."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import sessions
from apps.core.errors import Conflict, Invalid, TagoraError
from apps.entry import services
from apps.entry.forms import NewCodeForm, ProofForm
from apps.entry.pages.targets import private, refused
from apps.tenants.actors import Actor
from apps.tenants.requests import require_person


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    assert actor.person is not None
    if actor.person.has_second_factor:
        return private(_page(request, actor, ProofForm()))
    form = NewCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = services.enable_second_factor(actor=actor, code=form.cleaned_data["code"])
        except TagoraError as error:
            form.add_error("code", str(error))
            return private(refused(_set_up(request, actor, form), error, 400))
        request.session[sessions.MFA] = True
        return _codes(request, codes)
    return private(_set_up(request, actor, form))


@sensitive_post_parameters("password")
@require_POST
def second_factor_off(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    form = ProofForm(request.POST)
    if form.is_valid():
        try:
            services.disable_second_factor(actor=actor, password=form.cleaned_data["password"])
        except (Invalid, Conflict) as error:
            form.add_error("password", str(error))
        else:
            request.session[sessions.MFA] = False
            messages.success(request, _("The second factor is off. Your password alone lets you in again."))
            return redirect("second-factor")
    return private(_page(request, actor, form, status=400))


@sensitive_post_parameters("password")
@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    form = ProofForm(request.POST)
    if form.is_valid():
        try:
            return _codes(request, services.renew_recovery_codes(actor=actor, password=form.cleaned_data["password"]))
        except (Invalid, Conflict) as error:
            form.add_error("password", str(error))
    return private(_page(request, actor, form, status=400))


def _set_up(request: HttpRequest, actor: Actor, form: NewCodeForm) -> HttpResponse:
    enrolment = services.begin_second_factor(actor=actor)
    grouped = " ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4))
    picture = segno.make(enrolment.uri, error="m").svg_data_uri(scale=5, border=3, light="white")
    context = {"form": form, "secret": grouped, "picture": picture, "demanded": actor.tenant is None}
    return render(request, "accounts/second_factor_set_up.html", context)


def _page(request: HttpRequest, actor: Actor, form: ProofForm, status: int = 200) -> HttpResponse:
    demanded = actor.tenant is not None and actor.tenant.demands_second_factor
    return render(request, "accounts/second_factor.html", {"form": form, "demanded": demanded}, status=status)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Shown this once: only their hashes are kept."""
    return private(render(request, "accounts/recovery_codes.html", {"codes": codes}))
