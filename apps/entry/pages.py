"""Signing in and out, and a person's own settings."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import sessions
from apps.core.errors import Denied, Invalid, TagoraError
from apps.entry import services
from apps.tenants.requests import actor_of, require_person


class SignInForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=320,
        help_text=gettext_lazy("tenant/user, or your e-mail address if you were invited"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=512,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    current = forms.CharField(
        label=gettext_lazy("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _target(request: HttpRequest) -> str:
    """Where to go after signing in: only ever an address of this server."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        if actor_of(request).person is not None:
            return redirect(_target(request))
        return render(request, "accounts/sign_in.html", {"form": SignInForm(), "next": _target(request)})
    form = SignInForm(request.POST)
    if form.is_valid():
        try:
            person = services.sign_in(
                visitor=actor_of(request), login=form.cleaned_data["login"], password=form.cleaned_data["password"]
            )
        except Denied as error:
            form.add_error(None, str(error))
        else:
            sessions.open_session(request, person)
            return redirect(_target(request))
    return render(request, "accounts/sign_in.html", {"form": form, "next": _target(request)}, status=401)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if actor.person is not None:
        services.sign_out(actor=actor)
    sessions.close_session(request)
    return redirect("sign-in")


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    assert actor.person is not None
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                actor=actor, current=form.cleaned_data["current"], password=form.cleaned_data["password"]
            )
        except Invalid as error:
            form.add_error("current" if error.field == "current" else "password", str(error))
        except TagoraError as error:
            form.add_error(None, str(error))
        else:
            sessions.keep_session(request, actor.person)
            messages.success(request, _("The password was changed. Other sessions of yours have ended."))
            return redirect("account")
    context = {"person": actor.person, "password_form": form}
    return render(request, "accounts/account.html", context)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language in a cookie, and with the person when somebody is signed in."""
    code = request.POST.get("language", "")
    response = redirect(_target(request))
    if code in dict(settings.LANGUAGES):
        actor = actor_of(request)
        if actor.person is not None:
            services.set_language(actor=actor, language=code)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
    return response


page_urls = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("account/", account, name="account"),
    path("language/", set_language, name="set_language"),
]
