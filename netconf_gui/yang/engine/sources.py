"""The set of modules a context is made from, as the worker sees it: the manifest, and texts read when needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from netconf_gui.yang.cache import is_digest
from netconf_gui.yang.yangtext import is_identifier, is_revision, pin_imports


@dataclass(frozen=True, slots=True)
class TextRepair:
    """A change of a text that `repairs` can make, by name and what it is about."""

    kind: str
    argument: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One module or submodule of the set; `features` None: all.  `repairs` are made in its text before it is used."""

    name: str
    revision: str
    sha256: str
    implemented: bool
    features: tuple[str, ...] | None
    is_submodule: bool
    namespace: str
    repairs: tuple[TextRepair, ...] = ()

    def with_repairs(self, repairs: tuple[TextRepair, ...]) -> Entry:
        return replace(self, repairs=repairs)


class Texts(Protocol):
    """Where texts come from; a `ModuleCache` is one."""

    def text(self, digest: str, /) -> bytes | None: ...


Mend = Callable[[bytes, tuple[TextRepair, ...]], bytes]


class SourceSet:
    """The modules of a manifest by name and revision.

    `mend` makes the repairs of an entry.  `pins` are the revisions that imports without a revision must mean where
    libyang would take a module of its own.
    """

    def __init__(self, entries: Iterable[Entry], cache: Texts, mend: Mend | None = None) -> None:
        self.entries = tuple(entries)
        self.cache = cache
        self.mend = mend
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
        if data is not None and entry.repairs and self.mend is not None:
            data = self.mend(data, entry.repairs)
        return pin_imports(data, self.pins) if data is not None and self.pins else data

    def replaced(self, changes: Mapping[tuple[str, str], Entry | None]) -> SourceSet:
        """A set in which the entries of these (name, revision) are others, or gone (None)."""
        kept = []
        for entry in self.entries:
            new = changes.get((entry.name, entry.revision), entry)
            if new is not None:
                kept.append(new)
        return SourceSet(kept, self.cache, self.mend)

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
                "repairs": [[repair.kind, repair.argument] for repair in entry.repairs],
            }
            for entry in self.entries
        ]


def entries_from_json(items: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The entries that `SourceSet.to_json` wrote.

    Raises ValueError, KeyError or TypeError for what it cannot have written: the file may be another's.
    """
    return [_entry(item) for item in items]


def _entry(item: Mapping[str, Any]) -> Entry:
    name, revision, namespace = _text(item["name"]), _text(item["revision"]), _text(item["namespace"])
    if not is_identifier(name) or (revision and not is_revision(revision)) or not is_digest(item["sha256"]):
        raise ValueError(f"{name[:80]!r} is not an entry of a manifest")
    features = item["features"]
    return Entry(
        name,
        revision,
        item["sha256"],
        bool(item["implemented"]),
        None if features is None else tuple(_text(feature) for feature in features),
        bool(item["submodule"]),
        namespace,
        tuple(TextRepair(_text(kind), _text(argument)) for kind, argument in item.get("repairs", ())),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("a text was expected")
    return value


def without_feature(entry: Entry, feature: str) -> Entry:
    """The entry with one feature less."""
    return replace(entry, features=tuple(name for name in entry.features or () if name != feature))
