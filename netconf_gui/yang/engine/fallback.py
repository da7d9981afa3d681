"""The fallback compiler: pyang, in a process that is thrown away, writes the same database as libyang's extractor.

Lives here: the process's loop, loading a manifest's modules into pyang, the tree walk.  Does not live here: reading
statements (`fallback_reader`), when it is used (`check.Engine`).  pyang tolerates what libyang refuses, but takes
minutes and gigabytes for large sets, and data cannot be validated with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.metadata
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from netconf_gui.errors import AppError, SchemaError
from netconf_gui.yang import schema_tables
from netconf_gui.yang.cache import ModuleCache, SchemaCache
from netconf_gui.yang.engine.fallback_reader import Reader
from netconf_gui.yang.engine.frames import read_frame, write_frame
from netconf_gui.yang.engine.repairs import apply as mend
from netconf_gui.yang.engine.sources import Entry, SourceSet, entries_from_json
from netconf_gui.yang.engine.versions import FALLBACK
from netconf_gui.yang.nodes import BrokenModule
from netconf_gui.yang.report import Repair
from netconf_gui.yang.safe_files import read_plain
from netconf_gui.yang.schema_writer import SchemaWriter
from netconf_gui.yang.yangtext import decode

KIND = "fallback"
UNKNOWN = "unknown"  # pyang's word for no revision
MOST_ERRORS = 200


def fallback_identity() -> str:
    """What made a database, for people who look into it."""
    return f"pyang {importlib.metadata.version('pyang')}, {FALLBACK}"


def main(requests: BinaryIO, replies: BinaryIO) -> int:
    """Answer requests to compile until stdin ends."""
    # one set, then the process ends: collecting garbage would cost more than it brings
    gc.disable()
    sys.setrecursionlimit(20_000)
    write_frame(replies, {"ok": True, "kind": KIND, "library": fallback_identity()})
    with contextlib.suppress(BrokenPipeError):
        while (frame := read_frame(requests)) is not None:
            try:
                write_frame(replies, {"ok": True, **compile_set(frame[0])})
            except AppError as error:
                write_frame(replies, {"ok": False, "reason": "failed", "error": error.message, "advice": error.advice})
    return 0


def compile_set(request: dict[str, Any]) -> dict[str, Any]:
    """Compile the manifest of a key into its database; the reply has the fields of the library's."""
    started = time.perf_counter()
    place = SchemaCache(Path(request["schemas"])).place(request["key"])
    try:
        entries = entries_from_json(json.loads(read_plain(place.manifest))["modules"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SchemaError(f"The list of modules cannot be read from the cache: {error}.") from error
    sources = SourceSet(entries, ModuleCache(Path(request["texts"])), mend)
    loaded = Loaded(sources)
    temporary = place.database.with_name(f".{place.database.name}.fallback.tmp")
    temporary.unlink(missing_ok=True)
    try:
        with SchemaWriter(temporary) as writer:
            write(loaded, writer)
            nodes = writer.finish(loaded.broken, {"key": request["key"], "library": fallback_identity()})
        temporary.replace(place.database)
    except OSError as error:
        raise SchemaError(f"The compiled schema cannot be written: {error}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return {
        "broken": [[item.name, item.revision, item.reason] for item in loaded.broken],
        "repairs": [[item.kind, item.module, item.text] for item in loaded.complaints],
        "nodes": nodes,
        "modules": sources.to_json(),
        "several_bases": [],
        "seconds": time.perf_counter() - started,
    }


class Loaded:
    """The modules of a set in one pyang context: those that could be read, those that could not, the complaints."""

    def __init__(self, sources: SourceSet) -> None:
        from pyang.context import Context
        from pyang.repository import Repository

        class Texts(Repository):  # type: ignore[misc]
            """The set's texts as pyang asks for them."""

            def get_modules_and_revisions(self, _context: object) -> list[tuple[str, str, tuple[str, Entry]]]:
                return [(entry.name, entry.revision or UNKNOWN, ("set", entry)) for entry in sources.entries]

            def get_module_from_handle(self, handle: tuple[str, Entry]) -> tuple[str, str, str]:
                entry = handle[1]
                text = sources.text(entry)
                if text is None:
                    raise self.ReadError(f"the text of {entry.name} is no longer in the cache")
                return entry.name, "yang", decode(text)

        self.sources = sources
        self.broken: list[BrokenModule] = []
        self.modules: list[tuple[Entry, Any]] = []
        self.complaints: list[Repair] = []
        self.context = context = Context(Texts())
        context.lax_quote_checks = context.lax_xpath_checks = True
        context.implicit_errors = False
        context.features = {
            entry.name: list(entry.features) for entry in sources.implemented if entry.features is not None
        }
        for entry in sources.implemented:
            self._load(entry)
        context.validate()
        for _, module in self.modules:
            with contextlib.suppress(AttributeError):
                module.prune()
        self._complain()

    def _load(self, entry: Entry) -> None:
        before = len(self.context.errors)
        try:
            module = self.context.search_module(None, entry.name, entry.revision or UNKNOWN)
        except Exception as error:  # noqa: BLE001 - pyang raises anything for odd texts; the other modules go on
            module = None
            reason = f"{type(error).__name__}: {error}"
        else:
            reason = "; ".join(_words(item) for item in self.context.errors[before:][:3])
        if module is None:
            self.broken.append(BrokenModule(entry.name, entry.revision, reason or "it cannot be read"))
        else:
            self.modules.append((entry, module))

    def _complain(self) -> None:
        """What pyang finds wrong with a module that is shown all the same: the first fault of each."""
        from pyang import error

        told: set[str] = {item.name for item in self.broken}
        for item in self.context.errors:
            position, tag, _arguments = item
            if position is None or not error.is_error(error.err_level(tag)):
                continue
            top = getattr(position, "top", None)
            name = str(getattr(top, "arg", "") or position.ref)
            if name not in told and len(told) < MOST_ERRORS:
                told.add(name)
                self.complaints.append(Repair("fallback", name, f"{name}: {_words(item)}; shown all the same."))

    def all_modules(self) -> Iterator[tuple[Entry | None, Any]]:
        """Every module in the context, implemented ones with their entry."""
        implemented = {id(module): entry for entry, module in self.modules}
        for module in self.context.modules.values():
            if module is not None and module.keyword == "module":
                yield implemented.get(id(module)), module


def _words(item: Any) -> str:
    from pyang import error

    position, tag, arguments = item
    try:
        text = error.err_to_str(tag, arguments)
    except (KeyError, TypeError):
        text = str(tag)
    return f"{text} (line {position.line})" if position is not None else str(text)


def write(loaded: Loaded, writer: SchemaWriter) -> None:
    """All modules, identities and nodes."""
    reader = Reader(loaded.all_modules())
    numbers: dict[str, int] = {}
    for entry, module in loaded.all_modules():
        number = writer.module(reader.module_info(module, entry))
        if entry is not None or module.arg not in numbers:
            numbers[module.arg] = number
    for identity in reader.identities():
        writer.identity(identity)
    tops = [child for _, module in loaded.modules for child in reader.children(module)]
    _family(reader, writer, numbers, schema_tables.ROOT, tops)


def _family(
    reader: Reader, writer: SchemaWriter, numbers: Mapping[str, int], parent: int, children: Sequence[Any]
) -> None:
    if not children:
        return
    nodes = [reader.node(child) for child in children]
    first = writer.family(parent, [writer.shape_of(node) for node in nodes], [numbers[node.module] for node in nodes])
    for number, child in enumerate(children, first):
        _family(reader, writer, numbers, number, reader.children(child))
