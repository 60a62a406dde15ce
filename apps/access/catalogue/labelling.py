"""Actions on data sets, and on the work of teams on them."""

from __future__ import annotations

from collections.abc import Iterator

from apps.access.catalogue.rows import of
from apps.access.catalogue.storage import BOTH, READING, REMOVING, WRITING
from apps.policies.catalogue import CatalogueAction
from apps.policies.phrases import N_


def data() -> Iterator[CatalogueAction]:
    yield from of(
        "modelarts:dataset",
        "dataset",
        (
            ("list", "list", N_("List data sets")),
            ("get", "read", N_("See a data set")),
            ("create", "write", N_("Create a data set"), BOTH),
            ("update", "write", N_("Change a data set")),
            ("delete", "write", N_("Delete a data set")),
            ("import", "write", N_("Import samples into a data set"), BOTH),
            ("sync", "write", N_("Synchronise a data set with its folder"), READING),
            ("publish", "write", N_("Publish a version of a data set"), WRITING),
            ("export", "write", N_("Export a data set"), BOTH),
            ("share", "permission", N_("Share a data set")),
            ("createAutoLabelingTask", "write", N_("Start automatic labelling"), BOTH),
            ("createAutoGroupingTask", "write", N_("Start automatic grouping"), BOTH),
            ("createAutoDeployTask", "write", N_("Start automatic deployment"), BOTH),
            ("getFeatures", "read", N_("See the features of a data set")),
        ),
    )
    yield from of(
        "modelarts:datasetVersion",
        "dataset",
        (
            ("list", "list", N_("List versions of a data set")),
            ("get", "read", N_("See a version of a data set")),
            ("setCurrent", "write", N_("Make a version of a data set the current one")),
            ("delete", "write", N_("Delete a version of a data set")),
        ),
    )
    yield from of(
        "modelarts:label",
        "dataset",
        (
            ("list", "list", N_("List labels")),
            ("create", "write", N_("Create a label")),
            ("update", "write", N_("Change a label")),
            ("delete", "write", N_("Delete a label")),
        ),
    )
    yield from of(
        "modelarts:sample",
        "dataset",
        (
            ("list", "list", N_("List samples"), ("obs:object:GetObject",)),
            ("get", "read", N_("See a sample"), ("obs:object:GetObject",)),
            ("upload", "write", N_("Add samples"), WRITING),
            ("label", "write", N_("Label a sample")),
            ("delete", "write", N_("Delete samples")),
            ("deleteWithSource", "write", N_("Delete samples with their files"), REMOVING),
        ),
    )
    yield from of(
        "modelarts:processor",
        "processor",
        (
            ("list", "list", N_("List processing tasks")),
            ("get", "read", N_("See a processing task")),
            ("create", "write", N_("Create a processing task"), BOTH),
            ("update", "write", N_("Change a processing task")),
            ("delete", "write", N_("Delete a processing task")),
        ),
    )


def team_work() -> Iterator[CatalogueAction]:
    yield from of(
        "modelarts:workforce",
        "workforce",
        (
            ("list", "list", N_("List teams")),
            ("get", "read", N_("See a team")),
            ("create", "write", N_("Create a team")),
            ("update", "write", N_("Change a team")),
            ("delete", "write", N_("Delete a team")),
            ("share", "permission", N_("Share a team")),
        ),
    )
    yield from of(
        "modelarts:worker",
        "workforce",
        (
            ("list", "list", N_("List team members")),
            ("get", "read", N_("See a team member")),
            ("create", "write", N_("Add a team member")),
            ("update", "write", N_("Change a team member")),
            ("delete", "write", N_("Remove a team member")),
        ),
    )
    # A team task is made out of a data set; from then on it is a thing of its own.
    yield from of("modelarts:workforceTask", "dataset", (("create", "write", N_("Create a team task"), READING),))
    yield from of(
        "modelarts:workforceTask",
        "workforceTask",
        (
            ("list", "list", N_("List team tasks")),
            ("get", "read", N_("See a team task")),
            ("start", "write", N_("Start a team task")),
            ("update", "write", N_("Change a team task")),
            ("delete", "write", N_("Delete a team task")),
            ("notify", "write", N_("Send e-mail to the members of a team task")),
            ("label", "write", N_("Label samples of a team task")),
            ("review", "write", N_("Review labels of a team task")),
            ("share", "permission", N_("Share a team task")),
        ),
    )
    yield from of(
        "modelarts:acceptance",
        "workforceTask",
        (
            ("get", "read", N_("See the acceptance of a team task")),
            ("start", "write", N_("Start the acceptance of a team task")),
            ("judge", "write", N_("Judge samples in acceptance")),
            ("complete", "write", N_("Complete the acceptance of a team task")),
        ),
    )
    yield from of(
        "modelarts:job",
        "job",
        (
            ("list", "list", N_("List jobs")),
            ("get", "read", N_("See a job")),
            ("stop", "write", N_("Stop a job")),
            ("retry", "write", N_("Run a job again")),
            ("share", "permission", N_("Share a job")),
        ),
    )
