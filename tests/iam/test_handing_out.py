"""Who gives a policy to others gives nothing that they have not themselves."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from apps.access.catalogue import CATALOGUE
from apps.iam.handing import first_beyond
from apps.iam.handing import given as newly_given
from apps.policies.conditions import Condition
from apps.policies.evaluation import PolicySet, Question
from apps.policies.statements import Document, Statement
from apps.policies.system import SYSTEM_POLICIES
from tests.policies.strategies import documents, policies, questions, sometimes, writable

READ_ALL = Statement("Allow", ("modelarts:dataset:get",))
READ_ONE = Statement("Allow", ("modelarts:dataset:get",), ("modelarts:*:*:dataset:a",))
OFFICE = Condition("IpAddress", "g:SourceIp", ("10.0.0.0/8",))


def excess(own: list[Document], handed: Document) -> str:
    return first_beyond(own, newly_given(handed), CATALOGUE)


def one(statement: Statement) -> Document:
    return Document((statement,))


@sometimes
@given(policies, documents.map(writable), questions, st.data())
def test_what_is_within_ones_rights_allows_nothing_that_they_do_not(
    own: list[Document], handed: Document, question: Question, data: st.DataObject
) -> None:
    """Half of the time what is handed out is made out of what is there, so that it often is within it."""
    own = [writable(document) for document in own]
    allows = [part for document in own for part in document.statements if part.effect == "Allow"]
    if allows and data.draw(st.booleans()):
        chosen = data.draw(st.lists(st.sampled_from(allows), min_size=1, max_size=3))
        more = (
            data.draw(st.lists(st.sampled_from(handed.statements[0].conditions), max_size=1))
            if (handed.statements[0].conditions)
            else []
        )
        handed = Document(tuple(replace(part, conditions=(*part.conditions, *more)) for part in chosen))
    kind = CATALOGUE[question.action].resource_type
    fitting = question.resource == "*" or question.resource.split(":")[3] == kind
    if fitting and not excess(own, handed) and PolicySet([("handed", handed)]).decide(question).allowed:
        assert PolicySet((str(number), document) for number, document in enumerate(own)).decide(question).allowed


def test_a_wider_right_covers_a_narrower_one_and_not_the_reverse() -> None:
    assert not excess([one(READ_ALL)], one(READ_ONE))
    assert excess([one(READ_ONE)], one(READ_ALL)) == "modelarts:dataset:get"


def test_an_id_that_reads_like_another_resource_is_not_covered() -> None:
    own = Statement("Allow", ("modelarts:*:*",), ("modelarts:*:*:dataset:a",))
    handed = Statement("Allow", ("modelarts:*:*",), ("modelarts:north:acme:model:dataset:a",))
    assert excess([one(own)], one(handed))


def test_a_right_under_a_condition_is_handed_out_under_it_only() -> None:
    bound = replace(READ_ALL, conditions=(OFFICE,))
    assert excess([one(bound)], one(READ_ALL))
    assert not excess([one(bound)], one(bound))
    assert not excess([one(READ_ALL)], one(bound))


def test_what_is_denied_to_the_giver_is_not_theirs_to_give() -> None:
    deny = replace(READ_ONE, effect="Deny")
    other = replace(READ_ONE, resources=("modelarts:*:*:dataset:b",))
    assert excess([one(READ_ALL), one(deny)], one(READ_ONE))
    assert not excess([one(READ_ALL), one(deny)], one(other))


def test_a_policy_that_only_denies_gives_nothing() -> None:
    assert not excess([], one(replace(READ_ALL, effect="Deny")))


def test_common_operations_are_part_of_full_access() -> None:
    full, common = (SYSTEM_POLICIES[f"ModelArts {name}"].document for name in ("FullAccess", "CommonOperations"))
    assert not excess([full], common)
    assert excess([common], full)
