"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import sessions
from apps.accounts.models import Person
from apps.core.errors import Denied
from apps.entry import services
from apps.entry.forms import CodeForm, SignInForm
from apps.entry.pages.targets import refused, safe_target, target
from apps.tenants.requests import actor_of

NEXT = "_next"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        if actor_of(request).person is not None:
            return redirect(target(request))
        return _sign_in_page(request, SignInForm())
    form = SignInForm(request.POST)
    if form.is_valid():
        try:
            person, is_in = services.sign_in(
                visitor=actor_of(request), login=form.cleaned_data["login"], password=form.cleaned_data["password"]
            )
        except Denied as error:
            form.add_error(None, str(error))
            return refused(_sign_in_page(request, form), error, 401)
        if is_in:
            sessions.open_session(request, person)
            return redirect(target(request))
        return ask_for_code(request, person, target(request))
    return _sign_in_page(request, form, status=401)


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "next": target(request), "organisations": bool(settings.TAGORA_OIDC_HOSTS)}
    return render(request, "accounts/sign_in.html", context, status=status)


def ask_for_code(request: HttpRequest, person: Person, wanted: str) -> HttpResponse:
    """On to the second step; until it is done nobody is signed in."""
    sessions.hold_session(request, person)
    request.session[NEXT] = wanted
    return redirect("sign-in-code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    person = sessions.held_person(request)
    if person is None:
        messages.info(request, _("That took too long. Sign in again."))
        return redirect("sign-in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.sign_in_with_code(
                visitor=actor_of(request), person=person, code=form.cleaned_data["code"]
            )
        except Denied as error:
            form.add_error("code", str(error))
            return refused(render(request, "accounts/sign_in_code.html", {"form": form}), error, 401)
        wanted = safe_target(request, request.session.pop(NEXT, "/"))
        sessions.open_session(request, person, mfa=True)
        return redirect(wanted)
    return render(request, "accounts/sign_in_code.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    # First the session: what hears of the end looks whether it is still there.
    sessions.close_session(request)
    if actor.person is not None:
        services.sign_out(actor=actor)
    return redirect("sign-in")
