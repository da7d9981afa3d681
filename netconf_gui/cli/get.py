"""`get`: read a datastore, all of it or what a filter selects."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TypedDict

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.cli import texts
from netconf_gui.cli.connecting import Connector, add_target
from netconf_gui.cli.files import read_bytes, shown_name
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.cli.texts import add_text_options
from netconf_gui.config.codec import read_root, write
from netconf_gui.errors import ConfigError, RpcFailed
from netconf_gui.services.cli_files import is_text
from netconf_gui.services.events import Progress
from netconf_gui.services.filters import FilterRequest, read, request_of
from netconf_gui.session import datastores
from netconf_gui.session.schemas import list_modules
from netconf_gui.session.session import Session

_PREFIX = re.compile(r"([A-Za-z_][\w.-]*):(?=[A-Za-z_*])")
_NO_SUCH_OPERATION = {"operation-not-supported", "unknown-element", "unknown-namespace"}
_STORED = ("running", "candidate", "startup")
_NMDA = ("operational", "intended")


class _Selection(TypedDict):
    """What of a datastore is asked for, and how."""

    filter_xml: list[etree._Element] | None
    xpath: str | None
    namespaces: dict[str, str] | None
    with_defaults: str | None
    cancel: CancelToken


def add_options(parser: argparse.ArgumentParser) -> None:
    """TARGET, the datastore and the filter."""
    add_target(parser)
    parser.add_argument(
        "--datastore",
        default="running",
        metavar="D",
        help="running (default), candidate, startup, operational (configuration and state), intended",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--xpath", metavar="X", help="XPath filter; prefixes are module names")
    either.add_argument("--subtree", metavar="F", help="file with a subtree filter (- is stdin)")
    either.add_argument(
        "--filter", metavar="NAME", help="a filter kept in the window, with its operation, datastore and defaults"
    )
    parser.add_argument(
        "--with-defaults",
        metavar="M",
        choices=("report-all", "report-all-tagged", "trim", "explicit"),
        help="how defaults are reported: report-all, report-all-tagged, trim, explicit",
    )
    add_text_options(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to a file instead of stdout")


def run(command: Command) -> Status:
    """Print the data inside a `<config>` element, or with --json the same in a JSON document."""
    arguments = command.arguments
    subtree: list[etree._Element] | None = None
    if arguments.subtree:
        subtree = list(read_root(read_bytes(arguments.subtree), name=shown_name(arguments.subtree)))
    kept = _kept(command)
    connector = Connector(command)
    data = command.run(lambda: _read(command, connector, subtree, kept))
    if arguments.output is not None:
        command.output.data(data, arguments.output)
        command.output.say(f"{len(data)} bytes written to {arguments.output}.")
    if command.output.as_json:
        key = "text" if is_text(data) else "xml"
        command.output.json(
            {"datastore": arguments.datastore, "with_defaults": arguments.with_defaults, key: data.decode()}
        )
    elif arguments.output is None:
        command.output.data(data)
    return Status.OK


def _kept(command: Command) -> FilterRequest | None:
    """The filter of --filter; raises `ConfigError` for a name that none has."""
    name: str | None = command.arguments.filter
    if name is None:
        return None
    favourite = command.workspace.filters.find(name)
    if favourite is None:
        names = ", ".join(dict.fromkeys(one.name for one in command.workspace.filters.of()))
        raise ConfigError(
            f"No filter is kept as {name}.",
            advice=f"There are: {names}." if names else "Keep one in the window: Device, Read with a filter.",
        )
    return request_of(favourite)


def _read(
    command: Command, connector: Connector, subtree: list[etree._Element] | None, kept: FilterRequest | None
) -> bytes:
    with connector.session() as session:
        if session.profile.cli_text:
            return texts.get(command, session)
        texts.check_xml(command)
        if kept is not None:
            return write(read_root(read(session, kept, cancel=command.cancel, on_event=command.output.event).data))
        command.output.event(Progress(f"Reading {command.arguments.datastore}", unit="bytes"))
        stop = session.on_progress(
            lambda size: command.output.event(Progress(f"Reading {command.arguments.datastore}", size, unit="bytes"))
        )
        try:
            found = _ask(command, session, subtree)
        finally:
            stop()
    if len(found) == 0 and command.arguments.xpath and not _prefixes(command.arguments.xpath):
        command.output.say("Nothing was selected. In --xpath, names need their module's name as prefix: /module:name.")
    found.tag = "{urn:ietf:params:xml:ns:netconf:base:1.0}config"
    return write(found)


def _ask(command: Command, session: Session, subtree: list[etree._Element] | None) -> etree._Element:
    arguments = command.arguments
    xpath: str | None = arguments.xpath
    selected: _Selection = {
        "filter_xml": subtree,
        "xpath": xpath,
        "namespaces": xpath_namespaces(command, xpath, session) if xpath else None,
        "with_defaults": arguments.with_defaults,
        "cancel": command.cancel,
    }
    where = arguments.datastore
    if where in _STORED:
        return datastores.get_config(session, where, **selected)
    if session.capabilities.nmda:
        try:
            return datastores.get_data(session, where, **selected)
        except RpcFailed as error:
            # the capability does not tell whether the operation is there: its module is not in a hello
            if where not in _NMDA and "invalid-value" in error.tags:
                raise _no_such_datastore(where) from None
            if not _NO_SUCH_OPERATION & set(error.tags):
                raise
    if where == "operational":
        return datastores.get(session, **selected)
    raise _no_such_datastore(where)


def _no_such_datastore(where: str) -> ConfigError:
    advice = "Use running, candidate, startup or operational."
    return ConfigError(f"The device has no datastore {where}.", advice=advice)


def xpath_namespaces(command: Command, xpath: str, session: Session) -> dict[str, str]:
    """The namespaces of an expression's prefixes, which are names of the device's modules."""
    names = _prefixes(xpath)
    known = {module.name: module.namespace for module in session.capabilities.modules}
    if not known.keys() >= set(names):
        # modules of YANG 1.1 are not in a hello
        listed = list_modules(session, cancel=command.cancel).refs
        known |= {ref.name: ref.namespace for ref in listed if ref.namespace}
    for name in names:
        if name not in known:
            raise ConfigError(
                f"The device has no module {name}, which the XPath uses as a prefix.",
                advice="Use module names as prefixes; `schemas` lists them.",
            )
    return {name: known[name] for name in names}


def _prefixes(xpath: str) -> tuple[str, ...]:
    """The prefixes in an expression, each once; what stands in quotes is a value, not a path."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", xpath)
    return tuple(dict.fromkeys(_PREFIX.findall(bare)))
