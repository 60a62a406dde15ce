"""A forgotten password: asking for a link, and the page behind it. Looking uses nothing up, a new password does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.accounts import sessions
from apps.accounts.services import person_of_link
from apps.core.errors import Conflict, Denied, Invalid, TooMany
from apps.entry import services
from apps.entry.forms import ForgottenForm, NewPasswordForm
from apps.entry.pages.targets import private, refused
from apps.entry.tasks import ask_for_reset_link
from apps.tenants.requests import actor_of


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visitor = actor_of(request)
        try:
            services.allow_reset_request(visitor=visitor)
        except TooMany as error:
            form.add_error(None, str(error))
            return refused(render(request, "accounts/forgotten.html", {"form": form}), error, error.status)
        ask_for_reset_link(visitor, form.cleaned_data["login"], get_language() or "")
        return render(request, "accounts/forgotten.html", {"sent": True})
    return render(request, "accounts/forgotten.html", {"form": form})


@sensitive_variables("token")
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    person = person_of_link(token)
    if person is None:
        return private(render(request, "accounts/link_expired.html", status=410))
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reset_password(visitor=actor_of(request), token=token, password=form.cleaned_data["password"])
        except Invalid as error:
            form.add_error("password", str(error))
        except Conflict:
            return private(render(request, "accounts/link_expired.html", status=410))
        except Denied as error:
            form.add_error(None, str(error))
        else:
            # Whoever was signed in on this device before stands on the old password, or on none.
            sessions.close_session(request)
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("sign-in")
    return private(render(request, "accounts/new_password.html", {"form": form, "login": person.login}))
