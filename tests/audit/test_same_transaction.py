"""The change and its event are one: when the event cannot be written, nothing of the change is left either."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from apps.access import services as access
from apps.audit import services as audit
from tests.audit.journey import journey

pytestmark = pytest.mark.django_db

# Everything that a journey through the server can record; the rest is recorded where people come in.
EXPECTED = {
    *("createDataset", "updateDataset", "deleteDataset", "publishDatasetVersion", "syncDataSource"),
    *("importSamplesToDataset", "createLabel", "updateLabel", "deleteLabel", "deleteLabelWithSamples"),
    *("createWorkforce", "updateWorkforce", "deleteWorkforce", "createWorker", "updateWorker", "deleteWorker"),
    *("createWorkforceTask", "updateWorkforceTask", "deleteWorkforceTask", "updateWorkforceTaskSamples"),
    *("startWorkforceSamplingTask", "uploadObjects", "createFolder", "deleteObject", "stopJob", "retryJob"),
}

# One act of several: a start invites people. It is undone as a whole, beyond the last decision that was asked for.
OF_SEVERAL = {"inviteWorker", "startWorkforceTask"}
# Operators are asked for at another door, which this test does not watch: tests/agencies/test_operators.py does.
BY_OPERATORS = {"createOperator", "askOperatorVisit", "openOperatorVisit", "createTenant"}


class NotWritten(BaseException):
    """The event could not be written; nobody catches this, as nobody catches the end of the process."""


class Watch:
    """Counts decisions and events of a journey; stops it at the first event of a name, as if the write had failed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.first: dict[str, int] = {}
        self.stop_at = ""
        self.look_at = 0
        self.before: Any = None
        note: Callable[..., None] = access.note
        write: Callable[..., None] = audit._write

        def noted(*values: Any) -> None:
            self.asked += 1
            if self.asked == self.look_at:
                self.before = everything()
            note(*values)

        def written(*values: Any, **columns: Any) -> None:
            name = columns["name"]
            self.first.setdefault(name, self.asked)
            if name == self.stop_at:
                raise NotWritten(name)
            write(*values, **columns)

        patch.setattr(access, "note", noted)
        patch.setattr(audit, "_write", written)


def everything() -> dict[str, list[str]]:
    """Every row of the server."""
    return {
        model._meta.label: [str(row) for row in model._default_manager.order_by("pk").values_list()]
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
    }


def test_without_its_event_no_change_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        watch = Watch(patch)
        with transaction.atomic():
            journey()
            transaction.set_rollback(True)
    firsts = dict(watch.first)
    assert set(firsts) >= EXPECTED, EXPECTED - set(firsts)
    for name in sorted(set(firsts) - OF_SEVERAL - BY_OPERATORS):
        with monkeypatch.context() as patch:
            watch = Watch(patch)
            watch.stop_at, watch.look_at = name, firsts[name]
            with transaction.atomic():
                with pytest.raises(NotWritten):
                    journey()
                left = everything()
                transaction.set_rollback(True)
        assert left == watch.before, f"{name} left something behind"
