"""The labels of one data set: what a label is, which are allowed, and the swap between names and row ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from apps.core.errors import Invalid
from apps.core.texts import Said
from apps.core.texts import text as _

from .geometry import SHAPES
from .text import clean_text

Mark: TypeAlias = dict[str, Any]
"""One statement about a sample; its keys are those of docs/annotations.md."""

Annotation: TypeAlias = list[Mark]
"""All that is said of one sample."""

LABEL_AGAINST_RULES = "ModelArts.4413"
NO_SUCH_LABEL = "ModelArts.4410"

LONGEST_LABEL_NAME = 32
LONGEST_ATTRIBUTE_NAME = 64
LONGEST_ATTRIBUTE_VALUE = 256
MOST_ATTRIBUTES = 50
MOST_ATTRIBUTE_VALUES = 200
ATTRIBUTE_TYPES = ("text", "select")

_ASCII_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_FORBIDDEN_IN_ATTRIBUTE_NAME = frozenset("<>=&\"'")


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """An attribute of a label: free text, or one of `values`; `default` is what the tools fill in."""

    name: str
    type: str = "text"
    values: tuple[str, ...] = ()
    default: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stored form, which `clean_attributes` reads back."""
        return {"name": self.name, "type": self.type, "values": list(self.values), "default": self.default}


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """One label; `id` is the primary key of its row."""

    id: int
    name: str
    color: str = ""
    shortcut: str = ""
    attributes: tuple[AttributeSpec, ...] = ()
    default_shape: str = ""


class LabelSet:
    """The labels of a data set by name and by id; immutable, so that it can be kept between requests."""

    __slots__ = ("_by_id", "_by_name", "_ids", "_names")

    def __init__(self, specs: Iterable[LabelSpec]) -> None:
        self._by_id = {spec.id: spec for spec in specs}
        self._by_name = {spec.name: spec for spec in self._by_id.values()}
        self._ids = {spec.name: spec.id for spec in self._by_id.values()}
        self._names = {spec.id: spec.name for spec in self._by_id.values()}

    def __iter__(self) -> Iterator[LabelSpec]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def by_name(self) -> Mapping[str, LabelSpec]:
        return self._by_name

    @property
    def by_id(self) -> Mapping[int, LabelSpec]:
        return self._by_id

    def missing(self, annotation: Annotation) -> list[str]:
        """The names an annotation uses that are not labels of this set, each once, in order."""
        return list(dict.fromkeys(mark["name"] for mark in annotation if mark["name"] not in self._by_name))

    def encode(self, annotation: Annotation) -> Annotation:
        """The form for the database: `label` (row id) in place of `name`. Invalid when a name is unknown."""
        ids = self._ids
        encoded = []
        for position, mark in enumerate(annotation):
            row = mark.copy()
            label = ids.get(row.pop("name"))
            if label is None:
                raise unknown_label(mark["name"], field=f"[{position}].name")
            row["label"] = label
            encoded.append(row)
        return encoded

    def decode(self, stored: Annotation) -> Annotation:
        """The form in memory: `name` in place of `label`. Marks whose label was deleted are left out."""
        names = self._names
        decoded = []
        for row in stored:
            name = names.get(row["label"])
            if name is not None:
                mark = {"name": name, **row}
                del mark["label"]
                decoded.append(mark)
        return decoded


def unknown_label(name: str, *, field: str) -> Invalid:
    """The refusal of a name that is no label of the data set."""
    message = _("The data set has no label '%(name)s'. Add the label first.") % {"name": name[:100]}
    return Invalid(message, field=field, code=NO_SUCH_LABEL)


def clean_label_name(value: Any, *, field: str = "name") -> str:
    """`value` trimmed and in NFC: 1 to 32 letters of any script, digits, `_` and `-`. Invalid otherwise."""
    if isinstance(value, str) and len(value) <= 4 * LONGEST_LABEL_NAME:
        name = _label_name(value)
        if name is not None:
            return name
    raise Invalid(
        _("A label name has 1 to 32 characters: letters of any script, digits, '_' and '-'."),
        field=field,
        code=LABEL_AGAINST_RULES,
    )


# An import asks for the same few names a million times.
@lru_cache(maxsize=4096)
def _label_name(value: str) -> str | None:
    if _ASCII_NAME.fullmatch(value):
        return value
    name = unicodedata.normalize("NFC", value).strip()
    if not 0 < len(name) <= LONGEST_LABEL_NAME:
        return None
    # Marks (M) belong to letters in many scripts, e.g. the vowel signs of Devanagari.
    if not all(char in "_-" or unicodedata.category(char)[0] in "LMN" for char in name):
        return None
    return name


def clean_color(value: Any, *, field: str = "color") -> str:
    """A colour as `#rrggbb` in lower case, or "" for none. Invalid otherwise."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and _COLOR.fullmatch(value):
        return value.lower()
    raise Invalid(_("A colour is written #rrggbb, for example #3ddd95."), field=field, code=LABEL_AGAINST_RULES)


def clean_shortcut(value: Any, *, field: str = "shortcut") -> str:
    """One printable key, letters in lower case, or "" for none. Invalid otherwise."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and len(value) <= 4:
        key = unicodedata.normalize("NFC", value).lower()
        if len(key) == 1 and key.isprintable() and not key.isspace():
            return key
    raise Invalid(_("A shortcut is one printable key."), field=field, code=LABEL_AGAINST_RULES)


def clean_default_shape(value: Any, *, field: str = "default_shape") -> str:
    """One of the six shapes, or "" for none. Invalid otherwise."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and value in SHAPES:
        return value
    message = _("The default shape is one of %(shapes)s.") % {"shapes": ", ".join(SHAPES)}
    raise Invalid(message, field=field, code=LABEL_AGAINST_RULES)


def clean_attribute_name(value: Any, *, field: str = "name") -> str:
    """1 to 64 characters without any of `< > = & " '` and not starting with `@`. Invalid otherwise."""
    name = clean_text(
        value, field=field, what=_("An attribute name"), longest=LONGEST_ATTRIBUTE_NAME, code=LABEL_AGAINST_RULES
    )
    # Attributes travel as plain property keys; the keys of the wire contract start with "@modelarts:".
    if not name or name.startswith("@") or not _FORBIDDEN_IN_ATTRIBUTE_NAME.isdisjoint(name):
        raise Invalid(
            _("An attribute name has 1 to 64 characters, none of < > = & \" ' and no @ at its start."),
            field=field,
            code=LABEL_AGAINST_RULES,
        )
    return name


def clean_attribute_value(value: Any, *, field: str = "value") -> str:
    """One line of at most 256 characters; "" means that nothing is said. Invalid otherwise."""
    return clean_text(value, field=field, what=_("An attribute value"), longest=LONGEST_ATTRIBUTE_VALUE)


def clean_attributes(value: Any, *, field: str = "attributes") -> tuple[AttributeSpec, ...]:
    """The attributes of a label from a list of `{name, type, values, default}`. Invalid names the bad place."""
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_ATTRIBUTES:
        raise _against_rules(_("Attributes are a list of at most %(most)d.") % {"most": MOST_ATTRIBUTES}, field)
    specs = tuple(_clean_attribute(item, f"{field}[{position}]") for position, item in enumerate(value))
    if len({spec.name for spec in specs}) < len(specs):
        raise _against_rules(_("Two attributes of a label have the same name."), field)
    return specs


def _clean_attribute(item: Any, at: str) -> AttributeSpec:
    if not isinstance(item, dict) or not item.keys() <= {"name", "type", "values", "default"}:
        raise _against_rules(_("An attribute has a name, a type, values and a default."), at)
    name = clean_attribute_name(item.get("name"), field=f"{at}.name")
    kind = item.get("type", "text")
    if kind not in ATTRIBUTE_TYPES:
        raise _against_rules(_("The type of an attribute is 'text' or 'select'."), f"{at}.type")
    default = clean_attribute_value(item.get("default") or "", field=f"{at}.default")
    raw = item.get("values") or []
    if not isinstance(raw, list) or len(raw) > MOST_ATTRIBUTE_VALUES:
        raise _against_rules(
            _("Values are a list of at most %(most)d.") % {"most": MOST_ATTRIBUTE_VALUES}, f"{at}.values"
        )
    if kind == "text":
        if raw:
            raise _against_rules(_("Only an attribute of type 'select' has values."), f"{at}.values")
        return AttributeSpec(name, "text", (), default)
    values = tuple(clean_attribute_value(text, field=f"{at}.values[{position}]") for position, text in enumerate(raw))
    if not values or "" in values or len(set(values)) < len(values):
        raise _against_rules(_("A 'select' attribute needs different, non-empty values."), f"{at}.values")
    if default and default not in values:
        raise _against_rules(_("The default must be one of the values."), f"{at}.default")
    return AttributeSpec(name, "select", values, default)


def _against_rules(message: Said, field: str) -> Invalid:
    return Invalid(message, field=field, code=LABEL_AGAINST_RULES)
