"""TARGET as commands and dialogs take it: a name of the inventory, `ssh://user@host:port`, `tls://host:port`, or a Host
of the ssh config.

Lives here: reading the text into a `Device`.  Does not live here: connecting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from netconf_gui.errors import AppError
from netconf_gui.transport.tls import TLS_PORT as DEFAULT_TLS_PORT
from netconf_gui.workspace.inventory import DEFAULT_PORT, Device, InventoryStore

_PORTS = {"ssh": DEFAULT_PORT, "tls": DEFAULT_TLS_PORT}
_HOST = re.compile(r"[A-Za-z0-9_.:%-]+$")


class TargetError(AppError):
    """A TARGET that names no device."""


def parse_target(
    text: str, inventory: InventoryStore | None = None, *, is_alias: Callable[[str], bool] = lambda name: False
) -> Device:
    """The device that `text` names; raises `TargetError`.

    A device of the inventory comes first, by name or id; then URLs; then whatever `is_alias` (the ssh config) knows.
    A URL without a port means 830, with tls:// 6513; one for a device that is not in the inventory has an empty id.
    """
    text = text.strip()
    known = inventory and (inventory.named(text) or inventory.device(text))
    if known:
        return known
    scheme, separator, _ = text.partition("://")
    if separator:
        if scheme not in _PORTS:
            raise TargetError(
                f"{text}: {scheme}:// is not a way to a device that is known here.",
                advice="Use ssh://user@host:port or tls://host:port.",
            )
        return _from_url(text, scheme)
    if text and is_alias(text):
        return Device(id="", name=text, host=text, port=0)
    raise TargetError(
        f"There is no device named {text or '(empty)'}.",
        advice="Use a name of the inventory, ssh://user@host:port, tls://host:port, or a Host of ~/.ssh/config.",
    )


def _from_url(text: str, scheme: str) -> Device:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetError(
            f"{text} is not a URL of a device: {error}.",
            advice="Write ssh://user@host:port; an IPv6 address in brackets, ssh://user@[2001:db8::1]:830.",
        ) from error
    if parts.password is not None:
        raise TargetError(
            "A password in a URL can be seen by others, so it is not taken.", advice="Use --password-stdin."
        )
    if not host or not _HOST.match(host) or port == 0 or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise TargetError(
            f"{text} is not a URL of a device.", advice="Write ssh://user@host:port, for example ssh://ops@192.0.2.1."
        )
    if scheme == "tls" and parts.username:
        raise TargetError(
            "With TLS your certificate says who you are, not the URL.", advice="Write tls://host:port, and --cert."
        )
    device = Device(
        "", "", host, port if port is not None else _PORTS[scheme], unquote(parts.username or ""), transport=scheme
    )
    return replace(device, name=device.address)
