"""The engine decides what the plain loop decides."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.policies.conditions import Condition
from apps.policies.evaluation import Decision, PolicySet, Question
from apps.policies.patterns import contains, matches
from apps.policies.resources import covers
from apps.policies.statements import Document, Statement
from tests.policies import reference
from tests.policies.strategies import (
    RESOURCE_PATTERNS,
    RESOURCES,
    TYPES,
    contexts,
    often,
    policies,
    questions,
    sometimes,
)

DATASET = "modelarts:north:acme:dataset:"


def policy_set(documents: list[Document]) -> PolicySet:
    return PolicySet((f"policy {number}", document) for number, document in enumerate(documents))


@often
@given(policies, st.lists(questions, min_size=1, max_size=4))
def test_the_engine_decides_as_the_loop_does(documents: list[Document], asked: list[Question]) -> None:
    engine = policy_set(documents)
    plain = [document.as_json() for document in documents]
    for question in (*asked, *asked):
        decision = engine.decide(question)
        assert decision.allowed == reference.allowed(plain, question.action, question.resource, question.context)


@sometimes
@given(policies, questions)
def test_the_statement_that_is_named_is_the_first_that_decides(documents: list[Document], question: Question) -> None:
    applying = [
        (f"policy {number}", place, statement.effect)
        for number, document in enumerate(documents)
        for place, statement in enumerate(document.statements, start=1)
        if reference.applies(statement.as_json(), question.action, question.resource, question.context)
    ]
    decisive = [found for found in applying if found[2] == "Deny"] or applying
    decision = policy_set(documents).decide(question)
    if decisive:
        policy, place, effect = decisive[0]
        assert decision == Decision(effect == "Allow", effect, policy, place)
    else:
        assert decision == Decision(allowed=False)


def test_the_earlier_statement_is_named_however_narrow_it_is() -> None:
    get = ("modelarts:dataset:get",)
    one = Document((Statement("Allow", get, (f"{DATASET}a",)), Statement("Allow", get, ("modelarts:*:*:dataset:a*",))))
    anything = Document((Statement("Allow", get),))
    engine = PolicySet([("one", one), ("anything", anything)])
    assert engine.decide(Question(get[0], f"{DATASET}a")) == Decision(True, "Allow", "one", 1)
    assert engine.decide(Question(get[0], f"{DATASET}ab")) == Decision(True, "Allow", "one", 2)
    assert engine.decide(Question(get[0], f"{DATASET}b")) == Decision(True, "Allow", "anything", 1)


@sometimes
@given(policies, questions, st.sampled_from(TYPES), contexts)
def test_a_list_shows_what_a_question_for_each_row_would_allow(
    documents: list[Document], question: Question, kind: str, of_resource: dict[str, object]
) -> None:
    """The filter knows the request only; the row answers the rest."""
    _, region, tenant, _, name = (question.resource if question.resource != "*" else f"{DATASET}a").split(":", 4)
    about_request = {key: value for key, value in question.context.items() if not asks_resource(key)}
    about_row = {key: value for key, value in of_resource.items() if asks_resource(key)}
    engine = policy_set(documents)
    found = engine.filter_for(question.action, kind, about_request, region=region, tenant=tenant)
    resource = f"modelarts:{region}:{tenant}:{kind}:{name}"
    whole = {**about_request, **about_row}
    allowed = reference.allowed([one.as_json() for one in documents], question.action, resource, whole)
    assert found.admits(name, about_row) == allowed
    assert not (found.nothing and allowed)
    assert not (found.everything and not allowed)


def asks_resource(key: str) -> bool:
    return Condition("Null", key, ("true",)).of_resource


letters = st.text("ab*?", max_size=7)


@sometimes
@given(letters, st.text("abA*?.", max_size=7))
@example("a**b", "ab")
@example("*a*a*", "aa")
def test_wildcards_match_as_the_recursion_does(pattern: str, text: str) -> None:
    assert matches(pattern, text) == reference.like(pattern, text)


@sometimes
@given(letters, letters, st.text("abc", max_size=6))
def test_a_wider_pattern_matches_what_the_narrower_matches(wider: str, narrower: str, text: str) -> None:
    assert contains("*", narrower)
    assert contains(narrower, narrower)
    if contains(wider, narrower) and reference.like(narrower, text):
        assert reference.like(wider, text)


@sometimes
@given(st.sampled_from(RESOURCE_PATTERNS), st.sampled_from(RESOURCE_PATTERNS), st.sampled_from((*RESOURCES, "*")))
def test_a_resource_that_covers_another_speaks_of_all_that_it_does(wider: str, narrower: str, resource: str) -> None:
    if covers(wider, narrower) and reference.speaks_of(narrower, resource):
        assert reference.speaks_of(wider, resource)


def test_no_star_reaches_over_a_colon() -> None:
    assert covers("modelarts:*:*:dataset:*", "modelarts:n:acme:dataset:a*")
    assert not covers("modelarts:*:*:dataset:a", "modelarts:n:acme:model:dataset:a")


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not matches("a*" * 60 + "b", "a" * 1000)


def test_a_question_about_something_that_is_no_resource_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no resource"):
        PolicySet([]).decide(Question("modelarts:dataset:get", "dataset:a"))


@pytest.mark.parametrize(
    ("network", "address", "within"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("10.0.0.0/8", "fe80::1%eth0", False),
        ("0.0.0.0/0", "::1", False),
        ("10.0.0.0/8", "010.1.2.3", False),
    ],
)
def test_an_address_is_in_its_network_however_it_is_written(network: str, address: str, within: bool) -> None:
    assert Condition("IpAddress", "g:SourceIp", (network,)).holds({"g:SourceIp": address}) is within


def test_many_unknown_actions_do_not_fill_the_memory() -> None:
    engine = PolicySet([("all", Document((Statement("Allow", ("modelarts:*",)),)))])
    for number in range(5000):
        assert engine.decide(Question(f"modelarts:thing:do{number}")).allowed
    assert len(engine._by_action) <= 2048


def test_what_does_not_exist_yet_is_asked_with_an_empty_id() -> None:
    anything = Statement("Allow", ("modelarts:dataset:create",), ("modelarts:*:*:dataset:*",))
    one = Statement("Allow", ("modelarts:dataset:create",), ("modelarts:*:*:dataset:a",))
    create = Question("modelarts:dataset:create", DATASET)
    assert PolicySet([("any", Document((anything,)))]).decide(create).allowed
    assert not PolicySet([("one", Document((one,)))]).decide(create).allowed
