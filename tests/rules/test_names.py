"""One name for one thing: every event is recorded somewhere, every action is asked somewhere."""

from __future__ import annotations

import ast
from enum import StrEnum

import pytest

from apps.access.actions import GRANTED_BY, Action
from apps.audit.events import Event
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


def test_every_event_is_recorded_somewhere() -> None:
    never = {event.name for event in Event} - mentioned("Event", inside={"record"})
    assert not never


def test_every_action_is_asked_somewhere() -> None:
    """Seeing is not asked one by one: `visible_to` filters every list, and every look-up starts from a list."""
    never = {action.name for action in Action} - mentioned("Action", inside={"authorize", "refusal"})
    never = {name for name in never if not name.endswith("_VIEW")}
    assert not never


@pytest.mark.parametrize("enum", [Action, Event])
def test_a_name_is_given_once(enum: type[StrEnum]) -> None:
    assert len(enum.__members__) == len({member.value for member in enum})


def test_every_action_on_an_object_can_be_granted() -> None:
    """What only an admin may do is what makes new things in the tenant, and what touches its bytes."""
    only_admins = {action for action in Action if action not in GRANTED_BY}
    assert only_admins == {
        *(Action.STORAGE_LIST, Action.STORAGE_READ, Action.STORAGE_WRITE, Action.STORAGE_DELETE),
        *(Action.DATASET_CREATE, Action.TEAM_CREATE),
    }
