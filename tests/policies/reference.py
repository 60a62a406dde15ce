"""What policies mean, said a second time and as plainly as possible: a loop that shares nothing with the engine."""

from __future__ import annotations

import ipaddress
import operator as comparing
import string
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]
COMPARISONS = {
    "LessThanEquals": comparing.le,
    "GreaterThanEquals": comparing.ge,
    "LessThan": comparing.lt,
    "GreaterThan": comparing.gt,
    "NotEquals": comparing.eq,
    "Equals": comparing.eq,
}


def allowed(documents: Iterable[Json], action: str, resource: str, context: Mapping[str, Any]) -> bool:
    """Deny by default; one Deny that applies outvotes every Allow."""
    effects = [
        statement["Effect"]
        for document in documents
        for statement in document["Statement"]
        if applies(statement, action, resource, context)
    ]
    return "Allow" in effects and "Deny" not in effects


def applies(statement: Json, action: str, resource: str, context: Mapping[str, Any]) -> bool:
    return (
        any(like(pattern, action) for pattern in statement["Action"])
        and any(speaks_of(pattern, resource) for pattern in statement.get("Resource", ["*"]))
        and all(
            holds(name, values, context.get(key))
            for name, asked in statement.get("Condition", {}).items()
            for key, values in asked.items()
        )
    )


def like(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(like(pattern[1:], text[cut:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and like(pattern[1:], text[1:])


def speaks_of(pattern: str, resource: str) -> bool:
    if pattern == "*":
        return True
    if resource == "*":
        return False
    return all(like(one, other) for one, other in zip(pattern.split(":", 4), resource.split(":", 4), strict=True))


def holds(name: str, values: list[str], given: Any) -> bool:
    if name == "Null":
        return (given is None) == (values[0] == "true")
    bare = name.removesuffix("IfExists")
    several = given if isinstance(given, list | tuple) else [given]
    readable = [one for one in several if one is not None and kind_of(bare, one) is not None]
    if not readable:
        return "Not" in bare or bare != name
    found = any(compares(bare, one, value) for one in readable for value in values)
    return not found if "Not" in bare else found


def kind_of(name: str, value: Any) -> Any:
    """The value as what the operator compares, None where it is no such thing."""
    try:
        if name.startswith("String"):
            return value if isinstance(value, str) else None
        if name == "Bool":
            return {"true": True, "false": False, True: True, False: False}.get(value) if is_word(value) else None
        if name.startswith("Numeric"):
            return None if isinstance(value, bool) else Fraction(str(value))
        if name.startswith("Date"):
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        address = ipaddress.ip_address(value) if isinstance(value, str) else None
        return getattr(address, "ipv4_mapped", None) or address
    except (ValueError, AttributeError, TypeError):
        return None


def is_word(value: Any) -> bool:
    return isinstance(value, bool | str)


def compares(name: str, given: Any, value: str) -> bool:
    given = kind_of(name, given)
    if "IpAddress" in name:
        return given in ipaddress.ip_network(value)
    if "Like" in name:
        return like(value, given)
    if "IgnoreCase" in name:
        return lower(given) == lower(value)
    wanted = kind_of(name, value)
    ending = next((ending for ending in COMPARISONS if name.endswith(ending)), "Equals")
    return bool(COMPARISONS[ending](given, wanted))


def lower(text: str) -> str:
    return "".join(letter.lower() if letter in string.ascii_uppercase else letter for letter in text)
