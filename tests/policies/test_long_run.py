"""The same comparison with far more cases than Hypothesis affords: drawn by a seed, which a failure names."""

from __future__ import annotations

import os
import random

import pytest

from apps.policies.evaluation import PolicySet, Question
from apps.policies.statements import Document, Statement
from tests.policies import reference
from tests.policies.strategies import (
    ACTION_PATTERNS,
    ACTIONS,
    BROAD,
    CONDITIONS,
    GIVEN,
    KEY_NAMES,
    RESOURCE_PATTERNS,
    RESOURCES,
)

CASES = int(os.environ.get("TAGORA_POLICY_CASES", "20000"))
QUESTIONS = 20
SEEDS = 4


def a_statement(draw: random.Random) -> Statement:
    asked = {(one.operator, one.key): one for one in draw.choices(CONDITIONS, k=draw.choice((0, 0, 1, 2)))}
    patterns = draw.choice(((("*",),), (BROAD,), (BROAD, RESOURCE_PATTERNS), (RESOURCE_PATTERNS,)))
    return Statement(
        "Deny" if draw.random() < 0.25 else "Allow",
        tuple(draw.choices(ACTION_PATTERNS, k=draw.randint(1, 3))),
        tuple(draw.choice(table) for table in patterns),
        tuple(asked.values()),
    )


def a_question(draw: random.Random) -> Question:
    keys = draw.sample(KEY_NAMES, k=draw.randint(0, len(KEY_NAMES)))
    context = {key: draw.choice(GIVEN[kind]) for key, kind in keys}
    return Question(draw.choice(ACTIONS), draw.choice((*RESOURCES, "*")), context)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_engine_decides_as_the_loop_does_many_times(seed: int) -> None:
    seed += int(os.environ.get("TAGORA_POLICY_SEED", "0"))
    draw = random.Random(seed)
    outcomes = {"": 0, "Allow": 0, "Deny": 0}
    for case in range(CASES // SEEDS // QUESTIONS):
        documents = [
            Document(tuple(a_statement(draw) for _ in range(draw.randint(1, 8)))) for _ in range(draw.randint(0, 4))
        ]
        engine = PolicySet((str(number), document) for number, document in enumerate(documents))
        plain = [document.as_json() for document in documents]
        for question in (a_question(draw) for _ in range(QUESTIONS)):
            decision = engine.decide(question)
            expected = reference.allowed(plain, question.action, question.resource, question.context)
            assert decision.allowed == expected, (seed, case, question, plain)
            outcomes[decision.effect] += 1
    assert min(outcomes.values()) > sum(outcomes.values()) / 20, "one answer is too rare to be tested"
