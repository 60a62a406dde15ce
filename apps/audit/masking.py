"""What may stand in the log of a request: secrets masked, texts made harmless, everything cut to a size."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from typing import Any

# Values of these fields never reach the log, whatever they hold; `-`, `_` and capitals make no difference.
MASKED = frozenset(
    [
        "password",
        "userpassword",
        "passphrase",
        "secret",
        "secretkey",
        "accesskey",
        "privatekey",
        "sk",
        "ak",
        "authorization",
        "cookie",
        "session",
        "otp",
        "totp",
        "signature",
        "recoverycodes",
        "current",
    ]
)
# So are those whose names end like this: `new_password`, `client_secret`.
MASKED_ENDINGS = ("password", "secret", "secretkey")
# Of a token the log keeps the beginning of its hash: enough to tell two apart, not enough to use one.
TOKENS = ("token", "tokens")
SHORTEST_TOKEN = 20
LONGEST_TEXT = 512
MOST_ITEMS = 50
DEEPEST = 8
LONGEST_BODY = 8 * 1024
_ODD = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """`text` in which every character that ends a line, steers a terminal or cannot be seen is written as an escape."""
    text = text[:longest]
    if text.isprintable():
        return text
    return "".join(f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _ODD else sign for sign in text)[:longest]


def _secret(value: Any, name: str) -> str | None:
    """What stands for the value of a field that must not be shown, or None."""
    name = name.lower().replace("-", "").replace("_", "")
    if name in MASKED or name.endswith(MASKED_ENDINGS):
        return "***"
    if name.endswith(TOKENS):
        # A short one could be guessed from its hash.
        long = isinstance(value, str) and len(value) >= SHORTEST_TOKEN
        return f"sha256:{hashlib.sha256(value.encode(errors='replace')).hexdigest()[:12]}" if long else "***"
    return None


def masked(value: Any, name: str = "", depth: int = 0) -> Any:
    """`value` with secrets replaced, long texts cut and long lists shortened, as it may stand in the log."""
    shown = _secret(value, name)
    if shown is not None:
        return shown
    if isinstance(value, str):
        return plain(value) + "..." if len(value) > LONGEST_TEXT else plain(value)
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        if depth >= DEEPEST:
            return "..."
        return {
            plain(str(key), 64): masked(inner, str(key), depth + 1) for key, inner in list(value.items())[:MOST_ITEMS]
        }
    if isinstance(value, list | tuple | set | frozenset):
        if depth >= DEEPEST:
            return "..."
        items = [masked(inner, "", depth + 1) for inner in list(value)[:MOST_ITEMS]]
        return [*items, f"... {len(value) - MOST_ITEMS} more"] if len(value) > MOST_ITEMS else items
    return plain(str(value))


def body(value: Mapping[str, Any] | None) -> str:
    """A request or a response as the text that the log keeps; empty for nothing."""
    if not value:
        return ""
    text = json.dumps(masked(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) <= LONGEST_BODY:
        return text
    cut = {"begins": text[: LONGEST_BODY // 4], "characters": len(text)}
    return json.dumps(cut, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
