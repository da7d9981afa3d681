"""Folders of YANG files as a source of module texts, and where the standard modules are.

Lives here: finding ``name@revision.yang`` files, and the modules that the pyang distribution ships under its ``share``
folder.  They are read where they lie and never copied into the project.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from netconf_gui.errors import SchemaError
from netconf_gui.yang.yangtext import parse_head

STANDARD_MODULES_VARIABLE = "NETCONF_GUI_YANG"
"""Environment variable: a folder of standard modules to use instead of pyang's."""


class ModuleLibrary:
    """YANG files of some folders, found by name and revision; file names are believed, else the text is read."""

    def __init__(self, files: Iterable[Path], folder: Path | None = None) -> None:
        self.folder = folder
        self._by_name: dict[str, list[tuple[str, Path]]] = {}
        for path in files:
            name, _, revision = path.stem.partition("@")
            self._by_name.setdefault(name, []).append((revision, path))
        self._lock = threading.Lock()
        self._revisions: dict[Path, str] = {}

    @classmethod
    def of_folder(cls, folder: Path) -> ModuleLibrary:
        """All ``.yang`` files in `folder` and below.  Raises SchemaError if it is no folder."""
        if not folder.is_dir():
            raise SchemaError(f"There is no folder {folder}.")
        return cls(sorted(folder.rglob("*.yang")), folder)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all modules and submodules, sorted."""
        return tuple(sorted(self._by_name))

    def files(self, name: str) -> tuple[Path, ...]:
        """The files of a module, in no particular order."""
        return tuple(path for _, path in self._by_name.get(name, ()))

    def revisions(self, name: str) -> tuple[str, ...]:
        """The revisions of a module, oldest first ("" if its text has none)."""
        return tuple(sorted({self._revision(revision, path) for revision, path in self._by_name.get(name, ())}))

    def fetch(self, name: str, revision: str | None = None) -> bytes | None:
        """The text of that revision, or of the newest if none is named; None if it is not here."""
        found = [(self._revision(said, path), path) for said, path in self._by_name.get(name, ())]
        if revision:
            found = [item for item in found if item[0] == revision]
        return _read(max(found)[1]) if found else None

    def _revision(self, said: str, path: Path) -> str:
        if said:
            return said
        with self._lock:
            if path not in self._revisions:
                try:
                    self._revisions[path] = parse_head(_read(path)).revision
                except SchemaError:
                    self._revisions[path] = ""
            return self._revisions[path]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SchemaError(f"{path} cannot be read: {error.strerror or error}.") from error


_standard_lock = threading.Lock()
_standard: ModuleLibrary | None = None


def standard_modules() -> ModuleLibrary:
    """The IETF and IANA modules that the pyang distribution ships; empty where it cannot be found."""
    global _standard
    with _standard_lock:
        if _standard is None:
            _standard = ModuleLibrary(_standard_files())
        return _standard


def _standard_files() -> list[Path]:
    named = os.environ.get(STANDARD_MODULES_VARIABLE)
    if named:
        return sorted(Path(named).rglob("*.yang"))
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        # a frozen program carries them in a folder of its own
        return sorted((Path(frozen) / "yang").rglob("*.yang"))
    try:
        files = importlib.metadata.files("pyang") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return sorted(Path(str(item.locate())) for item in files if item.suffix == ".yang" and "modules" in item.parts)
