"""Reads the conditions of a statement."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches

from apps.policies.conditions import (
    IF_EXISTS,
    KEYS,
    NAMES,
    NULL,
    OPERATORS,
    Condition,
    ConditionKey,
    Kind,
    key_named,
    operators_for,
    read_truth,
)
from apps.policies.phrases import N_
from apps.policies.reading import UNSEEN, Node, Number
from apps.policies.refusals import PolicyRefused

MOST_CONDITIONS = 50
MOST_VALUES = 100
LONGEST_VALUE = 1024
_WRONG_VALUE: dict[Kind, str] = {
    "text": N_("A text in double quotes is expected here."),
    "number": N_("'%(value)s' is no number, such as 25 or 0.5."),
    "truth": N_("'%(value)s' is neither true nor false."),
    "time": N_("'%(value)s' is no date, such as 2026-01-31, or time, such as 2026-01-31T08:00:00Z."),
    "address": N_("'%(value)s' is no address or network, such as 10.1.0.0/16 or 2001:db8::/32."),
}


def conditions_in(node: Node, services: set[str]) -> tuple[Condition, ...]:
    """`{"Operator": {"key": ["value"]}}` as conditions, in the order in which they stand."""
    found = []
    for operator, asked in _object(node).items():
        if operator not in NAMES:
            raise _unknown(node.keys[operator], operator, NAMES, N_("There is no operator '%(name)s'."))
        for name, values in _object(asked).items():
            key = _key(asked.keys[name], name, operator, services)
            found.append(Condition(operator, name, _values(values, operator, key)))
    if len(found) > MOST_CONDITIONS:
        raise node.refuse(N_("A statement has at most %(most)s conditions."), most=MOST_CONDITIONS)
    return tuple(found)


def _object(node: Node) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        raise node.refuse(N_('Conditions are written {"operator": {"key": ["value"]}}.'))
    if not node.value:
        raise node.refuse(N_("This is empty. Say what is asked, or leave it out."))
    return node.value


def _unknown(node: Node, name: str, names: tuple[str, ...], without: str) -> PolicyRefused:
    like = get_close_matches(name, names, n=1)
    if like:
        return node.refuse(N_("'%(name)s' is not known here. Is '%(like)s' meant?"), name=name, like=like[0])
    return node.refuse(without, name=name)


def _key(node: Node, name: str, operator: str, services: set[str]) -> ConditionKey:
    key = key_named(name)
    if key is None or any(unicodedata.category(sign) in UNSEEN for sign in name):
        names = tuple(one.name for one in KEYS)
        raise _unknown(node, name, names, N_("There is no condition key '%(name)s'."))
    if key.service and key.service not in services:
        raise node.refuse(
            N_("Requests of '%(services)s' have no '%(name)s': this condition would never be met."),
            services="', '".join(sorted(services)),
            name=name,
        )
    if operator != NULL and OPERATORS[operator.removesuffix(IF_EXISTS)].kind != key.kind:
        raise node.refuse(
            N_("%(operator)s cannot compare '%(name)s'. Fitting: %(operators)s."),
            operator=operator,
            name=name,
            operators=", ".join(operators_for(key.kind)),
        )
    return key


def _values(node: Node, operator: str, key: ConditionKey) -> tuple[str, ...]:
    nodes = node.value if isinstance(node.value, list) else [node]
    if not nodes:
        raise node.refuse(N_("This list is empty. Name at least one."))
    if len(nodes) > MOST_VALUES:
        raise node.refuse(N_("This list is too long: at most %(most)s."), most=MOST_VALUES)
    if (operator == NULL or key.kind == "truth") and len(nodes) > 1:
        raise node.refuse(N_("true and false together say nothing: one value is expected here."))
    return tuple(_value(one, operator, key.kind) for one in nodes)


def _value(node: Node, operator: str, kind: Kind) -> str:
    """The value as text, which its operator can read: true is "true", 25 is "25"."""
    kind = "truth" if operator == NULL else kind
    read = read_truth if operator == NULL else OPERATORS[operator.removesuffix(IF_EXISTS)].read_value
    written = node.value
    if isinstance(written, bool) and kind == "truth":
        written = "true" if written else "false"
    # A number is no text, but nobody needs to put a number into quotes.
    if not isinstance(written, str) or (isinstance(written, Number) and kind != "number"):
        raise node.refuse(_WRONG_VALUE[kind], value=written[:40] if isinstance(written, str) else "...")
    if len(written) > LONGEST_VALUE:
        raise node.refuse(N_("This text is too long: at most %(most)s characters."), most=LONGEST_VALUE)
    if any(unicodedata.category(sign) in UNSEEN for sign in written):
        raise node.refuse(N_("This text holds characters that nobody can see. Type it anew."))
    if read(written) is None:
        raise node.refuse(_WRONG_VALUE[kind], value=written[:40])
    return str(written)
