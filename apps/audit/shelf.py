"""Where signed digests lie: out of the database's reach. Filled by the app that knows buckets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from django.conf import settings

FOLDER = "tagora-audit/"
"""The folder of a bucket in which digests lie; nobody else may write or delete there."""


class Shelf(ABC):
    """Named texts of a tenant. What was put is never replaced."""

    @abstractmethod
    def put(self, tenant_id: int, name: str, text: bytes) -> bool:
        """Keeps a text; False when there is one of this name already."""

    @abstractmethod
    def names(self, tenant_id: int) -> list[str]:
        """What is kept for the tenant, in order."""

    @abstractmethod
    def read(self, tenant_id: int, name: str) -> bytes | None: ...


class FolderShelf(Shelf):
    """For the platform's own log, and for tenants without a bucket: a folder of this machine, or of a copy."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root

    def _folder(self, tenant_id: int) -> Path:
        return (self._root or settings.TAGORA_HOME / "audit") / str(tenant_id)

    def put(self, tenant_id: int, name: str, text: bytes) -> bool:
        folder = self._folder(tenant_id)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with (folder / name).open("xb") as file:
                file.write(text)
        except FileExistsError:
            return False
        return True

    def names(self, tenant_id: int) -> list[str]:
        folder = self._folder(tenant_id)
        return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []

    def read(self, tenant_id: int, name: str) -> bytes | None:
        path = self._folder(tenant_id) / name
        return path.read_bytes() if path.is_file() else None


_shelf: Shelf = FolderShelf()


def use(shelf: Shelf) -> None:
    """Called once, by the app that fills it."""
    global _shelf
    _shelf = shelf


def shelf() -> Shelf:
    return _shelf
