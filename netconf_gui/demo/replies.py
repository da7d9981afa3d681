"""How the device's operations answer: with data, or by raising a refusal.

Lives here: `RefusedError` and the rpc-errors that more than one operation gives (RFC 6241, appendix A).  Does not
live here: how they are written on the wire (`protocol.replies`).
"""

from __future__ import annotations

from collections.abc import Sequence

from netconf_gui.errors import AppError, RpcError


class RefusedError(AppError):
    """An operation that is answered with rpc-errors."""

    def __init__(self, *errors: RpcError) -> None:
        super().__init__(errors[0].message or errors[0].tag)
        self.errors = errors


def refused(
    tag: str,
    message: str,
    *,
    error_type: str = "application",
    app_tag: str | None = None,
    path: str | None = None,
    info: Sequence[tuple[str, str]] = (),
) -> RefusedError:
    """A refusal with one rpc-error."""
    return RefusedError(
        RpcError(
            type=error_type, tag=tag, app_tag=app_tag, path=path, message=message, message_lang="en", info=tuple(info)
        )
    )


def lock_denied(message: str, holder: int) -> RefusedError:
    """RFC 6241, section 7.5: the holder's session-id is in the error-info."""
    return refused("lock-denied", message, error_type="protocol", info=[("session-id", str(holder))])


def missing_element(name: str, where: str) -> RefusedError:
    return refused(
        "missing-element",
        f"The element {name} is missing from {where}.",
        error_type="protocol",
        info=[("bad-element", name)],
    )


def bad_element(name: str, message: str) -> RefusedError:
    return refused("bad-element", message, error_type="protocol", info=[("bad-element", name)])


def unknown_element(name: str, where: str) -> RefusedError:
    return refused(
        "unknown-element",
        f"The element {name} is not known in {where}.",
        error_type="protocol",
        info=[("bad-element", name)],
    )


def invalid_value(message: str, name: str = "") -> RefusedError:
    info = [("bad-element", name)] if name else []
    return refused("invalid-value", message, error_type="protocol", info=info)


def not_supported(message: str) -> RefusedError:
    return refused("operation-not-supported", message, error_type="protocol")


def in_use(message: str) -> RefusedError:
    return refused("in-use", message, error_type="protocol")
