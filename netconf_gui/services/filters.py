"""Reading a part of a device: what a filter asks for, by which operation, and what the device does not offer.

Lives here: `FilterRequest`, `offered`, `read`.  Does not live here: building filters (`config.filter_building`),
favourites (`workspace.filter_favourites`), lanes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.filter_reading import filter_element, need_prefixes
from netconf_gui.config.xpath_reading import parse_xpath
from netconf_gui.errors import ConfigError, RpcFailed
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.services.events import Event, Progress
from netconf_gui.services.load import as_config
from netconf_gui.session.datastores import get, get_config, get_data
from netconf_gui.session.session import Session
from netconf_gui.workspace.filter_favourites import OPERATIONS, FilterFavourite

SUBTREE, XPATH = "subtree", "xpath"
GET_CONFIG, GET, GET_DATA = OPERATIONS
NO_XPATH = (
    "The device does not announce the capability xpath (RFC 6241, section 8.9), so it takes subtree filters only. "
    "What is ticked is asked for by a subtree filter."
)
NO_NMDA = "The device has no get-data: it does not implement RFC 8526."
_NOT_THERE = frozenset({"operation-not-supported", "unknown-element", "unknown-namespace"})
_LINE = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True)
class FilterRequest:
    """What is asked for; `namespaces` are those of an XPath (prefix → namespace).  "": as the device does."""

    kind: str = SUBTREE
    text: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()
    operation: str = GET_CONFIG
    datastore: str = "running"  # of get-config and get-data
    with_defaults: str = ""
    name: str = ""  # of the favourite

    @property
    def title(self) -> str:
        """In a few words: "running through the filter Uplinks"."""
        what = "configuration and state" if self.operation == GET else self.datastore
        return f"{what} through the filter {self.name}" if self.name else f"part of {what}"


def request_of(favourite: FilterFavourite) -> FilterRequest:
    """A favourite as a request."""
    return FilterRequest(
        favourite.kind,
        favourite.text,
        favourite.namespaces,
        favourite.operation,
        favourite.datastore,
        favourite.with_defaults,
        favourite.name,
    )


def favourite_of(request: FilterRequest, name: str, schema_key: str = "") -> FilterFavourite:
    """A request to be kept under a name; `schema_key` ties it to one set of modules."""
    return FilterFavourite(
        name=name,
        kind=request.kind,
        text=request.text,
        namespaces=request.namespaces,
        operation=request.operation,
        datastore=request.datastore,
        with_defaults=request.with_defaults,
        schema_key=schema_key,
    )


@dataclass(frozen=True, slots=True)
class FilterOffer:
    """What a device can do with filters; the texts say why something is missing, "" if it is there."""

    operations: tuple[str, ...]
    datastores: tuple[str, ...]
    nmda_datastores: tuple[str, ...]
    modes: tuple[str, ...]  # of with-defaults
    no_xpath: str = ""
    no_nmda: str = ""


def offered(capabilities: Capabilities, datastores: tuple[str, ...]) -> FilterOffer:
    """What a session's hello offers."""
    nmda = capabilities.nmda
    defaults = capabilities.with_defaults
    return FilterOffer(
        operations=(GET_CONFIG, GET, *((GET_DATA,) if nmda else ())),
        datastores=datastores or ("running",),
        nmda_datastores=("operational", "intended", *datastores) if nmda else (),
        modes=defaults.modes if defaults is not None else (),
        no_xpath="" if capabilities.xpath else NO_XPATH,
        no_nmda="" if nmda else NO_NMDA,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `data` is the content inside a `<config>` element."""

    data: bytes
    request: FilterRequest
    at: float  # seconds since the epoch
    empty: bool
    seconds: float = field(default=0.0, compare=False)


def read(
    session: Session,
    request: FilterRequest,
    *,
    cancel: CancelToken | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Answer:
    """Ask the device.

    Raises `ConfigError` with line and column for a filter that is none, `CapabilityMissing`, and what `Session.call`
    raises.
    """
    content, xpath = _content(request)
    namespaces = dict(request.namespaces) if xpath is not None else None
    mode = request.with_defaults or None
    began = time.monotonic()
    title = f"Reading {request.title}"
    tell = on_event or (lambda event: None)
    tell(Progress(title, 0, None, "bytes"))
    stop = session.on_progress(lambda size: tell(Progress(title, size, None, "bytes")))
    try:
        if request.operation == GET:
            data = get(
                session, filter_xml=content, xpath=xpath, namespaces=namespaces, with_defaults=mode, cancel=cancel
            )
        else:
            ask = get_data if request.operation == GET_DATA else get_config
            data = ask(
                session,
                request.datastore,
                filter_xml=content,
                xpath=xpath,
                namespaces=namespaces,
                with_defaults=mode,
                cancel=cancel,
            )
    except RpcFailed as error:
        if request.operation == GET_DATA and _NOT_THERE & set(error.tags):
            raise ConfigError(
                "The device announces RFC 8526 and does not know get-data.", advice="Choose get or get-config."
            ) from None
        raise
    finally:
        stop()
    empty = next(data.iterchildren(etree.Element), None) is None
    return Answer(as_config(data), request, time.time(), empty, time.monotonic() - began)


def check(request: FilterRequest) -> None:
    """Raises `ConfigError`, with line and column, for a filter that is none."""
    _content(request)


def _content(request: FilterRequest) -> tuple[list[etree._Element] | None, str | None]:
    """The content of a subtree filter, or an expression in one line."""
    if request.kind == XPATH:
        need_prefixes(parse_xpath(request.text), request.text, dict(request.namespaces))
        return None, _LINE.sub(" ", request.text.strip())
    if not request.text.strip():
        raise ConfigError(
            "The filter is empty: it would select nothing.", line=1, column=1, advice="Tick a node, or write one."
        )
    return list(filter_element(request.text).iterchildren(etree.Element)), None
