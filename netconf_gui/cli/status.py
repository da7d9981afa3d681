"""Exit statuses, documented in the user guide: scripts rely on them."""

from __future__ import annotations

from enum import IntEnum

from netconf_gui.errors import (
    AppError,
    Cancelled,
    CapabilityMissing,
    ConfigError,
    ProtocolError,
    RpcFailed,
    RpcTimeout,
    SchemaError,
    SessionClosed,
    TransportError,
)


class Status(IntEnum):
    """What a command's exit status means."""

    OK = 0  # fine, also when there was nothing to do
    FINDINGS = 1  # local findings, or differences (diff, plan)
    USAGE = 2  # options, files and targets that cannot be used
    CONNECT = 3  # connect, authentication, or a time-out before anything was sent
    REFUSED = 4  # the device refused: any rpc-error, lock-denied included, or a capability that is missing
    UNKNOWN = 5  # whether the device was changed is not known
    INTERRUPTED = 130  # interrupted, after clean-up


def status_of(error: AppError) -> Status:
    """The status of a command that ended with an error."""
    if isinstance(error, Cancelled):
        return Status.INTERRUPTED
    if isinstance(error, RpcFailed | CapabilityMissing):
        return Status.REFUSED
    if isinstance(error, TransportError | ProtocolError | RpcTimeout | SessionClosed):
        return Status.CONNECT
    if isinstance(error, SchemaError):
        return Status.FINDINGS
    if isinstance(error, ConfigError):
        return Status.USAGE
    return Status.USAGE
