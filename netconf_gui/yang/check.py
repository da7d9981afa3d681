"""The YANG engine as the rest of the program sees it: compile, validate, check a value, evaluate an XPath.

Lives here: `Engine`, which owns two worker processes, the caches on disk, and what is asked with which deadline.  All
calls block and may come from any thread.  Does not live here: processes (`engine.process`), libyang (`engine`).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.yang.cache import ModuleCache, SchemaCache
from netconf_gui.yang.compiling import CompiledSchema, Compiler, schema_key
from netconf_gui.yang.engine.process import EngineTimeout, NotLoadedError, WorkerLostError, WorkerProcess
from netconf_gui.yang.problem import Problem, problem_from
from netconf_gui.yang.resolver import ResolvedSet
from netconf_gui.yang.safe_files import read_plain
from netconf_gui.yang.store import SqliteSchema

__all__ = ["CompiledSchema", "Deadlines", "Engine", "EngineLimits", "EngineTimeout", "schema_key"]

Reply = tuple[dict[str, Any], list[bytes]]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds after which a worker is stopped, by kind of request."""

    compile: float = 300.0
    validate: float = 60.0
    value: float = 1.0
    xpath: float = 10.0


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What one worker keeps: so many compiled sets, fewer while it is larger than so many bytes."""

    contexts: int = 4
    memory: int = 2 * 1024**3


class Engine:
    """Two workers of one program: *bulk* compiles and validates, *interactive* answers while a person types.

    Constructing it starts nothing.  Every method raises SchemaError if the library is missing, the worker died or ran
    out of time, and Cancelled if `cancel` was.  Close it, or use it as a context manager.
    """

    def __init__(
        self,
        *,
        cache_folder: Path,
        deadlines: Deadlines | None = None,
        limits: EngineLimits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.cache_folder = cache_folder
        self.deadlines = deadlines or Deadlines()
        self.modules = ModuleCache(cache_folder / "modules")
        self._schemas = SchemaCache(cache_folder / "schemas")
        limits = limits or EngineLimits()
        arguments = (str(limits.contexts), str(limits.memory))
        self.interactive = WorkerProcess("interactive", arguments, environment=environment)
        self.bulk = WorkerProcess("bulk", arguments, environment=environment)
        self._compiler = Compiler(self.modules, self._schemas, self.bulk, environment)
        self._lock = threading.Lock()
        self._opened: dict[str, SqliteSchema] = {}

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers and close the schemas that `schema` opened."""
        self.interactive.close()
        self.bulk.close()
        self._compiler.close()
        with self._lock:
            opened, self._opened = self._opened, {}
        for schema in opened.values():
            schema.close()

    def warm(self) -> None:
        """Have the compiling worker started soon: it is ready when the modules are."""
        self.bulk.warm()

    # compiling

    def compile(
        self, resolved: ResolvedSet, *, cancel: CancelToken | None = None, deadline: float | None = None
    ) -> CompiledSchema:
        """Compile a set, or take it from the cache.

        A module that cannot be loaded or compiled is in `broken` with the reason, and is no error.  What libyang cannot
        take as a whole is compiled by the fallback: `validated` is false then.
        """
        compiled = self._compiler.compile(resolved, cancel=cancel, deadline=deadline or self.deadlines.compile)
        if not compiled.cached:
            with self._lock:
                # a schema of that key that is open reads a file that was damaged and has been replaced
                stale = self._opened.pop(compiled.key, None)
            if stale is not None:
                stale.close()
        return compiled

    def compiled(self, key: str) -> CompiledSchema | None:
        """The compiled set of that key if the cache has it, whole; nothing is compiled."""
        return self._compiler.compiled(key)

    def module_text(self, key: str, name: str, revision: str = "") -> bytes:
        """The YANG text of a module or submodule of a compiled set; without `revision` that of the implemented one.

        Broken modules have a text too.  Raises SchemaError if the set or the cache does not have it.
        """
        text = None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found = [item for item in self._listed(key) if item["name"] == name and revision in ("", item["revision"])]
            best = max(found, key=lambda item: (item["implemented"], item["revision"]), default=None)
            text = None if best is None else self.modules.text(best["sha256"])
        if text is None:
            label = f"{name}@{revision}" if revision else name
            raise SchemaError(
                f"The text of {label} is not in the cache.", advice="Load the schema again; it is then fetched anew."
            )
        return text

    def module_digests(self, key: str) -> Mapping[str, str]:
        """The SHA-256 of the text of every module of a set, of several revisions that of the implemented one.

        Raises SchemaError if the cache does not have the set.
        """
        try:
            ordered = sorted(self._listed(key), key=lambda item: (bool(item["implemented"]), str(item["revision"])))
            return {str(item["name"]): str(item["sha256"]) for item in ordered if not item["submodule"]}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SchemaError("The list of modules is not in the cache.", advice="Load the schema again.") from error

    def _listed(self, key: str) -> list[dict[str, Any]]:
        """The modules of a set's manifest, unchecked: the folder may have been written by others."""
        modules: list[dict[str, Any]] = json.loads(read_plain(self._schemas.place(key).manifest))["modules"]
        return modules

    def schema(self, compiled: CompiledSchema | str) -> SqliteSchema:
        """The schema of a compiled set, opened once, its top level read; it lives as long as the engine."""
        key = compiled if isinstance(compiled, str) else compiled.key
        with self._lock:
            found = self._opened.get(key)
            if found is None:
                found = SqliteSchema(self._schemas.place(key).database)
                try:
                    # the tree shows that first: thousands of nodes, read here rather than in the window's thread
                    found.data_children(None)
                except SchemaError:
                    found.close()
                    raise
                self._opened[key] = found
            return found

    def prepare(self, key: str, *, cancel: CancelToken | None = None) -> None:
        """Have the interactive worker load a schema, so that the first value is checked at once."""
        self._load(self.interactive, key, cancel)

    # questions

    def validate(
        self,
        key: str,
        data: bytes,
        *,
        content: str = "config",
        limit: int = 1000,
        musts: bool = True,
        cancel: CancelToken | None = None,
        deadline: float | None = None,
    ) -> tuple[Problem, ...]:
        """The findings about XML data; none: valid.  After `limit` of them one more says how many are left out.

        `data` is one document: top-level nodes inside `config` or `data`, or one top-level node alone.  `content` is
        ``config`` (a whole configuration), ``data`` (with state), ``operational`` (RFC 8342, constraints may be
        violated) or ``edit`` (a part, of which only names and values are checked).  Parts in namespaces that the
        schema does not know are skipped and told as warnings with source ``schema missing``.  XML that is not
        well-formed is a finding too, with source ``xml``, line and column.  Without `musts` no ``must`` is evaluated,
        which may take quadratic time; raises EngineTimeout past the deadline.
        """
        request: dict[str, Any] = {"content": content, "limit": limit, "musts": musts}
        seconds = deadline or self.deadlines.validate
        try:
            reply, _ = self._ask(self.bulk, "validate", key, request, (data,), seconds, cancel)
        except WorkerLostError as error:
            if "crashed" not in error.message or content == "edit":
                raise
            # going on after the first error killed the library: be content with the first error
            reply, _ = self._ask(self.bulk, "validate", key, {**request, "first_only": True}, (data,), seconds, cancel)
            text = "Only the first fault is told: the YANG library could not go on behind it."
            reply["problems"].append(asdict(Problem("warning", "", text, source="not checked")))
        return tuple(problem_from(item) for item in reply["problems"])

    def validate_request(
        self,
        key: str,
        data: bytes,
        *,
        dependencies: bytes = b"",
        limit: int = 1000,
        cancel: CancelToken | None = None,
        deadline: float | None = None,
    ) -> tuple[Problem, ...]:
        """The findings about one rpc, or one `<action>`, in a `config` wrapper; none: it can be sent.

        `dependencies` is the configuration that its references and conditions look at (RFC 7950, section 6.4.1);
        without it references to what is not there are not told.
        """
        seconds = deadline or self.deadlines.validate
        reply, _ = self._ask(
            self.interactive, "validate-request", key, {"limit": limit}, (data, dependencies), seconds, cancel
        )
        return tuple(problem_from(item) for item in reply["problems"])

    def check_value(
        self,
        key: str,
        path: str,
        value: str,
        *,
        prefixes: Mapping[str | None, str] | None = None,
        cancel: CancelToken | None = None,
    ) -> Problem | None:
        """What is wrong with a value for the leaf or leaf-list at the schema path ``/mod:a/b``; None: nothing.

        `prefixes` (prefix -> namespace, None for the default) are those of the XML around; without them prefixes in
        values are module names.  Whether a leafref's or instance-identifier's target exists is not looked at.  The
        message is worded to follow "<leaf> is" where the type alone explains it.
        """
        return self._value(key, path, value, prefixes, cancel)[0]

    def canonical_value(
        self, key: str, path: str, value: str, *, prefixes: Mapping[str | None, str] | None = None
    ) -> str | None:
        """The canonical form of a value for the leaf at a schema path as libyang has it; None if it is no value."""
        problem, canonical = self._value(key, path, value, prefixes, None)
        return None if problem is not None else canonical

    def union_member(
        self,
        key: str,
        path: str,
        value: str,
        *,
        prefixes: Mapping[str | None, str] | None = None,
        cancel: CancelToken | None = None,
    ) -> int | None:
        """Which member of the union type of the leaf at a schema path takes a value; None: none, or no union."""
        named = {prefix or "": namespace for prefix, namespace in (prefixes or {}).items()}
        request = {"path": path, "value": value, "prefixes": named}
        reply, _ = self._ask(self.interactive, "member", key, request, (), self.deadlines.value, cancel)
        member = reply["member"]
        return None if member is None else int(member)

    def _value(
        self,
        key: str,
        path: str,
        value: str,
        prefixes: Mapping[str | None, str] | None,
        cancel: CancelToken | None,
    ) -> tuple[Problem | None, str]:
        named = {prefix or "": namespace for prefix, namespace in (prefixes or {}).items()}
        request = {"path": path, "value": value, "prefixes": named}
        reply, _ = self._ask(self.interactive, "value", key, request, (), self.deadlines.value, cancel)
        problem = reply["problem"]
        return (None if problem is None else problem_from(problem)), str(reply["canonical"])

    def xpath(
        self,
        key: str,
        data: bytes,
        expression: str,
        *,
        limit: int = 10_000,
        cancel: CancelToken | None = None,
        deadline: float | None = None,
    ) -> tuple[tuple[str, str | None], ...]:
        """(instance path, value or None) of the nodes that an XPath with module names as prefixes selects in data.

        Nodes that do not fit the schema are as if they were not there, so that one fault does not hide the others.
        """
        request = {"expression": expression, "limit": limit}
        seconds = deadline or self.deadlines.xpath
        reply, _ = self._ask(self.interactive, "xpath", key, request, (data,), seconds, cancel)
        return tuple((path, value) for path, value in reply["nodes"])

    def conditions(
        self,
        key: str,
        data: bytes,
        asked: Sequence[tuple[str, str]],
        *,
        of_request: bool = False,
        cancel: CancelToken | None = None,
    ) -> tuple[str | None, ...]:
        """Whether the `when` conditions of nodes hold, there or not (RFC 7950, section 7.21.5).

        Each question is the instance path of the nearest existing node above ("/" for the top) and the data path of
        the node in the schema.  Each answer is "" (all hold), the first condition that does not hold as the module
        writes it, or None (it cannot be told).  `of_request`: the data is an rpc or `<action>` in a wrapper.
        """
        request = {"asked": [list(item) for item in asked], "of_request": of_request}
        reply, _ = self._ask(self.interactive, "conditions", key, request, (data,), self.deadlines.xpath, cancel)
        return tuple(reply["found"])

    def diff(self, key: str, first: bytes, second: bytes, *, defaults: bool = False) -> bytes:
        """libyang's difference of two documents: XML in a `config` wrapper with ``yang:operation``; b"" if none.

        With `defaults` the data must be valid and implicit nodes are compared too.
        """
        return self._bulk_bytes("diff", key, {"defaults": defaults}, (first, second))

    def apply_diff(self, key: str, data: bytes, first: bytes, second: bytes) -> bytes:
        """`data` with libyang's difference from `first` to `second` applied, as XML in a `config` wrapper."""
        return self._bulk_bytes("apply-diff", key, {}, (data, first, second))

    def merge(self, key: str, target: bytes, source: bytes) -> bytes:
        """`source` merged into `target` by libyang, as XML in a `config` wrapper."""
        return self._bulk_bytes("merge", key, {}, (target, source))

    def with_defaults(self, key: str, data: bytes) -> bytes:
        """Valid data with all default values written out (RFC 6243, report-all), in a `config` wrapper."""
        return self._bulk_bytes("with-defaults", key, {}, (data,))

    def convert(self, key: str, data: bytes, target: str) -> bytes:
        """XML as "json" (RFC 7951), or JSON as "xml" in a `config` wrapper; names and values are checked."""
        return self._bulk_bytes("convert", key, {"target": target}, (data,))

    def equal(self, key: str, first: bytes, second: bytes, *, defaults: bool = True) -> bool:
        """True if libyang finds no difference.

        With `defaults` a written default differs from a node that is not there; without, data must be valid, and they
        are the same.
        """
        request = {"defaults": defaults}
        reply, _ = self._ask(self.bulk, "equal", key, request, (first, second), self.deadlines.validate, None)
        return bool(reply["equal"])

    # asking

    def _bulk_bytes(self, what: str, key: str, request: dict[str, Any], parts: Sequence[bytes]) -> bytes:
        _, out = self._ask(self.bulk, what, key, request, parts, self.deadlines.validate, None)
        return out[0]

    def _request(self, what: str, key: str) -> dict[str, Any]:
        return {"do": what, "key": key, "texts": str(self.modules.folder), "schemas": str(self._schemas.folder)}

    def _load(self, worker: WorkerProcess, key: str, cancel: CancelToken | None) -> None:
        worker.ask(self._request("load", key), deadline=self.deadlines.compile, cancel=cancel)

    def _ask(
        self,
        worker: WorkerProcess,
        what: str,
        key: str,
        request: dict[str, Any],
        parts: Sequence[bytes],
        deadline: float,
        cancel: CancelToken | None,
    ) -> Reply:
        """Ask; a worker that does not hold the schema (new, or it was pushed out) loads it first."""
        self._compiler.check_validated(key)
        header = {**self._request(what, key), **request}
        for _ in range(3):
            try:
                return worker.ask(header, parts, deadline=deadline, cancel=cancel)
            except NotLoadedError:
                self._load(worker, key, cancel)
        raise SchemaError("The YANG engine cannot keep the schema in memory.", advice="Raise the engine's limits.")
