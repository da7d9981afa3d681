"""Schemas for documents without a device: the sets that a person has used, and the one that fits a document.

Lives here: opening a remembered set, the shipped set, choosing by what a document holds.  Does not live here: the list
of sets (`workspace.schema_sets`), compiling folders (`modules`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.load import LoadedSchema, compile_schema
from netconf_gui.services.modules import schema_from_folder, shipped_modules
from netconf_gui.workspace.schema_sets import SchemaSet, SchemaSets, SetKind
from netconf_gui.yang.check import Engine
from netconf_gui.yang.schema import Schema

SHIPPED = SchemaSet(SetKind.SHIPPED, "", "Standard modules (IETF)", "")


@dataclass(frozen=True, slots=True)
class ChosenSchema:
    """A set with its compiled schema."""

    found: SchemaSet
    loaded: LoadedSchema


def offered(sets: SchemaSets) -> tuple[SchemaSet, ...]:
    """The sets used so far, the last one first; the shipped one is always among them."""
    known = sets.sets
    return known if any(one.kind is SetKind.SHIPPED for one in known) else (*known, SHIPPED)


def open_set(
    wanted: SchemaSet,
    engine: Engine,
    sets: SchemaSets,
    *,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> ChosenSchema:
    """Compile a set, or take it from the cache, and remember that it was used.

    Raises `SchemaError` when a device's set is no longer in the cache, or a folder is gone.
    """
    loaded = _load(wanted, engine, cancel, on_event)
    if loaded.key is None:
        raise SchemaError(f"{wanted.title}: {' '.join(loaded.notes)}", advice="Choose another schema.")
    found = SchemaSet(wanted.kind, wanted.where, wanted.title, loaded.key, loaded.modules, time.time())
    sets.remember(found)
    return ChosenSchema(found, loaded)


def _load(
    wanted: SchemaSet, engine: Engine, cancel: CancelToken | None, on_event: Callable[[Event], None] | None
) -> LoadedSchema:
    if wanted.kind is SetKind.FOLDER:
        # also where the cache has it: the files may be others by now
        return schema_from_folder(Path(wanted.where), engine, cancel=cancel, on_event=on_event)
    if wanted.kind is SetKind.SHIPPED:
        if on_event is not None:
            on_event(Progress("Compiling the standard modules"))
        return compile_schema(engine, shipped_modules(cancel=cancel), cancel=cancel)
    return from_cache(wanted.key, engine, wanted.title)


def from_cache(key: str, engine: Engine, title: str) -> LoadedSchema:
    """A compiled set by its key; raises `SchemaError` if the cache does not have it any more."""
    compiled = engine.compiled(key)
    if compiled is None:
        raise SchemaError(
            f"The modules of {title} are no longer in the cache.", advice="Connect the device and open it once."
        )
    schema = engine.schema(compiled)
    return LoadedSchema(
        schema=schema,
        key=key,
        broken=compiled.broken,
        repairs=compiled.repairs,
        modules=len(schema.modules),
        nodes=compiled.nodes,
        validated=compiled.validated,
    )


def fitting(
    namespaces: Iterable[str], engine: Engine, sets: SchemaSets, *, all_of_them: bool = True
) -> ChosenSchema | None:
    """The remembered set that knows these namespaces; among equals the one used last.  Only the cache is looked at.

    Module names will do for namespaces (JSON has nothing else).  Without `all_of_them` the set that knows most.
    """
    wanted = [one for one in dict.fromkeys(namespaces) if one]
    best: tuple[int, ChosenSchema] | None = None
    for known in sets.sets:
        try:
            loaded = from_cache(known.key, engine, known.title)
        except SchemaError:
            continue
        score = sum(1 for one in wanted if _knows(loaded.schema, one))
        if score and (best is None or score > best[0]):
            best = (score, ChosenSchema(known, loaded))
    return best[1] if best is not None and (best[0] == len(wanted) or not all_of_them) else None


def _knows(schema: Schema | None, name: str) -> bool:
    if schema is None:
        return False
    module = schema.module_for_namespace(name) or schema.module(name)
    return module is not None and module.implemented
