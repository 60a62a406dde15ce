"""Annotations and labels as the wire contract writes them: `labels` lists with `@modelarts:` properties."""

from __future__ import annotations

from typing import Any

from apps.core.errors import Invalid
from apps.core.texts import text as _

from .base import LabelType
from .labels import (
    Annotation,
    AttributeSpec,
    LabelSpec,
    Mark,
    clean_attributes,
    clean_color,
    clean_default_shape,
    clean_label_name,
    clean_shortcut,
)
from .text import BAD_VALUE

SHAPE = "@modelarts:shape"
FEATURE = "@modelarts:feature"
HARD = "@modelarts:hard"
HARD_COEFFICIENT = "@modelarts:hard_coefficient"
COLOR = "@modelarts:color"
SHORTCUT = "@modelarts:shortcut"
DEFAULT_SHAPE = "@modelarts:default_shape"
NOTHING = "nothing_here"
"""The key beside `labels` by which an empty list becomes an answer: somebody looked and there is nothing to label."""

# Written by machines of other servers; there is no place for it in a mark, and a client may send back what it got.
IGNORED = frozenset({"@modelarts:hard_reasons"})

_TRUTH = {"true": True, "1": True, "false": False, "0": False, "": False}
_MARK_KEYS = frozenset({"name", "type", "property", "annotated_by", "score", "id"})


def to_wire(annotation: Annotation, label_type: LabelType) -> list[dict[str, Any]]:
    """The `labels` of a sample. The name of a machine becomes `auto`, which is all that the contract can say."""
    return [_mark_to_wire(mark, label_type) for mark in annotation]


def from_wire(value: Any, label_type: LabelType) -> Annotation:
    """The annotation in a `labels` list, not yet cleaned. Invalid names the place, e.g. `[0].property`."""
    if not isinstance(value, list):
        raise Invalid(_("Labels are a list."), code=BAD_VALUE)
    return [_mark_from_wire(item, label_type, f"[{position}]") for position, item in enumerate(value)]


def property_of(mark: Mark) -> dict[str, Any]:
    """Shape and attributes of a mark as a `property` object; a polygon is closed by repeating its first point."""
    content: dict[str, Any] = {}
    if "shape" in mark:
        points = mark["points"]
        content[SHAPE] = mark["shape"]
        content[FEATURE] = [*points, points[0]] if mark["shape"] == "polygon" else points
    content.update(mark.get("attributes", {}))
    return content


def read_property(content: Any, label_type: LabelType, at: str) -> Mark:
    """The keys of a mark that a `property` object gives. Invalid when a key is not one of this label type's."""
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise Invalid(_("A property is an object."), field=at, code=BAD_VALUE)
    mark: Mark = {}
    attributes: dict[str, Any] = {}
    for key, value in content.items():
        if not key.startswith("@"):
            attributes[key] = value
        elif key == HARD:
            mark["hard"] = truth(value, field=f"{at}.{key}")
        elif key == HARD_COEFFICIENT:
            mark["hard_coefficient"] = share(value, field=f"{at}.{key}")
        elif key == SHAPE and label_type.shapes:
            mark["shape"] = value
        elif key == FEATURE and label_type.shapes:
            mark["points"] = value
        elif key not in IGNORED:
            raise Invalid(
                _("'%(key)s' has no meaning for this type of data set.") % {"key": key[:64]}, field=at, code=BAD_VALUE
            )
    if mark.get("shape") == "polygon":
        mark["points"] = _opened(mark.get("points"))
    if attributes:
        mark["attributes"] = attributes
    return mark


def truth(value: Any, *, field: str) -> bool:
    """A yes or no in any of the contract's spellings: true, "True", "1", 1, 1.0. Invalid otherwise."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in _TRUTH:
        return _TRUTH[value.strip().lower()]
    raise Invalid(_("Expected true or false."), field=field, code=BAD_VALUE)


def share(value: Any, *, field: str) -> float:
    """A number from 0 to 1, given as a number or as text. Invalid otherwise."""
    try:
        number = float(value) if isinstance(value, str) and len(value) <= 40 else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1:
        raise Invalid(_("Expected a number from 0 to 1."), field=field, code=BAD_VALUE)
    return float(number)


def label_to_wire(spec: LabelSpec, label_type: LabelType) -> dict[str, Any]:
    """A label of a data set; the keys of `property` that are empty are left out."""
    content = {COLOR: spec.color, SHORTCUT: spec.shortcut, DEFAULT_SHAPE: spec.default_shape}
    return {
        "name": spec.name,
        "type": label_type.wire_code,
        "property": {key: value for key, value in content.items() if value},
        "attributes": [_attribute_to_wire(attribute) for attribute in spec.attributes],
    }


def label_from_wire(value: Any, label_type: LabelType, *, field: str = "") -> LabelSpec:
    """A cleaned label with id 0 from a client's object. Invalid names the place."""
    if not isinstance(value, dict) or not value.keys() <= {"name", "type", "property", "attributes"}:
        raise Invalid(_("A label has a name, a type, a property and attributes."), field=field, code=BAD_VALUE)
    _require_type(value.get("type"), label_type, f"{field}.type")
    at = f"{field}.property"
    content = value.get("property") or {}
    if not isinstance(content, dict) or not content.keys() <= {COLOR, SHORTCUT, DEFAULT_SHAPE}:
        known = ", ".join((COLOR, SHORTCUT, DEFAULT_SHAPE))
        raise Invalid(
            _("The property of a label has only these keys: %(keys)s.") % {"keys": known}, field=at, code=BAD_VALUE
        )
    shape = clean_default_shape(content.get(DEFAULT_SHAPE), field=f"{at}.{DEFAULT_SHAPE}")
    if shape and not label_type.shapes:
        raise Invalid(
            _("Labels of this type of data set have no shape."), field=f"{at}.{DEFAULT_SHAPE}", code=BAD_VALUE
        )
    return LabelSpec(
        id=0,
        name=clean_label_name(value.get("name"), field=f"{field}.name"),
        color=clean_color(content.get(COLOR), field=f"{at}.{COLOR}"),
        shortcut=clean_shortcut(content.get(SHORTCUT), field=f"{at}.{SHORTCUT}"),
        attributes=attributes_from_wire(value.get("attributes"), field=f"{field}.attributes"),
        default_shape=shape,
    )


def attributes_from_wire(value: Any, *, field: str = "attributes") -> tuple[AttributeSpec, ...]:
    """Cleaned attributes from the contract's list of `{name, type, default_value, values: [{value}]}`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Invalid(_("Attributes are a list."), field=field, code=BAD_VALUE)
    return clean_attributes(
        [_attribute_from_wire(item, f"{field}[{position}]") for position, item in enumerate(value)], field=field
    )


def _attribute_to_wire(spec: AttributeSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "type": spec.type,
        "default_value": spec.default,
        "values": [{"value": value} for value in spec.values],
    }


def _attribute_from_wire(item: Any, at: str) -> dict[str, Any]:
    # The contract's ids of attributes and values are accepted, so that a client can send back what it was given.
    if not isinstance(item, dict) or not item.keys() <= {"id", "name", "type", "default_value", "values"}:
        raise Invalid(_("An attribute has a name, a type, values and a default_value."), field=at, code=BAD_VALUE)
    values = item.get("values") or []
    if not isinstance(values, list) or not all(
        isinstance(value, dict) and value.keys() <= {"id", "value"} for value in values
    ):
        raise Invalid(_("Values are a list of {value}."), field=f"{at}.values", code=BAD_VALUE)
    return {
        "name": item.get("name"),
        "type": item.get("type", "text"),
        "default": item.get("default_value"),
        "values": [value.get("value") for value in values],
    }


def _mark_to_wire(mark: Mark, label_type: LabelType) -> dict[str, Any]:
    content = property_of(mark)
    if mark.get("hard"):
        content[HARD] = "true"
    if "hard_coefficient" in mark:
        content[HARD_COEFFICIENT] = repr(mark["hard_coefficient"])
    item: dict[str, Any] = {
        "name": mark["name"],
        "type": label_type.wire_code,
        "annotated_by": "auto" if "by" in mark else "human",
        "property": content,
    }
    for key in ("score", "id"):
        if key in mark:
            item[key] = mark[key]
    return item


def _mark_from_wire(item: Any, label_type: LabelType, at: str) -> Mark:
    if not isinstance(item, dict):
        raise Invalid(_("A label is an object."), field=at, code=BAD_VALUE)
    if not item.keys() <= _MARK_KEYS:
        strange = min(str(key) for key in item.keys() - _MARK_KEYS)
        raise Invalid(_("A label has no '%(key)s'.") % {"key": strange[:40]}, field=at, code=BAD_VALUE)
    _require_type(item.get("type"), label_type, f"{at}.type")
    mark: Mark = {"name": item.get("name"), **read_property(item.get("property"), label_type, f"{at}.property")}
    by = item.get("annotated_by") or "human"
    if by not in ("human", "auto"):
        raise Invalid(_("annotated_by is 'human' or 'auto'."), field=f"{at}.annotated_by", code=BAD_VALUE)
    if by == "auto":
        mark["by"] = "auto"
    for key in ("score", "id"):
        if item.get(key) is not None:
            mark[key] = item[key]
    return mark


def _require_type(code: Any, label_type: LabelType, field: str) -> None:
    if code is not None and (type(code) is not int or code != label_type.wire_code):
        raise Invalid(
            _("The type of this data set's labels is %(code)d.") % {"code": label_type.wire_code},
            field=field,
            code=BAD_VALUE,
        )


def _opened(points: Any) -> Any:
    if isinstance(points, list) and len(points) > 3 and points[0] == points[-1]:
        return points[:-1]
    return points
