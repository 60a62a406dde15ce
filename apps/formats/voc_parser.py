"""The XML of Pascal VOC files, read from hostile bytes: no tree, no entity, no network, bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from lxml import etree

from apps.core.texts import Said, Text
from apps.core.texts import text as _
from apps.labeltypes.geometry import MOST_POLYGON_POINTS

MOST_OBJECTS = 100_000
DEEPEST = 16
MOST_ELEMENTS_IN_OBJECT = 2 * MOST_POLYGON_POINTS + 1_000

# Fed in pieces, so that a refused file costs no more than what comes before its first fault.
_PIECE_BYTES = 1 << 16


class Refused(Exception):
    """Nothing of the file can be used; `reason` is a sentence, `code` a stable word."""

    def __init__(self, reason: Said, code: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(slots=True)
class Part:
    """A child of an <object>: its text, and the (path, text) of every element inside it, in order."""

    text: str = ""
    inner: list[tuple[str, str]] = field(default_factory=list)

    def first(self, path: str) -> str | None:
        """The text of the first element at `path` below this one; None when there is none."""
        return next((text for at, text in self.inner if at == path), None)


def parse(data: bytes, on_object: Callable[[dict[str, Part]], None]) -> dict[str, str]:
    """Call `on_object` with the parts of each <object>, by tag; return the texts of the head, e.g. `size/width`.

    Of elements with the same name the first counts. Raises Refused.
    """
    target = _Target(on_object)
    parser = etree.XMLParser(
        # The stubs' protocol asks for text or bytes; lxml gives text.
        target=cast(Any, target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
    )
    try:
        for start in range(0, len(data), _PIECE_BYTES):
            parser.feed(data[start : start + _PIECE_BYTES])
        parser.close()
    except etree.XMLSyntaxError as error:
        raise Refused(_malformed(error), "xml_malformed") from None
    except (LookupError, ValueError) as error:
        reason = _("The file is not well-formed XML: %(fault)s") % {"fault": str(error)[:200]}
        raise Refused(reason, "xml_malformed") from None
    return target.head


def _malformed(error: etree.XMLSyntaxError) -> Text:
    """The parser's words with the place of the fault, without the name that it gives to what it was fed."""
    fault = (error.msg or "").partition(", line ")[0][:200] or "?"
    if not error.lineno:
        return _("The file is not well-formed XML: %(fault)s") % {"fault": fault}
    return _("The file is not well-formed XML: %(fault)s (line %(line)d).") % {"fault": fault, "line": error.lineno}


class _Target:
    """What the parser calls. An exception raised here stops the parser."""

    def __init__(self, on_object: Callable[[dict[str, Part]], None]) -> None:
        self.head: dict[str, str] = {}
        self._on_object = on_object
        self._path: list[str] = []
        self._text: list[str] = []
        self._parts: dict[str, Part] = {}
        self._part = Part()
        self._elements = 0
        self._objects = 0

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> NoReturn:
        # libxml2 announces it after it has decoded the document, so neither UTF-16 nor GBK can hide one.
        raise Refused(_("The file has a DOCTYPE, which is not accepted; remove it."), "xml_doctype")

    def start(self, tag: str, attributes: Any) -> None:
        self._text = []
        path = self._path
        path.append(tag)
        depth = len(path)
        if depth > DEEPEST:
            reason = _("The elements of the file are nested more than %(most)d deep.") % {"most": DEEPEST}
            raise Refused(reason, "xml_too_deep")
        if depth == 1:
            if tag != "annotation":
                raise Refused(_("The file is no Pascal VOC file: its root is not <annotation>."), "voc_root")
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS_IN_OBJECT:
            reason = _("There are too many elements in or after object %(number)d.") % {"number": self._objects}
            raise Refused(reason, "voc_object_too_large")
        if path[1] == "object":
            if depth == 2:
                self._begin_object()
            elif depth == 3:
                self._part = Part()

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        path = self._path
        depth = len(path)
        if depth > 1 and path[1] == "object":
            if depth > 3:
                self._part.inner.append(("/".join(path[3:]), "".join(self._text).strip()))
            elif depth == 3:
                self._part.text = "".join(self._text).strip()
                self._parts.setdefault(tag, self._part)
            else:
                self._on_object(self._parts)
        elif depth in (2, 3) and path[1] in ("filename", "size"):
            self.head.setdefault("/".join(path[1:]), "".join(self._text).strip())
        self._text = []
        path.pop()

    def close(self) -> None: ...

    def _begin_object(self) -> None:
        self._parts = {}
        self._elements = 0
        self._objects += 1
        if self._objects > MOST_OBJECTS:
            reason = _("The file has more than %(most)d objects.") % {"most": MOST_OBJECTS}
            raise Refused(reason, "voc_too_many_objects")
