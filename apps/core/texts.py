"""Sentences for people that wait for their reader: an English template and what stands in it.

Code that knows no framework, and code whose words are stored for later (reports and messages of jobs), says `text(...)`
where other code says `gettext(...)`. The sentence is put into the reader's language when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Translate: TypeAlias = Callable[[str], str]


def _as_it_is(template: str) -> str:
    return template


_translate: Translate = _as_it_is


def translate_with(translate: Translate) -> None:
    """Let `translate` find the reader's words for a template; without it sentences are English."""
    global _translate
    _translate = translate


class Text:
    """One sentence. `template` has places like `%(name)s`; `params` fills them, with further texts too."""

    __slots__ = ("params", "template")

    def __init__(self, template: str, params: Mapping[str, Any] | None = None) -> None:
        self.template = template
        self.params = {
            name: value if isinstance(value, str | int | float | Text) else str(value)
            for name, value in (params or {}).items()
        }

    def __mod__(self, params: Mapping[str, Any]) -> Text:
        return Text(self.template, params)

    def __str__(self) -> str:
        return self.rendered(_translate)

    def __repr__(self) -> str:
        return f"Text({self.rendered(_as_it_is)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self.template, self.params) == (other.template, other.params)

    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    def english(self) -> str:
        return self.rendered(_as_it_is)

    def rendered(self, translate: Translate) -> str:
        template = translate(self.template)
        if not self.params:
            return template
        return template % {
            name: value.rendered(translate) if isinstance(value, Text) else value for name, value in self.params.items()
        }

    def as_json(self) -> list[Any]:
        """What `from_json` reads back, and behind it the English sentence, in which a search finds its words."""
        params = {name: value.as_json() if isinstance(value, Text) else value for name, value in self.params.items()}
        return [self.template, params, self.english]

    @classmethod
    def from_json(cls, value: list[Any]) -> Text:
        template, params = value[:2]
        return cls(
            template, {name: cls.from_json(each) if isinstance(each, list) else each for name, each in params.items()}
        )


Said: TypeAlias = Text | str
"""A sentence to be translated for its reader, or words that are shown as they are."""


def text(template: str) -> Text:
    """Marks a template for translation, as `gettext` does; `%` fills its places."""
    return Text(template)
