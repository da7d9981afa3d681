"""Typed operations on datastores: arguments in, data or warnings out.

Lives here: one function an operation, with the capability it needs checked before anything is sent.  Does not live
here: building the request (`protocol.operations`), the order of an apply (`services`).

All functions block and take `timeout` (seconds, None for the session's setting) and `cancel`.  Besides what each
one says they raise what `Session.call` raises, and `CapabilityMissing`.  Those that change something return the
warnings of the device, which mean success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import CapabilityMissing, ConfigError, MalformedMessage, RpcError
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import CAPABILITY, Capabilities
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.replies import Reply
from netconf_gui.session.session import Session

Warnings: TypeAlias = tuple[RpcError, ...]
Content: TypeAlias = etree._Element | Sequence[etree._Element]


def get_config(
    session: Session,
    datastore: str = "running",
    *,
    filter_xml: Content | None = None,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    with_defaults: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The `<data>` element of a get-config (RFC 6241, section 7.1)."""
    _need_datastore(session, datastore)
    _need_filter(session, xpath, with_defaults)
    operation = operations.get_config(
        datastore, filter_xml, xpath=xpath, namespaces=namespaces, with_defaults=with_defaults
    )
    return _data(session, operation, timeout, cancel)


def get(
    session: Session,
    *,
    filter_xml: Content | None = None,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    with_defaults: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The `<data>` element of a get: running configuration and state (RFC 6241, section 7.7)."""
    _need_filter(session, xpath, with_defaults)
    operation = operations.get(filter_xml, xpath=xpath, namespaces=namespaces, with_defaults=with_defaults)
    return _data(session, operation, timeout, cancel)


def get_data(
    session: Session,
    datastore: str = "operational",
    *,
    filter_xml: Content | None = None,
    xpath: str | None = None,
    namespaces: Mapping[str, str] | None = None,
    config_filter: bool | None = None,
    max_depth: int | None = None,
    origins: Sequence[str] = (),
    with_origin: bool = False,
    with_defaults: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The `<data>` element of a get-data (RFC 8526, section 3.1.1)."""
    _need_nmda(session)
    operation = operations.get_data(
        datastore,
        filter_xml,
        xpath=xpath,
        namespaces=namespaces,
        config_filter=config_filter,
        max_depth=max_depth,
        origins=origins,
        with_origin=with_origin,
        with_defaults=with_defaults,
    )
    return _data(session, operation, timeout, cancel)


def compare(
    session: Session,
    source: str,
    target: str,
    *,
    filter_xml: Content | None = None,
    everything: bool = False,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> etree._Element:
    """The device's own comparison of two datastores, as the whole `<rpc-reply>` (RFC 9144).

    Whether a device offers it only its schema says: the module ietf-nmda-compare is there.
    """
    operation = operations.compare(source, target, filter_xml, everything=everything)
    return session.call(operation, timeout=timeout, cancel=cancel).element


def edit_config(
    session: Session,
    target: str,
    config: Content | None,
    *,
    url: str | None = None,
    default_operation: str | None = None,
    test_option: str | None = None,
    error_option: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """edit-config (RFC 6241, section 7.2); `config` is a `<config>` element or its content, None with `url`."""
    capabilities = session.capabilities
    _need_target(session, target)
    if url is not None:
        _need_datastore(session, url)
    if error_option == "rollback-on-error":
        _need(capabilities.rollback_on_error, "rollback-on-error", "rolling back a failed edit")
    if test_option is not None:
        _need(bool(capabilities.validate), "validate", f"test-option {test_option}")
    if test_option == "test-only":
        _need(capabilities.validate == "1.1", "validate:1.1", "test-option test-only")
    operation = operations.edit_config(
        target,
        config,
        url=url,
        default_operation=default_operation,
        test_option=test_option,
        error_option=error_option,
    )
    return _done(session, operation, timeout, cancel)


def edit_data(
    session: Session,
    datastore: str,
    config: Content | None,
    *,
    url: str | None = None,
    default_operation: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """edit-data (RFC 8526, section 3.1.2); `config` is None with `url`."""
    _need_nmda(session)
    if url is not None:
        _need_datastore(session, url)
    operation = operations.edit_data(datastore, config, url=url, default_operation=default_operation)
    return _done(session, operation, timeout, cancel)


def copy_config(
    session: Session,
    target: str,
    source: str | Content,
    *,
    with_defaults: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """copy-config (RFC 6241, section 7.3); `source` is a datastore, a URL or a whole configuration."""
    _need_target(session, target)
    if isinstance(source, str):
        _need_datastore(session, source)
    if with_defaults is not None:
        _need_filter(session, None, with_defaults)
    return _done(session, operations.copy_config(target, source, with_defaults=with_defaults), timeout, cancel)


def delete_config(
    session: Session, target: str, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> Warnings:
    """delete-config (RFC 6241, section 7.4): of startup or of a URL.

    Raises `ConfigError` for running, which no device may delete.
    """
    if target == "running":
        raise ConfigError("The running configuration cannot be deleted.", state="Nothing was sent.")
    _need_datastore(session, target)
    return _done(session, operations.delete_config(target), timeout, cancel)


def lock(session: Session, target: str, *, timeout: float | None = None, cancel: CancelToken | None = None) -> Warnings:
    """lock (RFC 6241, section 7.5); lock-denied is an `RpcFailed` whose error names the holder's session."""
    _need_datastore(session, target)
    return _done(session, operations.lock(target), timeout, cancel)


def unlock(
    session: Session, target: str, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> Warnings:
    """unlock (RFC 6241, section 7.6)."""
    return _done(session, operations.unlock(target), timeout, cancel)


def validate(
    session: Session,
    source: str | Content = "candidate",
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """validate (RFC 6241, section 8.6.4.1)."""
    _need(bool(session.capabilities.validate), "validate", "validation on the device")
    if isinstance(source, str):
        _need_datastore(session, source)
    return _done(session, operations.validate(source), timeout, cancel)


def commit(
    session: Session,
    *,
    confirmed: bool = False,
    confirm_timeout: int | None = None,
    persist: str | None = None,
    persist_id: str | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """commit, confirmed or not (RFC 6241, sections 8.3.4.1 and 8.4.5.1); `confirm_timeout` in seconds."""
    capabilities = session.capabilities
    _need(capabilities.candidate, "candidate", "commit")
    if confirmed:
        _need(bool(capabilities.confirmed_commit), "confirmed-commit", "a confirmed commit")
    if persist is not None or persist_id is not None:
        _need(capabilities.confirmed_commit == "1.1", "confirmed-commit:1.1", "a confirmed commit that persists")
    operation = operations.commit(confirmed=confirmed, timeout=confirm_timeout, persist=persist, persist_id=persist_id)
    return _done(session, operation, timeout, cancel)


def cancel_commit(
    session: Session,
    persist_id: str | None = None,
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Warnings:
    """cancel-commit (RFC 6241, section 8.4.4.1)."""
    _need(session.capabilities.confirmed_commit == "1.1", "confirmed-commit:1.1", "cancelling a confirmed commit")
    return _done(session, operations.cancel_commit(persist_id), timeout, cancel)


def discard_changes(session: Session, *, timeout: float | None = None, cancel: CancelToken | None = None) -> Warnings:
    """discard-changes (RFC 6241, section 8.3.4.2): the candidate becomes what running is."""
    _need(session.capabilities.candidate, "candidate", "discard-changes")
    return _done(session, operations.discard_changes(), timeout, cancel)


def kill_session(
    session: Session, session_id: int, *, timeout: float | None = None, cancel: CancelToken | None = None
) -> Warnings:
    """kill-session (RFC 6241, section 7.9): ends another session and releases its locks."""
    return _done(session, operations.kill_session(session_id), timeout, cancel)


def rpc(
    session: Session,
    element: etree._Element,
    *,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> Reply:
    """Any operation, as an element or inside a whole `<rpc>`; nothing is checked beforehand."""
    return session.call(operations.custom(element), timeout=timeout, cancel=cancel)


def datastores(capabilities: Capabilities) -> tuple[str, ...]:
    """The datastores a device has: candidate, running, startup, as announced."""
    names = (("candidate", capabilities.candidate), ("running", True), ("startup", capabilities.startup))
    return tuple(name for name, there in names if there)


def editing_with_defaults(capabilities: Capabilities) -> str | None:
    """The with-defaults mode that base, re-read and read-back use: explicit, else the server's basic mode.

    None where the device does not know the capability (RFC 6243).
    """
    offered = capabilities.with_defaults
    if offered is None:
        return None
    return "explicit" if "explicit" in offered.modes else offered.basic_mode or None


def _done(session: Session, operation: Operation, timeout: float | None, cancel: CancelToken | None) -> Warnings:
    return session.call(operation, timeout=timeout, cancel=cancel).warnings


def _data(session: Session, operation: Operation, timeout: float | None, cancel: CancelToken | None) -> etree._Element:
    data = session.call(operation, timeout=timeout, cancel=cancel).data
    if data is None:
        raise MalformedMessage(
            f"The device's reply to {operation.name} has neither data nor an error.",
            advice="Look at the reply in the wire record.",
        )
    return data


def is_url(name: str) -> bool:
    """Whether a source or target is a URL and not the name of a datastore."""
    return "://" in name


def _need(there: bool, capability: str, purpose: str) -> None:
    if not there:
        raise CapabilityMissing(
            f"The device does not offer {purpose}: it did not announce the capability {capability}.",
            f"{CAPABILITY}{capability}",
            state="Nothing was sent.",
        )


def _need_datastore(session: Session, name: str) -> None:
    capabilities = session.capabilities
    if is_url(name):
        scheme = name.partition(":")[0]
        _need(scheme in capabilities.url_schemes, "url", f"{scheme} URLs")
    elif name == "candidate":
        _need(capabilities.candidate, "candidate", "a candidate datastore")
    elif name == "startup":
        _need(capabilities.startup, "startup", "a startup datastore")


def _need_target(session: Session, name: str) -> None:
    _need_datastore(session, name)
    if name == "running":
        _need(session.capabilities.writable_running, "writable-running", "direct edits of running")


def _need_filter(session: Session, xpath: str | None, with_defaults: str | None) -> None:
    capabilities = session.capabilities
    if xpath is not None:
        _need(capabilities.xpath, "xpath", "XPath filters")
    if with_defaults is not None:
        offered = capabilities.with_defaults
        _need(offered is not None, "with-defaults", "a choice of how defaults are reported")
        _need(offered is None or with_defaults in offered.modes, "with-defaults", f"the defaults mode {with_defaults}")


def _need_nmda(session: Session) -> None:
    _need(session.capabilities.nmda, "yang-library:1.1", "NMDA operations")
