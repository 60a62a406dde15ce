"""Names, descriptions and addresses as people type them, checked against the rules of the wire contract."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST_DESCRIPTION = 256
LONGEST_ADDRESS = 254
_FORBIDDEN = "^!<>=&\"'"
_address = EmailValidator()


def clean_name(value: str, *, field: str) -> str:
    """A name of letters, digits, `_` and `-`, 1 to 64 characters; Invalid otherwise."""
    value = value.strip()
    if not NAME.fullmatch(value):
        raise Invalid(_("A name has 1 to 64 letters, digits, underscores or hyphens."), field=field)
    return value


def clean_description(value: str, *, field: str = "description", forbidden: str = _FORBIDDEN) -> str:
    """At most 256 characters, none of `forbidden` and no control character but line breaks; Invalid otherwise."""
    value = value.strip()
    if len(value) > LONGEST_DESCRIPTION:
        raise Invalid(_("At most 256 characters are allowed here."), field=field)
    if any(character in forbidden or (ord(character) < 32 and character not in "\r\n\t") for character in value):
        raise Invalid(
            _("These characters are not allowed here: %(characters)s") % {"characters": forbidden}, field=field
        )
    return value


def clean_address(value: str, *, field: str = "email") -> str:
    """One e-mail address in lower case; Invalid when it is none."""
    address = value.strip().lower()
    try:
        _address(address)
    except ValidationError:
        raise Invalid(_("'%(value)s' is not an e-mail address.") % {"value": value[:80]}, field=field) from None
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(_("An e-mail address has at most 254 characters."), field=field)
    return address


def clean_addresses(values: str | Iterable[str], *, field: str = "emails") -> list[str]:
    """The distinct addresses of a list, or of a text that separates them by comma, semicolon or white space."""
    words = re.split(r"[\s,;]+", values) if isinstance(values, str) else list(values)
    addresses = list(dict.fromkeys(clean_address(word, field=field) for word in words if word.strip()))
    if not addresses:
        raise Invalid(_("Give at least one e-mail address."), field=field)
    return addresses
