"""Nine laws that hold whatever the policies are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.access.catalogue import CATALOGUE
from apps.policies.documents import PolicyRefused, of_json, parse, restore
from apps.policies.evaluation import PolicySet, Question
from apps.policies.statements import Document, Statement
from tests.policies.strategies import ACTIONS, documents, policies, questions, sometimes, statements, writable


def allows(found: list[Document], question: Question) -> bool:
    return PolicySet((str(number), document) for number, document in enumerate(found)).decide(question).allowed


def only(found: list[Document], effect: str) -> list[Document]:
    return [Document(tuple(one for one in document.statements if one.effect == effect)) for document in found]


@sometimes
@given(policies, questions)
def test_1_without_an_allow_nothing_is_allowed(found: list[Document], question: Question) -> None:
    assert not allows(only(found, "Deny"), question)
    assert not allows([], question)


@sometimes
@given(policies, statements, questions)
def test_2_a_further_deny_never_widens(found: list[Document], more: Statement, question: Question) -> None:
    deny = Document((replace(more, effect="Deny"),))
    if allows([*found, deny], question):
        assert allows(found, question)


@sometimes
@given(policies, questions, st.data())
def test_3_a_deny_less_never_narrows(found: list[Document], question: Question, data: st.DataObject) -> None:
    denies = [(i, j) for i, one in enumerate(found) for j, s in enumerate(one.statements) if s.effect == "Deny"]
    assume(denies)
    i, j = data.draw(st.sampled_from(denies))
    fewer = list(found)
    fewer[i] = Document(tuple(one for place, one in enumerate(found[i].statements) if place != j))
    if allows(found, question):
        assert allows(fewer, question)


@sometimes
@given(policies, statements, questions)
def test_4_a_further_allow_never_narrows(found: list[Document], more: Statement, question: Question) -> None:
    allow = Document((replace(more, effect="Allow"),))
    if allows(found, question):
        assert allows([*found, allow], question)
        assert allows([allow, *found], question)


@sometimes
@given(policies, questions, st.randoms())
def test_5_order_duplicates_and_grouping_have_no_say(found: list[Document], question: Question, draw: object) -> None:
    before = PolicySet(enumerate_named(found)).decide(question)
    single = [statement for document in found for statement in document.statements]
    single += single[::2]
    draw.shuffle(single)  # type: ignore[attr-defined]
    cut = len(single) // 3
    regrouped = [Document(tuple(single[:cut])), Document(tuple(single[cut:]))]
    after = PolicySet(enumerate_named(regrouped)).decide(question)
    assert (before.allowed, before.effect) == (after.allowed, after.effect)


def enumerate_named(found: list[Document]) -> list[tuple[str, Document]]:
    return [(str(number), document) for number, document in enumerate(found)]


@sometimes
@given(policies, questions, st.data())
def test_6_a_wildcard_covers_each_instance(found: list[Document], question: Question, data: st.DataObject) -> None:
    """What is allowed for this very action and resource is allowed with any of their letters made a wildcard."""
    assume(question.resource != "*")
    exact = Statement("Allow", (question.action,), (question.resource,))
    assert allows([Document((exact,))], question)
    action, resource = question.action, question.resource
    start = data.draw(st.integers(len("modelarts:"), len(action) - 1))
    end = data.draw(st.integers(start + 1, len(action)))
    parts = resource.split(":", 4)
    place = data.draw(st.integers(1, 4))
    cut = data.draw(st.integers(0, len(parts[place])))
    parts[place] = parts[place][:cut] + "*"
    wide = Statement("Allow", (action[:start] + "*" + action[end:],), (":".join(parts),))
    assert allows([Document((wide,))], question)
    if allows([*only(found, "Deny"), Document((exact,))], question):
        assert allows([*only(found, "Deny"), Document((wide,))], question)


LOOKALIKES = {
    "a": "аɑａ",
    "e": "еｅ",
    "o": "оο０",
    "s": "ѕſ",
    "t": "т",
    "k": "\u212aк",
    "d": "ԁ",
    "l": "ⅼІ1",
    "b": "Ь",
    ":": "：꞉",
}


@sometimes
@given(st.sampled_from(ACTIONS), st.data())
def test_7_other_case_and_lookalikes_never_match(action: str, data: st.DataObject) -> None:
    places = [place for place, letter in enumerate(action) if letter in LOOKALIKES]
    place = data.draw(st.sampled_from(places))
    letter = data.draw(st.sampled_from(LOOKALIKES[action[place]] + action[place].upper()))
    assume(letter != action[place])
    other = action[:place] + letter + action[place + 1 :]
    resource = f"modelarts:north:acme:dataset:{action}"
    lookalike = f"modelarts:north:acme:dataset:{other}"
    by_action = Document((Statement("Allow", (action,)),))
    by_resource = Document((Statement("Allow", (action,), (resource,)),))
    assert allows([by_action], Question(action))
    assert not allows([by_action], Question(other))
    assert not allows([Document((Statement("Allow", (other,)),))], Question(action))
    assert allows([by_resource], Question(action, resource))
    assert not allows([by_resource], Question(action, lookalike))


@sometimes
@given(st.sampled_from(ACTIONS), st.data())
def test_8_an_unknown_action_is_refused_when_the_policy_is_saved(action: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(action) - 1))
    letter = data.draw(st.sampled_from("aZ_-9 :аé"))
    unknown = action[:place] + letter + action[place + 1 :]
    assume(unknown not in CATALOGUE)
    text = f'{{"Version": "1.1",\n"Statement": [{{"Effect": "Allow",\n"Action": ["{unknown}"]}}]}}'
    with pytest.raises(PolicyRefused) as refused:
        parse(text, CATALOGUE)
    assert refused.value.line == 3


@sometimes
@given(documents.map(writable), st.lists(questions, min_size=1, max_size=5))
def test_9_what_is_printed_and_read_again_decides_the_same(document: Document, asked: list[Question]) -> None:
    again = parse(document.text(), CATALOGUE)
    assert again == document == restore(document.text()) == of_json(document.as_json())
    assert again.text() == document.text()
    assert all(allows([again], question) == allows([document], question) for question in asked)
