"""The forms of an acceptance round: how much to draw, and how to complete it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.quality.states import Method, Scope


class StartForm(forms.Form):
    method = forms.ChoiceField(
        label=_("How much to judge"), choices=Method.choices, initial=Method.PERCENT, widget=forms.RadioSelect
    )
    percent = forms.FloatField(
        label=_("Share in percent"),
        min_value=0.01,
        max_value=100,
        initial=10,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--short", "step": "any"}),
    )
    number = forms.IntegerField(
        label=_("Number of answers"),
        min_value=1,
        max_value=1_000_000_000,
        initial=10,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )

    def clean(self) -> None:
        super().clean()
        wanted = self.cleaned_data.get("method")
        if wanted and not self.errors and self.cleaned_data.get(wanted) is None:
            self.add_error(wanted, _("Say how much to draw."))

    def size(self) -> dict[str, Any]:
        """What the rule takes: `rate`, a share up to 1, or `number`."""
        if self.cleaned_data["method"] == Method.PERCENT:
            return {"rate": round(self.cleaned_data["percent"] / 100, 6)}
        return {"number": self.cleaned_data["number"]}


class CompleteForm(forms.Form):
    scope = forms.TypedChoiceField(
        label=_("What is accepted"),
        choices=Scope.choices,
        coerce=lambda value: Scope(int(value)),
        initial=Scope.PASSED_AND_UNJUDGED,
        widget=forms.RadioSelect,
    )
    overwrite = forms.BooleanField(
        label=_("Overwrite labels that samples have already"),
        required=False,
        help_text=_("Otherwise such samples keep their labels. What is overwritten cannot be brought back."),
    )
