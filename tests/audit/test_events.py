"""The names of the log are those of the guide, and belong to what the guide says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from apps.audit.events import IAM, LEVELS, SERVICES, Event

GUIDE = [
    (row["table"], row["resource_type"], row["name"])
    for row in csv.DictReader((Path(__file__).parent / "guide_events.csv").open(encoding="utf-8"))
]


def test_all_six_tables_are_read() -> None:
    assert {table for table, _type, _name in GUIDE} == {f"7-{number}" for number in range(1, 7)}
    assert len(GUIDE) == 93


@pytest.mark.parametrize(("table", "resource_type", "name"), GUIDE, ids=[name for _table, _type, name in GUIDE])
def test_a_name_of_the_guide_is_in_the_enum(table: str, resource_type: str, name: str) -> None:
    event = Event(name)
    assert event.resource_type == resource_type
    assert event.service == (IAM if resource_type == "IAM" else "ModelArts")
    assert event.level == "normal"


def test_every_event_says_what_it_belongs_to() -> None:
    for event in Event:
        assert event.service in SERVICES
        assert event.level in LEVELS
        assert len(event.value) <= 64
        assert event.resource_type or event in {Event.REFUSE_OPERATION, Event.SHARE_RESOURCE}, event
        assert len(event.resource_type) <= 32


def test_what_is_not_built_is_of_the_guide() -> None:
    """A name of ours is made when it is needed."""
    assert {event.value for event in Event if not event.built} <= {name for _table, _type, name in GUIDE}
