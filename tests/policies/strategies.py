"""Documents and questions out of few words, so that they meet often."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from apps.access.catalogue import CATALOGUE
from apps.policies.conditions import IF_EXISTS, KEYS, NULL, OPERATORS, TAG, Condition, Kind
from apps.policies.evaluation import Question
from apps.policies.patterns import matches
from apps.policies.statements import Document, Statement

EXAMPLES = int(os.environ.get("TAGORA_POLICY_EXAMPLES", "2000"))
often = settings(max_examples=EXAMPLES, deadline=None)
sometimes = settings(max_examples=max(EXAMPLES // 5, 50), deadline=None)

ACTIONS = (
    *("modelarts:dataset:get", "modelarts:dataset:list", "modelarts:dataset:delete", "modelarts:sample:get"),
    *("modelarts:label:create", "modelarts:notebook:get", "modelarts:notebook:create"),
)
ACTION_PATTERNS = (
    *ACTIONS,
    *(
        "modelarts:*:*",
        "modelarts:*",
        "modelarts:dataset:*",
        "modelarts:*:get",
        "modelarts:*:*t*",
        "modelarts:?otebook:*",
    ),
    *("modelarts:dataset:?et", "modelarts:*et:*", "modelarts:data*:*"),
)
REGIONS = ("north", "south")
TENANTS = ("acme", "other")
TYPES = ("dataset", "notebook")
IDS = ("a", "ab", "abc", "b", "bc", "box/a", "box/b/c", "x:y", "", "A", "а")  # the last is a Cyrillic letter
ID_PATTERNS = (
    *IDS[:8],
    "*",
    "a*",
    "ab*",
    "box/*",
    "*c",
    "?",
    "??",
    "a?c",
    "*a*",
    "b*c",
    "x:*",
    "**",
    "A",
    "[ab]",
    "a.*",
)
PART_PATTERNS = {
    "region": (*REGIONS, "*", "n*", "?orth"),
    "tenant": (*TENANTS, "*", "ac*"),
    "type": (*TYPES, "*", "data*"),
}

RESOURCE_PATTERNS = (
    "*",
    *(
        f"modelarts:{region}:{tenant}:{kind}:{name}"
        for region in PART_PATTERNS["region"]
        for tenant in PART_PATTERNS["tenant"]
        for kind in PART_PATTERNS["type"]
        for name in ID_PATTERNS
    ),
)
# Patterns that fit much, so that statements meet over one resource.
BROAD = tuple(f"modelarts:*:*:{kind}:{name}" for kind in (*TYPES, "*") for name in ("*", "a*", "a", "*b*", "??"))
RESOURCES = tuple(
    f"modelarts:{region}:{tenant}:{kind}:{name}"
    for region in REGIONS
    for tenant in TENANTS
    for kind in TYPES
    for name in IDS
)
VALUES: dict[Kind, tuple[str, ...]] = {
    "text": ("ann", "Ann", "bob", "a*", "?nn", "ann ", "ＡＮＮ", "\u212a", "k", ""),
    "number": ("0", "1", "1.0", "-3", "2.5", "1000000000000"),
    "truth": ("true", "false"),
    "time": ("2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00", "2025-06-30T23:59:59.5Z"),
    "address": ("10.0.0.0/8", "10.1.2.3", "192.168.0.0/16", "2001:db8::/32", "::1", "0.0.0.0/0"),
}
GIVEN: dict[Kind, tuple[Any, ...]] = {
    "text": (*VALUES["text"], ["ann", "bob"], [], ["x"], 5, True),
    "number": (0, 1, 1.0, -3, 2.5, 10**12, "1", "1.0", "many", True, float("nan"), float("inf"), [1, 7]),
    "truth": (True, False, "true", "false", "yes", 1),
    "time": (
        *(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1), datetime(2025, 6, 30, tzinfo=UTC)),
        *("2026-01-01", "2026-01-01T00:00:00Z", "yesterday", 5),
    ),
    "address": ("10.1.2.3", "::ffff:10.1.2.3", "192.168.1.1", "2001:db8::7", "::1", "fe80::1%eth0", "nowhere", 5),
}
KEY_NAMES = tuple((key.name + "owner" if key.name == TAG else key.name, key.kind) for key in KEYS)


def _conditions() -> Iterator[Condition]:
    for key, kind in KEY_NAMES:
        yield from (Condition(NULL, key, (value,)) for value in ("true", "false"))
        for name in (name for name, operator in OPERATORS.items() if operator.kind == kind):
            for values in combinations(VALUES[kind], 1 if kind == "truth" else 2):
                yield Condition(name, key, values)
                yield Condition(name + IF_EXISTS, key, values[:1])


# Drawn from a table, not built up: an example costs few draws, and many are affordable.
CONDITIONS = tuple(_conditions())
conditions = st.sampled_from(CONDITIONS)
patterns = st.one_of(st.sampled_from(RESOURCE_PATTERNS), st.sampled_from(BROAD))
statements = st.builds(
    Statement,
    effect=st.sampled_from(("Allow", "Allow", "Deny")),
    actions=st.lists(st.sampled_from(ACTION_PATTERNS), min_size=1, max_size=3).map(tuple),
    resources=st.one_of(st.just(("*",)), st.lists(patterns, min_size=1, max_size=3).map(tuple)),
    # One operator asks about a key once: two of a kind are one JSON key.
    conditions=st.lists(conditions, max_size=2, unique_by=lambda one: (one.operator, one.key)).map(tuple),
)
documents = st.lists(statements, min_size=1, max_size=6).map(lambda found: Document(tuple(found)))


def writable(document: Document) -> Document:
    """The document without what is refused when a person writes it: resources and keys that its actions never meet."""
    return Document(tuple(map(_writable, document.statements)))


def _writable(statement: Statement) -> Statement:
    kinds = {CATALOGUE[name].resource_type for action in statement.actions for name in CATALOGUE.matching(action)}
    fitting = [
        one for one in statement.resources if one == "*" or any(matches(one.split(":")[3], kind) for kind in kinds)
    ]
    conditions = tuple(one for one in statement.conditions if not one.key.startswith("obs:"))
    return replace(statement, resources=tuple(fitting) or ("*",), conditions=conditions)


policies = st.lists(documents, max_size=4)


contexts = st.lists(
    st.sampled_from([(key, value) for key, kind in KEY_NAMES for value in GIVEN[kind]]), max_size=6
).map(dict)
questions = st.builds(
    Question,
    st.sampled_from(ACTIONS),
    st.one_of(st.sampled_from(RESOURCES), st.sampled_from(RESOURCES), st.just("*")),
    contexts,
)
