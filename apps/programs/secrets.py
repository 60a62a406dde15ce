"""Secrets of programs: how they look, what of them is stored, and whose tenant they claim to be of.

Each names its tenant in the open, so that it is looked for behind that tenant's wall; a forged claim finds nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string

PERSONAL = "tgr_"  # public scanners of leaked secrets know tokens by such a word
_LETTERS = string.ascii_letters + string.digits
_CAPITALS = string.ascii_uppercase + string.digits
_PLACES = 6
_ACCESS_KEY = re.compile(r"T([0-9A-Z]{6})[0-9A-Z]{13}")
_PERSONAL = re.compile(r"tgr_([0-9a-z]{1,13})_[0-9A-Za-z]{43}")
_TOKEN = re.compile(r"([0-9a-z]{1,13})\.[0-9A-Za-z]{64}")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = (string.digits + string.ascii_lowercase)[rest] + digits
    return digits or "0"


def _drawn(length: int, alphabet: str = _LETTERS) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def new_access_key(tenant: int) -> tuple[str, str]:
    """An access key of 20 and its secret of 40 characters."""
    return f"T{_base36(tenant).upper():0>{_PLACES}}{_drawn(13, _CAPITALS)}", _drawn(40)


def new_personal_token(tenant: int) -> str:
    return f"{PERSONAL}{_base36(tenant)}_{_drawn(43)}"


def new_token(tenant: int) -> str:
    return f"{_base36(tenant)}.{_drawn(64)}"


def _claimed(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.fullmatch(text)
    tenant = int(found[1], 36) if found else None
    return tenant if tenant is not None and tenant < 2**63 else None


def tenant_of_access_key(text: str) -> int | None:
    """Whose key it claims to be; None for what is no access key of ours."""
    return _claimed(_ACCESS_KEY, text)


def tenant_of_personal_token(text: str) -> int | None:
    return _claimed(_PERSONAL, text)


def tenant_of_token(text: str) -> int | None:
    return _claimed(_TOKEN, text)


def digest(secret: str) -> str:
    """What is stored of a token. It is drawn from so many that a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
