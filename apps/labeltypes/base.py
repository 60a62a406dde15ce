"""What every label type shares: the base class, the cleaning of a mark's common keys, and the registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from apps.core.errors import Invalid, NotFound
from apps.core.registry import Registry
from apps.core.texts import Said
from apps.core.texts import text as _

from .labels import Annotation, LabelSet, LabelSpec, Mark, clean_attribute_value, unknown_label
from .text import BAD_VALUE, clean_text

MOST_MARKS = 10_000
LONGEST_MARK_ID = 36
LONGEST_MACHINE_NAME = 64
COMMON_KEYS = frozenset({"name", "attributes", "score", "by", "hard", "hard_coefficient", "id"})


@dataclass(frozen=True, slots=True)
class SampleContext:
    """What a label type must know of a sample: its size in pixels, None where it is not known."""

    width: int | None = None
    height: int | None = None


class LabelType:
    """One type of data set: what its annotations may say. Subclasses are stateless and registered once."""

    key: ClassVar[str]
    wire_code: ClassVar[int]
    title: ClassVar[str]
    sample_kind: ClassVar[str]
    media_types: ClassVar[tuple[str, ...]]
    shapes: ClassVar[tuple[str, ...]] = ()
    mark_keys: ClassVar[frozenset[str]] = COMMON_KEYS
    label_only_once: ClassVar[bool] = False

    def clean(self, annotation: Any, labels: LabelSet, context: SampleContext) -> Annotation:
        """The canonical form of what a person or a client sent; cleaning it again changes nothing.

        Raises Invalid with `field` naming the place, e.g. `[2].points`; nothing is repaired silently except the
        order of a rectangle's corners, doubled polygon points and fractions below a thousandth of a pixel.
        """
        if not isinstance(annotation, list):
            raise Invalid(_("An annotation is a list of marks."), code=BAD_VALUE)
        if len(annotation) > MOST_MARKS:
            raise Invalid(_("A sample has at most %(most)d marks.") % {"most": MOST_MARKS}, code=BAD_VALUE)
        seen: set[str] = set()
        cleaned = []
        for position, mark in enumerate(annotation):
            cleaned.append(self.clean_mark(mark, f"[{position}]", labels, context))
            self._require_new(cleaned[-1], seen, f"[{position}].name")
        return cleaned

    def salvage(
        self, annotation: Annotation, labels: LabelSet, context: SampleContext
    ) -> tuple[Annotation, list[Said]]:
        """For importers: what `clean` accepts of an annotation, and a sentence for each thing changed or left out.

        Shapes are cut to the picture; unknown attributes and marks that remain wrong are left out.
        """
        kept: Annotation = []
        reasons: list[Said] = []
        seen: set[str] = set()
        for position, mark in enumerate(annotation[:MOST_MARKS], 1):
            try:
                fitted, changes = self.fit(mark, labels, context)
                cleaned = self.clean_mark(fitted, "", labels, context)
                self._require_new(cleaned, seen, "name")
            except Invalid as refusal:
                reasons.append(
                    _("Mark %(number)d (%(name)s) was left out: %(reason)s")
                    % {"number": position, "name": mark.get("name", ""), "reason": refusal.message}
                )
            else:
                kept.append(cleaned)
                reasons.extend(
                    _("Mark %(number)d (%(name)s): %(change)s")
                    % {"number": position, "name": cleaned["name"], "change": change}
                    for change in changes
                )
        if len(annotation) > MOST_MARKS:
            reasons.append(
                _("%(count)d marks beyond the first %(most)d were left out.")
                % {"count": len(annotation) - MOST_MARKS, "most": MOST_MARKS}
            )
        return kept, reasons

    def clean_mark(self, mark: Any, at: str, labels: LabelSet, context: SampleContext) -> Mark:
        """The canonical form of one mark, keys in the order of docs/annotations.md. `at` prefixes Invalid's field."""
        if not isinstance(mark, dict):
            raise Invalid(_("A mark is an object."), field=at, code=BAD_VALUE)
        if not mark.keys() <= self.mark_keys:
            strange = min(str(key) for key in mark.keys() - self.mark_keys)
            raise Invalid(_("A mark of this type has no '%(key)s'.") % {"key": strange[:40]}, field=at, code=BAD_VALUE)
        spec = _label_of(mark, at, labels)
        cleaned: Mark = {"name": spec.name}
        cleaned.update(self.clean_shape(mark, at, context))
        attributes = _clean_mark_attributes(mark.get("attributes"), f"{at}.attributes", spec)
        if attributes:
            cleaned["attributes"] = attributes
        cleaned.update(_clean_common(mark, at))
        return cleaned

    def clean_shape(self, mark: Mark, at: str, context: SampleContext) -> Mark:
        """The keys of a mark that say where it is; none for types that speak of the whole sample."""
        return {}

    def fit(self, mark: Mark, labels: LabelSet, context: SampleContext) -> tuple[Mark, list[Said]]:
        """`mark` without what `clean_mark` would refuse but an importer may drop, and what was changed."""
        spec = labels.by_name.get(mark.get("name", ""))
        attributes = mark.get("attributes")
        if spec is None or not isinstance(attributes, dict):
            return mark, []
        kept: dict[str, Any] = {}
        changes: list[Said] = []
        for name, value in attributes.items():
            try:
                _clean_mark_attributes({name: value}, "", spec)
            except Invalid as refusal:
                changes.append(
                    _("attribute '%(name)s' was left out: %(reason)s") % {"name": name, "reason": refusal.message}
                )
            else:
                kept[name] = value
        return {**mark, "attributes": kept}, changes

    def _require_new(self, mark: Mark, seen: set[str], field: str) -> None:
        if self.label_only_once:
            if mark["name"] in seen:
                raise Invalid(
                    _("The label '%(name)s' is given twice.") % {"name": mark["name"]}, field=field, code=BAD_VALUE
                )
            seen.add(mark["name"])

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of an annotation in memory form, for clients; `clean` is stricter than it."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            "type": "array",
            "maxItems": MOST_MARKS,
            "items": self.mark_schema(),
        }

    def mark_schema(self) -> dict[str, Any]:
        """JSON Schema of one mark."""
        return {
            "type": "object",
            "required": ["name"],
            "properties": common_properties(),
            "additionalProperties": False,
        }


def common_properties() -> dict[str, Any]:
    """The JSON Schema of the keys that marks of every type may have."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return {
        "name": {"type": "string", "minLength": 1, "maxLength": 32},
        "attributes": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 256}},
        "score": share,
        "by": {"type": "string", "minLength": 1, "maxLength": LONGEST_MACHINE_NAME},
        "hard": {"type": "boolean"},
        "hard_coefficient": share,
        "id": {"type": "string", "minLength": 1, "maxLength": LONGEST_MARK_ID},
    }


def _label_of(mark: Mark, at: str, labels: LabelSet) -> LabelSpec:
    name = mark.get("name")
    if not isinstance(name, str):
        raise Invalid(_("A mark names its label."), field=f"{at}.name", code=BAD_VALUE)
    spec = labels.by_name.get(name)
    if spec is None:
        # A client may type the same letters in another normal form.
        spec = labels.by_name.get(clean_text(name, field=f"{at}.name", what=_("A label name"), longest=32))
    if spec is None:
        raise unknown_label(name, field=f"{at}.name")
    return spec


def _clean_mark_attributes(value: Any, at: str, spec: LabelSpec) -> dict[str, str]:
    if value is None or value == {}:
        return {}
    if not isinstance(value, dict):
        raise Invalid(_("Attributes are an object of texts."), field=at, code=BAD_VALUE)
    known = {attribute.name: attribute for attribute in spec.attributes}
    cleaned: dict[str, str] = {}
    for name, raw in value.items():
        attribute = known.get(name)
        if attribute is None:
            raise Invalid(
                _("The label '%(label)s' has no attribute '%(name)s'.") % {"label": spec.name, "name": str(name)[:64]},
                field=at,
                code=BAD_VALUE,
            )
        text = clean_attribute_value(raw, field=f"{at}.{name}")
        if text and attribute.type == "select" and text not in attribute.values:
            raise Invalid(
                _("'%(name)s' must be one of: %(values)s.") % {"name": name, "values": ", ".join(attribute.values)},
                field=f"{at}.{name}",
                code=BAD_VALUE,
            )
        if text:
            cleaned[name] = text
    return {attribute.name: cleaned[attribute.name] for attribute in spec.attributes if attribute.name in cleaned}


def _clean_common(mark: Mark, at: str) -> Mark:
    cleaned: Mark = {}
    if mark.get("score") is not None:
        cleaned["score"] = _clean_share(mark["score"], f"{at}.score")
    if mark.get("by") is not None:
        by = clean_text(mark["by"], field=f"{at}.by", what=_("Who labelled"), longest=LONGEST_MACHINE_NAME)
        if by and by != "human":
            cleaned["by"] = by
    hard = mark.get("hard")
    if hard is not None and not isinstance(hard, bool):
        raise Invalid(_("Hard is true or false."), field=f"{at}.hard", code=BAD_VALUE)
    if hard:
        cleaned["hard"] = True
    if mark.get("hard_coefficient") is not None:
        cleaned["hard_coefficient"] = _clean_share(mark["hard_coefficient"], f"{at}.hard_coefficient")
    if mark.get("id") is not None:
        identity = clean_text(mark["id"], field=f"{at}.id", what=_("The id of a mark"), longest=LONGEST_MARK_ID)
        if identity:
            cleaned["id"] = identity
    return cleaned


def _clean_share(value: Any, field: str) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise Invalid(_("Expected a number from 0 to 1."), field=field, code=BAD_VALUE)
    return float(value)


class LabelTypes(Registry[LabelType]):
    """The registered label types, by key and by the number the wire contract gives them."""

    def __init__(self) -> None:
        super().__init__("label type")
        self._by_wire_code: dict[int, LabelType] = {}

    def register(self, label_type: LabelType) -> LabelType:
        if label_type.wire_code in self._by_wire_code:
            raise ValueError(f"label type {label_type.wire_code} is registered twice")
        self._by_wire_code[label_type.wire_code] = label_type
        return self.add(label_type.key, label_type)

    def by_wire_code(self, code: Any) -> LabelType:
        """The label type with this number. NotFound when there is none."""
        found = self._by_wire_code.get(code) if type(code) is int else None
        if found is None:
            raise NotFound(_("There is no label type %(code)s.") % {"code": code})
        return found

    def wire_codes(self) -> Mapping[int, LabelType]:
        return self._by_wire_code


label_types = LabelTypes()
