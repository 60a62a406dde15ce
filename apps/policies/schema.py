"""The language as a JSON Schema: what an editor completes and checks while somebody types."""

from __future__ import annotations

from typing import Any

from apps.policies.catalogue import Catalogue
from apps.policies.conditions import KEYS, TAG, Kind, operators_for
from apps.policies.documents import LONGEST_ENTRY, MOST_ENTRIES, MOST_STATEMENTS
from apps.policies.statements import VERSION
from apps.policies.stipulations import LONGEST_VALUE, MOST_VALUES

_VALUES: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": LONGEST_VALUE},
    "number": {"type": ["string", "number"], "pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,9})?$"},
    "truth": {"enum": ["true", "false", True, False]},
    "time": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$"},
    "address": {"type": "string", "pattern": r"^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"},
}
_TRUTH = _VALUES["truth"]


def schema(catalogue: Catalogue) -> dict[str, Any]:
    """JSON Schema (2020-12) of a document. `enum` below `anyOf` is for completion: patterns are right as well.

    It is wider than the language: what `documents.parse` takes fits, not the reverse.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": ["Version", "Statement"],
        "properties": {
            "Version": {"const": VERSION},
            "Statement": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_STATEMENTS,
                "items": _statement(catalogue),
            },
        },
    }


def _statement(catalogue: Catalogue) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["Effect", "Action"],
        "properties": {
            "Sid": {"type": "string", "minLength": 1, "maxLength": 64},
            "Effect": {"enum": ["Allow", "Deny"]},
            "Action": _some({"anyOf": [{"enum": actions(catalogue)}, {"pattern": r"^[a-z]+[:>].*$"}]}),
            "Resource": _some(
                {"anyOf": [{"enum": resources(catalogue)}, {"pattern": r"^[^:]+:[^:]+:[^:]+:[^:]+:.+$"}]}
            ),
            "Condition": _conditions(catalogue),
        },
    }


def actions(catalogue: Catalogue) -> list[str]:
    """Every action, and the patterns that stand for all of a service or of a kind."""
    names = [action.name for action in catalogue]
    kinds = dict.fromkeys(f"{name.rpartition(':')[0]}:*" for name in names)
    return [*(f"{service}:*:*" for service in catalogue.services), *kinds, *names]


def resources(catalogue: Catalogue) -> list[str]:
    """The beginnings of resources: every one of a type."""
    found = [f"{service}:*:*:{kind}:*" for service in catalogue.services for kind in catalogue.resource_types(service)]
    return ["*", *found]


def _some(entry: dict[str, Any]) -> dict[str, Any]:
    entry = {"type": "string", "maxLength": LONGEST_ENTRY, **entry}
    return {"anyOf": [{"type": "array", "minItems": 1, "maxItems": MOST_ENTRIES, "items": entry}, entry]}


def _conditions(catalogue: Catalogue) -> dict[str, Any]:
    kinds = dict.fromkeys(key.kind for key in KEYS)
    asked = {operator: _asked(catalogue, kind) for kind in kinds for operator in operators_for(kind)[:-1]}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {**asked, "Null": _asked(catalogue, None)},
    }


def _asked(catalogue: Catalogue, kind: Kind | None) -> dict[str, Any]:
    """The keys that an operator may compare; Null asks about any."""
    keys = [key for key in catalogue.condition_keys if kind in (None, key.kind)]
    value = _TRUTH if kind is None else _VALUES[kind]
    several = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": value}
    found: dict[str, Any] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {key.name: {"anyOf": [several, value]} for key in keys if key.name != TAG},
    }
    if any(key.name == TAG for key in keys):
        found["patternProperties"] = {f"^{TAG}.+$": {"anyOf": [several, value]}}
    return found
