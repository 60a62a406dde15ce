"""The workflow tables against the places that repeat their words."""

from __future__ import annotations

from apps.labeling.models import Assignment, Participant, TeamTask
from apps.labeling.states import (
    ANSWERED,
    ASSIGNMENT_WIRE,
    COUNTED,
    TASK_WIRE,
    UNANSWERED,
    assignment_states,
    task_states,
)
from apps.labeling.wire import COUNTER_NAMES, STATES_BY_WIRE


def test_every_state_of_an_assignment_has_a_counter_a_wire_code_and_a_label() -> None:
    known = assignment_states.states()
    assert set(COUNTED) == known == set(ASSIGNMENT_WIRE) == set(assignment_states.labels) == set(COUNTER_NAMES)
    assert {field.name for field in Participant._meta.get_fields()} >= known
    assert set(ANSWERED) | set(UNANSWERED) == known
    assert not set(ANSWERED) & set(UNANSWERED)


def test_every_state_of_a_task_has_its_own_wire_code_and_a_label() -> None:
    assert set(TASK_WIRE) == task_states.states() == set(task_states.labels)
    assert sorted(TASK_WIRE.values()) == list(range(8))


def test_every_state_fits_its_column() -> None:
    for model, machine in ((TeamTask, task_states), (Assignment, assignment_states)):
        longest = model._meta.get_field("state").max_length
        assert longest is not None
        assert max(map(len, machine.states())) <= longest


def test_no_answer_leaves_the_accepted_state_and_none_skips_review() -> None:
    assert not [action for state, action in assignment_states.table if state == "accepted"]
    assert assignment_states.sources("accept") == ["unchecked"]
    assert {target for (_, action), target in assignment_states.table.items() if action == "submit_for_review"} == {
        "unreviewed"
    }


def test_wire_states_name_known_states_only() -> None:
    assert {state for named in STATES_BY_WIRE.values() for state in named} <= assignment_states.states()
