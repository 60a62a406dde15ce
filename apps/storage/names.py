"""Names for new objects, made by the server out of what a browser calls a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from apps.core.errors import Invalid
from apps.core.texts import text as _

_MOST_BYTES = 255
_UNWANTED = ("Cc", "Cf", "Cs", "Zl", "Zp")


def safe_key(name: str) -> str:
    """A relative key for an uploaded file, `folder/cat.jpg` when a whole folder is uploaded.

    Both kinds of slashes separate parts; parts that mean "here" or "up" and invisible characters are dropped;
    composed and decomposed letters become the same name. Raises Invalid when nothing is left.
    """
    parts = [_safe_part(part) for part in re.split(r"[/\\]", name)]
    key = "/".join(part for part in parts if part)
    if not key:
        raise Invalid(_("A file needs a name."), field="files")
    return key


def numbered(key: str) -> Iterator[str]:
    """Other names for when a key is taken: `cat.jpg` gives `cat (2).jpg`, `cat (3).jpg` ... up to 99."""
    folder, slash, name = key.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    for number in range(2, 100):
        end = f" ({number}){dot}{suffix}"
        yield f"{folder}{slash}{_cut(stem, _MOST_BYTES - len(end.encode()))}{end}"


def _safe_part(part: str) -> str:
    kept = "".join(letter for letter in part if unicodedata.category(letter) not in _UNWANTED)
    kept = unicodedata.normalize("NFC", kept).strip()
    if kept in (".", ".."):
        return ""
    if len(kept.encode()) <= _MOST_BYTES:
        return kept
    stem, dot, suffix = kept.rpartition(".")
    end = f"{dot}{suffix}" if stem and len(suffix.encode()) < 20 else ""
    return _cut(stem if end else kept, _MOST_BYTES - len(end.encode())) + end


def _cut(text: str, most_bytes: int) -> str:
    """The beginning of a text that fits, without half a character at its end."""
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip()
