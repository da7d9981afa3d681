"""NETCONF over TLS for a device of the inventory: the transport's questions answered, what was accepted remembered.

Does not live here: TLS itself (`transport.tls`), which transport a device has (`connect`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from netconf_gui.errors import PeerCertificate
from netconf_gui.services.events import Interaction
from netconf_gui.transport import tls
from netconf_gui.transport.tls_certificate import normal_fingerprint
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.settings import ConnectionSettings
from netconf_gui.workspace.workspace import Workspace


class Certificates:
    """The transport's decider: accepts what was named beforehand, asks the person about the rest.

    An accepted one becomes the device's own exception (`Device.pinned_certificate`) where the device is known.
    """

    def __init__(
        self, device: Device, interaction: Interaction, workspace: Workspace, accept: Sequence[str] = ()
    ) -> None:
        self._device = device
        self._interaction = interaction
        self._workspace = workspace
        self._accept = frozenset(normal_fingerprint(text) for text in accept)

    def untrusted(self, certificate: PeerCertificate) -> bool:
        """Whether to trust, and remember, exactly this certificate."""
        accepted = certificate.fingerprint in self._accept or self._interaction.certificate_untrusted(certificate)
        if accepted:
            pin(self._device, certificate.fingerprint, self._workspace)
        return accepted


def pin(device: Device, fingerprint: str, workspace: Workspace) -> None:
    """Accept that certificate alone for a device of the inventory; "": none any more. Raises `WorkspaceError`."""
    known = workspace.inventory.device(device.id) if device.id else None
    if known is not None and known.pinned_certificate != fingerprint:
        workspace.inventory.put(replace(known, pinned_certificate=fingerprint))


def tls_target(device: Device) -> tls.TlsTarget:
    """The device as the transport wants it."""
    return tls.TlsTarget(
        host=device.host,
        port=device.port or tls.TLS_PORT,
        username=device.username,
        server_name=device.server_name,
        certificate=_expanded(device.certificate),
        private_key=_expanded(device.private_key),
        ca_file=_expanded(device.ca_file),
        pinned=normal_fingerprint(device.pinned_certificate),
    )


def tls_tuning(way: ConnectionSettings) -> tls.Tuning:
    """The times of a connection."""
    return tls.Tuning(connect=way.connect_timeout, keepalive=way.keepalive, write_timeout=way.rpc_timeout)


def _expanded(name: str) -> str:
    return str(Path(name).expanduser()) if name else ""
