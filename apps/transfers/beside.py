"""Labels that lie beside a picture in its folder: what each label type reads, and how."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.core.errors import NotFound
from apps.core.registry import Registry
from apps.formats.folders import LARGEST_LABEL_FILE_BYTES, labels_from_folder, labels_from_txt
from apps.formats.records import Problem
from apps.formats.voc import LARGEST_FILE_BYTES, read_voc
from apps.labeltypes import Annotation
from apps.storage.paths import Location
from apps.storage.pictures import PictureInfo
from apps.storage.store import store


@dataclass(slots=True)
class Found:
    """What lies beside a picture: its annotation by label name, None where nothing is said, and what was unusable."""

    annotation: Annotation | None = None
    problems: tuple[Problem, ...] = field(default_factory=tuple)


class LabelsBeside:
    """Reads the labels beside a picture. `extension` is that of the label files, without the dot."""

    key: str
    extension: str

    def find(self, picture: Location, root: Location, info: PictureInfo | None) -> Found:
        raise NotImplementedError


class TextOrFolder(LabelsBeside):
    """A text file of the same name, one label a line; where there is none, the name of the folder.

    Where something else has the text file's name (a link, a pipe), nobody knows what it would have said: no label.
    """

    key = "image_classification"
    extension = "txt"

    def find(self, picture: Location, root: Location, info: PictureInfo | None) -> Found:
        data, place = read_beside(picture, self.extension, LARGEST_LABEL_FILE_BYTES)
        if data is not None:
            names, problems = labels_from_txt(data, place=place)
        elif any(store().is_unusable(picture.bucket, key) for key in keys_beside(picture, self.extension)):
            names, problems = [], ()
        else:
            names, problems = labels_from_folder(picture.key, root.key)
        return Found([{"name": name} for name in names] or None, problems)


class PascalVoc(LabelsBeside):
    """A Pascal VOC file of the same name. A file without objects says that there is nothing in the picture."""

    key = "object_detection"
    extension = "xml"

    def find(self, picture: Location, root: Location, info: PictureInfo | None) -> Found:
        data, place = read_beside(picture, self.extension, LARGEST_FILE_BYTES)
        if data is None:
            return Found()
        voc = read_voc(data, place=place, picture_size=(info.width, info.height) if info else None)
        if isinstance(voc, Problem):
            return Found(None, (voc,))
        # Where objects were named but none could be used, somebody has to look at the picture again.
        annotation = voc.annotation if voc.annotation or not voc.problems else None
        return Found(annotation, voc.problems)


readers: Registry[LabelsBeside] = Registry("reader of labels beside pictures")
for _reader in (TextOrFolder(), PascalVoc()):
    readers.add(_reader.key, _reader)


def read_beside(picture: Location, extension: str, limit_bytes: int) -> tuple[bytes | None, str]:
    """The bytes of the file with the picture's name and another extension, and its key.

    One byte more than the limit is read at most; None when there is no such file. The extension may be written
    in small or in capital letters.
    """
    keys = keys_beside(picture, extension)
    for key in keys:
        try:
            with store().open(picture.bucket, key) as file:
                return file.read(limit_bytes + 1), key
        except NotFound:
            continue
    return None, keys[0]


def keys_beside(picture: Location, extension: str) -> tuple[str, str]:
    """The two spellings of the key that a file beside the picture may have."""
    stem = picture.key[: picture.key.rindex(".")]
    return f"{stem}.{extension}", f"{stem}.{extension.upper()}"
