"""What policies decide: nothing is allowed but what a statement allows, and no statement that denies is outvoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from apps.policies import resources
from apps.policies.conditions import Condition, Context, Test, tester
from apps.policies.filters import Clause, ListFilter
from apps.policies.patterns import is_wild, matches
from apps.policies.resources import ANYTHING, Bucket, Index, Parts
from apps.policies.statements import Document, Effect, Statement, service_of

# Actions come from the catalogue, but a simulator may be asked about anything.
MOST_ACTIONS = 2048


@dataclass(frozen=True, slots=True)
class Question:
    """`resource` is `service:region:tenant:type:id`, with an empty id for what does not exist yet, or `*` for none.

    `context` answers the condition keys; what it leaves out, the request does not have.
    """

    action: str
    resource: str = ANYTHING
    context: Context = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """`policy` and `statement` (from 1) name what decided; where nothing did, both are empty and it is a no."""

    allowed: bool
    effect: Effect | Literal[""] = ""
    policy: str = ""
    statement: int = 0


UNDECIDED = Decision(allowed=False)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A statement made ready: its place among all, the tests of its conditions, and the decision that it gives.

    `of_request` are the tests that need no resource, `of_resource` the conditions that do.
    """

    order: int
    conditions: tuple[Condition, ...]
    tests: tuple[Test, ...]
    of_request: tuple[Test, ...]
    of_resource: tuple[Condition, ...]
    decision: Decision

    def may_hold(self, context: Context) -> bool:
        """Whether the conditions hold as far as the request alone tells."""
        return all(test(context) for test in self.of_request)


def _ready(order: int, conditions: tuple[Condition, ...], decision: Decision) -> _Rule:
    tests = tuple(map(tester, conditions))
    of_request = tuple(test for test, one in zip(tests, conditions, strict=True) if not one.of_resource)
    of_resource = tuple(one for one in conditions if one.of_resource)
    return _Rule(order, conditions, tests, of_request, of_resource, decision)


@dataclass(slots=True)
class _Rules:
    """What is said about one action."""

    deny: Index[_Rule] = field(default_factory=Index)
    allow: Index[_Rule] = field(default_factory=Index)


class PolicySet:
    """The policies of somebody, compiled: made once, asked often, from any thread.

    A question is answered by the first statement that denies, in the order of the policies, else by the first that
    allows; the order has a say in which statement is named, never in the answer.
    """

    def __init__(self, named: Iterable[tuple[str, Document]]) -> None:
        self._statements: list[Statement] = []
        self._decisions: list[Decision] = []
        self._exact: dict[str, list[int]] = {}
        self._wild: dict[str, list[int]] = {}
        self._rules: dict[int, _Rule] = {}
        self._orders: dict[str, tuple[int, ...]] = {}
        self._by_action: dict[str, _Rules] = {}
        for name, document in named:
            for number, statement in enumerate(document.statements, start=1):
                self._add(statement, Decision(statement.effect == "Allow", statement.effect, name, number))

    def _add(self, statement: Statement, decision: Decision) -> None:
        order = len(self._statements)
        self._statements.append(statement)
        self._decisions.append(decision)
        for action in statement.actions:
            table = self._wild if is_wild(action) else self._exact
            table.setdefault(action, []).append(order)

    def __len__(self) -> int:
        """The number of statements."""
        return len(self._statements)

    def decide(self, question: Question) -> Decision:
        """The answer, and the statement that gave it. ValueError when the resource is none."""
        rules = self._by_action.get(question.action) or self._index(question.action)
        resource = question.resource
        parts = None if resource == ANYTHING else resources.split(resource)
        found = _first(rules.deny, parts, question.context) or _first(rules.allow, parts, question.context)
        return found.decision if found else UNDECIDED

    def _about(self, action: str) -> tuple[int, ...]:
        """Which statements speak of an action, in order."""
        known = self._orders.get(action)
        if known is not None:
            return known
        found = set(self._exact.get(action, ()))
        for pattern, orders in self._wild.items():
            if matches(pattern, action):
                found.update(orders)
        if len(self._orders) >= MOST_ACTIONS:
            self._orders = {}
        return self._orders.setdefault(action, tuple(sorted(found)))

    def _rule(self, order: int) -> _Rule:
        rule = self._rules.get(order)
        if rule is None:
            rule = _ready(order, self._statements[order].conditions, self._decisions[order])
            self._rules[order] = rule
        return rule

    def _index(self, action: str) -> _Rules:
        rules = _Rules()
        for order in self._about(action):
            statement = self._statements[order]
            index = rules.deny if statement.effect == "Deny" else rules.allow
            for resource in statement.resources:
                _put(self._rule(order), index.bucket(resource))
        if len(self._by_action) >= MOST_ACTIONS:
            self._by_action = {}
        self._by_action[action] = rules
        return rules

    # ------------------------------------------------------------ lists

    def filter_for(self, action: str, resource_type: str, context: Context, *, region: str, tenant: str) -> ListFilter:
        """Which resources of a type the action is allowed on, without asking for each.

        What hangs on the request is decided here; conditions that hang on the resource stay, to become a query.
        """
        parts = [service_of(action), region, tenant, resource_type]
        allow: list[Clause] = []
        deny: list[Clause] = []
        for order in self._about(action):
            rule, statement = self._rule(order), self._statements[order]
            ids = _ids(statement.resources, parts)
            if ids != () and rule.may_hold(context):
                (allow if rule.decision.allowed else deny).append(Clause(ids, rule.of_resource))
        return ListFilter.of(allow, deny)


def _put(rule: _Rule, bucket: Bucket[_Rule]) -> None:
    """Adds a rule, unless an earlier one of the same bucket answers whenever it would."""
    if () not in bucket:
        bucket.setdefault(rule.conditions, rule)


def _first(index: Index[_Rule], parts: Parts | None, context: Context) -> _Rule | None:
    found: _Rule | None = None
    for bucket in index.about(parts):
        for rule in bucket.values():
            if found is not None and rule.order > found.order:
                break
            for test in rule.tests:
                if not test(context):
                    break
            else:
                found = rule
                break
    return found


def _ids(patterns: tuple[str, ...], parts: Parts) -> tuple[str, ...] | None:
    """What a statement's resources say of the ids of a type: patterns, or None for all of them."""
    found = []
    for pattern in patterns:
        if pattern == ANYTHING:
            return None
        *start, last = resources.split(pattern)
        if all(matches(one, part) for one, part in zip(start, parts, strict=True)):
            if last == ANYTHING:
                return None
            found.append(last)
    return tuple(found)
