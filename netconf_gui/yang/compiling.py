"""Compiling a set of modules: from the cache, by libyang in the bulk worker, or by the fallback where it cannot.

Lives here: `Compiler`, the key of a set, the record of a compiled one.  Does not live here: questions about data
(`check.Engine`), what happens in the processes (`engine.worker`, `engine.fallback`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import Cancelled, SchemaError
from netconf_gui.yang.cache import ModuleCache, SchemaCache, sha256
from netconf_gui.yang.engine.locate import library_identity
from netconf_gui.yang.engine.process import WorkerLostError, WorkerProcess
from netconf_gui.yang.engine.versions import EXTRACTOR, FALLBACK, REPAIRS
from netconf_gui.yang.nodes import BrokenModule
from netconf_gui.yang.report import Repair
from netconf_gui.yang.resolver import ModuleSource, ResolvedSet
from netconf_gui.yang.store import FORMAT

FALLBACK_SHARE = 4  # the fallback may take so many times as long


@dataclass(frozen=True, slots=True)
class CompiledSchema:
    """A set of modules compiled into a database.

    `key` names it in all other calls.  `repairs` are sentences on what was changed to make it compile; `seconds` is
    how long compiling took (also if it was taken from the cache, see `cached`).
    """

    key: str
    database: Path
    broken: tuple[BrokenModule, ...] = ()
    repairs: tuple[str, ...] = ()
    nodes: int = 0
    seconds: float = 0.0
    cached: bool = False
    repaired: tuple[Repair, ...] = ()  # the same as `repairs`, with their names
    validated: bool = True  # false: made by the fallback, data cannot be checked against it
    refused: str = ""  # why the fallback had to make it


class Compiler:
    """Makes compiled sets and finds them again; thread-safe, calls block.

    A set that libyang refuses as a whole, or that it died of, goes to the fallback at once for as long as the program
    runs; the next start tries again.
    """

    def __init__(
        self,
        modules: ModuleCache,
        schemas: SchemaCache,
        bulk: WorkerProcess,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._modules = modules
        self._schemas = schemas
        self._bulk = bulk
        self._environment = environment
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}
        self._unvalidated: dict[str, str] = {}
        self._running: set[WorkerProcess] = set()
        self._closed = False

    def close(self) -> None:
        """Stop fallbacks that run."""
        with self._lock:
            self._closed = True
            running = tuple(self._running)
        for process in running:
            process.close()

    def compile(self, resolved: ResolvedSet, *, cancel: CancelToken | None, deadline: float) -> CompiledSchema:
        """Compile a set, or take it from the cache; raises SchemaError when nobody can compile it."""
        # also where the database is there: workers build their contexts from the texts
        for module in resolved.modules:
            self._modules.put(module.text)
        refused = ""
        try:
            key = schema_key(resolved.modules)
        except SchemaError as error:  # there is no library
            refused = error.message
        else:
            with self._lock:
                refused = self._refused.get(key, "")
            if not refused:
                try:
                    return self._one(key, resolved, lambda: self._ask_bulk(key, cancel, deadline))
                except Cancelled:
                    raise
                except SchemaError as error:
                    refused = error.message
                    if self._closed:
                        raise
                    with self._lock:
                        self._refused[key] = refused
        return self._fall_back(resolved, refused, cancel, deadline * FALLBACK_SHARE)

    def _fall_back(
        self, resolved: ResolvedSet, refused: str, cancel: CancelToken | None, deadline: float
    ) -> CompiledSchema:
        key = schema_key(resolved.modules, fallback=True)
        try:
            return self._one(key, resolved, lambda: self._ask_fallback(key, cancel, deadline), refused=refused)
        except WorkerLostError as error:
            raise SchemaError(
                f"{refused} The other compiler did not manage either: {error.message}", advice=error.advice
            ) from error

    def _one(
        self, key: str, resolved: ResolvedSet, ask: Callable[[], dict[str, Any]], *, refused: str = ""
    ) -> CompiledSchema:
        """The set of that key from the cache, or as `ask` makes it."""
        found = self.compiled(key)
        if found is not None:
            return found
        self._schemas.write_manifest(key, {"modules": [_manifest_entry(module) for module in resolved.modules]})
        started = time.perf_counter()
        reply = ask()
        self._schemas.write_manifest(key, {name: reply[name] for name in ("modules", "several_bases")}, final=True)
        receipt = {name: reply[name] for name in ("broken", "repairs", "nodes")}
        receipt["seconds"] = time.perf_counter() - started
        receipt["refused"] = refused
        self._schemas.write_receipt(key, receipt)
        return self._compiled(key, receipt, cached=False)

    def _ask_bulk(self, key: str, cancel: CancelToken | None, deadline: float) -> dict[str, Any]:
        return self._bulk.ask(self._request(key), deadline=deadline, cancel=cancel)[0]

    def _ask_fallback(self, key: str, cancel: CancelToken | None, deadline: float) -> dict[str, Any]:
        process = WorkerProcess("fallback", environment=self._environment)
        with self._lock:
            if self._closed:
                raise SchemaError("The YANG engine is closed.")
            self._running.add(process)
        try:
            return process.ask(self._request(key), deadline=deadline, cancel=cancel)[0]
        finally:
            process.close()
            with self._lock:
                self._running.discard(process)

    def _request(self, key: str) -> dict[str, Any]:
        folders = {"texts": str(self._modules.folder), "schemas": str(self._schemas.folder)}
        return {"do": "compile", "key": key, **folders}

    def compiled(self, key: str) -> CompiledSchema | None:
        """The compiled set of that key if the cache has it, whole."""
        receipt = self._schemas.receipt(key)
        if receipt is None:
            return None
        try:
            return self._compiled(key, receipt, cached=True)
        except (KeyError, TypeError, ValueError):
            return None  # not written by us: it is compiled anew

    def _compiled(self, key: str, receipt: Mapping[str, Any], *, cached: bool) -> CompiledSchema:
        repaired = tuple(Repair(str(kind), str(module), str(text)) for kind, module, text in receipt["repairs"])
        refused = str(receipt.get("refused", ""))
        if refused:
            with self._lock:
                self._unvalidated[key] = refused
        return CompiledSchema(
            key=key,
            database=self._schemas.place(key).database,
            broken=tuple(BrokenModule(str(name), str(rev), str(why)) for name, rev, why in receipt["broken"]),
            repairs=tuple(dict.fromkeys(repair.text for repair in repaired)),
            repaired=repaired,
            nodes=int(receipt["nodes"]),
            seconds=float(receipt["seconds"]),
            cached=cached,
            validated=not refused,
            refused=refused,
        )

    def check_validated(self, key: str) -> None:
        """Raises SchemaError for a set that the fallback made: nobody can check data against it."""
        with self._lock:
            refused = self._unvalidated.get(key)
        if refused:
            raise SchemaError(
                f"The schema is shown, but data cannot be checked against it: {refused}",
                state="The document is untouched.",
                advice="The device checks what is sent to it.",
            )


def schema_key(modules: Sequence[ModuleSource], *, fallback: bool = False) -> str:
    """The key of a set: it changes with every text, feature, deviation, and with what compiles it.

    Raises SchemaError where there is no library, unless it is the key of what the fallback makes.
    """
    lines = sorted(
        f"{module.name}@{module.revision} {module.sha256} {module.implemented} "
        f"{'*' if module.features is None else ','.join(sorted(module.features))} {','.join(sorted(module.deviations))}"
        for module in modules
    )
    who = f"pyang {FALLBACK}" if fallback else f"{library_identity()} extractor {EXTRACTOR} repairs {REPAIRS}"
    return sha256("\n".join([f"{who} format {FORMAT}", *lines]).encode())[:40]


def _manifest_entry(module: ModuleSource) -> dict[str, Any]:
    return {
        "name": module.name,
        "revision": module.revision,
        "sha256": module.sha256,
        "implemented": module.implemented,
        "features": None if module.features is None else list(module.features),
        "submodule": module.is_submodule,
        "namespace": module.namespace,
    }
