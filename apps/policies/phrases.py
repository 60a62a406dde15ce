"""Texts of pure code: an English template with its parameters, put into a reader's language by whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


def N_(text: str) -> str:
    """Marks a text for translation and leaves it as it is."""
    return text


class Phrase(NamedTuple):
    """`template % params` is the text. A parameter may be a phrase itself, or several, which are then listed."""

    template: str
    params: Mapping[str, str | int | Phrase | tuple[Phrase, ...]]

    def __str__(self) -> str:
        return render(self)


def plain(text: str) -> Phrase:
    """A text that is nobody's language: a name, a number."""
    return Phrase("%(text)s", {"text": text})


def render(phrase: Phrase, translate: Callable[[str], str] = N_) -> str:
    """The phrase as text; `translate` is gettext, or nothing for English."""
    return translate(phrase.template) % {name: _text(value, translate) for name, value in phrase.params.items()}


def _text(value: str | int | Phrase | tuple[Phrase, ...], translate: Callable[[str], str]) -> str:
    if isinstance(value, Phrase):
        return render(value, translate)
    if isinstance(value, tuple):
        return _listed([render(part, translate) for part in value], translate)
    return str(value)


def _listed(texts: list[str], translate: Callable[[str], str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    rest, last = texts[:-1], texts[-1]
    comma = translate(N_("%(one)s, %(two)s"))
    listed = rest[0]
    for text in rest[1:]:
        listed = comma % {"one": listed, "two": text}
    return translate(N_("%(one)s and %(two)s")) % {"one": listed, "two": last}
