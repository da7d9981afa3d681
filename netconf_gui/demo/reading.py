"""get, get-config and get-schema (RFC 6241, sections 7.1 and 7.7; RFC 6022, section 3.1).

Lives here: the parameters and what is put together for the reply.  Does not live here: filters and defaults
(`config.filters`, `config.defaults`), state data (`operational`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo import nacm, parameters
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.device import Device
from netconf_gui.demo.modules import modules_state, yang_library
from netconf_gui.demo.monitoring import netconf_state, streams
from netconf_gui.demo.nodes import clone
from netconf_gui.demo.replies import invalid_value, refused
from netconf_gui.demo.selection import selected
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.protocol.xml import NS_MONITORING, new_element, qn

_YANG = "yang"


def get_config(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    datastore = parameters.datastore(operation, "source")
    tree = clone(device.datastores.read(datastore))
    return _data(device, session, operation, tree)


def get(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    tree = device.operational.tree(device.datastores.running)
    add_own_state(device, tree)
    return _data(device, session, operation, tree)


def add_own_state(device: Device, tree: etree._Element) -> None:
    """What the server tells of itself: sessions, streams, subscriptions, modules, refusals."""
    tree.append(netconf_state(device))
    if device.kind.notifications:
        tree.append(streams(device))
    if device.kind.subscriptions:
        device.dynamic.add_state(tree, replay=device.kind.replay)
    if device.model.sources:
        tree.append(yang_library(device))
        tree.append(modules_state(device))
    nacm.add_state(device, tree)


def _data(device: Device, session: DeviceSession, operation: etree._Element, tree: etree._Element) -> Answer:
    nacm.hide(device, session, tree)
    return Answer(selected(device, operation, tree), in_data=True)


def get_schema(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    identifier = parameters.required_text(operation, "identifier", NS_MONITORING)
    version = parameters.text(operation, "version", NS_MONITORING)
    form = parameters.text(operation, "format", NS_MONITORING)
    if form is not None and form.rpartition(":")[2] != _YANG:
        raise invalid_value(f"Schemas are offered in the format yang only, not in {form}.", "format")
    matches = [
        source
        for source in device.model.sources
        if source.name == identifier and version in (None, "", source.revision)
    ]
    if not matches:
        wished = f"{identifier} of revision {version}" if version else identifier
        raise invalid_value(f"The device has no schema {wished}.", "identifier")
    if len(matches) > 1:
        raise refused("operation-failed", f"There are several revisions of {identifier}.", app_tag="data-not-unique")
    data = new_element(qn(NS_MONITORING, "data"), {None: NS_MONITORING})
    data.text = matches[0].text.decode("utf-8")
    return Answer([data])
