"""Wildcards: `*` stands for any characters, `?` for one; every other character stands for itself and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Matcher = Callable[[str], object]
_WILD = re.compile(r"[*?]")
_STARS = re.compile(r"\*+")


def is_wild(pattern: str) -> bool:
    return _WILD.search(pattern) is not None


@lru_cache(maxsize=8192)
def matcher(pattern: str) -> Matcher:
    """What says whether a text is an instance of the pattern.

    Between two stars the first place that fits is as good as any later one, hence the atomic groups: the time grows
    with the length of the text, never with the number of ways to cut it.
    """
    pieces = ["".join("." if sign == "?" else re.escape(sign) for sign in piece) for piece in _STARS.split(pattern)]
    if len(pieces) == 1:
        expression = pieces[0]
    else:
        expression = pieces[0] + "".join(f"(?>.*?{piece})" for piece in pieces[1:-1]) + ".*" + pieces[-1]
    return re.compile(expression, re.DOTALL).fullmatch


def matches(pattern: str, text: str) -> bool:
    if not is_wild(pattern):
        return pattern == text
    return matcher(pattern)(text) is not None


def contains(wider: str, narrower: str) -> bool:
    """Whether every text that fits `narrower` surely fits `wider`. Errs on the side of no.

    A text that fits `narrower` puts something in the place of each of its signs; what `wider` takes with a star it
    takes whatever stands there, a `?` only where one character stands.
    """
    reached = {0}
    for sign in [*narrower, None]:
        reached = _past_stars(reached, wider)
        if sign is None:
            break
        reached = {position for here in reached for position in _after(wider, here, sign)}
    return len(wider) in reached


def _past_stars(reached: set[int], wider: str) -> set[int]:
    found = set(reached)
    for here in reached:
        while here < len(wider) and wider[here] == "*":
            here += 1
            found.add(here)
    return found


def _after(wider: str, here: int, sign: str) -> list[int]:
    if here == len(wider):
        return []
    if wider[here] == "*":
        return [here]
    if wider[here] == "?":
        return [] if sign == "*" else [here + 1]
    return [here + 1] if wider[here] == sign and sign not in "*?" else []
