"""Which YANG modules a device has, and their text.

Lives here: asking yang-library, netconf-state and the hello, in that order of trust, and get-schema.  Does not live
here: reading the answers (`yanglib`), what follows from a module (`yang`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import MalformedMessage, RpcFailed, RpcTimeout
from netconf_gui.protocol import operations
from netconf_gui.protocol.replies import Reply
from netconf_gui.protocol.xml import NS_MONITORING, NS_YANG_LIB, add_element, child_named, new_element, qn
from netconf_gui.session import yanglib
from netconf_gui.session.datastores import get, get_data
from netconf_gui.session.session import Session
from netconf_gui.session.yanglib import ModuleRef
from netconf_gui.yang.report import SourceReport

__all__ = ["ModuleList", "ModuleRef", "get_schema", "list_modules", "schema_text"]


@dataclass(frozen=True, slots=True)
class ModuleList:
    """All modules of a device, by name and revision.

    `notes` are sentences on what was not to be had; `sources` tell what each place gave, in the order asked.
    """

    refs: tuple[ModuleRef, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceReport, ...] = ()

    def find(self, name: str) -> ModuleRef | None:
        """The implemented module of that name, else one for imports, else None."""
        found = [ref for ref in self.refs if ref.name == name]
        return next((ref for ref in found if ref.implemented), found[0] if found else None)


def list_modules(
    session: Session,
    *,
    datastore: str = "running",
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> ModuleList:
    """Ask the device for its modules, those of one datastore's schema where it tells them apart.

    yang-library tells most (features, deviations, submodules) and is taken where it is there; else netconf-state.
    The hello completes either.  A source that the device refuses, or that is empty, is noted and left out.  Raises
    what ends the session, and `Cancelled`.
    """
    notes: list[str] = []
    asked = _Asker(session, timeout, cancel, notes, datastore)
    refs = asked.library()
    if refs:
        asked.sources.append(
            SourceReport("netconf-state", 0, "not asked: yang-library has the list already", asked=False)
        )
    else:
        refs = asked.first(_FROM_MONITORING)
    listed = yanglib.from_hello(session.capabilities)
    if not refs and not listed:
        notes.append("The device names no YANG module anywhere.")
    joined = _with_hello(refs, listed)
    only = len(joined) - len(refs)
    words = f"{only} of them named nowhere else" if listed and refs else "" if listed else "no modules in it"
    asked.sources.append(SourceReport("hello", len(listed), words))
    return ModuleList(joined, tuple(notes), tuple(asked.sources))


def get_schema(
    session: Session,
    name: str,
    revision: str | None = None,
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> bytes:
    """The YANG text of a module or submodule (RFC 6022, section 3.1).

    Raises `RpcFailed` where the device has no such schema, `MalformedMessage` where the reply holds no text.
    """
    operation = operations.get_schema(name, revision or None)
    return schema_text(name, session.call(operation, timeout=timeout, cancel=cancel))


def schema_text(name: str, reply: Reply) -> bytes:
    """The YANG text of a get-schema reply; raises `RpcFailed`, `MalformedMessage`."""
    reply.raise_for_errors("get-schema")
    data = reply.data
    text = "".join(str(part) for part in data.itertext()).strip() if data is not None else ""
    if not text:
        raise MalformedMessage(f"The device's reply to get-schema of {name} holds no YANG text.")
    return text.encode() + b"\n"


@dataclass(frozen=True, slots=True)
class _Source:
    """One place to ask: a top-level node, how to read it, whether to ask by get-data."""

    title: str
    namespace: str
    path: tuple[str, ...]
    read: Callable[[etree._Element, str], list[ModuleRef]]
    nmda: bool = False


_LIBRARY = ("yang-library",)  # RFC 8525
_FROM_LIBRARY_NMDA = _Source("yang-library 1.1 (get-data)", NS_YANG_LIB, _LIBRARY, yanglib.from_yang_library, nmda=True)
_FROM_LIBRARY = _Source("yang-library 1.1", NS_YANG_LIB, _LIBRARY, yanglib.from_yang_library)
_FROM_STATE = _Source(
    "yang-library 1.0", NS_YANG_LIB, ("modules-state",), lambda node, _datastore: yanglib.from_modules_state(node)
)
_FROM_MONITORING = _Source(
    "netconf-state",
    NS_MONITORING,
    ("netconf-state", "schemas"),
    lambda node, _datastore: yanglib.from_netconf_state(node),
)


class _Asker:
    def __init__(
        self,
        session: Session,
        timeout: float | None,
        cancel: CancelToken | None,
        notes: list[str],
        datastore: str,
    ) -> None:
        self.sources: list[SourceReport] = []
        self._session = session
        self._datastore = datastore
        self._timeout = timeout
        self._cancel = cancel
        self._notes = notes

    def library(self) -> list[ModuleRef]:
        """By RFC 8525 where announced, else by RFC 7895, the other one being the second try.

        A get has yang-library on every server that announces it, NMDA or not; get-data only where NMDA is complete.
        """
        capabilities = self._session.capabilities
        announced = capabilities.yang_library
        there = announced is not None or capabilities.module("ietf-yang-library") is not None
        if not there:
            self._notes.append("The device does not announce ietf-yang-library.")
            self.sources.append(SourceReport("yang-library", 0, "not announced by the device", asked=False))
            return []
        module = capabilities.module("ietf-yang-library")
        revision = announced.revision if announced else module.revision if module else ""
        if (announced is not None and announced.version == "1.1") or revision >= "2019":
            nmda = (_FROM_LIBRARY_NMDA,) if capabilities.nmda else ()
            order: tuple[_Source, ...] = (_FROM_LIBRARY, *nmda, _FROM_STATE)
        else:
            order = (_FROM_STATE, _FROM_LIBRARY)
        return self.first(*order)

    def first(self, *sources: _Source) -> list[ModuleRef]:
        """What the first source that lists anything lists; the others are noted only if none does."""
        before = len(self._notes)
        for source in sources:
            found = self._ask(source)
            if found:
                del self._notes[before:]
                return found
        return []

    def _ask(self, source: _Source) -> list[ModuleRef]:
        try:
            data = self._fetch(source)
        except (RpcFailed, RpcTimeout, MalformedMessage) as error:
            self._notes.append(f"{source.title}: {error}")
            self.sources.append(SourceReport(source.title, 0, str(error), failed=True))
            return []
        node: etree._Element | None = data
        for name in source.path:
            node = child_named(node, name) if node is not None else None
        found = source.read(node, self._datastore) if node is not None else []
        if not found:
            self._notes.append(f"{source.title}: the device lists no modules there.")
        self.sources.append(SourceReport(source.title, len(found), _what_it_told(found, self._datastore)))
        return found

    def _fetch(self, source: _Source) -> etree._Element:
        top = new_element(qn(source.namespace, source.path[0]), {None: source.namespace})
        for name in source.path[1:]:
            add_element(top, qn(source.namespace, name))
        if source.nmda:
            return get_data(self._session, filter_xml=top, timeout=self._timeout, cancel=self._cancel)
        return get(self._session, filter_xml=top, timeout=self._timeout, cancel=self._cancel)


def _what_it_told(found: list[ModuleRef], datastore: str) -> str:
    """What a list holds besides names, in a few words."""
    if not found:
        return "the device lists no modules there"
    words = []
    imports = sum(not ref.implemented for ref in found)
    if imports:
        words.append(f"{imports} for imports only")
    for count, noun in (
        (sum(len(ref.features or ()) for ref in found), "feature"),
        (sum(len(ref.deviations) for ref in found), "deviation"),
        (sum(len(ref.submodules) for ref in found), "submodule"),
    ):
        if count:
            words.append(f"{count} {noun}{'' if count == 1 else 's'}")
    stores = sorted({store for ref in found for store in ref.datastores})
    if len(stores) > 1:
        words.append(f"those of {datastore} (there are lists for {', '.join(stores)})")
    return ", ".join(words)


def _with_hello(refs: list[ModuleRef], listed: list[ModuleRef]) -> tuple[ModuleRef, ...]:
    """Add the hello's modules; where both name a module, features and deviations come from whoever has them."""
    known = {(ref.name, ref.revision): ref for ref in refs}
    names = {ref.name for ref in refs if ref.implemented}
    for ref in listed:
        key = (ref.name, ref.revision)
        mine = known.get(key)
        if mine is not None and mine.source == "netconf-state":
            known[key] = replace(mine, features=ref.features, deviations=ref.deviations)
        elif mine is None and ref.name not in names:
            known[key] = ref
    return tuple(known.values())
