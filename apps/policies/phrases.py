"""Marks templates that stand in tables, and puts several texts into one."""

from __future__ import annotations

from collections.abc import Sequence

from apps.core.texts import Text


def N_(template: str) -> str:
    """Marks a template for translation and leaves it as it is; `Text` makes a sentence of it."""
    return template


def plain(words: str) -> Text:
    """Words of nobody's language: a name, a number."""
    return Text("%(text)s", {"text": words})


def all_of(texts: Sequence[Text]) -> Text:
    """`a`, `a and b`, `a, b and c`."""
    return _listed(texts, N_("%(one)s and %(two)s"))


def any_of(texts: Sequence[Text]) -> Text:
    """`a`, `a or b`, `a, b or c`."""
    return _listed(texts, N_("%(one)s or %(two)s"))


def _listed(texts: Sequence[Text], ending: str) -> Text:
    listed, *rest = texts
    for text in rest[:-1]:
        listed = Text(N_("%(one)s, %(two)s"), {"one": listed, "two": text})
    return Text(ending, {"one": listed, "two": rest[-1]}) if rest else listed
