"""Writing manifests: the same record gives the same bytes, and `manifest.read_manifest` reads back what was written."""

from __future__ import annotations

from typing import Any

import orjson

from apps.core.errors import Invalid
from apps.core.texts import text as _
from apps.labeltypes import Mark
from apps.labeltypes.wire import property_of

from .manifest import TYPE_PREFIX, VOC_FORMAT
from .records import Record


def write_line(record: Record) -> bytes:
    """One line with its newline, keys in the order of docs/formats/manifest.md.

    Labels of whole samples are written into the line; shapes only where there is no `annotation_loc`. An empty list
    says that somebody looked and there is nothing to label. Invalid when the source is no Unicode text.
    """
    line: dict[str, Any] = {"source": record.source}
    if record.usage:
        line["usage"] = record.usage
    if record.hard is not None:
        line["hard"] = _yes_or_no(record.hard)
    if record.hard_coefficient is not None:
        line["hard-coefficient"] = record.hard_coefficient
    if record.id is not None:
        line["id"] = record.id
    if record.properties:
        line["property"] = dict(record.properties)
    if record.annotation_loc is not None:
        line["annotation"] = [_annotation_file(record)]
    elif record.annotation or record.annotated:
        line["annotation"] = [_annotation(mark, record) for mark in record.annotation]
    try:
        return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError as error:
        message = _("The sample cannot be written to a manifest: %(fault)s") % {"fault": error}
        raise Invalid(message, field="source") from None


def _annotation_file(record: Record) -> dict[str, Any]:
    item = {
        "type": TYPE_PREFIX + record.label_type,
        "annotation-loc": record.annotation_loc,
        "annotation-format": VOC_FORMAT,
        "annotated-by": record.annotated_by or "human",
    }
    if record.created is not None:
        item["creation-time"] = record.created
    return item


def _annotation(mark: Mark, record: Record) -> dict[str, Any]:
    item: dict[str, Any] = {"type": TYPE_PREFIX + record.label_type, "name": mark["name"]}
    if "id" in mark:
        item["id"] = mark["id"]
    content = property_of(mark)
    if content:
        item["property"] = content
    if mark.get("hard"):
        item["hard"] = _yes_or_no(True)
    if "hard_coefficient" in mark:
        item["hard-coefficient"] = mark["hard_coefficient"]
    item["annotated-by"] = mark.get("by", "human")
    if "score" in mark:
        item["confidence"] = mark["score"]
    if record.created is not None:
        item["creation-time"] = record.created
    return item


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"
