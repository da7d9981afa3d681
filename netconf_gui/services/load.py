"""What a device holds, made ready to be looked at: its schema and one datastore.

Lives here: listing and fetching modules, having them compiled, reading a datastore for editing.  A module that cannot
be had or compiled is listed and never a blocker: its data stays raw XML.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.tagged import TAGGED, without_tagged
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import NS_BASE, qn, serialize
from netconf_gui.services.events import Event, Note, Progress
from netconf_gui.services.fetching import SchemaFetcher
from netconf_gui.session.datastores import editing_with_defaults, get_config
from netconf_gui.session.schemas import ModuleList, list_modules
from netconf_gui.session.session import Session
from netconf_gui.yang.cache import ModuleCache
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.report import ModuleStatus, SchemaReport, SourceReport, make_report
from netconf_gui.yang.resolver import ModuleSource, ResolvedSet, bundled_modules, resolve
from netconf_gui.yang.schema import BrokenModule, Schema
from netconf_gui.yang.yangtext import is_identifier, is_revision

SHOWN = "Shown, not fully validated: the YANG library could not take the modules, so another compiler read them."


@dataclass(frozen=True, slots=True)
class LoadedSchema:
    """A device's compiled modules; `schema` is None when nothing could be compiled (all data stays raw XML).

    `validated` false: the schema can be shown, but the engine cannot check data against it.
    """

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
    report: SchemaReport = field(default_factory=SchemaReport)
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """The module texts of a device, and what is known of where they are from."""

    resolved: ResolvedSet
    sources: tuple[SourceReport, ...] = ()
    listed: Mapping[str, str] = field(default_factory=dict)
    datastores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    downloaded: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """One datastore as fetched: `data` is the serialized content inside one `<config>` element."""

    data: bytes
    datastore: str
    with_defaults: str | None
    fetched_at: float  # seconds since the epoch
    schema: LoadedSchema
    seconds: float
    tagged: etree._Element | None = None  # the same with the defaults that the device marked; a tree of the job's own

    @property
    def compiled_key(self) -> str | None:
        return self.schema.key


def load_schema(
    session: Session,
    *,
    engine: Engine,
    folders: Sequence[Path] = (),
    datastore: str = "running",
    parallel: int = 8,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> LoadedSchema:
    """List, fetch (from the cache where possible) and compile the device's modules.

    `folders` are looked into for what the device does not hand out.  A set that cannot be compiled at all is told in
    `notes`.  Raises `Cancelled`, and what ends the session.
    """
    started = time.monotonic()
    tell = on_event or (lambda event: None)
    engine.warm()
    gathered = gather(
        session,
        engine.modules,
        folders=folders,
        datastore=datastore,
        parallel=parallel,
        cancel=cancel,
        on_event=on_event,
    )
    tell(Progress(f"Compiling {len(gathered.resolved.modules)} modules"))
    found = compile_gathered(engine, gathered, cancel=cancel)
    for note in found.notes[len(gathered.notes) + len(gathered.resolved.notes) :]:
        tell(Note(note, "warning"))
    return replace(found, downloaded=gathered.downloaded, seconds=time.monotonic() - started)


def gather(
    session: Session,
    cache: ModuleCache,
    *,
    folders: Sequence[Path] = (),
    datastore: str = "running",
    parallel: int = 8,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Gathered:
    """All module texts of a device, from the device, the cache, the folders and the standard modules, in that order."""
    tell = on_event or (lambda event: None)
    tell(Progress("Asking for the list of modules"))
    listed = list_modules(session, datastore=datastore, cancel=cancel)
    fetcher = SchemaFetcher(session, cache, parallel=parallel, cancel=cancel, on_event=on_event)
    fetcher.offered = fetcher.offered or listed.find("ietf-netconf-monitoring") is not None
    libraries, notes = _libraries(folders)
    fetcher.prefetch(_named(listed))
    resolved = resolve(
        listed.refs,
        fetcher.fetch,
        folders=libraries,
        fallback=bundled_modules(),
        prefetch=fetcher.prefetch,
        cancel=cancel,
        progress=lambda name, done, total: tell(Progress(f"Reading {name}", done, total)),
    )
    fetcher.finish()
    modules = tuple(_cached(module, fetcher.fresh) for module in resolved.modules)
    resolved = replace(resolved, modules=modules)
    return Gathered(
        resolved,
        (*listed.sources, *_text_sources(resolved, fetcher, libraries)),
        {name: ref.source for ref in listed.refs for name in (ref.name, *(part for part, _ in ref.submodules))},
        {ref.name: ref.datastores for ref in listed.refs if ref.datastores},
        (*listed.notes, *notes),
        fetcher.downloaded,
    )


def _named(listed: ModuleList) -> list[tuple[str, str | None]]:
    """What is sure to be asked for: implemented modules and the submodules that the device lists, where it may be."""
    wanted: dict[tuple[str, str | None], None] = {}
    for ref in listed.refs:
        if ref.implemented:
            wanted.update(dict.fromkeys([(ref.name, ref.revision), *ref.submodules]))
    return [
        (name, revision)
        for name, revision in wanted
        if is_identifier(name) and (revision is None or is_revision(revision))
    ]


def _libraries(folders: Sequence[Path]) -> tuple[list[ModuleLibrary], list[str]]:
    found, notes = [], []
    for folder in folders:
        try:
            found.append(ModuleLibrary.of_folder(folder))
        except SchemaError as error:
            notes.append(error.message)
    return found, notes


def _cached(module: ModuleSource, fresh: Set[str]) -> ModuleSource:
    if module.status is not ModuleStatus.FETCHED or module.sha256 in fresh:
        return module
    return replace(module, status=ModuleStatus.CACHED, source="cache")


def _text_sources(
    resolved: ResolvedSet, fetcher: SchemaFetcher, libraries: Sequence[ModuleLibrary]
) -> list[SourceReport]:
    """What each source of texts gave, in the order in which they are asked."""

    def gave(status: ModuleStatus, place: str = "") -> int:
        return sum(module.status is status and place in ("", module.place) for module in resolved.modules)

    words = f"{fetcher.refused} refused" if fetcher.refused else ""
    fetched = SourceReport("get-schema", gave(ModuleStatus.FETCHED), words)
    if not fetcher.offered:
        fetched = SourceReport("get-schema", 0, "the device does not offer it", asked=False)
    found = [fetched, SourceReport("cache", gave(ModuleStatus.CACHED), "fetched from this device's software before")]
    for library in libraries:
        words = f"of {len(library.names)} in the folder"
        found.append(SourceReport(str(library.folder), gave(ModuleStatus.FOLDER, str(library.folder)), words))
    found.append(SourceReport("standard modules", gave(ModuleStatus.SHIPPED), "they come with the program"))
    return found


def compile_gathered(engine: Engine, gathered: Gathered, *, cancel: CancelToken | None = None) -> LoadedSchema:
    """Compile what was gathered; the result has notes and a report on all of it."""
    found = compile_schema(engine, gathered.resolved, cancel=cancel)
    report = make_report(
        gathered.resolved,
        broken=found.broken,
        repairs=found.report.repairs,
        sources=gathered.sources,
        listed=gathered.listed,
        datastores=gathered.datastores,
        notes=(*gathered.notes, *found.notes),
        validated=found.validated,
    )
    return replace(found, notes=(*gathered.notes, *gathered.resolved.notes, *found.notes), report=report)


def compile_schema(engine: Engine, resolved: ResolvedSet, *, cancel: CancelToken | None = None) -> LoadedSchema:
    """Compile a set of modules; one that cannot be compiled is a `LoadedSchema` without schema, and says why."""
    started = time.monotonic()
    if not resolved.modules:
        note = "There is no YANG module to be had."
        return LoadedSchema(None, None, resolved.missing, notes=(note,), report=make_report(resolved, notes=(note,)))
    try:
        compiled = engine.compile(resolved, cancel=cancel)
        schema = engine.schema(compiled)
        notes = () if compiled.validated else (f"{SHOWN} {compiled.refused}",)
    except SchemaError as error:
        note = f"The modules cannot be used, so the configuration is shown as plain XML. {error.message}"
        report = make_report(resolved, notes=(note,))
        return LoadedSchema(None, None, resolved.missing, notes=(note,), modules=len(resolved.modules), report=report)
    return LoadedSchema(
        schema=schema,
        key=compiled.key,
        missing=resolved.missing,
        broken=compiled.broken,
        repairs=compiled.repairs,
        notes=notes,
        modules=len(resolved.modules),
        nodes=compiled.nodes,
        seconds=time.monotonic() - started,
        report=make_report(
            resolved,
            broken=compiled.broken,
            repairs=compiled.repaired,
            notes=notes,
            validated=compiled.validated,
        ),
        validated=compiled.validated,
    )


def load(
    session: Session,
    datastore: str = "running",
    *,
    engine: Engine,
    schema: LoadedSchema | None = None,
    folders: Sequence[Path] = (),
    parallel: int = 8,
    with_defaults: str = "",
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Loaded:
    """The schema (unless given) and the datastore, read with the with-defaults mode for editing, or another one.

    What a device tags as a default (report-all-tagged) is not in the data, which then is what editing needs.
    Raises `RpcFailed` (the device refuses the datastore), `Cancelled`, and what ends the session.
    """
    started = time.monotonic()
    if schema is None:
        schema = load_schema(
            session, engine=engine, folders=folders, parallel=parallel, cancel=cancel, on_event=on_event
        )
    mode = with_defaults or editing_with_defaults(session.capabilities)
    data = read_datastore(session, datastore, with_defaults=mode, cancel=cancel, on_event=on_event)
    tagged: etree._Element | None = None
    if mode == TAGGED:
        tagged = read_root(data)
        data = serialize(without_tagged(tagged, schema.schema))
        mode = editing_with_defaults(session.capabilities)
    return Loaded(data, datastore, mode, time.time(), schema, time.monotonic() - started, tagged)


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
