"""One name for one thing: every event is recorded somewhere, every action is asked somewhere."""

from __future__ import annotations

import ast
from enum import StrEnum

import pytest

from apps.access.actions import GRANTED_BY, Action
from apps.audit.events import Event
from apps.sharing.selectors import SHARE
from tests.rules.sources import calls, python_files, tree


def mentioned(enum: str, *, inside: set[str]) -> set[str]:
    """Members `Enum.NAME` that stand among the arguments of calls of the given names."""
    names = set()
    for path in python_files("apps", "config"):
        for name, call in calls(tree(path)):
            if name not in inside:
                continue
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                for node in ast.walk(argument):
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == enum:
                        names.add(node.attr)
    return names


# The ways to write an event; the others are parts of `audit.services` that fix the name themselves.
RECORDING = {"record", "_write"}


def recorded() -> set[str]:
    """Members of `Event` that stand in a function which records: often chosen a line before."""
    names = set()
    for path in python_files("apps", "config"):
        if path.name == "events.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and {name for name, _call in calls(node)} & RECORDING:
                names |= {
                    inner.attr
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Attribute)
                    and isinstance(inner.value, ast.Name)
                    and inner.value.id == "Event"
                }
    return names


def test_every_event_that_has_a_feature_is_recorded_somewhere() -> None:
    never = {event.name for event in Event if event.built} - recorded()
    assert not never


def test_what_has_no_feature_is_recorded_nowhere() -> None:
    assert not {event.name for event in Event if not event.built} & recorded()


def test_every_action_is_asked_somewhere() -> None:
    """Seeing is not asked one by one: `visible_to` filters every list, and every look-up starts from a list."""
    # Which of these is asked hangs on the kind of what is shared.
    by_kind = {action.name for action in SHARE.values()}
    never = {action.name for action in Action} - mentioned("Action", inside={"authorize", "refusal"}) - by_kind
    never = {name for name in never if not name.endswith("_VIEW")}
    assert not never


@pytest.mark.parametrize("enum", [Action, Event])
def test_a_name_is_given_once(enum: type[StrEnum]) -> None:
    assert len(enum.__members__) == len({member.value for member in enum})


def test_every_action_on_an_object_can_be_granted() -> None:
    """What no grant allows is what makes new things in the tenant, touches its bytes, or gives rights."""
    only_admins = {action for action in Action if action not in GRANTED_BY}
    assert only_admins == {
        *(Action.STORAGE_LIST, Action.STORAGE_READ, Action.STORAGE_WRITE, Action.STORAGE_DELETE),
        *(Action.DATASET_CREATE, Action.TEAM_CREATE),
        *(Action.USER_VIEW, Action.USER_CREATE, Action.USER_UPDATE, Action.USER_DELETE),
        *(Action.GROUP_VIEW, Action.GROUP_CREATE, Action.GROUP_UPDATE, Action.GROUP_DELETE),
        *(Action.POLICY_VIEW, Action.POLICY_CREATE, Action.POLICY_UPDATE, Action.POLICY_DELETE),
        *(Action.POLICY_ATTACH, Action.POLICY_DETACH, Action.POLICY_SIMULATE),
        *(Action.DATASET_SHARE, Action.TEAM_SHARE, Action.TASK_SHARE, Action.JOB_SHARE, Action.SAMPLE_DELETE_FILES),
        *(Action.AGENCY_VIEW, Action.AGENCY_CREATE, Action.AGENCY_UPDATE, Action.AGENCY_DELETE, Action.AGENCY_ASSUME),
        *(Action.VISIT_DECIDE, Action.TRACE_LIST, Action.SIGN_IN_RULES_VIEW, Action.SIGN_IN_RULES_UPDATE),
        *(Action.CREDENTIAL_VIEW, Action.CREDENTIAL_CREATE, Action.CREDENTIAL_UPDATE, Action.CREDENTIAL_DELETE),
    }
