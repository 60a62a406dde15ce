"""The page of the labelling tool for people of the tenant, who label a data set's samples themselves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.access.actions import Action
from apps.datasets.models import Dataset
from apps.datasets.pages.frame import open_dataset, refused
from apps.datasets.selectors import labels_of
from apps.labeltypes import label_types
from apps.tenants.actors import Actor

# Tab of the samples -> the state that the API lists.
_WIRE_STATES = {"unlabelled": "__NONE__", "labelled": "__ALL__", "to_confirm": "__AUTO_ANNOTATION__"}
# Label type -> the script that can label it.
TOOLS = {"image_classification": "classification", "object_detection": "detection"}


@require_safe
def dataset_label(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The tool, on the samples of one `state`, beginning at `sample`."""
    actor, dataset = open_dataset(request, dataset_id)
    tool = TOOLS[dataset.label_type]
    context = {
        "dataset": dataset,
        # The tool takes the width of the window; its way back is in its own head.
        "nav": [],
        "tool": tool,
        "script": f"dist/{tool}.js",
        "config": tool_config(
            actor, dataset, state=request.GET.get("state", ""), start=_sample_id(request.GET.get("sample", ""))
        ),
    }
    return render(request, "datasets/tool.html", context)


def tool_config(actor: Actor, dataset: Dataset, *, state: str, start: str) -> dict[str, Any]:
    """What the tool must know; see docs/tools.md."""
    assert actor.person is not None
    state = state if state in _WIRE_STATES else ""
    back = reverse("dataset-samples", args=[dataset.public_id])
    return {
        "mode": "owner",
        "type": dataset.label_type,
        "scope": f"dataset:{dataset.public_id}:{actor.person.public_id}",
        "state": _WIRE_STATES.get(state, ""),
        "samples": reverse("api-samples", args=[dataset.project.public_id, dataset.public_id]),
        "review": "",
        "back": f"{back}?{urlencode({'state': state})}" if state else back,
        "start": start,
        "labels": [
            {
                "name": spec.name,
                "color": spec.color,
                "shortcut": spec.shortcut,
                "shape": spec.default_shape,
                "attributes": [each.as_json() for each in spec.attributes],
            }
            for spec in labels_of(dataset)
        ],
        "allowedShapes": list(label_types.get(dataset.label_type).shapes),
        "topic": dataset.topic,
        "readonly": refused(actor, Action.SAMPLE_LABEL, dataset) is not None,
    }


def _sample_id(text: str) -> str:
    try:
        return UUID(hex=text).hex if text else ""
    except ValueError:
        return ""
