"""Data sets, labels, samples and versions as the wire contract writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.core.errors import Conflict, Invalid, TagoraError
from apps.datasets import states
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.selectors import label_rows, labels_of
from apps.datasets.selectors.labels import spec_of
from apps.datasets.services import Outcome
from apps.datasets.states import SampleState
from apps.labeltypes import label_types
from apps.labeltypes.wire import NOTHING, label_to_wire, to_wire

SAMPLE_TYPES = {"image": 0, "text": 1, "audio": 2, "table": 4, "video": 6}
DATASET_CODES = {
    states.CREATING: 0,
    states.NORMAL: 1,
    states.DELETING: 2,
    states.ABNORMAL: 4,
    states.SYNCING: 5,
    states.PUBLISHING: 6,
    states.SWITCHING: 7,
    states.IMPORTING: 8,
}
VERSION_CODES = {states.VERSION_CREATING: 0, states.VERSION_NORMAL: 1, states.VERSION_ABNORMAL: 4}
SAMPLE_STATES = {
    SampleState.LABELLED: "__ALL__",
    SampleState.UNLABELLED: "__NONE__",
    SampleState.TO_CONFIRM: "__AUTO_ANNOTATION__",
}


def milliseconds(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, as the contract gives every time."""
    return int(moment.timestamp() * 1000) if moment else None


def dataset_json(dataset: Dataset, *, labels: bool = True, versions: Iterable[Version] | None = None) -> dict[str, Any]:
    """A data set; `labels` costs no query where the label set is known already."""
    kind = label_types.get(dataset.label_type)
    current = dataset.current_version
    shown: dict[str, Any] = {
        "dataset_id": dataset.public_id,
        "dataset_name": dataset.name,
        "dataset_type": kind.wire_code,
        "dataset_format": 0,
        "data_format": "Default",
        "description": dataset.description,
        "status": DATASET_CODES[dataset.state],
        "create_time": milliseconds(dataset.created_at),
        "update_time": milliseconds(dataset.updated_at),
        "data_update_time": milliseconds(dataset.updated_at),
        "total_sample_count": dataset.sample_count,
        "annotated_sample_count": dataset.labelled_count,
        "unconfirmed_sample_count": dataset.to_confirm_count,
        "deleted_sample_count": 0,
        "data_sources": [{"data_type": 0, "data_path": f"/{dataset.input_bucket}/{dataset.input_key}"}],
        "work_path": f"/{dataset.output_bucket}/{dataset.output_key}",
        "work_path_type": 0,
        "inner_work_path": f"/{dataset.output_bucket}/{dataset.output_key}{dataset.name}-{dataset.public_id}/",
        "managed": False,
        "workspace_id": "0",
        "next_version_num": dataset.next_version_number,
    }
    if current is not None:
        shown |= {"current_version_id": current.public_id, "current_version_name": current.name}
    if labels:
        shown["labels"] = labels_json(dataset)
    if versions is not None:
        shown["versions"] = [version_json(version, dataset) for version in versions]
    return shown


def labels_json(dataset: Dataset) -> list[dict[str, Any]]:
    kind = label_types.get(dataset.label_type)
    return [label_to_wire(spec, kind) for spec in labels_of(dataset)]


def label_stats_json(dataset: Dataset) -> list[dict[str, Any]]:
    """How many samples carry each label, and how many marks name it."""
    kind = label_types.get(dataset.label_type)
    return [
        {**label_to_wire(spec_of(label), kind), "count": label.mark_count, "sample_count": label.sample_count}
        for label in label_rows(dataset)
    ]


def stats_json(dataset: Dataset) -> dict[str, Any]:
    """The statistics of a data set, all of them from counters."""
    return {
        "label_stats": label_stats_json(dataset),
        "sample_stats": {
            "total": dataset.sample_count,
            "all": dataset.sample_count,
            "manual_annotation": dataset.labelled_count,
            "auto_annotation": dataset.to_confirm_count,
            "un_annotation": dataset.unlabelled_count,
            "deleted": 0,
            "lefted": dataset.sample_count,
        },
        "key_sample_stats": {
            "total": dataset.sample_count,
            "key_sample": dataset.hard_count,
            "non_key_sample": dataset.sample_count - dataset.hard_count,
        },
        "hard_detail_stats": {},
        "data_spliting_enable": dataset.labelled_count > 1,
    }


def sample_json(sample: Sample, dataset: Dataset) -> dict[str, Any]:
    """A sample with its labels; `revision` and `thumbnail` are ours beside the contract's fields."""
    kind = label_types.get(dataset.label_type)
    media = f"/media/{dataset.public_id}/{sample.pk.hex}"
    return {
        "sample_id": sample.pk.hex,
        "sample_name": sample.name,
        "sample_dir": sample.source.rpartition("/")[0] + "/",
        "sample_size": sample.size,
        "sample_time": milliseconds(sample.created_at),
        "sample_type": SAMPLE_TYPES[kind.sample_kind],
        "sample_status": SAMPLE_STATES[SampleState(sample.state)],
        "sample_usage": sample.usage,
        "labels": sample_labels_json(sample, dataset),
        NOTHING: sample.nothing_here,
        "metadata": _metadata(sample),
        "sample_data": [media],
        "source": f"obs://{sample.source}",
        "thumbnail": f"{media}/thumbnail?size=256",
        "revision": sample.revision,
    }


def sample_labels_json(sample: Sample, dataset: Dataset) -> list[dict[str, Any]]:
    return to_wire(labels_of(dataset).decode(sample.annotation), label_types.get(dataset.label_type))


def _metadata(sample: Sample) -> dict[str, Any]:
    shown: dict[str, Any] = {"@modelarts:import_origin": 0, "@modelarts:hard": 1.0 if sample.hard else 0.0}
    if sample.hard_coefficient is not None:
        shown["@modelarts:hard_coefficient"] = sample.hard_coefficient
    if sample.width and sample.height:
        shown["@modelarts:size"] = [sample.width, sample.height, sample.depth]
    return shown


def version_json(version: Version, dataset: Dataset) -> dict[str, Any]:
    kind = label_types.get(dataset.label_type)
    manifest = f"/{dataset.output_bucket}/{version.manifest_key}" if version.manifest_key else ""
    shown: dict[str, Any] = {
        "version_id": version.public_id,
        "version_name": version.name,
        "version_format": "Default",
        "description": version.description,
        "status": VERSION_CODES[version.state],
        "message": str(version.message),
        "create_time": milliseconds(version.created_at),
        "update_time": milliseconds(version.updated_at),
        "total_sample_count": version.sample_count,
        "annotated_sample_count": version.labelled_count,
        "manifest_path": manifest,
        "data_path": manifest.rpartition("/")[0] + "/" if manifest else "",
        "is_current": dataset.current_version_id == version.pk,
        "train_evaluate_sample_ratio": "1.0" if version.train_ratio is None else str(version.train_ratio.normalize()),
        "remove_sample_usage": not version.keep_usage,
        "clear_hard_property": not version.with_hard,
        "export_images": False,
        "label_stats": [{**stats, "type": kind.wire_code} for stats in version.label_stats],
    }
    if version.previous is not None:
        shown |= {
            "previous_version_id": version.previous.public_id,
            "previous_total_sample_count": version.previous.sample_count,
            "previous_annotated_sample_count": version.previous.labelled_count,
        }
    return shown


def error_json(error: TagoraError | None) -> dict[str, Any]:
    """One item of a batch's `results`."""
    if error is None:
        return {"success": True}
    place = f"{error.field}: " if isinstance(error, Invalid) and error.field else ""
    return {"success": False, "error_code": error.code, "error_msg": f"{place}{error}"}


def batch_json(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer to a batch: one result each, in the order asked."""
    return {"success": all(result["success"] for result in results), "results": results}


def outcome_json(outcome: Outcome, dataset: Dataset) -> dict[str, Any]:
    """What became of one submission. A conflict shows what is stored, so that a client can compare."""
    result = {**error_json(outcome.error), "sample_id": outcome.sample_id.hex}
    if outcome.sample is not None:
        result["revision"] = outcome.sample.revision
        result["sample_status"] = SAMPLE_STATES[SampleState(outcome.sample.state)]
        if isinstance(outcome.error, Conflict):
            labels = sample_labels_json(outcome.sample, dataset)
            result["conflict"] = {
                "labels": labels,
                NOTHING: outcome.sample.nothing_here,
                "revision": outcome.sample.revision,
            }
    return result
