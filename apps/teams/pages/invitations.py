"""The page behind the link of an invitation mail: looking consumes nothing, choosing a password does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.accounts import sessions
from apps.accounts.models import Person
from apps.core.errors import Conflict, Denied, Invalid
from apps.teams import selectors, services
from apps.teams.forms import InvitationForm, show_refusal
from apps.teams.models import Invitation
from apps.tenants.requests import actor_of


@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = selectors.open_invitation(token)
    if found is None:
        return _closed(request, token)
    if selectors.needs_password(found):
        return _choose_password(request, token, found)
    return _join(request, token, found)


def _closed(request: HttpRequest, token: str) -> HttpResponse:
    context = {"reason": selectors.why_closed(token)}
    return render(request, "accounts/invitation_expired.html", context, status=410)


def _choose_password(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.redeem_invitation(token=token, password=form.cleaned_data["password"])
        except Invalid as error:
            show_refusal(form, error)
        except Conflict:
            return _closed(request, token)
        else:
            # Whoever was signed in on this device before is not who opened the mail.
            sessions.close_session(request)
            sessions.open_session(request, person)
            return redirect(_work_of(found))
    context = {"form": form, "email": found.member.email, "invitation": _words(request, found)}
    return render(request, "accounts/set_password.html", context)


def _join(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    """The person has a password from elsewhere: signed in as that person, the invitation is used at once on request."""
    person = actor_of(request).person
    if person is None:
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")
    error = ""
    if request.method == "POST":
        try:
            services.redeem_invitation(token=token, password="", by=person)
        except Denied as denied:
            error = str(denied)
        except Conflict:
            return _closed(request, token)
        else:
            return redirect(_work_of(found))
    context = {
        "email": found.member.email,
        "invitation": _words(request, found),
        "error": error or _other_person(person, found),
    }
    return render(request, "teams/join.html", context)


def _other_person(person: Person, found: Invitation) -> str:
    if person.login == found.member.email:
        return ""
    return _("You are signed in as %(person)s. Sign out and open the link again.") % {"person": person.login}


def _words(request: HttpRequest, found: Invitation) -> dict[str, object]:
    """What the page says about the invitation."""
    return {
        "team": found.member.team.name,
        "invited_by": found.member.tenant.name,
        "expires_at": found.expires_at,
    }


def _work_of(found: Invitation) -> str:
    return f"/work/{found.task}/" if found.task else "/work/"
