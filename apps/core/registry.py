"""A plug-in kind is a base class, a registry, and one module per plug-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from apps.core.errors import NotFound
from apps.core.texts import text as _

Plugin = TypeVar("Plugin")


class Registry(Generic[Plugin]):
    """Plug-ins by their `key` attribute; registering a key twice is a programming error."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._plugins: dict[str, Plugin] = {}

    def add(self, key: str, plugin: Plugin) -> Plugin:
        if key in self._plugins:
            raise ValueError(f"{self.what} '{key}' is registered twice")
        self._plugins[key] = plugin
        return plugin

    def get(self, key: str) -> Plugin:
        try:
            return self._plugins[key]
        except KeyError:
            raise NotFound(_("There is no '%(key)s' to choose here.") % {"key": key}) from None

    def __contains__(self, key: str) -> bool:
        return key in self._plugins

    def __iter__(self) -> Iterator[Plugin]:
        return iter(self._plugins.values())

    def keys(self) -> list[str]:
        return list(self._plugins)
