"""JSON read by hand, so that every value knows its line and no key is lost to a second one of the same name."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from apps.policies.phrases import N_
from apps.policies.refusals import PolicyRefused

# A policy nests six deep: document, statements, statement, condition, operator, values.
DEEPEST = 8
# Characters that change what a person sees without being seen: controls, direction marks, joiners, nothing at all.
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cn"})
_SPACE = re.compile(r"[ \t\r\n]*")
_TEXT = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z.+])")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = {"true": True, "false": False, "null": None}
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place. An object is a dict of nodes, with the places of its keys in `keys`."""

    value: dict[str, Node] | list[Node] | str | Number | bool | None
    line: int
    column: int
    keys: dict[str, Node] = field(default_factory=dict)

    def refuse(self, template: str, **params: str | int) -> PolicyRefused:
        return PolicyRefused(template, line=self.line, column=self.column, **params)


def read(text: str) -> Node:
    """The JSON value that `text` is; PolicyRefused with the place where it stops being one."""
    reader = _Reader(text)
    node = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        raise reader.refuse(N_("The document ends before this. Remove what follows."))
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _LINE_ENDS.finditer(text))]
        # Editors of some systems write a byte order mark in front.
        self.at = 1 if text.startswith("\ufeff") else 0

    def place(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.starts, at)
        return line, at - self.starts[line - 1] + 1

    def refuse(self, template: str, at: int | None = None, **params: str | int) -> PolicyRefused:
        line, column = self.place(self.at if at is None else at)
        return PolicyRefused(template, line=line, column=column, **params)

    def skip(self) -> str:
        """Passes white space; the character that follows, or nothing at the end."""
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        self.at = space.end()
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Node:
        sign = self.skip()
        if depth > DEEPEST:
            raise self.refuse(N_("This is nested too deeply for a policy."))
        if sign == "{":
            return self.members(depth)
        if sign == "[":
            return self.items(depth)
        line, column = self.place(self.at)
        return Node(self.scalar(sign), line, column)

    def scalar(self, sign: str) -> str | Number | bool | None:
        if not sign:
            raise self.refuse(N_("The document ends too early: something is missing here."))
        if sign == '"':
            return self.string()
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return Number(number.group())
        word = _WORD.match(self.text, self.at)
        if word and word.group() in _WORDS:
            self.at = word.end()
            return _WORDS[word.group()]
        if sign in "/#":
            raise self.refuse(N_("JSON has no comments. Remove this."))
        if sign == "'":
            raise self.refuse(N_('Texts stand in double quotes: "like this".'))
        if word:
            raise self.refuse(N_("'%(word)s' is no JSON value. Put texts in double quotes."), word=word.group())
        raise self.refuse(N_("A value is expected here."))

    def string(self) -> str:
        found = _TEXT.match(self.text, self.at)
        if found is None:
            raise self.refuse(N_("This text has no closing quote on its line."))
        try:
            text: str = json.loads(found.group())
            text.encode()
        except UnicodeEncodeError:
            raise self.refuse(N_("This text holds half a character. Write it out.")) from None
        except ValueError:
            raise self.refuse(N_("A backslash means nothing here. Write two for one.")) from None
        self.at = found.end()
        return text

    def members(self, depth: int) -> Node:
        line, column = self.place(self.at)
        found: dict[str, Node] = {}
        keys: dict[str, Node] = {}
        self.at += 1
        sign = self.skip()
        while sign != "}":
            if sign != '"':
                raise self.refuse(N_('A name in double quotes is expected here, or "}".'))
            key = Node(None, *self.place(self.at))
            name = self.string()
            if name in found:
                raise key.refuse(
                    N_("'%(name)s' stands here a second time. Keep this one or that of line %(line_of_first)s."),
                    name=name,
                    line_of_first=keys[name].line,
                )
            if self.skip() != ":":
                raise self.refuse(N_('":" is expected after the name.'))
            self.at += 1
            keys[name] = key
            found[name] = self.value(depth + 1)
            sign = self.separator("}")
        self.at += 1
        return Node(found, line, column, keys)

    def items(self, depth: int) -> Node:
        line, column = self.place(self.at)
        found: list[Node] = []
        self.at += 1
        sign = self.skip()
        while sign != "]":
            found.append(self.value(depth + 1))
            sign = self.separator("]")
        self.at += 1
        return Node(found, line, column)

    def separator(self, closing: str) -> str:
        sign = self.skip()
        if sign == closing:
            return sign
        if sign != ",":
            if not sign:
                raise self.refuse(N_("The document ends too early: something is missing here."))
            raise self.refuse(N_('"," or "%(closing)s" is expected here.'), closing=closing)
        comma = self.at
        self.at += 1
        sign = self.skip()
        if sign == closing:
            raise self.refuse(N_("This comma is one too many."), comma)
        return sign
