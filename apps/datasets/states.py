"""The workflows of a data set and of a version, as tables, and the states of a sample."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.states import StateMachine

CREATING = "creating"
NORMAL = "normal"
IMPORTING = "importing"
SYNCING = "syncing"
PUBLISHING = "publishing"
SWITCHING = "switching"
DELETING = "deleting"
ABNORMAL = "abnormal"

DATASET_STATES = {
    CREATING: _("Creating"),
    NORMAL: _("Ready"),
    IMPORTING: _("Importing"),
    SYNCING: _("Synchronising"),
    PUBLISHING: _("Publishing"),
    SWITCHING: _("Switching version"),
    DELETING: _("Deleting"),
    ABNORMAL: _("Abnormal"),
}

# One piece of long work at a time: each of these states belongs to one job, whose end brings the data set back.
DATASET = StateMachine(
    table={
        (CREATING, "finish"): NORMAL,
        (CREATING, "delete"): DELETING,
        (NORMAL, "import"): IMPORTING,
        (NORMAL, "synchronise"): SYNCING,
        (NORMAL, "publish"): PUBLISHING,
        (NORMAL, "switch"): SWITCHING,
        (NORMAL, "delete"): DELETING,
        (IMPORTING, "finish"): NORMAL,
        (IMPORTING, "delete"): DELETING,
        (SYNCING, "finish"): NORMAL,
        (SYNCING, "delete"): DELETING,
        (PUBLISHING, "finish"): NORMAL,
        (PUBLISHING, "delete"): DELETING,
        (SWITCHING, "finish"): NORMAL,
        (SWITCHING, "fail"): ABNORMAL,
        (ABNORMAL, "finish"): NORMAL,
        (ABNORMAL, "delete"): DELETING,
    },
    labels=DATASET_STATES,
)

VERSION_CREATING = "creating"
VERSION_NORMAL = "normal"
VERSION_ABNORMAL = "abnormal"

VERSION_STATES = {
    VERSION_CREATING: _("Creating"),
    VERSION_NORMAL: _("Ready"),
    VERSION_ABNORMAL: _("Failed"),
}

VERSION = StateMachine(
    table={
        (VERSION_CREATING, "finish"): VERSION_NORMAL,
        (VERSION_CREATING, "fail"): VERSION_ABNORMAL,
        (VERSION_ABNORMAL, "retry"): VERSION_CREATING,
    },
    labels=VERSION_STATES,
)


class SampleState(models.IntegerChoices):
    """Whether a sample has its labels; small integers, because a million rows and three indexes carry them."""

    UNLABELLED = 0, _("Unlabelled")
    LABELLED = 1, _("Labelled")
    TO_CONFIRM = 2, _("To confirm")
