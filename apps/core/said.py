"""The column that keeps a sentence for readers of any language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from apps.core.texts import Said, Text

# Before the template of a text. Plain words never begin with it, so the two cannot be taken for each other.
_MARK = "\x1e"
LONGEST_VALUE = 500
LONGEST_WORDS = 2000


def storable(words: str) -> str:
    """`words` without what PostgreSQL cannot store: NUL and lone surrogates."""
    return words.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


if TYPE_CHECKING:
    _TextField = models.TextField[Said, Said]
else:
    _TextField = models.TextField


class SaidField(_TextField):
    """A `Text`, which is read in the language of its reader, or plain words; what is long in it is cut."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Text):
            return _MARK + json.dumps(_cut(value.as_json()), ensure_ascii=False)
        return storable(str(value)).lstrip(_MARK)[:LONGEST_WORDS] if value is not None else None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Said | None:
        if isinstance(value, str) and value.startswith(_MARK):
            return Text.from_json(json.loads(value[1:]))
        return str(value) if value is not None else None


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)[:LONGEST_VALUE]
    if isinstance(value, list):
        return [_cut(each) for each in value]
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    return value
