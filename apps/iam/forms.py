"""Forms of users, groups and policies, and refusals of rules shown at the fields they speak of."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, TagoraError
from apps.tenants.models import Group, Project

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def show_refusal(form: forms.Form, error: TagoraError) -> None:
    """Put the sentence of a refusal where the person can act on it; what has no field stands above the form."""
    place = error.field if isinstance(error, Invalid) else ""
    form.add_error(place if place in form.fields else None, str(error))


class WithGroups(forms.Form):
    """A form that lets groups be chosen; `cleaned_data["groups"]` is a list of rows."""

    groups = forms.MultipleChoiceField(
        label=_("Groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The default group is joined in any case."),
    )

    def __init__(self, *args: object, groups: Iterable[Group], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rows = {group.public_id: group for group in groups}
        field = self.fields["groups"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key, group.name) for key, group in self.rows.items()]
        if not self.rows:
            del self.fields["groups"]

    def chosen_groups(self) -> list[Group]:
        return [self.rows[key] for key in self.cleaned_data.get("groups", ())]


class InviteForm(WithGroups):
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They get a link that works once, for a week, and choose their sign-in name and password there."),
        widget=forms.EmailInput(attrs={"autofocus": True, **_PLAIN}),
    )
    field_order = ("email", "groups")


class UserCreateForm(WithGroups):
    name = forms.CharField(
        label=_("Sign-in name"),
        max_length=64,
        help_text=_("The part behind the tenant's name: small letters, digits and . _ @ + -"),
        widget=forms.TextInput(attrs={"autofocus": True, **_PLAIN}),
    )
    full_name = forms.CharField(label=_("Name"), max_length=128, required=False)
    email = forms.CharField(
        label=_("E-mail address"), max_length=254, required=False, widget=forms.EmailInput(attrs=_PLAIN)
    )
    field_order = ("name", "full_name", "email", "groups")


class UserForm(forms.Form):
    full_name = forms.CharField(label=_("Name"), max_length=128, required=False)
    email = forms.CharField(
        label=_("E-mail address"), max_length=254, required=False, widget=forms.EmailInput(attrs=_PLAIN)
    )
    is_admin = forms.BooleanField(
        label=_("Admin of the tenant"),
        required=False,
        help_text=_("May do everything in the tenant, also give rights. A policy that denies binds admins too."),
    )


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    description = forms.CharField(
        label=_("Description"), max_length=256, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_default = forms.BooleanField(
        label=_("Default group"),
        required=False,
        help_text=_("New users join it by themselves. There is one at most; the present one is no longer it then."),
    )


class AttachForm(forms.Form):
    """Which policy, and where it holds. `project` empty: in all projects."""

    policy = forms.ChoiceField(label=_("Policy"))
    project = forms.ChoiceField(label=_("Holds in"), required=False)

    def __init__(self, *args: object, policies: Iterable[tuple[str, str]], projects: Iterable[Project]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.projects = {project.public_id: project for project in projects}
        for name, choices in (
            ("policy", list(policies)),
            ("project", [("", _("all projects")), *((key, row.name) for key, row in self.projects.items())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class RedeemForm(forms.Form):
    name = forms.CharField(
        label=_("Sign-in name"),
        max_length=64,
        help_text=_("Small letters, digits and . _ @ + -"),
        widget=forms.TextInput(attrs={"autofocus": True, **_PLAIN, "autocomplete": "username"}),
    )
    full_name = forms.CharField(label=_("Your name"), max_length=128, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=512,
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
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


class PolicyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    description = forms.CharField(
        label=_("Description"), max_length=256, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    document = forms.CharField(
        label=_("Policy as JSON"),
        max_length=64 * 1024,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "autocapitalize": "none", "wrap": "off"}),
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
