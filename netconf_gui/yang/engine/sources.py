"""The set of modules a context is made from, as the worker sees it: the manifest, and texts read when needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from netconf_gui.yang.yangtext import pin_imports


@dataclass(frozen=True, slots=True)
class Entry:
    """One module or submodule of the set; `features` None: all."""

    name: str
    revision: str
    sha256: str
    implemented: bool
    features: tuple[str, ...] | None
    is_submodule: bool
    namespace: str


class Texts(Protocol):
    """Where texts come from; a `ModuleCache` is one."""

    def text(self, digest: str, /) -> bytes | None: ...


class SourceSet:
    """The modules of a manifest by name and revision.

    `pins` are the revisions that imports without a revision must mean where libyang would take a module of its own.
    """

    def __init__(self, entries: Iterable[Entry], cache: Texts) -> None:
        self.entries = tuple(entries)
        self.cache = cache
        self.pins: dict[str, str] = {}
        self._by_name: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._by_name.setdefault(entry.name, []).append(entry)

    @property
    def implemented(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.implemented)

    def preferred(self, name: str) -> Entry | None:
        """What an import without a revision means: the implemented revision, else the newest."""
        return max(self._by_name.get(name, ()), key=lambda entry: (entry.implemented, entry.revision), default=None)

    def find(self, name: str, revision: str) -> Entry | None:
        """The entry of that revision, or the preferred one if `revision` is ""."""
        if not revision:
            return self.preferred(name)
        return next((entry for entry in self._by_name.get(name, ()) if entry.revision == revision), None)

    def text(self, entry: Entry) -> bytes | None:
        """The module's text, imports pinned; None if the cache lost it."""
        data = self.cache.text(entry.sha256)
        return pin_imports(data, self.pins) if data is not None and self.pins else data

    def replaced(self, changes: Mapping[tuple[str, str], Entry | None]) -> SourceSet:
        """A set in which the entries of these (name, revision) are others, or gone (None)."""
        kept = []
        for entry in self.entries:
            new = changes.get((entry.name, entry.revision), entry)
            if new is not None:
                kept.append(new)
        return SourceSet(kept, self.cache)

    def to_json(self) -> list[dict[str, Any]]:
        """The manifest's `modules`."""
        return [
            {
                "name": entry.name,
                "revision": entry.revision,
                "sha256": entry.sha256,
                "implemented": entry.implemented,
                "features": None if entry.features is None else list(entry.features),
                "submodule": entry.is_submodule,
                "namespace": entry.namespace,
            }
            for entry in self.entries
        ]


def entries_from_json(items: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The entries that `SourceSet.to_json` wrote."""
    return [
        Entry(
            item["name"],
            item["revision"],
            item["sha256"],
            item["implemented"],
            None if item["features"] is None else tuple(item["features"]),
            item["submodule"],
            item["namespace"],
        )
        for item in items
    ]


def without_feature(entry: Entry, feature: str) -> Entry:
    """The entry with one feature less."""
    return replace(entry, features=tuple(name for name in entry.features or () if name != feature))
