"""The form of a team task."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TaskForm(forms.Form):
    """What can be said of a task at any time; the page puts the choice of members beside it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("Letters, digits, underscores and hyphens."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=256,
        required=False,
        help_text=_("What labelers should know. They see it above their samples."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    auto_assign = forms.BooleanField(
        label=_("Assign new files to the team automatically"),
        required=False,
        initial=True,
        help_text=_("Files that are synchronised or imported later are handed out, too."),
    )


class NewTaskForm(TaskForm):
    repetition = forms.IntegerField(
        label=_("Answers for each sample"),
        min_value=1,
        max_value=100,
        initial=1,
        help_text=_("With more than one, every sample goes to that many different labelers."),
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )


class StartForm(forms.Form):
    """Nothing but the choice of members, which the page draws."""
