"""Forms of teams and members, and refusals of rules shown at the fields they speak of."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, TagoraError
from apps.teams.models import Role


def show_refusal(form: forms.Form, error: TagoraError, fields: Mapping[str, str] | None = None) -> None:
    """Put the sentence of a refusal where the person can act on it.

    `fields` maps names that a rule uses for a place to fields of the form; what has none stands above the form.
    """
    place = error.field if isinstance(error, Invalid) else ""
    name = (fields or {}).get(place, place)
    form.add_error(name if name in form.fields else None, str(error))


class TeamForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("Letters, digits, underscores and hyphens."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("Description"), max_length=256, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class MembersForm(forms.Form):
    emails = forms.CharField(
        label=_("E-mail addresses"),
        max_length=30_000,
        help_text=_("One or many, separated by commas, spaces or lines. Nobody gets a mail before a task needs them."),
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True, "spellcheck": "false", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.LABELER,
        widget=forms.RadioSelect,
        help_text=_("A team has one team manager, who runs tasks and acceptance for the owner."),
    )
    description = forms.CharField(label=_("Description"), max_length=256, required=False)


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)
    description = forms.CharField(label=_("Description"), max_length=256, required=False)


class InvitationForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        max_length=512,
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=512,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("password") != self.cleaned_data.get("again") and "again" in self.cleaned_data:
            self.add_error("again", _("The two passwords differ."))
