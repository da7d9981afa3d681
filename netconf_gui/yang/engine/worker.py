"""A worker process: reads requests, asks libyang, writes replies; ends when its stdin does.

Lives here: the loop, the requests by name, the contexts that are kept.  Does not live here: what a request means
(`context`, `extract`, `data`), the other end (`process`).

A request is ``{"do": name, …}`` with binary parts; a reply is ``{"ok": true, …}`` or ``{"ok": false, "error": text,
"reason": "failed" | "not-loaded"}``.  A worker that cannot go on simply dies: its client says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from netconf_gui.errors import AppError, SchemaError
from netconf_gui.yang.cache import ModuleCache, SchemaCache
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.conditions import Conditions
from netconf_gui.yang.engine.context import Built, build
from netconf_gui.yang.engine.convert import convert
from netconf_gui.yang.engine.data import DataEngine
from netconf_gui.yang.engine.extract import Extractor
from netconf_gui.yang.engine.frames import read_frame, write_frame
from netconf_gui.yang.engine.locate import find_library
from netconf_gui.yang.engine.members import union_member
from netconf_gui.yang.engine.repairs import apply as mend
from netconf_gui.yang.engine.selftest import self_test
from netconf_gui.yang.engine.sources import SourceSet, entries_from_json
from netconf_gui.yang.safe_files import read_plain
from netconf_gui.yang.schema_writer import SchemaWriter

Request = dict[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]


class NotLoadedError(Exception):
    """The request needs a context that this worker does not have (yet, or any more)."""


class Worker:
    """The contexts of one process, least recently used first out.

    At most `max_contexts` are kept, and fewer while the process is larger than `max_memory` bytes.
    """

    def __init__(self, yang: LibYang, *, max_contexts: int, max_memory: int) -> None:
        self._yang = yang
        self._max_contexts = max_contexts
        self._max_memory = max_memory
        self._engines: OrderedDict[str, DataEngine] = OrderedDict()
        self._requests: dict[str, Callable[[Request, list[bytes]], Answer]] = {
            "ping": self._ping,
            "compile": self._compile,
            "load": self._load,
            "validate": self._validate,
            "validate-request": self._validate_request,
            "value": self._value,
            "member": self._member,
            "xpath": self._xpath,
            "conditions": self._conditions,
            "diff": self._diff,
            "apply-diff": self._apply_diff,
            "merge": self._merge,
            "equal": self._equal,
            "convert": self._convert,
            "with-defaults": self._with_defaults,
        }

    def answer(self, request: Request, parts: list[bytes]) -> Answer:
        """The reply to one request; failures that are the data's or the schema's are replies too."""
        handler = self._requests.get(str(request.get("do")))
        if handler is None:
            return {"ok": False, "reason": "failed", "error": f"Unknown request {request.get('do')}."}, []
        try:
            header, out = handler(request, parts)
        except NotLoadedError:
            return {"ok": False, "reason": "not-loaded", "error": "The schema is not loaded."}, []
        except AppError as error:
            return {"ok": False, "reason": "failed", "error": error.message, "advice": error.advice}, []
        return {"ok": True, **header}, out

    def _engine(self, request: Request) -> DataEngine:
        engine = self._engines.get(request["key"])
        if engine is None:
            raise NotLoadedError
        self._engines.move_to_end(request["key"])
        return engine

    def _keep(self, key: str, built: Built, several_bases: Iterable[str]) -> None:
        old = self._engines.pop(key, None)
        if old is not None:
            old.context.close()
        self._engines[key] = DataEngine(built.context, several_bases)
        while len(self._engines) > 1 and (
            len(self._engines) > self._max_contexts or resident_bytes() > self._max_memory
        ):
            self._engines.popitem(last=False)[1].context.close()

    def _built(self, request: Request, manifest_path: Path) -> tuple[Built, list[str]]:
        """The context of a manifest, and the leafs with several bases if the manifest knows them."""
        try:
            manifest = json.loads(read_plain(manifest_path))
            entries = entries_from_json(manifest["modules"])
            several_bases = list(manifest.get("several_bases", ()))
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise SchemaError(f"The list of modules cannot be read from the cache: {error}.") from error
        sources = SourceSet(entries, ModuleCache(Path(request["texts"])), mend)
        return build(self._yang, sources), several_bases

    def _ping(self, request: Request, parts: list[bytes]) -> Answer:
        return {"library": self._yang.path.name, "contexts": list(self._engines), "pid": os.getpid()}, parts

    def _compile(self, request: Request, _parts: list[bytes]) -> Answer:
        """Build the set from its manifest, write the database, keep the context."""
        started = time.perf_counter()
        place = SchemaCache(Path(request["schemas"])).place(request["key"])
        built, _ = self._built(request, place.manifest)
        database = place.database
        temporary = database.with_name(f".{database.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        try:
            extractor = Extractor(built.context, SchemaWriter(temporary))
            nodes = extractor.run(built.broken, {"key": request["key"], "library": self._yang.path.name})
            temporary.replace(database)
        except OSError as error:
            raise SchemaError(f"The compiled schema cannot be written: {error}.") from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        modules = built.context.sources.to_json()
        self._keep(request["key"], built, extractor.several_bases)
        return {
            "broken": [[item.name, item.revision, item.reason] for item in built.broken],
            "repairs": [[item.kind, item.module, item.text] for item in built.repairs],
            "nodes": nodes,
            "modules": modules,
            "several_bases": extractor.several_bases,
            "seconds": time.perf_counter() - started,
        }, []

    def _load(self, request: Request, _parts: list[bytes]) -> Answer:
        """Build the set again from what compiled in the end; nothing is written."""
        if request["key"] not in self._engines:
            place = SchemaCache(Path(request["schemas"])).place(request["key"])
            self._keep(request["key"], *self._built(request, place.final))
        return {}, []

    def _validate(self, request: Request, parts: list[bytes]) -> Answer:
        problems = self._engine(request).validate(
            parts[0],
            request["content"],
            limit=request["limit"],
            first_only=request.get("first_only", False),
            skip_structure=request.get("skip_structure", False),
            musts=request.get("musts", True),
        )
        return {"problems": [asdict(problem) for problem in problems]}, []

    def _validate_request(self, request: Request, parts: list[bytes]) -> Answer:
        problems = self._engine(request).validate_request(parts[0], parts[1], limit=request["limit"])
        return {"problems": [asdict(problem) for problem in problems]}, []

    def _value(self, request: Request, _parts: list[bytes]) -> Answer:
        prefixes = {prefix or None: namespace for prefix, namespace in request["prefixes"].items()}
        problem, canonical = self._engine(request).check_value(request["path"], request["value"], prefixes)
        return {"problem": None if problem is None else asdict(problem), "canonical": canonical}, []

    def _member(self, request: Request, _parts: list[bytes]) -> Answer:
        prefixes = {prefix or None: namespace for prefix, namespace in request["prefixes"].items()}
        return {"member": union_member(self._engine(request), request["path"], request["value"], prefixes)}, []

    def _xpath(self, request: Request, parts: list[bytes]) -> Answer:
        found = self._engine(request).xpath(parts[0], request["expression"], request["limit"])
        return {"nodes": found}, []

    def _conditions(self, request: Request, parts: list[bytes]) -> Answer:
        asked = [(str(parent), str(node)) for parent, node in request["asked"]]
        judge = Conditions(self._engine(request), of_request=bool(request.get("of_request")))
        return {"found": judge.evaluate(parts[0], asked)}, []

    def _diff(self, request: Request, parts: list[bytes]) -> Answer:
        return {}, [self._engine(request).diff(parts[0], parts[1], defaults=request["defaults"])]

    def _apply_diff(self, request: Request, parts: list[bytes]) -> Answer:
        return {}, [self._engine(request).apply_diff(parts[0], parts[1], parts[2])]

    def _merge(self, request: Request, parts: list[bytes]) -> Answer:
        return {}, [self._engine(request).merge(parts[0], parts[1])]

    def _convert(self, request: Request, parts: list[bytes]) -> Answer:
        return {}, [convert(self._engine(request), parts[0], request["target"])]

    def _equal(self, request: Request, parts: list[bytes]) -> Answer:
        return {"equal": self._engine(request).equal(parts[0], parts[1], defaults=request["defaults"])}, []

    def _with_defaults(self, request: Request, parts: list[bytes]) -> Answer:
        return {}, [self._engine(request).with_defaults(parts[0])]


def resident_bytes() -> int:
    """The size of this process in memory; 0 where the system does not say."""
    try:
        with Path("/proc/self/statm").open() as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    if sys.platform == "win32":
        return 0
    import resource

    # the peak, in bytes on macOS: better than no limit
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if sys.platform == "darwin" else 0


def main(kind: str, arguments: list[str]) -> int:
    """The process's main function; `arguments` are ``max_contexts max_memory``."""
    # Ctrl+C in a terminal reaches the whole group: the program that asks decides, and ends this process's stdin
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, replies = _take_streams()
    if kind == "fallback":
        from netconf_gui.yang.engine.fallback import main as fallback_main

        return fallback_main(requests, replies)
    limits = [int(argument) for argument in arguments] or [4, 2**31]
    try:
        yang = LibYang(find_library())
        self_test(yang)
    except AppError as error:
        write_frame(replies, {"ok": False, "reason": "unusable", "error": error.message, "advice": error.advice})
        return 1
    worker = Worker(yang, max_contexts=limits[0], max_memory=limits[-1])
    write_frame(replies, {"ok": True, "kind": kind, "library": yang.path.name, "pid": os.getpid()})
    with contextlib.suppress(BrokenPipeError):
        while (frame := read_frame(requests)) is not None:
            write_frame(replies, *worker.answer(*frame))
    return 0


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """stdin and stdout for frames only: what anything prints goes to stderr from here on."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for stream in (requests, replies):
            msvcrt.setmode(stream.fileno(), os.O_BINARY)
    return requests, replies
