"""What a page tells the labelling tool on it, and which script and view a data set's type has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.datasets.models import Dataset
from apps.datasets.selectors.labels import labels_of
from apps.labeling.models import TeamTask
from apps.labeling.selectors import Seat
from apps.labeltypes import label_types

TOOLS = {"image_classification": "classification", "object_detection": "detection"}


def api_of(task: TeamTask) -> str:
    """The address of the task's operations."""
    dataset = task.dataset
    return f"/v2/{dataset.project.public_id}/datasets/{dataset.public_id}/workforce-tasks/{task.public_id}"


def tool_labels(dataset: Dataset) -> list[dict[str, Any]]:
    """The labels as the tools take them."""
    return [
        {
            "name": spec.name,
            "color": spec.color,
            "shortcut": spec.shortcut,
            "shape": spec.default_shape,
            "attributes": [attribute.as_json() for attribute in spec.attributes],
        }
        for spec in labels_of(dataset)
    ]


def tool_config(
    seat: Seat, *, mode: str, state: str, samples: str, review: str = "", back: str, start: str = "", readonly: bool
) -> dict[str, Any]:
    """The configuration of a tool for work on a task; `scope` keeps apart what different people have not sent yet."""
    task = seat.task
    person = seat.actor.person
    assert person is not None  # pages of tasks are for people who are signed in
    return {
        "mode": mode,
        "type": task.dataset.label_type,
        "scope": f"task:{task.public_id}:{person.public_id}",
        "state": state,
        "samples": samples,
        "review": review,
        "back": back,
        "start": start,
        "labels": tool_labels(task.dataset),
        "allowedShapes": list(label_types.get(task.dataset.label_type).shapes),
        "topic": f"task:{task.public_id}",
        "readonly": readonly,
    }


def tool_page(
    request: HttpRequest, template: str, seat: Seat, config: dict[str, Any], context: dict[str, Any]
) -> HttpResponse:
    """A page that the tool fills below its own head."""
    kind = TOOLS[seat.task.dataset.label_type]
    script = "review" if config["mode"] in ("review", "acceptance") else kind
    shown = {
        "seat": seat,
        "task": seat.task,
        "config": config,
        "kind": kind,
        "script": f"dist/{script}.js",
        # The tool takes the whole width: the way out is in its head.
        "nav": [],
        **context,
    }
    return render(request, template, shown)
