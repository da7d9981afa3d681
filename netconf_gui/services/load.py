"""What a device holds, made ready to be looked at: its schema and one datastore.

Lives here: listing and fetching modules, having them compiled, reading a datastore for editing.  A module that cannot
be had or compiled is listed and never a blocker: its data stays raw XML.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import NS_BASE, qn, serialize
from netconf_gui.services.events import Event, Note, Progress
from netconf_gui.services.fetching import SchemaFetcher
from netconf_gui.session.datastores import editing_with_defaults, get_config
from netconf_gui.session.schemas import list_modules
from netconf_gui.session.session import Session
from netconf_gui.yang.cache import ModuleCache
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ResolvedSet, bundled_modules, resolve
from netconf_gui.yang.schema import BrokenModule, Schema


@dataclass(frozen=True, slots=True)
class LoadedSchema:
    """A device's compiled modules; `schema` is None when nothing could be compiled (all data stays raw XML)."""

    schema: Schema | None
    key: str | None  # the engine's key of the compiled set
    missing: tuple[tuple[str, str], ...] = ()  # (module, why)
    broken: tuple[BrokenModule, ...] = ()
    repairs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # sentences, e.g. where the list of modules comes from
    modules: int = 0
    nodes: int = 0
    downloaded: int = 0  # texts that were not in the cache
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """One datastore as fetched: `data` is the serialized content inside one `<config>` element."""

    data: bytes
    datastore: str
    with_defaults: str | None
    fetched_at: float  # seconds since the epoch
    schema: LoadedSchema
    seconds: float

    @property
    def compiled_key(self) -> str | None:
        return self.schema.key


def load_schema(
    session: Session,
    *,
    engine: Engine,
    parallel: int = 8,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> LoadedSchema:
    """List, fetch (from the cache where possible) and compile the device's modules.

    A set that cannot be compiled at all is told in `notes`.  Raises `Cancelled`, and what ends the session.
    """
    started = time.monotonic()
    tell = on_event or (lambda event: None)
    resolved, downloaded = gather_modules(session, engine.modules, parallel=parallel, cancel=cancel, on_event=on_event)
    tell(Progress(f"Compiling {len(resolved.modules)} modules"))
    found = compile_schema(engine, resolved, cancel=cancel)
    for note in found.notes:
        tell(Note(note, "warning"))
    return replace(
        found,
        notes=(*resolved.notes, *found.notes),
        downloaded=downloaded,
        seconds=time.monotonic() - started,
    )


def gather_modules(
    session: Session,
    cache: ModuleCache,
    *,
    parallel: int = 8,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> tuple[ResolvedSet, int]:
    """All module texts of a device, and how many had to be downloaded; notes tell where the list comes from."""
    tell = on_event or (lambda event: None)
    tell(Progress("Asking for the list of modules"))
    listed = list_modules(session, cancel=cancel)
    fetcher = SchemaFetcher(session, cache, parallel=parallel, cancel=cancel, on_event=on_event)
    fetcher.prefetch(ref for ref in listed.refs if ref.implemented)
    resolved = resolve(
        listed.refs,
        fetcher.fetch,
        fallback=bundled_modules(),
        cancel=cancel,
        progress=lambda name, done, total: tell(Progress(f"Reading {name}", done, total)),
    )
    return replace(resolved, notes=(*listed.notes, *resolved.notes)), fetcher.downloaded


def compile_schema(engine: Engine, resolved: ResolvedSet, *, cancel: CancelToken | None = None) -> LoadedSchema:
    """Compile a set of modules; one that cannot be compiled is a `LoadedSchema` without schema, and says why."""
    started = time.monotonic()
    if not resolved.modules:
        return LoadedSchema(None, None, resolved.missing, notes=("There is no YANG module to be had.",))
    try:
        compiled = engine.compile(resolved, cancel=cancel)
        schema = engine.schema(compiled)
    except SchemaError as error:
        note = f"The modules cannot be used, so the configuration is shown as plain XML. {error.message}"
        return LoadedSchema(None, None, resolved.missing, notes=(note,), modules=len(resolved.modules))
    return LoadedSchema(
        schema=schema,
        key=compiled.key,
        missing=resolved.missing,
        broken=compiled.broken,
        repairs=compiled.repairs,
        modules=len(resolved.modules),
        nodes=compiled.nodes,
        seconds=time.monotonic() - started,
    )


def load(
    session: Session,
    datastore: str = "running",
    *,
    engine: Engine,
    schema: LoadedSchema | None = None,
    parallel: int = 8,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Loaded:
    """The schema (unless given) and the datastore, read with the with-defaults mode for editing.

    Raises `RpcFailed` (the device refuses the datastore), `Cancelled`, and what ends the session.
    """
    started = time.monotonic()
    if schema is None:
        schema = load_schema(session, engine=engine, parallel=parallel, cancel=cancel, on_event=on_event)
    mode = editing_with_defaults(session.capabilities)
    data = read_datastore(session, datastore, with_defaults=mode, cancel=cancel, on_event=on_event)
    return Loaded(data, datastore, mode, time.time(), schema, time.monotonic() - started)


def read_datastore(
    session: Session,
    datastore: str,
    *,
    with_defaults: str | None = None,
    filter_xml: etree._Element | None = None,
    xpath: str | None = None,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> bytes:
    """A datastore's content inside a `<config>` element, as bytes; progress is told in bytes."""
    tell = on_event or (lambda event: None)
    text = f"Reading {datastore}"
    tell(Progress(text, 0, None, "bytes"))
    stop = session.on_progress(lambda size: tell(Progress(text, size, None, "bytes")))
    try:
        data = get_config(
            session, datastore, filter_xml=filter_xml, xpath=xpath, with_defaults=with_defaults, cancel=cancel
        )
    finally:
        stop()
    return as_config(data)


def as_config(data: etree._Element) -> bytes:
    """The content of a reply's `<data>`, which is taken over, inside a `<config>` element."""
    data.tag = qn(NS_BASE, "config")
    for name in tuple(data.attrib):
        del data.attrib[name]
    data.tail = None
    return serialize(data)
