"""Text that may be stored, shown and written to XML: one line, no control characters, in Unicode normal form C."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from apps.core.errors import Invalid

# Control characters, lone surrogates and the two non-characters that XML 1.0 forbids.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

BAD_VALUE = "ModelArts.0107"


def clean_text(value: Any, *, field: str, what: str, longest: int, code: str = BAD_VALUE) -> str:
    """`value` trimmed and normalised to NFC; Invalid unless it is one line of at most `longest` characters."""
    if not isinstance(value, str):
        raise Invalid(f"{what} must be text.", field=field, code=code)
    # Normal form C can lengthen a text at most threefold, so this bound spares the work on absurd input.
    if len(value) > 4 * longest + 64:
        raise Invalid(f"{what} may have at most {longest} characters.", field=field, code=code)
    if UNSAFE.search(value):
        raise Invalid(f"{what} must be one line without control characters.", field=field, code=code)
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > longest:
        raise Invalid(f"{what} may have at most {longest} characters.", field=field, code=code)
    return text
