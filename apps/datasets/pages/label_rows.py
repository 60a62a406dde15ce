"""Labels as rows of a form: what was typed, kept as typed, and the label it means.

Field names are `label-<number>-name`, `-color`, `-shortcut`, and for its attributes
`label-<number>-attribute-<number>-name`, `-type`, `-values` (one a line), `-default`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import QueryDict

from apps.core.errors import Invalid
from apps.labeltypes import AttributeSpec, LabelSpec, LabelType
from apps.labeltypes.labels import clean_attributes, clean_color, clean_label_name, clean_shortcut

MOST_ROWS = 200
"""Rows that one form may hold; a data set with more labels gets them from an import or the API."""

_LABEL = re.compile(r"label-(\d{1,6})-name", re.ASCII)
_ATTRIBUTE = re.compile(r"label-(\d{1,6})-attribute-(\d{1,6})-name", re.ASCII)
_PLACE = re.compile(r"attributes\[(\d+)\]")


@dataclass
class AttributeRow:
    """One attribute as typed; `values` holds one value a line."""

    number: int
    name: str = ""
    type: str = "text"
    values: str = ""
    default: str = ""
    error: str = ""


@dataclass
class LabelRow:
    """One label as typed. `error` belongs to the row, `place` names the field that it is about."""

    number: int
    name: str = ""
    color: str = ""
    shortcut: str = ""
    attributes: list[AttributeRow] = field(default_factory=list)
    error: str = ""
    place: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name.strip() or self.shortcut or any(row.name.strip() for row in self.attributes))

    @property
    def opens(self) -> bool:
        """Whether the attributes are to be seen at once."""
        return bool(self.attributes)

    @classmethod
    def of(cls, spec: LabelSpec, number: int = 0) -> LabelRow:
        """A label that exists, ready to be changed."""
        attributes = [
            AttributeRow(position, each.name, each.type, "\n".join(each.values), each.default)
            for position, each in enumerate(spec.attributes)
        ]
        return cls(number, spec.name, spec.color, spec.shortcut, attributes)

    def refuse(self, error: Invalid | str, place: str = "") -> None:
        """Keep a reason where it belongs: at an attribute's row when the error names one."""
        if isinstance(error, Invalid):
            match = _PLACE.search(error.field)
            if match and int(match[1]) < len(self._named()):
                self._named()[int(match[1])].error = str(error)
                return
            place = error.field
        self.error, self.place = str(error), place

    def spec(self, kind: LabelType) -> LabelSpec | None:
        """The cleaned label, or None after the reason was kept."""
        try:
            return LabelSpec(
                id=0,
                name=clean_label_name(self.name, field="name"),
                color=clean_color(self.color, field="color"),
                shortcut=clean_shortcut(self.shortcut, field="shortcut"),
                attributes=self.attribute_specs() if kind.shapes else (),
            )
        except Invalid as error:
            self.refuse(error)
            return None

    def attribute_specs(self) -> tuple[AttributeSpec, ...]:
        """The cleaned attributes; rows without a name are left out. Invalid names the place."""
        return clean_attributes(
            [
                {
                    "name": row.name,
                    "type": row.type,
                    "values": row.values.splitlines() if row.type == "select" else [],
                    "default": row.default,
                }
                for row in self._named()
            ]
        )

    def _named(self) -> list[AttributeRow]:
        return [row for row in self.attributes if row.name.strip()]


def read_rows(posted: QueryDict) -> list[LabelRow]:
    """The rows of a form in the order of their numbers."""
    numbers = sorted({int(match[1]) for key in posted if (match := _LABEL.fullmatch(key))})[:MOST_ROWS]
    owned: dict[int, set[int]] = {}
    for key in posted:
        if match := _ATTRIBUTE.fullmatch(key):
            owned.setdefault(int(match[1]), set()).add(int(match[2]))
    return [
        LabelRow(
            number,
            posted.get(f"label-{number}-name", ""),
            posted.get(f"label-{number}-color", ""),
            posted.get(f"label-{number}-shortcut", ""),
            [_attribute(posted, number, each) for each in sorted(owned.get(number, ()))],
        )
        for number in numbers
    ]


def rearranged(rows: list[LabelRow], posted: QueryDict, colors: tuple[str, ...]) -> list[LabelRow] | None:
    """The rows after a press of one of the buttons that add or remove one; None when it was another button.

    `add` is `label` or `label-<number>-attribute`; `remove` is `label-<number>`, with `-attribute-<number>` for one
    of its attributes.
    """
    if "remove" in posted:
        return _without(rows, posted.get("remove", ""))
    if "add" not in posted:
        return None
    wanted = posted.get("add", "")
    if wanted == "label":
        return [*rows, new_row(rows, colors)] if len(rows) < MOST_ROWS else rows
    for row in rows:
        if wanted == f"label-{row.number}-attribute":
            row.attributes.append(AttributeRow(max((each.number for each in row.attributes), default=-1) + 1))
    return rows


def new_row(rows: Iterable[LabelRow], colors: tuple[str, ...]) -> LabelRow:
    """An empty row behind the others, in the next colour."""
    number = max((row.number for row in rows), default=-1) + 1
    return LabelRow(number, color=colors[number % len(colors)])


def _without(rows: list[LabelRow], removed: str) -> list[LabelRow]:
    for row in rows:
        row.attributes = [each for each in row.attributes if removed != f"label-{row.number}-attribute-{each.number}"]
    return [row for row in rows if removed != f"label-{row.number}"]


def _attribute(posted: QueryDict, label: int, number: int) -> AttributeRow:
    start = f"label-{label}-attribute-{number}"
    return AttributeRow(
        number,
        posted.get(f"{start}-name", ""),
        posted.get(f"{start}-type", "text"),
        posted.get(f"{start}-values", ""),
        posted.get(f"{start}-default", ""),
    )
