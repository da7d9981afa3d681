"""Filters kept under a name, for every device or for those with the same modules.

Lives here: `FilterFavourite`, and `FilterFavourites`, the file (JSON, 0600).  Does not live here: sending one
(`services.filters`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.files import private_folder, read_or_none, write_atomically

MOST = 500
MOST_TEXT = 256 * 1024  # characters of one filter
OPERATIONS = ("get-config", "get", "get-data")
KINDS = ("subtree", "xpath")


@dataclass(frozen=True, slots=True)
class FilterFavourite:
    """A filter with how it is asked for; `schema_key` ties it to one set of modules, "" is for every device."""

    name: str
    kind: str = "subtree"
    text: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    operation: str = "get-config"
    datastore: str = "running"
    with_defaults: str = ""
    schema_key: str = ""


class FilterFavourites:
    """Thread-safe.  A file that cannot be read is an empty one, `problem` says why; it is kept beside the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: WorkspaceError | None = None
        self._lock = threading.Lock()
        self._kept: tuple[FilterFavourite, ...] | None = None

    def of(self, schema_key: str | None = None) -> tuple[FilterFavourite, ...]:
        """By name; with a key those for every device and those of that set of modules."""
        with self._lock:
            every = self._read()
        wanted = (one for one in every if schema_key is None or one.schema_key in ("", schema_key))
        return tuple(sorted(wanted, key=lambda one: (one.name.casefold(), one.schema_key)))

    def find(self, name: str, schema_key: str | None = None) -> FilterFavourite | None:
        """The one of that name; that of the set of modules before that for every device."""
        found = [one for one in self.of(schema_key) if one.name == name]
        return max(found, key=lambda one: bool(one.schema_key), default=None)

    def keep(self, favourite: FilterFavourite) -> None:
        """Keep it in place of the one of the same name and set of modules; raises `WorkspaceError`."""
        if not favourite.name.strip():
            raise WorkspaceError("The filter needs a name.", state="It was not kept.")
        if len(favourite.text) > MOST_TEXT:
            raise WorkspaceError(
                "The filter is too long to be kept.", state="It was not kept.", advice="Save it as a file."
            )
        with self._lock:
            others = [one for one in self._read() if not _same(one, favourite)]
            if len(others) >= MOST:
                raise WorkspaceError(
                    f"There are {MOST} filters already.",
                    state="It was not kept.",
                    advice="Delete one that is not used.",
                )
            self._write((*others, favourite))

    def drop(self, favourite: FilterFavourite) -> None:
        """Forget it."""
        with self._lock:
            self._write(tuple(one for one in self._read() if not _same(one, favourite)))

    def rename(self, favourite: FilterFavourite, name: str) -> FilterFavourite:
        """Keep it under another name; raises `WorkspaceError` where that one is taken or empty."""
        renamed = replace(favourite, name=name.strip())
        if renamed.name == favourite.name:
            return favourite
        with self._lock:
            every = self._read()
            if not renamed.name or any(_same(one, renamed) for one in every):
                words = f"There is a filter {renamed.name} already." if renamed.name else "The filter needs a name."
                raise WorkspaceError(words, state="It keeps its name.")
            self._write(tuple(renamed if _same(one, favourite) else one for one in every))
        return renamed

    def _read(self) -> tuple[FilterFavourite, ...]:
        if self._kept is None:
            self._kept = self._load()
        return self._kept

    def _load(self) -> tuple[FilterFavourite, ...]:
        try:
            data = read_or_none(self.path)
            raw = json.loads(data) if data else []
            if not isinstance(raw, list):
                raise ValueError("it is no list")
        except WorkspaceError as error:
            self.problem = error
            return ()
        except (ValueError, RecursionError) as error:
            self.problem = WorkspaceError(
                f"The kept filters in {self.path} cannot be read: {error}.",
                state="None is offered. The file is kept.",
                advice="Mend it by hand, or keep new filters: the old file then lies beside the new one.",
            )
            return ()
        found = tuple(made for made in map(_made, raw) if made is not None)
        if len(found) < len(raw):
            self.problem = WorkspaceError(f"Some of the kept filters in {self.path} cannot be read.")
        return found[:MOST]

    def _write(self, favourites: Sequence[FilterFavourite]) -> None:
        private_folder(self.path.parent)
        if self.problem is not None:
            with suppress(OSError):
                self.path.rename(self.path.with_name(f"{self.path.name}.broken"))
        data = json.dumps([asdict(one) for one in favourites], indent=1, ensure_ascii=False)
        write_atomically(self.path, data.encode() + b"\n")
        self._kept, self.problem = tuple(favourites), None


def _same(one: FilterFavourite, other: FilterFavourite) -> bool:
    return (one.name, one.schema_key) == (other.name, other.schema_key)


def _made(entry: Any) -> FilterFavourite | None:
    """A favourite of the file; None for what is none."""
    if not isinstance(entry, dict):
        return None
    pairs = entry.get("namespaces", [])
    texts = {name: entry.get(name, "") for name in FilterFavourite.__slots__ if name != "namespaces"}
    if not all(isinstance(value, str) for value in texts.values()) or not isinstance(pairs, list):
        return None
    if texts["kind"] not in KINDS or texts["operation"] not in OPERATIONS or not texts["name"].strip():
        return None
    spaces = tuple((pair[0], pair[1]) for pair in pairs if isinstance(pair, list) and len(pair) == 2)
    if not all(isinstance(part, str) for pair in spaces for part in pair) or len(texts["text"]) > MOST_TEXT:
        return None
    return FilterFavourite(namespaces=spaces, **texts)
