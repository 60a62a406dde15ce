"""Writing a version: the manifest and, where annotations have shapes, a Pascal VOC file per labelled sample."""

from __future__ import annotations

import hashlib
import io
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.core.errors import NotFound
from apps.core.texts import Said
from apps.core.texts import text as _
from apps.datasets.models import Dataset, Sample, Version
from apps.datasets.selectors.labels import labels_of
from apps.datasets.states import VERSION, VERSION_ABNORMAL, VERSION_CREATING, SampleState
from apps.formats.manifest_writer import write_line
from apps.formats.records import Record
from apps.formats.voc_writer import write_voc
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob
from apps.labeltypes import Annotation, label_types
from apps.storage.paths import Location
from apps.storage.pictures import PICTURE_EXTENSIONS
from apps.storage.store import store
from apps.transfers.subjects import dataset_of, give_back, release, take

BATCH = 500
IN_MEMORY_BYTES = 8 << 20
LONGEST_STEM_BYTES = 200


@dataclass(slots=True)
class Tally:
    """What was counted while writing; the version's figures are those of its manifest, whatever happens meanwhile."""

    samples: int = 0
    labelled: int = 0
    to_confirm: int = 0
    train: int = 0
    marks: Counter[str] = field(default_factory=Counter)
    carriers: Counter[str] = field(default_factory=Counter)


class VersionWriter:
    """Writes one version from beginning to end; begun again it writes the same bytes for the same samples."""

    def __init__(self, job: RunningJob, dataset: Dataset, version: Version) -> None:
        self.job = job
        self.dataset = dataset
        self.version = version
        self.labels = labels_of(dataset)
        self.kind = label_types.get(dataset.label_type)
        folder = f"{dataset.name}-{dataset.public_id}/annotation/{version.name}/"
        self.folder = dataset.output_location.child(folder)
        self.tally = Tally()

    @property
    def manifest(self) -> Location:
        return self.folder.child(f"{self.version.name}.manifest")

    def write(self) -> str:
        """Write all files, the manifest last; its SHA-256 in hexadecimal."""
        threshold = self._train_threshold()
        digest = hashlib.sha256()
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            for batch in _batches(self.dataset):
                files = self._file_names(batch) if self.kind.shapes else {}
                for sample in batch:
                    line = write_line(self._record(sample, files, threshold))
                    digest.update(line)
                    spool.write(line)
                with transaction.atomic():
                    self.job.checkpoint(done=self.tally.samples, total=self.dataset.sample_count)
            spool.seek(0)
            store().write(self.manifest.bucket, self.manifest.key, cast(BinaryIO, spool))
        return digest.hexdigest()

    def _record(self, sample: Sample, files: dict[Any, str], threshold: int | None) -> Record:
        version, tally = self.version, self.tally
        labelled = sample.state == SampleState.LABELLED
        record = Record(
            source=f"obs://{sample.source}",
            id=sample.pk.hex,
            label_type=self.kind.key,
            annotated=labelled,
            usage=sample.usage if version.keep_usage else "",
        )
        if version.with_hard and sample.hard:
            record.hard = True
            record.hard_coefficient = sample.hard_coefficient
        tally.samples += 1
        tally.to_confirm += sample.state == SampleState.TO_CONFIRM
        if labelled:
            annotation = self._annotation(sample)
            tally.labelled += 1
            tally.marks.update(mark["name"] for mark in annotation)
            tally.carriers.update({mark["name"] for mark in annotation})
            record.created = sample.labelled_at.strftime("%Y-%m-%d %H:%M:%S") if sample.labelled_at else None
            if threshold is not None:
                record.usage = "TRAIN" if _lot(version, sample.pk.bytes) < threshold else "EVAL"
            if self.kind.shapes:
                record.annotation_loc = str(self._write_voc(sample, files[sample.pk], annotation))
            else:
                record.annotation = annotation
        tally.train += record.usage == "TRAIN"
        return record

    def _annotation(self, sample: Sample) -> Annotation:
        annotation = self.labels.decode(sample.annotation)
        if self.version.with_hard:
            return annotation
        hardness = ("hard", "hard_coefficient")
        return [{key: value for key, value in mark.items() if key not in hardness} for mark in annotation]

    def _write_voc(self, sample: Sample, name: str, annotation: Annotation) -> Location:
        location = self.folder.child(f"annotation/{name}")
        content = write_voc(
            filename=sample.name,
            width=sample.width or 0,
            height=sample.height or 0,
            depth=sample.depth or 0,
            annotation=annotation,
        )
        store().write(location.bucket, location.key, io.BytesIO(content), durable=False)
        return location

    def _file_names(self, batch: list[Sample]) -> dict[Any, str]:
        """A file name for each sample: its own with `.xml`, except where several samples share it.

        The first of those keeps the name, the others get their id behind it, so that a name depends on the samples
        alone and not on how the work was cut into batches.
        """
        stems = {_stem(sample.name) for sample in batch}
        first: dict[str, Any] = {}
        names = Sample.objects.filter(dataset=self.dataset, name__in=_spellings(stems))
        for pk, name in names.order_by("pk").values_list("pk", "name").iterator():
            first.setdefault(_stem(name), pk)
        return {
            sample.pk: f"{stem}.xml"
            if first.get(stem := _stem(sample.name)) == sample.pk and len(stem.encode()) <= LONGEST_STEM_BYTES
            else f"{_shortened(stem)}-{sample.pk.hex}.xml"
            for sample in batch
        }

    def _train_threshold(self) -> int | None:
        """The number below which a labelled sample's lot means TRAIN: exactly the asked share of them lies below."""
        if self.version.train_ratio is None:
            return None
        lots = array("Q")
        labelled = Sample.objects.filter(dataset=self.dataset, state=SampleState.LABELLED)
        for pk in labelled.values_list("pk", flat=True).iterator(chunk_size=5000):
            lots.append(_lot(self.version, pk.bytes))
            self.job.heartbeat()
        wanted = round(len(lots) * float(self.version.train_ratio))
        return sorted(lots)[wanted] if wanted < len(lots) else 1 << 64


@register
class PublishVersion(Handler):
    """Everything is written again after a failure; the version becomes visible as ready in one step at the end."""

    kind = "publish_version"
    title = gettext_lazy("Publishing a version")

    def run(self, job: RunningJob) -> None:
        dataset = dataset_of(job)
        take(dataset, "publish")
        version = _version_of(job, dataset)
        if version.state == VERSION_ABNORMAL:
            VERSION.apply(version, "retry")
        writer = VersionWriter(job, dataset, version)
        digest = writer.write()
        with transaction.atomic():
            tally = writer.tally
            VERSION.apply(
                version,
                "finish",
                also={
                    "sample_count": tally.samples,
                    "labelled_count": tally.labelled,
                    "to_confirm_count": tally.to_confirm,
                    "train_count": tally.train,
                    "label_stats": [
                        {"name": spec.name, "count": tally.marks[spec.name], "sample_count": tally.carriers[spec.name]}
                        for spec in writer.labels
                    ],
                    "manifest_key": writer.manifest.key,
                    "manifest_sha256": digest,
                    "message": "",
                },
            )
            Dataset.objects.filter(pk=dataset.pk).update(current_version=version)
            give_back(dataset)
            job.checkpoint(done=tally.samples, message=str(writer.manifest))

    def failed(self, job: RunningJob, message: Said) -> None:
        Version.objects.filter(tenant=job.actor.tenant, public_id=job.params["version"], state=VERSION_CREATING).update(
            state=VERSION_ABNORMAL, message=message
        )
        release(job)


def _version_of(job: RunningJob, dataset: Dataset) -> Version:
    version = Version.objects.filter(dataset=dataset, public_id=job.params["version"]).first()
    if version is None:
        raise NotFound(_("The version was deleted."), code="ModelArts.4353")
    return version


def _batches(dataset: Dataset) -> Iterator[list[Sample]]:
    """All samples by keyset, in the order of creation: nothing is held open between batches."""
    samples = Sample.objects.filter(dataset=dataset).order_by("pk")
    batch = list(samples[:BATCH])
    while batch:
        yield batch
        batch = list(samples.filter(pk__gt=batch[-1].pk)[:BATCH])


def _lot(version: Version, sample: bytes) -> int:
    """A number of 64 bits that is random, but the same for one sample and one version."""
    return int.from_bytes(hashlib.blake2b(sample, digest_size=8, key=version.seed.encode()).digest(), "big")


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _spellings(stems: set[str]) -> list[str]:
    return [f"{stem}.{spelled}" for stem in stems for each in PICTURE_EXTENSIONS for spelled in (each, each.upper())]


def _shortened(stem: str) -> str:
    return stem.encode()[:LONGEST_STEM_BYTES].decode(errors="ignore")
