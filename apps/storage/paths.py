"""Addresses of objects: `obs://bucket/key`, checked so that no address can lead out of its bucket."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from apps.core.errors import Invalid
from apps.core.texts import Text
from apps.core.texts import text as _

MAX_KEY_BYTES = 1024
"""Longest key in UTF-8 bytes, the limit of S3 and OBS."""

_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9]|[.-](?![.])){1,61}[a-z0-9]\Z")
_ADDRESS = re.compile(r"(?:(?:obs|s3)://|/)([^/]*)(?:/(.*))?\Z", re.DOTALL)
_UNSAFE_SEGMENT = re.compile(r"(?:^|/)\.{0,2}(?:/|\Z)|\x00")
"""An empty, `.` or `..` segment, or NUL; a key's one trailing slash is cut off before the search."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where an object or a folder lies; `str()` gives `obs://bucket/key`.

    A folder's key is empty (the whole bucket) or ends with `/`. Making one raises Invalid unless the
    bucket name is well-formed and the key can be used on a disk without leaving the bucket's folder.
    """

    bucket: str
    key: str = ""

    def __post_init__(self) -> None:
        if not _BUCKET.match(self.bucket):
            raise Invalid(
                _("'%(bucket)s' is not a bucket name: use 3 to 63 small letters, digits, hyphens and dots.")
                % {"bucket": shown(self.bucket)},
                field="bucket",
            )
        if reason := unsafe_key(self.key):
            raise Invalid(reason, field="key")

    def __str__(self) -> str:
        return f"obs://{self.bucket}/{self.key}"

    @property
    def source(self) -> str:
        """`bucket/key`, the short form that rows keep."""
        return f"{self.bucket}/{self.key}"

    @property
    def is_folder(self) -> bool:
        return self.key == "" or self.key.endswith("/")

    @property
    def name(self) -> str:
        """The last part of the key, or of a folder the last folder's name; empty for a bucket."""
        return self.key.rstrip("/").rpartition("/")[2]

    @property
    def parent(self) -> Location:
        """The folder that holds this object or folder; a bucket is its own parent."""
        head = self.key.rstrip("/").rpartition("/")[0]
        return Location(self.bucket, head + "/" if head else "")

    def as_folder(self) -> Location:
        """The same address read as a folder, for people who leave the last slash out."""
        return self if self.is_folder else Location(self.bucket, self.key + "/")

    def child(self, relative: str) -> Location:
        """What lies at `relative` below this folder."""
        return Location(self.bucket, self.as_folder().key + relative)

    def contains(self, other: Location) -> bool:
        """Whether `other` is this folder itself or lies anywhere below it."""
        return self.bucket == other.bucket and other.as_folder().key.startswith(self.as_folder().key)


def unsafe_key(key: str) -> Text | None:
    """Why a key cannot be used at all, as a sentence, or None.

    This is the rule for objects that exist already, so spaces, line breaks and text that is not normalised pass.
    """
    if _UNSAFE_SEGMENT.search(key.removesuffix("/")) and key:
        return _("The path has an empty part or a part of dots only ('.', '..'), or a NUL character.")
    try:
        size = len(key) if key.isascii() else len(key.encode())
    except UnicodeEncodeError:
        return _("The name is not valid UTF-8.")
    if size > MAX_KEY_BYTES:
        return _("The path is longer than 1024 bytes.")
    return None


def parse(address: str, *, field: str = "path") -> Location:
    """Read an address that a person typed or a program sent: `obs://b/k`, `s3://b/k` or `/b/k`.

    Raises Invalid for every address that could mean something else than it shows: besides the rules of
    Location, no backslash and no control or invisible formatting character.
    """
    location = parse_source(address, field=field)
    if reason := unsafe_new_key(location.key):
        raise Invalid(reason, field=field)
    return location


def parse_source(address: str, *, field: str = "source") -> Location:
    """Read an address that names an existing object, as a manifest does; odd names pass if they are safe."""
    match = _ADDRESS.match(address)
    if match is None:
        raise Invalid(_("A path looks like obs://bucket/folder/ or /bucket/folder/."), field=field)
    try:
        return Location(match[1], match[2] or "")
    except Invalid as refusal:
        raise Invalid(refusal.message, field=field) from None


def from_source(source: str) -> Location:
    """The inverse of `Location.source`."""
    bucket, _slash, key = source.partition("/")
    return Location(bucket, key)


def unsafe_new_key(key: str) -> Text | None:
    """Why a key must not be made, as a sentence, or None; stricter than `unsafe_key`."""
    if "\\" in key:
        return _("Use '/' between the parts of a path, not '\\'.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in key):
        return _("The path has a control character or an invisible character in it.")
    return unsafe_key(key)


def check_disjoint(input_location: Location, output_location: Location) -> None:
    """Raise Invalid with the reason when two folders are the same or one lies inside the other.

    A data set whose output lay below its input would take in what it wrote itself.
    """
    if input_location.as_folder() == output_location.as_folder():
        raise Invalid(_("The input and the output location must be two different folders."), field="work_path")
    if input_location.contains(output_location):
        raise Invalid(_("The output location must not lie inside the input location."), field="work_path")
    if output_location.contains(input_location):
        raise Invalid(_("The input location must not lie inside the output location."), field="work_path")


def shown(text: str) -> str:
    """A name as it can stand in a message: short, on one line, and valid UTF-8."""
    clean = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return clean if len(clean) <= 120 else clean[:117] + "..."
