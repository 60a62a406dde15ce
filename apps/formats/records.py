"""The one record that every format reads and writes, and the problem that stands in for what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from apps.core.texts import Said
from apps.core.texts import text as _
from apps.labeltypes import Annotation

MOST_PROBLEMS = 100


class Problem(NamedTuple):
    """Something that could not be used: where (`line 12`, `pictures/a.xml`), why, and a stable word for the kind."""

    place: Said
    reason: Said
    code: str


@dataclass(slots=True)
class Record:
    """One sample on its way in or out.

    source: `obs://bucket/key`, or `content://...` for a text, which is then in `text` as well.
    annotation: marks by label name, not yet checked against a data set; empty where `annotation_loc` holds them.
    label_type: key of the label type the annotation belongs to, "" when there is none.
    annotated: whether somebody said anything usable of the sample, be it in another file; without any marks that is:
        there is nothing to label.
    usage: TRAIN, EVAL, TEST, INFERENCE or "".
    annotated_by: the machine that said it, "" for a person; it holds for marks in `annotation_loc` that name nobody.
    created: when it was said, `YYYY-MM-DD hh:mm:ss`.
    problems: what was left out of this record while the rest could be used.
    """

    source: str
    text: str | None = None
    annotation: Annotation = field(default_factory=list)
    label_type: str = ""
    annotated: bool = False
    annotation_loc: str | None = None
    annotated_by: str = ""
    created: str | None = None
    usage: str = ""
    hard: bool | None = None
    hard_coefficient: float | None = None
    id: str | None = None
    width: int | None = None
    height: int | None = None
    depth: int | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def capped(problems: list[Problem]) -> tuple[Problem, ...]:
    """At most MOST_PROBLEMS problems of one file or line, the last one counting those left out."""
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    left = len(problems) - MOST_PROBLEMS + 1
    reason = _("%(count)d further problems are not listed.") % {"count": left}
    last = Problem(problems[-1].place, reason, "too_many_problems")
    return (*problems[: MOST_PROBLEMS - 1], last)
