"""Taking in a manifest: one sample a line, tens of thousands of lines a second."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.core.errors import Invalid, NotFound
from apps.core.texts import Said
from apps.core.texts import text as _
from apps.datasets.models import Dataset
from apps.datasets.services import NewSample, add_samples, tell_samples_added
from apps.formats.lines import BoundedLines
from apps.formats.manifest import line_place, read_manifest
from apps.formats.records import Problem, Record
from apps.formats.voc import LARGEST_FILE_BYTES, read_voc
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob
from apps.labeltypes import Annotation, label_types
from apps.storage.paths import Location, parse_source, unsafe_key
from apps.storage.pictures import PICTURE_EXTENSIONS
from apps.storage.store import store
from apps.tenants.selectors import buckets_of
from apps.transfers.selection import Selection, labels_for, stored_form
from apps.transfers.subjects import dataset_of, give_back, release, take

BATCH = 5000
"""Lines between two checkpoints."""

BATCH_WITH_FILES = 500
"""The same where each line names a file that has to be read."""

BATCH_BYTES = 16 << 20
"""The same where lines are long: the marks of so many are in memory at once."""

LINES_BETWEEN_HEARTBEATS = 1000

_EXTENSIONS = tuple(f".{each}" for each in PICTURE_EXTENSIONS)
_LONGEST_EXTENSION = max(map(len, _EXTENSIONS))


@dataclass(slots=True)
class Entry:
    """A line that gives a sample. `annotation` is by label name; None means that the line says nothing of it."""

    number: int
    sample: NewSample
    annotation: Annotation | None = None


class ManifestIntake:
    """One pass over a manifest from the cursor's byte offset on."""

    def __init__(self, job: RunningJob, dataset: Dataset, selection: Selection) -> None:
        self.job = job
        self.dataset = dataset
        self.selection = selection
        self.buckets = frozenset(buckets_of(job.actor).values_list("name", flat=True))
        self.problems: list[tuple[Said, Said]] = []
        # Most samples of a set carry one plain label: their stored form is one of a few.
        self.plain: dict[str, Annotation] = {}
        self.plain_of: object = None

    def run(self, file: BinaryIO, size: int) -> None:
        """Batch by batch: parse outside the transaction, then store rows, problems and the cursor in one."""
        job = self.job
        progress = {"offset": 0, "line": 0, "added": 0, "labelled": 0, **job.cursor}
        file.seek(progress["offset"])
        lines = BoundedLines(file, offset=progress["offset"])
        records = read_manifest(self._watched(lines), first_line=progress["line"] + 1)
        while True:
            self.problems = []
            entries, last = self._entries(records, lines)
            if last is None:
                break
            samples = self._samples(entries)
            with transaction.atomic():
                intake = add_samples(self.dataset, samples)
                progress["offset"] = lines.offset
                progress["line"] = last
                progress["added"] += intake.added
                progress["labelled"] += intake.labelled
                job.report(self.problems)
                job.checkpoint(progress, done=lines.offset, total=size)
        with transaction.atomic():
            give_back(self.dataset)
            if progress["added"]:
                tell_samples_added(job.actor, self.dataset)
            job.checkpoint(progress, message=_("%(count)d samples added") % {"count": progress["added"]})

    def _watched(self, lines: BoundedLines) -> Iterator[bytes]:
        """The lines, with the lease renewed on the way: blank ones by the million fill no batch."""
        for number, line in enumerate(lines):
            if number % LINES_BETWEEN_HEARTBEATS == 0:
                self.job.heartbeat()
            yield line

    def _entries(
        self, records: Iterator[tuple[int, Record | Problem]], lines: BoundedLines
    ) -> tuple[list[Entry], int | None]:
        """The samples of the next lines and the number of the last line read, None when there was none."""
        entries: list[Entry] = []
        last = None
        files = 0
        most = lines.offset + BATCH_BYTES
        takes_all = self.selection.takes_all
        for number, record in records:
            last = number
            if isinstance(record, Problem):
                self.problems.append((record.place, record.reason))
            else:
                try:
                    entry = self._entry(number, record)
                except (Invalid, NotFound) as refusal:
                    self._report(number, refusal.message)
                else:
                    files += record.annotation_loc is not None
                    if takes_all or self.selection.wants(entry.annotation, entry.sample.hard):
                        entries.append(entry)
            if len(entries) + len(self.problems) >= BATCH or files >= BATCH_WITH_FILES or lines.offset >= most:
                break
        return entries, last

    def _entry(self, number: int, record: Record) -> Entry:
        """What a line says, checked as far as that needs no data base. Invalid when it gives no sample."""
        if record.text is not None:
            raise Invalid(_("The source is a text, but this data set is made of pictures."))
        source = self._own_source(record.source)
        if not source[-_LONGEST_EXTENSION:].lower().endswith(_EXTENSIONS):
            raise Invalid(_("The source is no picture of the kinds JPG, JPEG, PNG or BMP."))
        if record.problems:
            self.problems += [(problem.place, problem.reason) for problem in record.problems]
        hard = bool(record.hard)
        sample = NewSample(
            source=source,
            width=record.width,
            height=record.height,
            depth=record.depth,
            hard=hard,
            hard_coefficient=record.hard_coefficient if hard else None,
            usage=record.usage,
        )
        entry = Entry(number, sample)
        if record.annotated and self.selection.annotations:
            if record.label_type not in ("", self.dataset.label_type):
                self._report(number, _("The annotation is of another type than the data set; it was left out."))
            elif record.annotation_loc is not None:
                self._read_file(entry, record)
            else:
                entry.annotation = record.annotation
        return entry

    def _own(self, address: str) -> Location:
        """The location of an object in one of the tenant's buckets; a foreign one answers as one that is not there."""
        location = parse_source(address)
        if location.bucket not in self.buckets:
            raise Invalid(_("There is no bucket '%(name)s'.") % {"name": location.bucket}, code="ModelArts.4311")
        return location

    def _own_source(self, address: str) -> str:
        """`bucket/key` of an object in one of the tenant's buckets: `_own`, without what the common case can spare."""
        source = address.removeprefix("obs://")
        bucket, _slash, key = source.partition("/")
        if bucket in self.buckets and key and unsafe_key(key) is None:
            return source
        return self._own(address).source

    def _read_file(self, entry: Entry, record: Record) -> None:
        """The marks in the Pascal VOC file that a line names; what is wrong with it leaves the sample unlabelled."""
        assert record.annotation_loc is not None
        self.job.heartbeat()
        sample = entry.sample
        try:
            location = self._own(record.annotation_loc)
            with store().open(location.bucket, location.key) as file:
                data = file.read(LARGEST_FILE_BYTES + 1)
        except (Invalid, NotFound) as refusal:
            self._report(entry.number, _in("annotation-loc", refusal.message))
            return
        size = (sample.width, sample.height) if sample.width and sample.height else None
        voc = read_voc(data, place=location.key, picture_size=size)
        if isinstance(voc, Problem):
            self._report(entry.number, _in(voc.place, voc.reason))
            return
        for problem in voc.problems:
            self._report(entry.number, _in(problem.place, problem.reason))
        if sample.width is None:
            sample.width, sample.height, sample.depth = voc.width, voc.height, voc.depth
        if record.annotated_by:
            for mark in voc.annotation:
                mark.setdefault("by", record.annotated_by)
        entry.annotation = voc.annotation if voc.annotation or not voc.problems else None

    def _samples(self, entries: list[Entry]) -> list[NewSample]:
        """The samples of lines with their annotations in stored form, after adding the labels that they name."""
        labels = labels_for(self.dataset, [entry.annotation for entry in entries])
        if labels is not self.plain_of:
            self.plain_of = labels
            self.plain = {} if self._shapes() else {spec.name: [{"label": spec.id}] for spec in labels}
        for entry in entries:
            annotation = entry.annotation
            if annotation is None:
                continue
            if len(annotation) == 1 == len(annotation[0]) and (plain := self.plain.get(annotation[0]["name"])):
                entry.sample.annotation = plain
                continue
            self.job.heartbeat()
            sample = entry.sample
            stored, reasons = stored_form(self.dataset, labels, annotation, sample.width, sample.height)
            sample.annotation = stored
            for reason in reasons:
                self._report(entry.number, reason)
        return [entry.sample for entry in entries]

    def _shapes(self) -> bool:
        return bool(label_types.get(self.dataset.label_type).shapes)

    def _report(self, number: int, reason: Said) -> None:
        self.problems.append((line_place(number), reason))


def _in(place: Said, reason: Said) -> Said:
    return _("%(place)s: %(reason)s") % {"place": place, "reason": reason}


@register
class ImportManifest(Handler):
    """One sample per line; (dataset, source) is unique and the cursor is a byte offset, so a repeat is harmless.

    The pictures themselves are not opened: a manifest names many more of them than could be looked at in the time.
    """

    kind = "import_manifest"
    title = gettext_lazy("Importing a manifest")

    def run(self, job: RunningJob) -> None:
        dataset = dataset_of(job)
        take(dataset, "import")
        location = parse_source(job.params["location"])
        found = store().stat(location.bucket, location.key)
        if found is None:
            raise NotFound(_("There is no file %(name)s.") % {"name": location}, code="ModelArts.4312")
        with store().open(location.bucket, location.key) as file, _program_out_of_garbage_collection():
            ManifestIntake(job, dataset, Selection.of(job.params)).run(file, found.size)

    def failed(self, job: RunningJob, message: Said) -> None:
        release(job)


@contextmanager
def _program_out_of_garbage_collection() -> Iterator[None]:
    """Spare the collector the program itself while millions of short-lived rows make it run: a third of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
