"""What a person fills in to make a credential."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.policies.documents import PolicyRefused
from apps.programs.bounds import READ_ONLY, scope_of_actions, scope_of_document
from apps.programs.services.personal_tokens import USUAL_DAYS
from apps.tenants.models import Project

ALL, READ, ACTIONS, POLICY = "all", "read", "actions", "policy"


class AccessKeyForm(forms.Form):
    description = forms.CharField(
        label=_("What it is for"),
        max_length=128,
        required=False,
        help_text=_("For example: nightly export. It helps you to find the right one later."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PersonalTokenForm(forms.Form):
    """`scope` is what the choice leaves of the person's rights, as `create_personal_token` takes it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=64,
        help_text=_("The program that will use it, for example: export on the build machine."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("Ends after"),
        coerce=int,
        initial=USUAL_DAYS,
        choices=[(7, _("7 days")), (USUAL_DAYS, _("30 days")), (90, _("90 days")), (365, _("one year"))],
    )
    project = forms.ChoiceField(label=_("Project"), required=False)
    kind = forms.ChoiceField(
        label=_("What it may do"),
        initial=ALL,
        choices=[
            (ALL, _("All that I may do")),
            (READ, _("Only look: lists and details, no changes")),
            (ACTIONS, _("Only these actions")),
            (POLICY, _("Only what this policy allows")),
        ],
        widget=forms.RadioSelect,
        help_text=_("It never may do more than you."),
    )
    actions = forms.CharField(
        label=_("Actions"),
        required=False,
        max_length=8000,
        help_text=_("One in a line, for example modelarts:dataset:list. A * stands for anything."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    policy = forms.CharField(
        label=_("Policy"),
        required=False,
        max_length=65536,
        help_text=_("A document of version 1.1, as on the pages for policies."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, projects: list[Project], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["project"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All projects")), *((project.public_id, project.name) for project in projects)]

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        kind = data.get("kind")
        data["scope"] = ""
        try:
            if kind == READ:
                data["scope"] = scope_of_actions(READ_ONLY)
            elif kind == ACTIONS:
                data["scope"] = scope_of_actions(data.get("actions", "").replace(",", "\n").splitlines())
            elif kind == POLICY:
                data["scope"] = scope_of_document(data.get("policy", ""))
        except PolicyRefused as error:
            self.add_error("policy", str(error))
        except Invalid as error:
            self.add_error("actions", str(error))
        return data
