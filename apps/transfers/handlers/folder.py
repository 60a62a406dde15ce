"""Taking in the files of a folder: import and synchronisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.core.errors import TagoraError
from apps.core.texts import Said
from apps.core.texts import text as _
from apps.datasets.models import Dataset, Sample
from apps.datasets.services import Intake, NewSample, add_samples, tell_samples_added
from apps.datasets.states import SampleState
from apps.jobs.handlers import Handler, register
from apps.jobs.runner import RunningJob
from apps.storage.paths import Location, parse_source
from apps.storage.pictures import PICTURE_EXTENSIONS, PictureInfo, probe_objects
from apps.storage.store import ObjectInfo, store
from apps.transfers.beside import Found, LabelsBeside, readers
from apps.transfers.selection import Selection, labels_for, stored_form
from apps.transfers.subjects import dataset_of, give_back, release, take

BATCH = 200
"""Objects between two checkpoints: a few seconds of decoding pictures."""


@dataclass(slots=True)
class Picture:
    """A picture of the folder on its way to becoming a sample."""

    object: ObjectInfo
    location: Location
    info: PictureInfo | None = None
    found: Found = field(default_factory=Found)


class FolderIntake:
    """One pass over a folder, in key order, from the cursor on.

    `known_too` says whether labels beside files that are samples already are looked at.
    """

    def __init__(
        self, job: RunningJob, dataset: Dataset, root: Location, selection: Selection, known_too: bool
    ) -> None:
        self.job = job
        self.dataset = dataset
        self.root = root
        self.selection = selection
        self.known_too = known_too
        self.reader: LabelsBeside = readers.get(dataset.label_type)
        self.problems: list[tuple[Said, Said]] = []
        self.recent: set[str] = set()

    def run(self) -> None:
        """Batch by batch: decode and read outside the transaction, then store rows, problems and the cursor in one."""
        job = self.job
        total = job.cursor.get("total")
        if total is None:
            total = self._count()
        progress = {"after": "", "seen": 0, "added": 0, "labelled": 0, **job.cursor, "total": total}
        objects = store().walk(self.root.bucket, self.root.key, progress["after"])
        for batch in _batches(objects):
            self.problems = []
            pictures = self._pictures(batch)
            samples = self._samples(pictures)
            with transaction.atomic():
                intake = add_samples(self.dataset, samples) if samples else Intake()
                progress["after"] = batch[-1].key
                progress["seen"] += len(batch)
                progress["added"] += intake.added
                progress["labelled"] += intake.labelled
                job.report(self.problems)
                job.checkpoint(progress, done=progress["seen"], total=max(total, progress["seen"]))
        with transaction.atomic():
            give_back(self.dataset)
            if progress["added"]:
                tell_samples_added(job.actor, self.dataset)
            job.checkpoint(progress, message=_("%(count)d samples added") % {"count": progress["added"]})

    def _count(self) -> int:
        count = 0
        for _object in store().walk(self.root.bucket, self.root.key):
            count += 1
            if count % 1000 == 0:
                self.job.heartbeat()
        return count

    def _pictures(self, batch: list[ObjectInfo]) -> list[Picture]:
        """The pictures of a batch that are to be taken in; whatever else lies there is reported."""
        candidates: list[Picture] = []
        stems = {each.key.rpartition(".")[0] for each in batch if _extension(each.key) in PICTURE_EXTENSIONS}
        for each in batch:
            if reason := self._unusable(each, stems):
                self.problems.append((each.key, reason))
            elif _extension(each.key) in PICTURE_EXTENSIONS:
                candidates.append(Picture(each, Location(self.root.bucket, each.key)))
        self.recent = stems
        known = self._known(candidates)
        new = [picture for picture in candidates if picture.location.source not in known]
        probed = probe_objects((picture.location for picture in new), self.job.heartbeat)
        usable = []
        for picture, answer in zip(new, probed, strict=True):
            if isinstance(answer, TagoraError):
                self.problems.append((picture.object.key, answer.message))
            else:
                picture.info = answer
                usable.append(picture)
        if self.known_too:
            usable += [picture for picture in candidates if known.get(picture.location.source)]
        return usable

    def _unusable(self, each: ObjectInfo, stems: set[str]) -> Said:
        """Why an object can be neither a sample nor the labels of one, or an empty text."""
        relative = each.key[len(self.root.key) :]
        if each.problem:
            return each.problem
        if any(part.startswith(".") for part in relative.split("/")):
            return _("It is a hidden file.")
        extension = _extension(each.key)
        if extension in PICTURE_EXTENSIONS:
            return ""
        if extension == self.reader.extension:
            stem, _dot, spelled = each.key.rpartition(".")
            if spelled not in (extension, extension.upper()):
                return _("Spell the extension of this label file .%(extension)s.") % {"extension": extension}
            if stem in stems or stem in self.recent or self._has_picture(stem):
                return ""
            return _("There is no picture with the name of this label file.")
        return _("It is no picture: files of the kinds JPG, JPEG, PNG and BMP are taken in.")

    def _has_picture(self, stem: str) -> bool:
        return any(
            store().stat(self.root.bucket, f"{stem}.{spelled}")
            for extension in PICTURE_EXTENSIONS
            for spelled in (extension, extension.upper())
        )

    def _known(self, candidates: list[Picture]) -> dict[str, bool]:
        """Which sources are samples already -> whether they still lack labels."""
        sources = [picture.location.source for picture in candidates]
        found = Sample.objects.filter(dataset=self.dataset, source__in=sources).values_list(
            "source", "state", "revision"
        )
        return {source: state == SampleState.UNLABELLED and revision == 0 for source, state, revision in found}

    def _samples(self, pictures: list[Picture]) -> list[NewSample]:
        if self.selection.annotations:
            for picture in pictures:
                self.job.heartbeat()
                picture.found = self.reader.find(picture.location, self.root, picture.info)
                self.problems += [(problem.place, problem.reason) for problem in picture.found.problems]
        wanted = [
            picture
            for picture in pictures
            if self.selection.wants(picture.found.annotation, False)
            and (picture.info is not None or picture.found.annotation is not None)
        ]
        labels = labels_for(self.dataset, [picture.found.annotation for picture in wanted])
        samples = []
        for picture in wanted:
            self.job.heartbeat()
            info, annotation = picture.info, picture.found.annotation
            if annotation is not None:
                size = (info.width, info.height) if info else (None, None)
                annotation, reasons = stored_form(self.dataset, labels, annotation, *size)
                self.problems += [(picture.object.key, reason) for reason in reasons]
            samples.append(
                NewSample(
                    source=picture.location.source,
                    size=picture.object.size,
                    etag=picture.object.etag,
                    width=info.width if info else None,
                    height=info.height if info else None,
                    depth=info.depth if info else None,
                    annotation=annotation,
                )
            )
        return samples


@register
class ImportFolder(Handler):
    """One sample per picture; (dataset, source) is unique, so a repeat is harmless."""

    kind = "import_folder"
    title = gettext_lazy("Importing a folder")

    def run(self, job: RunningJob) -> None:
        dataset = dataset_of(job)
        take(dataset, "import")
        FolderIntake(job, dataset, parse_source(job.params["location"]), Selection.of(job.params), True).run()

    def failed(self, job: RunningJob, message: Said) -> None:
        release(job)


@register
class SyncDataset(Handler):
    """The input location again: only files that are no samples yet are read."""

    kind = "sync_dataset"
    title = gettext_lazy("Synchronising with the input location")

    def run(self, job: RunningJob) -> None:
        dataset = dataset_of(job)
        take(dataset, "synchronise")
        root = dataset.input_location
        FolderIntake(job, dataset, root, Selection(), False).run()

    def failed(self, job: RunningJob, message: Said) -> None:
        release(job)


def _batches(objects: Iterator[ObjectInfo]) -> Iterator[list[ObjectInfo]]:
    while batch := list(islice(objects, BATCH)):
        yield batch


def _extension(key: str) -> str:
    return key.rpartition("/")[2].rpartition(".")[2].lower() if "." in key.rpartition("/")[2] else ""
