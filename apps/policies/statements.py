"""Policy documents, version 1.1: statements that allow or deny actions on resources under conditions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from apps.policies.catalogue import SCOPES, Scope
from apps.policies.conditions import Condition

Effect = Literal["Allow", "Deny"]
VERSION: Literal["1.1"] = "1.1"
EVERYTHING: tuple[str, ...] = ("*",)


def service_of(action: str) -> str:
    """The service of an action or of a pattern of actions: patterns always name it."""
    return action.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is allowed or denied: any of the actions on any of the resources, where all conditions hold.

    Actions and resources are patterns: `modelarts:dataset:*`, `modelarts:*:*:dataset:ID`; the resource `*` is anything.
    """

    effect: Effect
    actions: tuple[str, ...]
    resources: tuple[str, ...] = EVERYTHING
    conditions: tuple[Condition, ...] = ()
    sid: str = ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"Sid": self.sid} if self.sid else {}
        found |= {"Effect": self.effect, "Action": list(self.actions)}
        if self.resources != EVERYTHING:
            found["Resource"] = list(self.resources)
        if self.conditions:
            asked: dict[str, dict[str, list[str]]] = {}
            for condition in self.conditions:
                asked.setdefault(condition.operator, {})[condition.key] = list(condition.values)
            found["Condition"] = asked
        return found


@dataclass(frozen=True, slots=True)
class Document:
    """A policy that was read and found well-formed; `documents.parse` makes it of what people write."""

    statements: tuple[Statement, ...]
    version: Literal["1.1"] = VERSION

    def as_json(self) -> dict[str, Any]:
        return {"Version": self.version, "Statement": [statement.as_json() for statement in self.statements]}

    def text(self) -> str:
        """The document as it is shown and stored; reading it again gives the same document."""
        return json.dumps(self.as_json(), indent=4, ensure_ascii=False)

    @property
    def scopes(self) -> frozenset[Scope]:
        """Where its services hold. Only system policies have both."""
        return frozenset(SCOPES[service_of(action)] for statement in self.statements for action in statement.actions)

    @property
    def scope(self) -> Scope:
        return "project" if "project" in self.scopes else "global"

    def within(self, scope: Scope) -> Document:
        """What the document says of the services of one scope: a system policy can be given for one of them only."""
        return Document(tuple(part for statement in self.statements for part in _within(statement, scope)))


def _within(statement: Statement, scope: Scope) -> tuple[Statement, ...]:
    actions = tuple(action for action in statement.actions if SCOPES[service_of(action)] == scope)
    if actions == statement.actions:
        return (statement,)
    kept = Statement(statement.effect, actions, statement.resources, statement.conditions, statement.sid)
    return (kept,) if actions else ()


def restore(text: str) -> Document:
    """A document out of its own `text()`, for rows that keep what was parsed before.

    A hundred times faster than parsing: nothing is checked again. An action that the catalogue no longer knows stays
    where it stands and matches nothing, so that a policy of long ago never shuts anybody out of the server.
    """
    return of_json(json.loads(text))


def of_json(value: Mapping[str, Any]) -> Document:
    """A document out of its own `as_json()`. ValueError for what cannot be one."""
    if value["Version"] != VERSION:
        raise ValueError(f"no policy of version {VERSION}")
    return Document(tuple(_restored(one) for one in value["Statement"]))


def _restored(value: Mapping[str, Any]) -> Statement:
    if value["Effect"] not in ("Allow", "Deny"):
        raise ValueError("no effect")
    return Statement(
        effect=value["Effect"],
        actions=_texts(value["Action"]),
        resources=_texts(value.get("Resource", list(EVERYTHING))),
        conditions=tuple(
            Condition(operator, key, _texts(values))
            for operator, asked in value.get("Condition", {}).items()
            for key, values in asked.items()
        ),
        sid=value.get("Sid", ""),
    )


def _texts(values: object) -> tuple[str, ...]:
    """A text taken for a list of its letters would be a statement about nothing: an Allow or a Deny lost."""
    if not isinstance(values, list):
        raise ValueError("a list is expected")
    return tuple(values)
