"""How long a decision of policies takes, beside a plain loop over the same statements in the same run.

    python -m bench.policies [--questions 20000] [--seed 1]

Three people: one with 400 statements, one with 50 policies of 20 statements, and one whose 1,000 statements all carry
conditions. Statements name one data set, all, or those whose name begins so; three in a hundred deny. Prints
microseconds for a question (median, 99th percentile, largest), for the first question of all (which reads the policies
from their texts), and for a list; and how many times longer the loop takes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from apps.access.catalogue import CATALOGUE
from apps.policies.conditions import Condition, Context
from apps.policies.evaluation import PolicySet, Question
from apps.policies.patterns import matches
from apps.policies.resources import split
from apps.policies.statements import Document, Effect, Statement, restore

TYPES = ("dataset", "workforce", "workforceTask", "job", "notebook", "trainJob", "model")
ACTIONS = {kind: [action.name for action in CATALOGUE if action.resource_type == kind] for kind in TYPES}
ROWS = 500
CONTEXT: Context = {
    "g:CurrentTime": datetime(2026, 6, 1, tzinfo=UTC),
    "g:SourceIp": "10.1.2.3",
    "g:MFAPresent": True,
    "g:UserName": "ann",
    "g:ProjectName": "north",
    "modelarts:DatasetType": "image_classification",
    "g:ResourceTag/owner": "team-7",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    people = {
        "400 statements": policies(draw, 20, 20, conditions=0.25),
        "50 policies of 20": policies(draw, 50, 20, conditions=0.25),
        "50 of 20, all with conditions": policies(draw, 50, 20, conditions=1.0),
    }
    print(
        f"{'':30}{'median':>9}{'99 %':>9}{'largest':>9}{'first':>9}{'a list':>9}{'loop':>9}{'ratio':>8}   microseconds"
    )
    for name, documents in people.items():
        report(name, documents, options.questions, draw)


def policies(draw: random.Random, count: int, size: int, *, conditions: float) -> dict[str, Document]:
    return {
        f"policy {number}": Document(tuple(statement(draw, conditions) for _ in range(size))) for number in range(count)
    }


def statement(draw: random.Random, conditions: float) -> Statement:
    effect: Effect = "Deny" if draw.random() < 0.03 else "Allow"
    kind = draw.choice(TYPES)
    actions = tuple(draw.sample(ACTIONS[kind], draw.randint(1, 4)))
    if draw.random() < 0.2:
        actions = (f"modelarts:{kind}:*",)
    row = draw.randrange(ROWS)
    resources = draw.choice(
        (
            (f"modelarts:*:*:{kind}:row{row}",),
            (f"modelarts:*:*:{kind}:row{row}", f"modelarts:*:*:{kind}:row{row // 2}"),
            (f"modelarts:*:*:{kind}:row{row % 50}*",),
            (f"modelarts:north:*:{kind}:*",),
        )
    )
    asked = (condition(draw),) if draw.random() < conditions else ()
    return Statement(effect, actions, resources, asked)


def condition(draw: random.Random) -> Condition:
    return draw.choice(
        (
            Condition("IpAddress", "g:SourceIp", (f"10.{draw.randrange(4)}.0.0/16", "192.168.0.0/16")),
            Condition("StringEquals", "g:UserName", ("ann" if draw.random() < 0.3 else f"user{draw.randrange(50)}",)),
            Condition("StringLike", "g:ResourceTag/owner", (f"team-{draw.randrange(10)}*",)),
            Condition("DateLessThan", "g:CurrentTime", (f"2026-{draw.randrange(1, 13):02}-01",)),
            Condition("Bool", "g:MFAPresent", (draw.choice(("true", "false")),)),
        )
    )


def question(draw: random.Random) -> Question:
    kind = draw.choice(TYPES)
    resource = f"modelarts:north:acme:{kind}:row{draw.randrange(ROWS)}"
    return Question(draw.choice(ACTIONS[kind]), resource, CONTEXT)


def report(name: str, documents: Mapping[str, Document], count: int, draw: random.Random) -> None:
    asked = [question(draw) for _ in range(count)]
    stored = {policy: document.text() for policy, document in documents.items()}
    firsts = [timed(lambda: ready(stored).decide(asked[0]))[0] for _ in range(20)]
    engine = PolicySet(documents.items())
    for one in asked:
        engine.decide(one)
    answers, times = [], []
    for one in asked:
        taken, decision = timed(lambda one=one: engine.decide(one))  # type: ignore[misc]
        times.append(taken)
        answers.append(decision.allowed)
    lists = [
        timed(lambda: engine.filter_for("modelarts:dataset:get", "dataset", CONTEXT, region="north", tenant="acme"))[0]
        for _ in range(200)
    ]
    sample = range(0, count, max(1, count // 500))
    loops = []
    for place in sample:
        taken, allowed = timed(lambda place=place: loop(documents.values(), asked[place]))  # type: ignore[misc]
        loops.append(taken)
        assert allowed == answers[place], asked[place]
    median, plain = statistics.median(times), statistics.median(loops)
    figures = (
        median,
        sorted(times)[int(count * 0.99)],
        max(times),
        statistics.median(firsts),
        statistics.median(lists),
    )
    print(
        f"{name:30}" + "".join(f"{figure:9.1f}" for figure in (*figures, plain)) + f"{plain / median:7.0f}x", end="   "
    )
    print(f"{sum(answers) / count:.0%} allowed")


def ready(stored: Mapping[str, str]) -> PolicySet:
    """From rows of a database to a set that answers."""
    return PolicySet((policy, restore(text)) for policy, text in stored.items())


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter_ns()
    found = what()
    return (time.perf_counter_ns() - start) / 1000, found


def loop(documents: Iterable[Document], asked: Question) -> bool:
    """Every statement, every pattern, every condition, one after the other; stops at a Deny."""
    allowed = False
    for document in documents:
        for one in document.statements:
            if applies(one, asked):
                if one.effect == "Deny":
                    return False
                allowed = True
    return allowed


def applies(one: Statement, asked: Question) -> bool:
    return (
        any(matches(pattern, asked.action) for pattern in one.actions)
        and any(speaks_of(pattern, asked.resource) for pattern in one.resources)
        and all(condition.holds(asked.context) for condition in one.conditions)
    )


def speaks_of(pattern: str, resource: str) -> bool:
    return pattern == "*" or all(map(matches, split(pattern), split(resource)))


if __name__ == "__main__":
    main()
