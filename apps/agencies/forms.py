"""Forms of agencies and of operators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.catalogue import CATALOGUE
from apps.agencies.services.visits import MOST_HOURS
from apps.core.errors import Invalid, TagoraError

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def show_refusal(form: forms.Form, error: TagoraError) -> None:
    """Put the sentence of a refusal where the person can act on it; what has no field stands above the form."""
    place = error.field if isinstance(error, Invalid) else ""
    form.add_error(place if place in form.fields else None, str(error))


class AgencyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("Letters, digits, '_' and '-'."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    trusted = forms.CharField(
        label=_("Trusted tenant"),
        max_length=64,
        help_text=_("The name of the tenant whose users may act for yours."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    description = forms.CharField(label=_("Description"), max_length=256, required=False)
    days = forms.IntegerField(label=_("Days until it ends"), min_value=1, max_value=366, initial=30)
    actions = forms.MultipleChoiceField(
        label=_("What they may do"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=_("Choose actions here, or write a policy below."),
    )
    document = forms.CharField(
        label=_("Policy (JSON)"),
        required=False,
        max_length=65536,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "spellcheck": "false"}),
        help_text=_("For single resources and conditions. Leave it empty to take the actions above."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["actions"]
        assert isinstance(field, forms.MultipleChoiceField)
        lendable = [row for row in CATALOGUE if row.service in ("modelarts", "obs")]
        field.choices = [(row.name, f"{row.name} - {gettext(row.title)}") for row in lendable]


class AgencyEditForm(forms.Form):
    description = forms.CharField(label=_("Description"), max_length=256, required=False)
    days = forms.IntegerField(label=_("Days from now until it ends"), min_value=1, max_value=366, initial=30)


class TenantForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("Small letters, digits and '-'. Its users sign in as name/user."),
        widget=forms.TextInput(attrs={"autofocus": True, **_PLAIN}),
    )
    admin = forms.CharField(
        label=_("Sign-in name of its first admin"), max_length=64, widget=forms.TextInput(attrs=_PLAIN)
    )


class VisitForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=512,
        help_text=_("The tenant's admins read it, and it stays in their log."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=MOST_HOURS, initial=1)
