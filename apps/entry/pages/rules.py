"""How the tenant's people come in: for its admins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.actions import Action
from apps.access.services import refusal
from apps.core.errors import Conflict, Invalid, TagoraError
from apps.entry import oidc, selectors, services
from apps.entry.models import SignInProvider
from apps.entry.selectors import SignInRules
from apps.tenants.actors import Actor
from apps.tenants.models import Group
from apps.tenants.requests import require_user

PEOPLE_ON_A_PAGE = 50


class ProviderForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=64, help_text=gettext_lazy("What your people call it.")
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        max_length=300,
        help_text=gettext_lazy("The provider's own address, exactly as it names itself."),
    )
    client_id = forms.CharField(label=gettext_lazy("Client id"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Empty keeps the one that is there. It is never shown."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    creates_users = forms.BooleanField(
        label=gettext_lazy("Create users at their first sign-in"),
        required=False,
        help_text=gettext_lazy("Otherwise only users come in whose e-mail address you have entered."),
    )
    groups_claim = forms.CharField(
        label=gettext_lazy("Claim with groups"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("For example: groups"),
    )
    groups = forms.CharField(
        label=gettext_lazy("Groups"),
        required=False,
        max_length=10_000,
        help_text=gettext_lazy("One a line: value of the claim = name of the group here."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, known: list[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids = {group.name: group.public_id for group in known}

    def clean_groups(self) -> dict[str, str]:
        """Value of the claim -> public id of a group."""
        found = {}
        for line in self.cleaned_data["groups"].splitlines():
            value, equals, name = (part.strip() for part in line.rpartition("="))
            if not line.strip():
                continue
            if not equals or not value or name not in self.ids:
                raise forms.ValidationError(_("'%(line)s' names no group of your tenant.") % {"line": line[:100]})
            found[value] = self.ids[name]
        return found


def _initial(provider: SignInProvider | None, known: list[Group]) -> dict[str, Any]:
    if provider is None:
        return {"groups_claim": "groups"}
    names = {group.public_id: group.name for group in known}
    lines = [f"{value} = {names[public_id]}" for value, public_id in provider.groups.items() if public_id in names]
    kept = ("name", "issuer", "client_id", "creates_users", "groups_claim")
    return {**{field: getattr(provider, field) for field in kept}, "groups": "\n".join(lines)}


def _page(
    request: HttpRequest, actor: Actor, rules: SignInRules, form: ProviderForm | None = None, status: int = 200
) -> HttpResponse:
    assert actor.tenant is not None
    people = Paginator(selectors.users_of(actor.tenant), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"user": user, "person": user.person, "refusal": refusal(actor, Action.USER_UPDATE, user)} for user in people
    ]
    context = {
        "rules": rules,
        "form": form or ProviderForm(initial=_initial(rules.provider, rules.groups), known=rules.groups),
        "people": people,
        "rows": rows,
        "update_refusal": refusal(actor, Action.SIGN_IN_RULES_UPDATE),
        "hosts": settings.TAGORA_OIDC_HOSTS,
        "redirect_uri": oidc.redirect_uri(),
    }
    return render(request, "accounts/sign_in_rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
def sign_in_rules(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    rules = selectors.sign_in_rules(actor)
    if request.method == "POST":
        try:
            services.demand_second_factor(actor=actor, demanded=request.POST.get("second_factor") == "on")
        except Conflict as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved. It holds from now on."))
        return redirect("sign-in-rules")
    return _page(request, actor, rules)


@sensitive_post_parameters("secret")
@require_POST
def sign_in_provider(request: HttpRequest) -> HttpResponse:
    actor = require_user(request)
    rules = selectors.sign_in_rules(actor)
    form = ProviderForm(request.POST, known=rules.groups)
    if form.is_valid():
        try:
            services.save_sign_in_provider(actor=actor, **form.cleaned_data)
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except TagoraError as error:
            form.add_error("issuer", str(error))
        else:
            messages.success(request, _("Saved. Try it in another browser before you rely on it."))
            return redirect("sign-in-rules")
    return _page(request, actor, rules, form, status=400)


@require_POST
def sign_in_provider_delete(request: HttpRequest) -> HttpResponse:
    services.delete_sign_in_provider(actor=require_user(request))
    messages.success(request, _("Nobody signs in with that server any more."))
    return redirect("sign-in-rules")


@require_POST
def user_sessions_end(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    ended = services.end_sessions_of(actor=actor, user=selectors.get_user(actor, user_id))
    words = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", ended)
    messages.success(request, words % {"count": ended})
    return redirect("sign-in-rules")


@require_POST
def user_second_factor_reset(request: HttpRequest, user_id: str) -> HttpResponse:
    actor = require_user(request)
    user = selectors.get_user(actor, user_id)
    try:
        services.reset_second_factor(actor=actor, user=user)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The second factor is reset. Their sessions have ended."))
    return redirect("sign-in-rules")
