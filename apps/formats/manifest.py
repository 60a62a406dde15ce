"""Reading manifests: JSON lines, one sample a line (docs/formats/manifest.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from apps.core.errors import Invalid
from apps.core.texts import Said, Text
from apps.core.texts import text as _
from apps.labeltypes import LabelType, Mark, image_classification, object_detection
from apps.labeltypes.labels import clean_attribute_name, clean_attribute_value, clean_label_name
from apps.labeltypes.text import clean_text
from apps.labeltypes.wire import IGNORED, read_property, share, truth

from .lines import LONGEST_LINE_BYTES
from .records import Problem, Record, capped

LONGEST_ID = 64
MOST_PROPERTIES = 100
LONGEST_PROPERTY = 1024
VOC_FORMAT = "PASCAL VOC"
TYPE_PREFIX = "modelarts/"
USAGES = ("TRAIN", "EVAL", "TEST", "INFERENCE")

_BOM = b"\xef\xbb\xbf"
_LABEL_TYPES: dict[str, LabelType] = {
    prefix + label_type.key: label_type
    for prefix in (TYPE_PREFIX, "")
    for label_type in (image_classification, object_detection)
}
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_HUMAN = (None, "", "human")
# Most annotations have no other keys, and then there is nothing more to read.
_PLAIN_KEYS = frozenset({"type", "name", "property", "annotated-by", "creation-time"})


def read_manifest(
    lines: Iterable[bytes], *, first_line: int = 1, limit: int = LONGEST_LINE_BYTES
) -> Iterator[tuple[int, Record | Problem]]:
    """One (line number, record or problem) for each line that is not blank; `first_line` numbers the first of `lines`.

    A Problem means that the line gives no sample. A Record whose annotation could be used only in part says so in
    `problems`. Whether the source exists and may be read is the caller's question, and so is reading `annotation_loc`.
    """
    for number, line in enumerate(lines, first_line):
        if number == 1 and line.startswith(_BOM):
            line = line[len(_BOM) :]
        if len(line) > limit and len(line.rstrip(b"\r\n")) > limit:
            reason = _("The line is longer than %(limit)d bytes.") % {"limit": limit}
            yield number, Problem(line_place(number), reason, "line_too_long")
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if line.strip():
                yield number, _unreadable(number, line, error)
            continue
        # Only an escape can bring a NUL in: raw control characters are no JSON.
        if b"\\u0000" in line and _has_nul(value):
            yield number, Problem(line_place(number), _("The line contains a NUL character."), "nul")
            continue
        try:
            yield number, _record(value, number)
        except Invalid as refusal:
            yield number, Problem(line_place(number), refusal.message, refusal.code)


def line_place(number: int) -> Text:
    """The place of what is said of a whole line."""
    return _("line %(number)d") % {"number": number}


def location(value: Any, what: Said) -> str:
    """`obs://bucket/key` from `s3://bucket/key`, `obs://bucket/key` or `/bucket/key`. Invalid otherwise."""
    if isinstance(value, str):
        if value.startswith("s3://"):
            value = f"obs://{value[5:]}"
        elif value.startswith("/"):
            value = f"obs:/{value}"
        slash = value.find("/", 6)
        if slash > 6 and slash + 1 < len(value) and value.startswith("obs://"):
            return str(value)
    message = _("%(what)s must be written s3://bucket/key, obs://bucket/key or /bucket/key.") % {"what": what}
    raise Invalid(message, code="location")


def _record(value: Any, number: int) -> Record:
    if type(value) is not dict:
        raise Invalid(_("The line is not a JSON object."), code="not_an_object")
    source = value.get("source")
    if type(source) is str and source.startswith("content://"):
        record = Record(source, source[10:])
    else:
        record = Record(location(source, _("The source")))
    reading = _Reading(record, number)
    annotations = value.get("annotation")
    if annotations:
        reading.annotations(annotations)
    elif type(annotations) is list:
        record.annotated = True
    if len(value) > 2 or (len(value) == 2 and annotations is None):
        reading.sample(value)
    if reading.problems:
        record.problems = capped(reading.problems)
    return record


class _Reading:
    """The reading of one line: fills the record and collects what had to be left out."""

    __slots__ = ("number", "problems", "record")

    def __init__(self, record: Record, number: int) -> None:
        self.record = record
        self.number = number
        self.problems: list[Problem] = []

    def report(self, reason: Said, code: str) -> None:
        self.problems.append(Problem(line_place(self.number), reason, code))

    def sample(self, value: dict[str, Any]) -> None:
        """What is said of the sample itself, beside its annotation."""
        record = self.record
        usage = value.get("usage")
        if usage:
            upper = usage.upper() if isinstance(usage, str) else usage
            if upper in USAGES:
                record.usage = upper
            else:
                reason = _("The usage is not one of %(usages)s; it was left out.") % {"usages": ", ".join(USAGES)}
                self.report(reason, "usage")
        identity = value.get("id")
        if isinstance(identity, str) and len(identity) <= LONGEST_ID:
            record.id = identity
        hard = value.get("hard")
        if hard is not None:
            record.hard = self._read(truth, hard, "hard")
        coefficient = value.get("hard-coefficient")
        if coefficient is not None:
            record.hard_coefficient = self._read(share, coefficient, "hard-coefficient")
        properties = value.get("property")
        if properties is not None:
            self._properties(properties)

    def annotations(self, items: Any) -> None:
        """Marks, or the place of the file that holds them. Items of unknown or mixed types are reported."""
        record = self.record
        if type(items) is not list:
            self.report(_("The annotation is not a list; it was left out."), "annotation")
            return
        for item in items:
            if type(item) is not dict:
                self.report(_("An annotation is not an object; it was left out."), "annotation")
                continue
            kind = item.get("type")
            label_type = _LABEL_TYPES.get(kind) if type(kind) is str else None
            if label_type is None:
                reason = _("The annotation type %(type)s is not known here.") % {"type": repr(str(kind)[:60])}
                self.report(reason, "annotation_type")
                continue
            if record.label_type and record.label_type != label_type.key:
                reason = _("An annotation of the type %(type)s among others was left out.") % {"type": label_type.key}
                self.report(reason, "annotation_type")
                continue
            try:
                usable = self._annotation(item, label_type)
            except Invalid as refusal:
                reason = _("An annotation was left out: %(reason)s") % {"reason": refusal.message}
                self.report(reason, "annotation")
                continue
            if usable:
                record.label_type = label_type.key
                record.annotated = True
                if record.created is None:
                    record.created = self._time(item.get("creation-time"))

    def _annotation(self, item: dict[str, Any], label_type: LabelType) -> bool:
        if label_type is object_detection and "annotation-loc" in item:
            return self._annotation_file(item)
        mark: Mark = {"name": clean_label_name(item.get("name"))}
        content = item.get("property")
        if content:
            self._property(mark, content, label_type)
        by = item.get("annotated-by")
        if by not in _HUMAN:
            mark["by"] = clean_text(by, field="annotated-by", what="annotated-by", longest=64)
        if not item.keys() <= _PLAIN_KEYS:
            self._details(mark, item)
        self.record.annotation.append(mark)
        return True

    def _annotation_file(self, item: dict[str, Any]) -> bool:
        record = self.record
        form = item.get("annotation-format") or VOC_FORMAT
        if not isinstance(form, str) or form.upper() != VOC_FORMAT:
            reason = _("The annotation format %(form)s is not known; only %(known)s is.") % {
                "form": repr(str(form)[:40]),
                "known": VOC_FORMAT,
            }
            self.report(reason, "annotation")
            return False
        place = location(item["annotation-loc"], "annotation-loc")
        if record.annotation_loc is not None and record.annotation_loc != place:
            self.report(_("A second annotation-loc was left out."), "annotation")
            return False
        record.annotation_loc = place
        by = item.get("annotated-by")
        if by not in _HUMAN:
            record.annotated_by = clean_text(by, field="annotated-by", what="annotated-by", longest=64)
        return True

    def _property(self, mark: Mark, content: Any, label_type: LabelType) -> None:
        read = read_property(content, label_type, "property")
        attributes = {}
        for name, value in read.pop("attributes", {}).items():
            try:
                cleaned = clean_attribute_value(value)
                if cleaned:
                    attributes[clean_attribute_name(name)] = cleaned
            except Invalid as refusal:
                reason = _("The attribute %(name)s was left out: %(reason)s") % {
                    "name": repr(name[:64]),
                    "reason": refusal.message,
                }
                self.report(reason, "attribute")
        mark.update(read)
        if attributes:
            mark["attributes"] = attributes

    def _details(self, mark: Mark, item: dict[str, Any]) -> None:
        for key, name, read in (
            ("confidence", "score", share),
            ("hard", "hard", truth),
            ("hard-coefficient", "hard_coefficient", share),
        ):
            value = item.get(key)
            if value is not None:
                value = self._read(read, value, key)
                if value is not None and value is not False:
                    mark[name] = value
        identity = item.get("id")
        if isinstance(identity, str) and 0 < len(identity) <= 36:
            mark["id"] = identity

    def _properties(self, content: Any) -> None:
        if not isinstance(content, dict) or len(content) > MOST_PROPERTIES:
            reason = _("The property is not an object of at most %(most)d keys; it was left out.") % {
                "most": MOST_PROPERTIES
            }
            self.report(reason, "property")
            return
        kept = {}
        for key, value in content.items():
            if key == "@modelarts:size":
                self._size(value)
            elif key in IGNORED:
                continue
            elif len(key) <= LONGEST_ID and _is_plain(value):
                kept[key] = value
            else:
                reason = _("The property %(key)s is not a short text or a number; it was left out.") % {
                    "key": repr(key[:64])
                }
                self.report(reason, "property")
        self.record.properties = kept

    def _size(self, value: Any) -> None:
        if isinstance(value, list) and len(value) in (2, 3) and all(type(side) is int and side > 0 for side in value):
            self.record.width, self.record.height = value[:2]
            self.record.depth = value[2] if len(value) == 3 else None
        else:
            self.report(_("The size is not [width, height, depth]; it was left out."), "property")

    def _time(self, value: Any) -> str | None:
        if value is None:
            return None
        match = _TIME.fullmatch(value) if isinstance(value, str) and len(value) <= 40 else None
        if match is None:
            self.report(_("The creation-time is not written YYYY-MM-DD hh:mm:ss; it was left out."), "creation_time")
            return None
        return value if len(value) == 19 and value[10] == " " else f"{match[1]} {match[2]}"

    def _read(self, read: Any, value: Any, key: str) -> Any:
        try:
            return read(value, field=key)
        except Invalid as refusal:
            self.report(_("'%(key)s' was left out: %(reason)s") % {"key": key, "reason": refusal.message}, "value")
            return None


def _is_plain(value: Any) -> bool:
    return (isinstance(value, str) and len(value) <= LONGEST_PROPERTY) or isinstance(value, bool | int | float)


def _unreadable(number: int, line: bytes, error: orjson.JSONDecodeError) -> Problem:
    place = line_place(number)
    try:
        line.decode()
    except UnicodeDecodeError:
        return Problem(place, _("The line is not UTF-8 text; save the manifest as UTF-8."), "encoding")
    if b"\x00" in line:
        return Problem(place, _("The line contains a NUL character."), "nul")
    reason = _("The line is not JSON: %(fault)s (column %(column)d).") % {"fault": error.msg, "column": error.colno}
    return Problem(place, reason, "not_json")


def _has_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return True
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False
