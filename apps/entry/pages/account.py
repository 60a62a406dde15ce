"""A person's own account: profile, password, language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import sessions
from apps.core.errors import Invalid, TagoraError
from apps.entry import selectors, services
from apps.entry.forms import PasswordForm
from apps.entry.pages.targets import refused, target
from apps.tenants.requests import actor_of, require_person


@sensitive_post_parameters("current", "password")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    actor = require_person(request)
    assert actor.person is not None
    form = PasswordForm(request.POST or None)
    context = {"person": actor.person, "password_form": form, "sessions": selectors.sessions_of(actor.person).count()}
    if request.method == "POST" and form.is_valid():
        try:
            services.change_password(
                actor=actor, current=form.cleaned_data["current"], password=form.cleaned_data["password"]
            )
        except TagoraError as error:
            field = ("current" if error.field == "current" else "password") if isinstance(error, Invalid) else None
            form.add_error(field, str(error))
            return refused(render(request, "accounts/account.html", context), error, 200)
        sessions.keep_session(request, actor.person)
        messages.success(request, _("The password was changed. Other sessions of yours have ended."))
        return redirect("account")
    return render(request, "accounts/account.html", context)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language in a cookie, and with the person when somebody is signed in."""
    code = request.POST.get("language", "")
    response = redirect(target(request))
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
