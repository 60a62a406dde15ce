"""Labels that lie beside pictures: in a text file of the same name, or in the name of the folder."""

from __future__ import annotations

import codecs

from apps.core.errors import Invalid
from apps.core.texts import text as _
from apps.labeltypes.labels import clean_label_name

from .records import Problem, capped

LARGEST_LABEL_FILE_BYTES = 1 << 20


def decode_text(data: bytes, *, place: str = "") -> str | Problem:
    """The text of a file in UTF-8, with or without a byte order mark, or else in GBK."""
    for encoding in ("utf-8-sig", "gbk"):
        try:
            text = codecs.decode(data, encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            return Problem(place, _("The file contains NUL characters; save it as UTF-8 text."), "text_nul")
        return text
    return Problem(place, _("The file is neither UTF-8 nor GBK text; save it as UTF-8."), "text_encoding")


def labels_from_txt(data: bytes, *, place: str = "") -> tuple[list[str], tuple[Problem, ...]]:
    """The label names in a label file, one a line and each once, and a problem for every line that is no label name.

    The file goes before the folder's name, so a file without any name says: no label.
    """
    if len(data) > LARGEST_LABEL_FILE_BYTES:
        return [], (Problem(place, _("A label file has at most 1 MB."), "text_too_large"),)
    text = decode_text(data, place=place)
    if isinstance(text, Problem):
        return [], (text,)
    names: dict[str, None] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not line.strip():
            continue
        try:
            names[clean_label_name(line)] = None
        except Invalid as refusal:
            reason = _("Line %(number)d (%(line)s): %(reason)s") % {
                "number": number,
                "line": repr(line.strip()[:40]),
                "reason": refusal.message,
            }
            problems.append(Problem(place, reason, "label_name"))
    return list(names), capped(problems)


def labels_from_folder(key: str, root: str) -> tuple[list[str], tuple[Problem, ...]]:
    """The name of the deepest folder of an object below the folder `root`, as a label.

    `key` and `root` are object keys, `root` ending with "/" or empty. An object directly in `root` has no label:
    the name of the input location itself says nothing about a picture. A name that cannot be a label is a problem.
    """
    if not key.startswith(root):
        raise ValueError(f"{key!r} is not below {root!r}")
    folders = key[len(root) :].split("/")[:-1]
    if not folders:
        return [], ()
    try:
        return [clean_label_name(folders[-1])], ()
    except Invalid as refusal:
        reason = _("Folder %(name)s: %(reason)s") % {"name": repr(folders[-1][:40]), "reason": refusal.message}
        return [], (Problem(key, reason, "label_name"),)
