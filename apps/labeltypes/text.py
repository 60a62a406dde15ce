"""Text that may be stored, shown and written to XML: one line, no control characters, in Unicode normal form C."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from apps.core.errors import Invalid
from apps.core.texts import Said
from apps.core.texts import text as _

# Control characters, lone surrogates and the two non-characters that XML 1.0 forbids.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

BAD_VALUE = "ModelArts.0107"


def clean_text(value: Any, *, field: str, what: Said, longest: int, code: str = BAD_VALUE) -> str:
    """`value` trimmed and normalised to NFC; Invalid unless it is one line of at most `longest` characters."""
    if not isinstance(value, str):
        raise Invalid(_("%(what)s must be text.") % {"what": what}, field=field, code=code)
    # Normal form C can lengthen a text at most threefold, so this bound spares the work on absurd input.
    if len(value) > 4 * longest + 64:
        raise _too_long(what, longest, field, code)
    if UNSAFE.search(value):
        raise Invalid(
            _("%(what)s must be one line without control characters.") % {"what": what}, field=field, code=code
        )
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > longest:
        raise _too_long(what, longest, field, code)
    return text


def _too_long(what: Said, longest: int, field: str, code: str) -> Invalid:
    message = _("%(what)s may have at most %(longest)d characters.") % {"what": what, "longest": longest}
    return Invalid(message, field=field, code=code)
