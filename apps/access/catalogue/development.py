"""Actions of the parts to come: development, training, models, services. Policies may speak of them already."""

from __future__ import annotations

from collections.abc import Iterator

from apps.access.catalogue.rows import kept
from apps.policies.catalogue import CatalogueAction
from apps.policies.phrases import N_


def development() -> Iterator[CatalogueAction]:
    yield from kept(
        "modelarts:exemplProject",
        "exemplProject",
        (
            N_("List automatic learning projects"),
            N_("See an automatic learning project"),
            N_("Create an automatic learning project"),
            N_("Change an automatic learning project"),
            N_("Delete an automatic learning project"),
        ),
    )
    yield from kept(
        "modelarts:notebook",
        "notebook",
        (
            N_("List notebooks"),
            N_("See a notebook"),
            N_("Create a notebook"),
            N_("Change a notebook"),
            N_("Delete a notebook"),
        ),
        ("action", "write", N_("Start or stop a notebook")),
        ("access", "write", N_("Open a notebook")),
    )
    yield from kept(
        "modelarts:workspace",
        "workspace",
        (
            N_("List workspaces"),
            N_("See a workspace"),
            N_("Create a workspace"),
            N_("Change a workspace"),
            N_("Delete a workspace"),
        ),
        ("getQuotas", "read", N_("See the quotas of a workspace")),
        ("updateQuotas", "write", N_("Change the quotas of a workspace")),
    )
    yield from kept(
        "modelarts:image",
        "image",
        (N_("List images"), N_("See an image"), N_("Register an image"), N_("Change an image"), N_("Delete an image")),
    )
    yield from kept(
        "modelarts:pool",
        "pool",
        (
            N_("List resource pools"),
            N_("See a resource pool"),
            N_("Create a resource pool"),
            N_("Change a resource pool"),
            N_("Delete a resource pool"),
        ),
    )


def training() -> Iterator[CatalogueAction]:
    yield from kept(
        "modelarts:algorithm",
        "algorithm",
        (
            N_("List algorithms"),
            N_("See an algorithm"),
            N_("Create an algorithm"),
            N_("Change an algorithm"),
            N_("Delete an algorithm"),
        ),
    )
    yield from kept(
        "modelarts:trainJob",
        "trainJob",
        (
            N_("List training jobs"),
            N_("See a training job"),
            N_("Create a training job"),
            N_("Change a training job"),
            N_("Delete a training job"),
        ),
    )
    yield from kept(
        "modelarts:trainJobVersion",
        "trainJob",
        (
            N_("List versions of training jobs"),
            N_("See a version of a training job"),
            N_("Create a version of a training job"),
            N_("Change a version of a training job"),
            N_("Delete a version of a training job"),
        ),
        ("stop", "write", N_("Stop a version of a training job")),
    )
    yield from kept(
        "modelarts:trainConfig",
        "trainConfig",
        (
            N_("List training parameters"),
            N_("See training parameters"),
            N_("Create training parameters"),
            N_("Change training parameters"),
            N_("Delete training parameters"),
        ),
    )
    yield from kept(
        "modelarts:tensorboard",
        "tensorboard",
        (
            N_("List visualization jobs"),
            N_("See a visualization job"),
            N_("Create a visualization job"),
            N_("Change a visualization job"),
            N_("Delete a visualization job"),
        ),
        ("stop", "write", N_("Stop a visualization job")),
        ("restart", "write", N_("Restart a visualization job")),
    )
    yield from kept(
        "modelarts:model",
        "model",
        (N_("List models"), N_("See a model"), N_("Create a model"), N_("Change a model"), N_("Delete a model")),
    )
    yield from kept(
        "modelarts:service",
        "service",
        (
            N_("List services"),
            N_("See a service"),
            N_("Deploy a service"),
            N_("Change a service"),
            N_("Delete a service"),
        ),
        ("action", "write", N_("Start or stop a service")),
    )
    yield from kept(
        "modelarts:aiMarket",
        "aiMarket",
        (
            N_("List shared assets"),
            N_("See a shared asset"),
            N_("Publish an asset"),
            N_("Change a shared asset"),
            N_("Withdraw a shared asset"),
        ),
    )
