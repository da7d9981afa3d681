"""Where the operations of the demo device ask who may do what; of models without `/nacm` the fixed rights answer.

RFC 8341, section 3.  Does not live here: the rules (`nacm_rules`), deciding (`config.nacm`), fixed rights (`access`).
"""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from netconf_gui.config.diff import diff
from netconf_gui.config.nacm import NS_NACM, Who
from netconf_gui.config.nacm_reading import NACM
from netconf_gui.config.nacm_trees import first_denied, hide_unreadable
from netconf_gui.config.path import Step, path_of
from netconf_gui.demo import access
from netconf_gui.demo.device import Device
from netconf_gui.demo.nodes import leaf
from netconf_gui.demo.replies import RefusedError, refused
from netconf_gui.demo.sessions import DeviceSession


def check_operation(device: Device, session: DeviceSession, operation: etree._Element) -> None:
    """Raise `RefusedError` with access-denied if the user may not use the operation."""
    name, rules = etree.QName(operation).localname, device.rules
    if rules is None:
        access.check_operation(session.role, name)
    elif name != "action":  # which is judged by the node that it names
        module = rules.module(operation) or "ietf-netconf"
        if not rules.evaluator(device.datastores.running).operation(Who(session.username), name, module).permitted:
            rules.denied_operations += 1
            raise refused("access-denied", f"{session.username} may not use {name}.", error_type="protocol")


def check_action(device: Device, session: DeviceSession, at: etree._Element, given: etree._Element) -> None:
    """Raise `RefusedError` if the user may not invoke the action `given` on the node `at` of running."""
    rules = device.rules
    if rules is None:
        return
    above, name = path_of(at, device.model.schema), etree.QName(given)
    path = above.child(Step(name.namespace or "", name.localname))
    if not rules.evaluator(device.datastores.running).action(Who(session.username), path).permitted:
        rules.denied_operations += 1
        raise refused("access-denied", f"{session.username} may not use {name.localname}.", error_type="protocol")


def hide(device: Device, session: DeviceSession, tree: etree._Element) -> None:
    """Remove from a tree, in place, what the user may not read."""
    rules = device.rules
    if rules is None:
        access.hide_secrets(session.role, tree)
    else:
        hide_unreadable(rules.evaluator(device.datastores.running), Who(session.username), tree)


def check_change(device: Device, session: DeviceSession, before: etree._Element, after: etree._Element) -> None:
    """Raise `RefusedError` if the user may not change one of the nodes that differ."""
    rules = device.rules
    if rules is None:
        return
    evaluator = rules.evaluator(device.datastores.running)
    missing = first_denied(evaluator, Who(session.username), diff(before, after, device.model.schema).entries)
    if missing is not None:
        rules.denied_writes += 1
        path, prefixes = missing.path.to_xpath()
        error = refused("access-denied", f"{session.username} may not {missing.operation} this node.").errors[0]
        raise RefusedError(replace(error, path=path, path_namespaces=tuple(prefixes.items())))


def add_state(device: Device, tree: etree._Element) -> None:
    """What `/nacm` counts."""
    rules, top = device.rules, tree.find(NACM)
    if rules is not None and top is not None:
        leaf(top, "denied-operations", rules.denied_operations, NS_NACM)
        leaf(top, "denied-data-writes", rules.denied_writes, NS_NACM)
        leaf(top, "denied-notifications", rules.denied_notifications, NS_NACM)
