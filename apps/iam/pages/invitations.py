"""Inviting users by e-mail, and the page behind the link: looking consumes nothing, choosing a password does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.access.services import refusal
from apps.accounts import sessions
from apps.core.errors import Conflict, Denied, Invalid
from apps.iam import services
from apps.iam.forms import InviteForm, RedeemForm, show_refusal
from apps.iam.selectors import people
from apps.iam.texts import suggested_name
from apps.tenants.requests import require_user


@require_http_methods(["GET", "POST"])
def user_invite(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    groups = people.groups(actor) if refusal(actor, Action.GROUP_VIEW) is None else ()
    form = InviteForm(request.POST or None, groups=groups)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite_user(actor=actor, email=form.cleaned_data["email"], groups=form.chosen_groups())
        except (Invalid, Denied) as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("user-list")
    return render(request, "iam/user_invite.html", {"form": form})


@require_POST
def resend(request: HttpRequest, invitation_id: str) -> HttpResponse:
    actor = require_user(request)
    invitation = people.get_invitation(actor, invitation_id)
    try:
        services.resend_invitation(actor=actor, invitation=invitation)
    except (Conflict, Denied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation was sent again; the earlier link no longer works."))
    return redirect("user-list")


@require_POST
def revoke(request: HttpRequest, invitation_id: str) -> HttpResponse:
    actor = require_user(request)
    invitation = people.get_invitation(actor, invitation_id)
    try:
        services.revoke_invitation(actor=actor, invitation=invitation)
    except Denied as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The invitation was taken back; its link no longer works."))
    return redirect("user-list")


@never_cache
@sensitive_variables("token")
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = people.open_invitation(token)
    if found is None:
        context = {"reason": people.why_closed(token)}
        return render(request, "accounts/invitation_expired.html", context, status=410)
    form = RedeemForm(request.POST or None, initial={"name": suggested_name(found.email)})
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name", "full_name", "password")}
        try:
            person = services.redeem_invitation(token=token, **fields)
        except Invalid as error:
            show_refusal(form, error)
        except Conflict:
            context = {"reason": people.why_closed(token)}
            return render(request, "accounts/invitation_expired.html", context, status=410)
        else:
            # Whoever was signed in on this device before is not who opened the mail.
            sessions.close_session(request)
            sessions.open_session(request, person)
            return redirect("overview")
    return render(request, "iam/redeem.html", {"form": form, "invitation": found})
