"""Names, descriptions and addresses as people type them."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

LONGEST_NAME = 64
LONGEST_DESCRIPTION = 256
LONGEST_FULL_NAME = 128
LONGEST_ADDRESS = 254
_USER_NAME = re.compile(r"[a-z0-9_.@+-]{1,64}")
_address = EmailValidator()


def _printable(value: str) -> bool:
    """No control characters and nothing that changes the direction of writing: a name must look like what it is."""
    return not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in value)


def clean_user_name(value: str, *, field: str = "name") -> str:
    """The part of a sign-in name behind the tenant's, in lower case."""
    value = value.strip().lower()
    if not _USER_NAME.fullmatch(value):
        raise Invalid(
            _("A sign-in name has 1 to 64 letters a to z, digits and the characters . _ @ + and -."), field=field
        )
    return value


def clean_name(value: str, *, field: str = "name") -> str:
    """The name of a group or policy: any script, 1 to 64 characters, no control characters."""
    value = " ".join(unicodedata.normalize("NFC", value).split(" ")).strip()
    if not 1 <= len(value) <= LONGEST_NAME or not _printable(value):
        raise Invalid(_("A name has 1 to 64 characters."), field=field)
    return value


def clean_full_name(value: str, *, field: str = "full_name") -> str:
    """What a person is called; may be empty."""
    value = " ".join(unicodedata.normalize("NFC", value).split())
    if len(value) > LONGEST_FULL_NAME or not _printable(value):
        raise Invalid(_("A name has at most 128 characters."), field=field)
    return value


def clean_description(value: str, *, field: str = "description") -> str:
    value = value.strip()
    if len(value) > LONGEST_DESCRIPTION:
        raise Invalid(_("At most 256 characters are allowed here."), field=field)
    if not _printable(value.replace("\r", "").replace("\n", "").replace("\t", "")):
        raise Invalid(_("Control characters are not allowed here."), field=field)
    return value


def clean_address(value: str, *, field: str = "email") -> str:
    """One e-mail address in lower case."""
    address = value.strip().lower()
    try:
        _address(address)
    except ValidationError:
        raise Invalid(_("'%(value)s' is not an e-mail address.") % {"value": value[:80]}, field=field) from None
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(_("An e-mail address has at most 254 characters."), field=field)
    return address


def suggested_name(address: str) -> str:
    """A sign-in name that fits an e-mail address: what stands before the `@`, as far as it may stand in one."""
    return re.sub(r"[^a-z0-9_.+-]", "", address.partition("@")[0].lower())[:LONGEST_NAME]
