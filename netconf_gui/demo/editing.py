"""What changes datastores: edit-config, copy-config, delete-config, validate, commit, cancel-commit, discard-changes.

RFC 6241, sections 7.2 to 7.4 and 8.3 to 8.6.  Lives here: parameters, capabilities, locks, and when validation takes
place.  Does not live here: the edit itself (`config.apply`), pending confirmed commits (`commit`), the form of
findings (`findings`).

When is validated (RFC 7950, section 8.3): running always; candidate on validate and commit, and on an edit whose
test-option asks for it.  Without test-option an edit of candidate is not validated as a whole, since an editor may
need several edits to get from one valid state to another.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import apply
from netconf_gui.demo import nacm, parameters
from netconf_gui.demo.answer import OK, Answer
from netconf_gui.demo.commit import DEFAULT_TIMEOUT, CommitRequest
from netconf_gui.demo.datastores import CANDIDATE, RUNNING, STARTUP, empty_configuration
from netconf_gui.demo.device import Device
from netconf_gui.demo.findings import check_configuration, check_values
from netconf_gui.demo.nodes import clone
from netconf_gui.demo.replies import RefusedError, bad_element, invalid_value, missing_element, not_supported
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.demo.storing import as_stored
from netconf_gui.demo.url import is_url
from netconf_gui.protocol.xml import NS_BASE, NS_PRIVATE_CANDIDATE, local_name

_DEFAULT_OPERATIONS = ("merge", "replace", "none")
_TEST_OPTIONS = ("test-then-set", "set", "test-only")
_ERROR_OPTIONS = ("stop-on-error", "continue-on-error", "rollback-on-error")
_LONGEST_TIMEOUT = 4_294_967_295  # seconds


def writable(device: Device, session: DeviceSession, name: str) -> str:
    """The name of a datastore or the URL; raises `RefusedError` if this session may not write to it now."""
    if is_url(name):
        return _needs_url(device, name)
    device.datastores.check_name(name)
    if name == RUNNING and not device.kind.writable_running:
        raise not_supported("Running cannot be written to directly; edit candidate and commit.")
    device.locks.check_writable(name, session.session_id)
    if name == RUNNING:
        device.commits.check_quiet(session.session_id)
    return name


def _needs_url(device: Device, url: str) -> str:
    if not device.kind.url:
        raise not_supported("This device does not read or write URLs.")
    return url


def _read(device: Device, name: str) -> etree._Element:
    """What a datastore or a file holds."""
    return device.files.read(_needs_url(device, name)) if is_url(name) else device.datastores.read(name)


def _write(device: Device, session: DeviceSession, name: str, tree: etree._Element) -> None:
    """Put a tree into a datastore or a file; raises `RefusedError` where a partial lock or a rule is in the way."""
    if is_url(name):
        device.files.write(name, tree)
        return
    nacm.check_change(device, session, device.datastores.read(name), tree)
    if name == RUNNING:
        device.check_partial_locks(session, tree)
    device.datastores.write(name, tree)


def _option(device: Device, operation: etree._Element) -> str:
    chosen = parameters.text(operation, "test-option")
    if chosen is None:
        return "set"
    if not device.kind.validate:
        raise not_supported("This device does not validate; test-option is not supported.")
    options = _TEST_OPTIONS[:2] if device.kind.first_versions else _TEST_OPTIONS
    return parameters.one_of(operation, "test-option", options, "set")


def edit_config(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    parameters.only(operation, ("target", "default-operation", "test-option", "error-option", "config", "url"))
    target = writable(device, session, parameters.datastore(operation, "target"))
    if target == STARTUP:
        raise not_supported("Startup cannot be edited; copy running to it.")
    test_option = _option(device, operation)
    error_option = parameters.one_of(operation, "error-option", _ERROR_OPTIONS, "stop-on-error")
    if error_option == "rollback-on-error" and not device.kind.rollback_on_error:
        raise not_supported("This device does not support rollback-on-error.")
    default_operation = parameters.one_of(operation, "default-operation", _DEFAULT_OPERATIONS, "merge")
    config = edit_content(device, operation, NS_BASE)
    return edit(
        device,
        session,
        Edit(target, config, default_operation=default_operation, test_option=test_option, error_option=error_option),
    )


def edit_content(device: Device, operation: etree._Element, namespace: str) -> etree._Element:
    """`<config>`, as it is there or as the file of `<url>` holds it."""
    config = parameters.child(operation, "config", namespace)
    url = parameters.text(operation, "url", namespace)
    if config is not None and url is not None:
        raise bad_element("url", "Both a config and a url are given.")
    if url is not None:
        return device.files.read(_needs_url(device, url))
    if config is None:
        raise missing_element("config", local_name(operation))
    return config


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of a datastore, its parameters read."""

    target: str
    config: etree._Element
    default_operation: str = "merge"
    test_option: str = "set"
    error_option: str = "rollback-on-error"


def edit(device: Device, session: DeviceSession, wish: Edit) -> Answer:
    """Carry out an edit; raises `RefusedError`."""
    result = apply.perform_edit(
        device.datastores.read(wish.target),
        wish.config,
        device.model.schema,
        default_operation=wish.default_operation,
        error_option=wish.error_option,
    )
    if result.errors:
        if wish.error_option != "rollback-on-error" and wish.test_option == "set":
            _keep_part(device, session, wish, result.root)
        raise RefusedError(*result.errors)
    check_values(device.model, wish.config)
    if wish.test_option != "set" or wish.target == RUNNING:
        check_configuration(device.model, result.root)
    if wish.test_option != "test-only":
        _write(device, session, wish.target, as_stored(result.root))
    return OK


def _keep_part(device: Device, session: DeviceSession, wish: Edit, tree: etree._Element) -> None:
    """What was done before, or beside, a refused node stays (RFC 6241, section 7.2), if it may stand by itself."""
    with contextlib.suppress(RefusedError):
        check_values(device.model, wish.config)
        if wish.target == RUNNING:
            check_configuration(device.model, tree)
        _write(device, session, wish.target, as_stored(tree))


def _given(device: Device, config: etree._Element) -> etree._Element:
    """The tree that an inline `<config>` describes; raises `EditRefused` for what the schema does not know."""
    tree = apply.edit_config(empty_configuration(), config, device.model.schema, default_operation="merge")
    check_values(device.model, config)
    return tree


def copy_config(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    name, config = parameters.source(operation)
    target = writable(device, session, parameters.datastore_or_url(operation, "target"))
    if name == target:
        raise invalid_value(f"Source and target are both {target}.", "target")
    foreign = config is not None or is_url(name or "")
    tree = _given(device, config) if config is not None else _read(device, name or "")
    if is_url(target):
        tree = clone(tree)
        nacm.hide(device, session, tree)
    if target == RUNNING or (foreign and target == STARTUP):
        check_configuration(device.model, tree)
    _write(device, session, target, as_stored(tree) if foreign else tree)
    return OK


def delete_config(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    target = parameters.datastore_or_url(operation, "target")
    if is_url(target):
        device.files.delete(_needs_url(device, target))
        return OK
    device.datastores.check_name(target)
    if target != STARTUP:
        raise invalid_value(f"The datastore {target} cannot be deleted.", "target")
    device.locks.check_writable(target, session.session_id)
    device.datastores.write(STARTUP, empty_configuration())
    return OK


def validate(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    if not device.kind.validate:
        raise not_supported("This device does not validate.")
    name, config = parameters.source(operation)
    tree = _given(device, config) if config is not None else _read(device, name or "")
    check_configuration(device.model, tree)
    return OK


def _needs_candidate(device: Device) -> None:
    if not device.kind.candidate:
        raise not_supported("This device has no candidate datastore.")


def update(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """draft-ietf-netconf-privcand; of the ways to resolve conflicts only the one that refuses."""
    if not session.private:
        raise not_supported("This session has no candidate of its own.")
    if parameters.text(operation, "resolution-mode", NS_PRIVATE_CANDIDATE) not in (None, "revert-on-conflict"):
        raise not_supported("This device knows no other resolution-mode than revert-on-conflict.")
    device.datastores.update()
    return OK


def discard_changes(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    _needs_candidate(device)
    device.locks.check_writable(CANDIDATE, session.session_id)
    device.datastores.discard()
    return OK


def commit(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    _needs_candidate(device)
    request = _commit_request(device, operation)
    for name in (RUNNING, CANDIDATE):
        device.locks.check_writable(name, session.session_id)
    device.commits.check(session.session_id, request.persist_id)
    if device.datastores.candidate_modified:
        check_configuration(device.model, device.datastores.read(CANDIDATE))
        device.check_partial_locks(session, device.datastores.read(CANDIDATE))
        nacm.check_change(device, session, device.datastores.running, device.datastores.read(CANDIDATE))
    device.commits.commit(session.session_id, request)
    return OK


def _commit_request(device: Device, operation: etree._Element) -> CommitRequest:
    names = ("confirmed", "confirm-timeout", "persist", "persist-id")
    known = names[:2] if device.kind.first_versions else names
    parameters.only(operation, known if device.kind.confirmed_commit else ())
    confirmed = parameters.flag(operation, "confirmed")
    persist = parameters.text(operation, "persist")
    if not confirmed:
        for name in ("confirm-timeout", "persist"):
            if parameters.flag(operation, name):
                raise bad_element(name, f"{name} means nothing without confirmed.")
    timeout = parameters.number(operation, "confirm-timeout", 1, _LONGEST_TIMEOUT, DEFAULT_TIMEOUT)
    return CommitRequest(confirmed, timeout, persist, parameters.text(operation, "persist-id"))


def cancel_commit(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    if not device.kind.confirmed_commit or device.kind.first_versions:
        raise not_supported("This device cannot cancel a confirmed commit.")
    device.locks.check_writable(RUNNING, session.session_id)
    device.commits.cancel(session.session_id, parameters.text(operation, "persist-id"))
    return OK
