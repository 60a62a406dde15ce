"""Nobody hands out more than they may do themselves: the rule alone, and whatever services let people do."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from apps.access.catalogue import CATALOGUE
from apps.access.models import Attachment, Policy
from apps.core.errors import TagoraError
from apps.iam import services
from apps.iam.handing import first_beyond, meet
from apps.iam.handing import given as widening
from apps.iam.selectors import policies
from apps.iam.selectors.simulation import simulate
from apps.policies.conditions import Condition
from apps.policies.documents import Document, Statement, parse
from apps.policies.evaluation import PolicySet, Question
from apps.policies.patterns import matches
from apps.tenants.models import Group, TenantUser
from tests.factories import Customer
from tests.iam.people import a_user, actor_of, give, text_of
from tests.policies.strategies import ACTION_PATTERNS, ACTIONS, BROAD, IDS, documents

RESOURCES = tuple(f"modelarts:north:acme:{kind}:{name}" for kind in ("dataset", "notebook") for name in IDS)
enough = settings(max_examples=int(os.environ.get("TAGORA_GIVING_EXAMPLES", "200")), deadline=None)
OFFICE = Condition("IpAddress", "g:SourceIp", ("10.0.0.0/8",))
OWN = Condition("Bool", "modelarts:OwnWork", ("true",))
questions = st.builds(
    Question,
    action=st.sampled_from(ACTIONS),
    resource=st.sampled_from(("*", *RESOURCES)),
    context=st.sampled_from(({}, {"g:SourceIp": "10.1.2.3"}, {"g:SourceIp": "11.1.2.3"})),
)


@st.composite
def narrowed(draw: st.DrawFn, own: Document) -> Statement:
    """Something like what a person has: often a part of it, at times more."""
    statement = draw(st.sampled_from(own.statements))
    actions = draw(st.lists(st.sampled_from((*statement.actions, *ACTIONS)), min_size=1, max_size=2))
    resources = draw(st.lists(st.sampled_from((*statement.resources, *BROAD)), min_size=1, max_size=2))
    conditions = draw(st.sampled_from((statement.conditions, (*statement.conditions, OFFICE))))
    return replace(statement, actions=tuple(actions), resources=tuple(resources), conditions=tuple(set(conditions)))


@enough
@given(st.data())
def test_what_may_be_given_is_held(data: st.DataObject) -> None:
    own = data.draw(documents)
    new = Document(tuple(data.draw(st.lists(narrowed(own), min_size=1, max_size=3))))
    old = Document(tuple(data.draw(st.lists(narrowed(own), max_size=2))))
    assume(not first_beyond([own], widening(new, old), CATALOGUE))
    event("given")
    question = data.draw(questions)
    # What somebody can do by the new document and could not by the old one, whatever else they have.
    beside = data.draw(documents)
    gained = (
        PolicySet([("new", new), ("beside", beside)]).decide(question).allowed
        and not PolicySet([("old", old), ("beside", beside)]).decide(question).allowed
    )
    if gained:
        event("gained")
        assert PolicySet([("own", own)]).decide(question).allowed


@pytest.mark.parametrize(
    ("own", "handed", "beyond"),
    [
        (("modelarts:*:*",), Statement("Allow", ("modelarts:dataset:*",)), False),
        (("modelarts:dataset:*",), Statement("Allow", ("modelarts:*:*",)), True),
        (("modelarts:dataset:get", "modelarts:dataset:list"), Statement("Allow", ("modelarts:dataset:?et",)), True),
        (("obs:*:*",), Statement("Allow", ("obs:object:GetObject",), ("obs:*:*:object:b/*",)), False),
        (("obs:*:*",), Statement("Allow", ("obs:object:GetObject",), ("obs:*:*:object:b/*",), (OFFICE,)), False),
    ],
)
def test_the_rule_by_example(own: tuple[str, ...], handed: Statement, beyond: bool) -> None:
    assert bool(first_beyond([Document((Statement("Allow", own),))], [handed], CATALOGUE)) is beyond


def test_conditions_and_denials_of_the_giver_count() -> None:
    everything = Statement("Allow", ("modelarts:*:*",))
    handed = Statement("Allow", ("modelarts:notebook:create",))
    bound = [Document((replace(everything, conditions=(OFFICE,)),))]
    assert first_beyond(bound, [handed], CATALOGUE)
    assert not first_beyond(bound, [replace(handed, conditions=(OFFICE,))], CATALOGUE)
    denied = [Document((everything, Statement("Deny", ("modelarts:notebook:*",), ("modelarts:*:*:notebook:a*",))))]
    assert first_beyond(denied, [handed], CATALOGUE)
    assert not first_beyond(denied, [replace(handed, resources=("modelarts:*:*:notebook:b*",))], CATALOGUE)
    # "Own work" of the giver is not own work of whoever gets it.
    own = [Document((replace(everything, conditions=(OWN,)),))]
    assert first_beyond(own, [replace(handed, conditions=(OWN,))], CATALOGUE)


def test_a_star_does_not_reach_across_the_parts_of_a_resource() -> None:
    wider = Document((Statement("Allow", ("modelarts:*:*",), ("modelarts:*:*:dataset:x",)),))
    handed = Statement("Allow", ("modelarts:notebook:get",), ("modelarts:north:acme:notebook:dataset:x",))
    assert first_beyond([wider], [handed], CATALOGUE)


def test_taking_a_denial_away_is_giving() -> None:
    denial = Statement("Deny", ("modelarts:notebook:*",))
    assert widening(Document(()), Document((denial,))) == (denial,)
    assert widening(Document((denial,)), Document((denial,))) == ()
    assert widening(Document((denial,)), None) == ()


@enough
@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_patterns_that_share_a_text_meet(first: str, second: str, text: str) -> None:
    if matches(first, text) and matches(second, text):
        assert meet(first, second)


def test_patterns_that_share_none_do_not_meet() -> None:
    for first, second in (("a", "b"), ("a*", "b*"), ("a?", "a"), ("*a", "*b"), ("modelarts:*:get", "modelarts:*:set")):
        assert not meet(first, second)
        assert not meet(second, first)


# ---------------------------------------------------------------- through the services


class _Undo(Exception):
    pass


OPERATIONS = ("attach", "detach", "write", "edit", "restore", "join", "leave", "default", "delete")


def _try(operation: str, actor: object, target: TenantUser, text: str, pick: int) -> None:
    rows = list(Policy.objects.order_by("pk"))
    row = rows[pick % len(rows)]
    groups = list(Group.objects.filter(tenant=target.tenant).order_by("pk"))
    group = groups[pick % len(groups)]
    held = list(Attachment.objects.filter(tenant=target.tenant).order_by("pk"))
    how = {
        "attach": lambda: services.attach_policy(actor=actor, policy=policies.own(row), user=target),
        "detach": lambda: services.detach_policy(actor=actor, attachment=held[pick % len(held)]),
        "write": lambda: services.create_policy(actor=actor, name=f"p{len(rows)}", document=text),
        "edit": lambda: services.update_policy(actor=actor, policy=row, document=text),
        "restore": lambda: services.restore_version(actor=actor, policy=row, number=1),
        "join": lambda: services.add_members(actor=actor, group=group, users=[target]),
        "leave": lambda: services.remove_members(actor=actor, group=group, users=[target]),
        "default": lambda: services.update_group(actor=actor, group=group, is_default=True),
        "delete": lambda: services.delete_policy(actor=actor, policy=row, also_detach=True),
    }
    try:
        with transaction.atomic():
            how[operation]()
    except TagoraError:
        event(f"{operation} refused")
    else:
        event(f"{operation} done")


def _rights(customer: Customer, user: TenantUser) -> set[str]:
    return {
        action
        for action in ACTIONS
        if simulate(customer.actor, user, action=action, project=customer.project).ruling.allowed
    }


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    own=st.lists(st.sampled_from(ACTION_PATTERNS), min_size=1, max_size=2),
    denied=st.sampled_from(ACTIONS),
    steps=st.lists(
        st.tuples(
            st.sampled_from(OPERATIONS),
            st.sampled_from(("self", "other")),
            st.sampled_from(("Allow", "Deny")),
            st.sampled_from(ACTION_PATTERNS),
            st.integers(0, 5),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_a_delegate_and_a_friend_never_get_beyond_the_delegate(
    acme: Customer, own: list[str], denied: str, steps: list[tuple[str, str, str, str, int]]
) -> None:
    """Who may do all of IAM and some of ModelArts tries whatever there is, for themselves and for a friend."""
    try:
        with transaction.atomic():
            delegate, friend = a_user(acme, "delegate"), a_user(acme, "friend")
            writing = {
                "iam": text_of("Allow", "iam:*:*"),
                "some": text_of("Allow", *own),
                "not": text_of("Deny", denied),
                "strong": text_of("Allow", "modelarts:*:*"),
            }
            for name, text in writing.items():
                services.create_policy(actor=acme.actor, name=name, document=text)
            give(acme, delegate, "iam", "some", "not")
            strong = services.create_group(actor=acme.actor, name="strong")
            give(acme, strong, "strong")
            most = _rights(acme, delegate)
            for operation, target, effect, pattern, pick in steps:
                text = text_of(effect, pattern)
                _try(operation, actor_of(delegate), delegate if target == "self" else friend, text, pick)
            assert _rights(acme, delegate) <= most
            assert _rights(acme, friend) <= most
            raise _Undo
    except _Undo:
        pass


def test_samples_of_the_property_are_policies() -> None:
    """The texts that the delegate writes are accepted by the language, so that refusals are those of rights."""
    for pattern in ACTION_PATTERNS:
        parse(text_of("Allow", pattern), CATALOGUE)
