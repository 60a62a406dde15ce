"""What people type to come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_PASSWORD = 512


def _password(label: Any, purpose: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": purpose}),
    )


class SignInForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=320,
        help_text=gettext_lazy("tenant/user, or your e-mail address if you were invited"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = _password(gettext_lazy("Password"), "current-password")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Six digits from your authenticator app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class NewCodeForm(CodeForm):
    """The first code of a new app: recovery codes do not exist yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("The six digits that the app shows now.")


class ForgottenForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=320,
        help_text=gettext_lazy("tenant/user, or your e-mail address if you were invited"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    password = _password(gettext_lazy("New password"), "new-password", gettext_lazy("At least eight characters."))
    again = _password(gettext_lazy("New password again"), "new-password")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class PasswordForm(forms.Form):
    current = _password(gettext_lazy("Current password"), "current-password")
    password = _password(gettext_lazy("New password"), "new-password")


class ProofForm(forms.Form):
    """One's password, shown again before a lock is taken off."""

    password = _password(gettext_lazy("Current password"), "current-password")


class TenantForm(forms.Form):
    tenant = forms.CharField(
        label=gettext_lazy("Tenant"),
        max_length=64,
        help_text=gettext_lazy("The part of your sign-in name before the slash."),
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True, "autocapitalize": "none"}),
    )
