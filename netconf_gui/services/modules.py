"""Schemas from folders of YANG modules and from the standard modules, for work without a device."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.load import LoadedSchema, compile_schema
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary, standard_modules
from netconf_gui.yang.report import ModuleStatus
from netconf_gui.yang.resolver import ModuleSource, ResolvedSet, WantedModule, bundled_modules, resolve
from netconf_gui.yang.yangtext import parse_head


def resolve_folder(folder: Path, *, cancel: CancelToken | None = None) -> ResolvedSet:
    """All modules in `folder` and below, in their newest revision, with what they import; raises `SchemaError`."""
    library = ModuleLibrary.of_folder(folder)
    found = _resolve(library, library.names, cancel)
    modules = _from(found, "folder", ModuleStatus.FOLDER, str(folder))
    missing = tuple(
        (name, why.replace("not offered by the device", "not in the folder")) for name, why in found.missing
    )
    return replace(found, modules=modules, missing=missing)


def shipped_modules(*, cancel: CancelToken | None = None) -> ResolvedSet:
    """The standard modules that come with the program, all implemented."""
    library = standard_modules()
    found = _resolve(library, library.names, cancel)
    return replace(found, modules=_from(found, "standard module", ModuleStatus.SHIPPED, ""))


def _from(found: ResolvedSet, source: str, status: ModuleStatus, place: str) -> tuple[ModuleSource, ...]:
    """The modules of a set, those that were had first ("device") marked with where they are from."""
    return tuple(
        replace(item, source=source, status=status, place=place) if item.source == "device" else item
        for item in found.modules
    )


def _resolve(library: ModuleLibrary, names: Iterable[str], cancel: CancelToken | None) -> ResolvedSet:
    wanted = []
    unreadable: list[tuple[str, str]] = []
    newest: dict[str, bytes | None] = {}  # read once: a large set is thousands of files
    for name in names:
        text = newest[name] = library.fetch(name)
        try:
            head = parse_head(text or b"")
        except SchemaError as error:
            unreadable.append((name, error.message))
            continue
        if not head.is_submodule:
            wanted.append(WantedModule(head.name, head.revision or None))

    def fetch(name: str, revision: str | None) -> bytes | None:
        text = newest.get(name)
        if text is not None and (not revision or parse_head(text).revision == revision):
            return text
        return library.fetch(name, revision)

    found = resolve(wanted, fetch, fallback=bundled_modules(), cancel=cancel)
    return replace(found, missing=(*found.missing, *unreadable))


def schema_from_folder(
    folder: Path,
    engine: Engine,
    *,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> LoadedSchema:
    """Compile the modules of a folder; raises `SchemaError` when it is no folder."""
    tell = on_event or (lambda event: None)
    tell(Progress("Reading modules"))
    engine.warm()
    resolved = resolve_folder(folder, cancel=cancel)
    tell(Progress(f"Compiling {len(resolved.modules)} modules"))
    return compile_schema(engine, resolved, cancel=cancel)
