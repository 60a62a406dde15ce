"""Conditions: the keys that can be asked about, the operators, and what makes a condition hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Literal

from apps.policies.patterns import matches
from apps.policies.phrases import N_

Kind = Literal["text", "number", "truth", "time", "address"]
Context = Mapping[str, "str | int | float | bool | datetime | Sequence[str]"]
Test = Callable[[Context], bool]

TAG = "g:ResourceTag/"
IF_EXISTS = "IfExists"
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2}))?"
)
_SMALL = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True, slots=True)
class ConditionKey:
    """`of_resource` says that the answer hangs on the object, not on the request: lists are filtered by it."""

    name: str
    kind: Kind
    title: str
    of_resource: bool = False

    @property
    def service(self) -> str:
        """The service whose actions alone know the key; empty for a key of all."""
        service = self.name.partition(":")[0]
        return "" if service == "g" else service


KEYS = (
    ConditionKey("g:CurrentTime", "time", N_("the time of the request")),
    ConditionKey("g:SourceIp", "address", N_("the source address")),
    ConditionKey("g:MFAPresent", "truth", N_("signed in with a second factor")),
    ConditionKey("g:UserName", "text", N_("the user's name")),
    ConditionKey("g:UserId", "text", N_("the user's ID")),
    ConditionKey("g:DomainName", "text", N_("the tenant's name")),
    ConditionKey("g:ProjectName", "text", N_("the project's name")),
    ConditionKey("g:Credential", "text", N_("the kind of credential (session, token, personal token, access key)")),
    ConditionKey("g:AgencyName", "text", N_("the agency under which the user acts")),
    ConditionKey(TAG, "text", N_("a tag of the resource"), of_resource=True),
    ConditionKey("modelarts:DatasetType", "text", N_("the type of the data set"), of_resource=True),
    ConditionKey("modelarts:SampleCount", "number", N_("the number of samples in the data set"), of_resource=True),
    ConditionKey("modelarts:OwnWork", "truth", N_("made by the user"), of_resource=True),
    ConditionKey("obs:prefix", "text", N_("the folder that is listed")),
)
_KEYS = {key.name: key for key in KEYS}


def key_named(name: str) -> ConditionKey | None:
    """The key, also for one tag: `g:ResourceTag/owner`."""
    if name.startswith(TAG):
        return _KEYS[TAG] if len(name) > len(TAG) else None
    return _KEYS.get(name)


# ---------------------------------------------------------------- values, as documents and as requests have them


def read_number(value: object) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def read_truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def read_time(value: object) -> datetime | None:
    if isinstance(value, str):
        if not _TIME.fullmatch(value):
            return None
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def read_address(value: object) -> IPv4Address | IPv6Address | None:
    """An IPv4 address that came in by an IPv6 socket is that IPv4 address; a zone (`fe80::1%eth0`) is of no matter."""
    if not isinstance(value, str):
        return None
    try:
        address = ip_address(value)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def read_network(value: object) -> IPv4Network | IPv6Network | None:
    """One that would hold IPv4 addresses in IPv6 clothes is none: no request ever comes from there."""
    if not isinstance(value, str) or "%" in value:
        return None
    try:
        network = ip_network(value)
    except ValueError:
        return None
    return None if isinstance(network, IPv6Network) and network.network_address.ipv4_mapped else network


def _read_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def in_small_letters(text: str) -> str:
    """ASCII letters only: other scripts have letters whose small form looks like another letter, or is one."""
    return text.translate(_SMALL)


READERS: dict[Kind, Callable[[object], Any]] = {
    "text": _read_text,
    "number": read_number,
    "truth": read_truth,
    "time": read_time,
    "address": read_address,
}

# ---------------------------------------------------------------- operators


@dataclass(frozen=True, slots=True)
class Operator:
    """`compare(value of the request, value of the document)`; `negated` ones hold when no value compares so.

    `title` reads the condition aloud, with the key's title and the values.
    """

    name: str
    kind: Kind
    compare: Callable[[Any, Any], bool]
    title: str
    negated: bool = False

    @property
    def read_value(self) -> Callable[[object], Any]:
        """Reads a value of a document; None when it is none of the operator's."""
        return read_network if self.kind == "address" else READERS[self.kind]


def _equal(given: Any, wanted: Any) -> bool:
    return bool(given == wanted)


def _like(given: str, pattern: str) -> bool:
    return matches(pattern, given)


def _equal_in_any_case(given: str, wanted: str) -> bool:
    return in_small_letters(given) == in_small_letters(wanted)


def _less(given: Any, bound: Any) -> bool:
    return bool(given < bound)


def _at_most(given: Any, bound: Any) -> bool:
    return bool(given <= bound)


def _more(given: Any, bound: Any) -> bool:
    return bool(given > bound)


def _at_least(given: Any, bound: Any) -> bool:
    return bool(given >= bound)


def _within(given: IPv4Address | IPv6Address, network: IPv4Network | IPv6Network) -> bool:
    return given in network


_IS, _IS_NOT = N_("%(key)s is %(values)s"), N_("%(key)s is not %(values)s")
_TABLE = (
    Operator("StringEquals", "text", _equal, _IS),
    Operator("StringNotEquals", "text", _equal, _IS_NOT, negated=True),
    Operator("StringEqualsIgnoreCase", "text", _equal_in_any_case, N_("%(key)s is %(values)s (in any case)")),
    Operator(
        "StringNotEqualsIgnoreCase",
        "text",
        _equal_in_any_case,
        N_("%(key)s is not %(values)s (in any case)"),
        negated=True,
    ),
    Operator("StringLike", "text", _like, N_("%(key)s looks like %(values)s")),
    Operator("StringNotLike", "text", _like, N_("%(key)s does not look like %(values)s"), negated=True),
    Operator("Bool", "truth", _equal, _IS),
    Operator("NumericEquals", "number", _equal, _IS),
    Operator("NumericNotEquals", "number", _equal, _IS_NOT, negated=True),
    Operator("NumericLessThan", "number", _less, N_("%(key)s is less than %(values)s")),
    Operator("NumericLessThanEquals", "number", _at_most, N_("%(key)s is at most %(values)s")),
    Operator("NumericGreaterThan", "number", _more, N_("%(key)s is more than %(values)s")),
    Operator("NumericGreaterThanEquals", "number", _at_least, N_("%(key)s is at least %(values)s")),
    Operator("DateEquals", "time", _equal, _IS),
    Operator("DateNotEquals", "time", _equal, _IS_NOT, negated=True),
    Operator("DateLessThan", "time", _less, N_("%(key)s is before %(values)s")),
    Operator("DateLessThanEquals", "time", _at_most, N_("%(key)s is not after %(values)s")),
    Operator("DateGreaterThan", "time", _more, N_("%(key)s is after %(values)s")),
    Operator("DateGreaterThanEquals", "time", _at_least, N_("%(key)s is not before %(values)s")),
    Operator("IpAddress", "address", _within, N_("%(key)s is in %(values)s")),
    Operator("NotIpAddress", "address", _within, N_("%(key)s is not in %(values)s"), negated=True),
)
OPERATORS = {operator.name: operator for operator in _TABLE}
NULL = "Null"
NAMES = (*OPERATORS, *(name + IF_EXISTS for name in OPERATORS), NULL)


def operators_for(kind: Kind) -> tuple[str, ...]:
    """What can be asked about a key of this kind."""
    own = [operator.name for operator in _TABLE if operator.kind == kind]
    return (*own, *(name + IF_EXISTS for name in own), NULL)


# ---------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator: holds when any of the values does (for a negated operator: when none does).

    A key that the request does not have, or whose value cannot be read as the operator's kind, makes the condition
    false; under a negated operator and one that ends in IfExists, true.
    """

    operator: str
    key: str
    values: tuple[str, ...]

    @property
    def of_resource(self) -> bool:
        key = key_named(self.key)
        return key is not None and key.of_resource

    def holds(self, context: Context) -> bool:
        return tester(self)(context)


def tester(condition: Condition) -> Test:
    """The condition made ready to be asked often."""
    key = condition.key
    if condition.operator == NULL:
        missing = condition.values[0] == "true"
        return lambda context: (context.get(key) is None) is missing
    operator = OPERATORS[condition.operator.removesuffix(IF_EXISTS)]
    values = [operator.read_value(value) for value in condition.values]
    negated = operator.negated
    without = negated or condition.operator.endswith(IF_EXISTS)
    if operator.compare is _equal and operator.kind == "text":
        return _text_tester(key, frozenset(values), negated=negated, without=without)
    read, compare = READERS[operator.kind], operator.compare

    def holds(context: Context) -> bool:
        given = [one for one in map(read, _all_of(context.get(key))) if one is not None]
        if not given:
            return without
        return any(compare(one, value) for one in given for value in values) is not negated

    return holds


def _text_tester(key: str, values: frozenset[str], *, negated: bool, without: bool) -> Test:
    """The most usual question of all, without a loop over the values."""

    def holds(context: Context) -> bool:
        given = context.get(key)
        if isinstance(given, str):
            return (given in values) is not negated
        texts = [one for one in _all_of(given) if isinstance(one, str)]
        if not texts:
            return without
        return any(one in values for one in texts) is not negated

    return holds


def _all_of(given: object) -> Sequence[object]:
    if given is None:
        return ()
    if isinstance(given, Sequence) and not isinstance(given, str):
        return given
    return (given,)
