"""The workflow of an acceptance round, what completing one accepts, and the codes of that on the wire."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.states import StateMachine

DRAWING = "drawing"
OPEN = "open"
COMPLETING = "completing"
COMPLETED = "completed"
CANCELLED = "cancelled"

# `cancel` is not possible while results are taken over: part of them has reached the data set.
acceptance_states = StateMachine(
    table={
        (DRAWING, "open"): OPEN,
        (DRAWING, "cancel"): CANCELLED,
        (OPEN, "cancel"): CANCELLED,
        (OPEN, "complete"): COMPLETING,
        (COMPLETING, "finish"): COMPLETED,
    },
    labels={
        DRAWING: _("Drawing samples"),
        OPEN: _("Open"),
        COMPLETING: _("Taking over results"),
        COMPLETED: _("Completed"),
        CANCELLED: _("Cancelled"),
    },
)
UNDER_WAY = (DRAWING, OPEN, COMPLETING)


class Method(models.TextChoices):
    """How many answers of the lot are drawn: a share of it, or a number."""

    PERCENT = "percent", _("By percentage")
    NUMBER = "number", _("By number")


class Verdict(models.TextChoices):
    """What was said of a drawn answer."""

    UNJUDGED = "", _("Unjudged")
    PASS = "pass", pgettext_lazy("verdict", "Passed")
    FAIL = "fail", pgettext_lazy("verdict", "Failed")


class Scope(models.IntegerChoices):
    """Which answers of the lot are accepted when a round is completed; the values are the codes of the wire.

    An answer of the lot that was not drawn counts as unjudged.
    """

    ALL = 0, _("Everything passes")
    NOTHING = 1, _("Nothing passes")
    PASSED_AND_UNJUDGED = 4, _("What passed and what was not judged")
    PASSED = 5, _("Only what passed")

    def accepts(self, verdict: str) -> bool:
        match self:
            case Scope.ALL:
                return True
            case Scope.NOTHING:
                return False
            case Scope.PASSED_AND_UNJUDGED:
                return verdict != Verdict.FAIL
            case Scope.PASSED:
                return verdict == Verdict.PASS
