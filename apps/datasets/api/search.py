"""Search conditions of the wire contract: a JSON list, read into conditions of the selectors. A closed list of keys."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.datasets.selectors import Condition
from apps.labeltypes.wire import truth

MOST_CONDITIONS = 10
MOST_LABELS = 20
LONGEST_SEARCH = 20_000
_KEYS = frozenset({"label_list", "sample_name", "sample_dir", "hard", "sample_time", "labeler"})
_DAYS = re.compile(r"(\d{8})-(\d{8})", re.ASCII)


def read_conditions(text: str) -> list[Condition]:
    """The conditions in the `search_conditions` of a query; Invalid names the bad place."""
    if len(text) > LONGEST_SEARCH:
        raise _bad(_("The search is too long."), "")
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _bad(_("It is not JSON."), "") from None
    if not isinstance(items, list) or len(items) > MOST_CONDITIONS:
        raise _bad(_("It is a list of at most %(most)d conditions.") % {"most": MOST_CONDITIONS}, "")
    return [_condition(item, f"[{position}]") for position, item in enumerate(items)]


def _condition(item: Any, at: str) -> Condition:
    if not isinstance(item, dict):
        raise _bad(_("A condition is an object."), at)
    unknown = sorted(str(key)[:40] for key, value in item.items() if key not in _KEYS and value is not None)
    if unknown:
        raise _bad(_("Samples cannot be searched by '%(key)s'.") % {"key": unknown[0]}, at)
    labels, every = _labels(item.get("label_list"), f"{at}.label_list")
    since, until = _time(item.get("sample_time"), f"{at}.sample_time")
    hard = item.get("hard")
    return Condition(
        labels=labels,
        every_label=every,
        name=_text(item.get("sample_name"), f"{at}.sample_name"),
        folder=_folder(item.get("sample_dir"), f"{at}.sample_dir"),
        hard=None if hard is None else truth(hard, field=f"search_conditions{at}.hard"),
        since=since,
        until=until,
        labeler=_text(item.get("labeler"), f"{at}.labeler"),
    )


def _labels(value: Any, at: str) -> tuple[tuple[str, ...], bool]:
    if value is None:
        return (), False
    if not isinstance(value, dict) or not value.keys() <= {"labels", "op"}:
        raise _bad(_("It has labels and op."), at)
    labels = value.get("labels") or []
    if not isinstance(labels, list) or len(labels) > MOST_LABELS:
        raise _bad(_("It names at most %(most)d labels.") % {"most": MOST_LABELS}, f"{at}.labels")
    op = value.get("op") or "OR"
    if op not in ("OR", "AND"):
        raise _bad(_("It is OR or AND."), f"{at}.op")
    names = []
    for position, label in enumerate(labels):
        place = f"{at}.labels[{position}]"
        if not isinstance(label, dict) or not label.keys() <= {"name", "type", "op", "property"}:
            raise _bad(_("A label is named by its name."), place)
        if label.get("property"):
            raise _bad(_("Samples cannot be searched by attributes."), f"{place}.property")
        names.append(_text(label.get("name"), f"{place}.name"))
    return tuple(name for name in names if name), op == "AND"


def _folder(value: Any, at: str) -> str:
    """`bucket/key/` from any way to write a folder."""
    text = _text(value, at)
    for prefix in ("obs://", "s3://", "/"):
        text = text.removeprefix(prefix)
    if text and not text.endswith("/"):
        raise _bad(_("A folder ends with '/'."), at)
    return text


def _time(value: Any, at: str) -> tuple[datetime | None, datetime | None]:
    text = _text(value, at)
    if not text:
        return None, None
    if text in ("day", "month"):
        return timezone.now() - timedelta(days=1 if text == "day" else 30), None
    match = _DAYS.fullmatch(text)
    try:
        if match:
            first, last = (datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) for day in match.groups())
            return first, last + timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    raise _bad(_("It is day, month, or two days written yyyyMMdd-yyyyMMdd."), at)


def _text(value: Any, at: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 2048 or "\0" in value:
        raise _bad(_("It is a text."), at)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _bad(_("It is a text."), at) from None
    return value


def _bad(message: str, at: str) -> Invalid:
    return Invalid(message, field=f"search_conditions{at}")
