"""Secrets that the server must be able to read again, sealed before they are stored.

The keys come from SECRET_KEY, one for each purpose, so that what was sealed for one is worth nothing for another. A
stolen copy of the database opens nothing. Keys in SECRET_KEY_FALLBACKS still open what they sealed.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=32)
def _box(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    def derived(key: str) -> Fernet:
        made = HKDF(SHA256(), 32, salt=b"tagora", info=purpose.encode()).derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(made))

    return MultiFernet([derived(key) for key in keys])


def _box_for(purpose: str) -> MultiFernet:
    return _box(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(text: str, *, purpose: str) -> str:
    """`text` as it may be stored."""
    return _box_for(purpose).encrypt(text.encode()).decode()


def opened(sealed: str, *, purpose: str) -> str | None:
    """What was sealed for this purpose; None when it was not, or when the key has gone."""
    try:
        return _box_for(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
