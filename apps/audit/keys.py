"""The keys of the log: one signs digests, one derived from it marks rows.

They lie outside the database, so that whoever can write to the database can neither sign a digest nor make a row that
looks as if the server had written it. Keys that were replaced go on to be believed as long as they are in the setting.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

MARK_LENGTH = 32


@dataclass(frozen=True)
class AuditKey:
    """`name` says in a digest which key signed it."""

    name: str
    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    marking: bytes

    @property
    def public_text(self) -> str:
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def mark(self, content: bytes) -> str:
        return hmac.digest(self.marking, content, "sha256").hex()[:MARK_LENGTH]

    def sign(self, content: bytes) -> str:
        return self.private.sign(content).hex()

    def signed(self, content: bytes, signature: str) -> bool:
        try:
            self.public.verify(bytes.fromhex(signature), content)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(maxsize=4)
def _keys(seeds: tuple[bytes, ...]) -> tuple[AuditKey, ...]:
    made = []
    for seed in seeds:
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = private.public_key()
        name = hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
        made.append(AuditKey(name, private, public, hmac.digest(seed, b"tagora audit mark", "sha256")))
    return tuple(made)


def keys() -> tuple[AuditKey, ...]:
    """Every key that is believed; the first one signs and marks."""
    return _keys(tuple(settings.TAGORA_AUDIT_KEYS))


def marked(content: bytes, mark: str, believed: tuple[AuditKey, ...] | None = None) -> bool:
    """Whether the server wrote `content` with this mark. Who asks very often hands over the keys."""
    return any(hmac.compare_digest(key.mark(content), mark) for key in believed or keys())


def signed(key_name: str, content: bytes, signature: str) -> bool:
    """Whether the named key signed `content`."""
    return any(key.name == key_name and key.signed(content, signature) for key in keys())
