"""Which device has called: by its host key or certificate, never by where it calls from alone (RFC 8071, section 3).

Lives here: looking a caller up among the devices that call home, and what makes an unknown one known.  Does not live
here: listening and waiting (`callhome`), who a server is when we connect to it (`connect`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from netconf_gui.errors import AppError, HostKey
from netconf_gui.services.connect import ConnectOptions, known_hosts, ssh_target
from netconf_gui.services.connect_tls import pin, tls_target
from netconf_gui.transport import tls_certificate
from netconf_gui.transport.callhome import Caller, SshCaller, TlsCaller
from netconf_gui.transport.hostkeys import KnownHosts, Verdict
from netconf_gui.transport.route import LOGIN_PORT, device_hop
from netconf_gui.transport.sshconfig import SshConfig
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Match:
    """The device that a caller is; None for one that is not known, with what a person should know of it."""

    device: Device | None = None
    notes: tuple[str, ...] = ()
    revoked: bool = False


class Recognition:
    """Looks callers up; `devices` may call, without them those of the inventory that call home.

    Reads files: not on the GUI thread.
    """

    def __init__(
        self, workspace: Workspace, options: ConnectOptions | None = None, devices: Sequence[Device] | None = None
    ) -> None:
        self._workspace = workspace
        self._options = options or ConnectOptions()
        self._devices = devices

    def devices(self, way: str) -> tuple[Device, ...]:
        """Those that may call over "ssh" or "tls"."""
        callers = self._workspace.inventory.devices if self._devices is None else self._devices
        return tuple(
            device
            for device in callers
            if (device.call_home or self._devices is not None) and (device.transport == "tls") == (way == "tls")
        )

    def recognise(self, caller: Caller) -> Match:
        """The device that has called."""
        if isinstance(caller, SshCaller):
            return self._by_key(caller)
        return self._by_certificate(caller) if isinstance(caller, TlsCaller) else Match()

    # ---- SSH

    def algorithms(self, host: str) -> tuple[str, ...]:
        """Host-key algorithms of the keys on file; those of a device that is expected from `host` come first."""
        known = self._known()
        found: dict[str, None] = {}
        for device in sorted(self.devices("ssh"), key=lambda one: one.host != host):
            for name, port in self._names(device):
                found.update(dict.fromkeys(known.preferred_algorithms(name, port)))
        return tuple(found)

    def _by_key(self, caller: SshCaller) -> Match:
        known, notes = self._known(), []
        found: list[tuple[bool, bool, Device]] = []
        for device in self.devices("ssh"):
            for at, (name, port) in enumerate(self._names(device)):
                judgement = known.judge(replace(caller.key, host=name, port=port))
                if judgement.verdict is Verdict.REVOKED:
                    return Match(notes=(f"Its key was revoked for {device.name}.",), revoked=True)
                if judgement.verdict is Verdict.KNOWN:
                    found.append((at != 0, device.host != caller.host, device))
                elif judgement.verdict is Verdict.CHANGED and device.host == caller.host:
                    notes.append(f"{device.name} is expected from this address, and its key is another one.")
        accepted = [device for device in self.devices("ssh") if caller.fingerprint in self._options.accept_host_keys]
        if not found and self._devices is not None and len(accepted) == 1:
            if accepted[0].id:
                self.remember_key(accepted[0], caller.key)
            return Match(accepted[0])
        if not found:
            return Match(notes=tuple(dict.fromkeys(notes)))
        # a key of its own before one of its address, which several devices may share
        return Match(min(found, key=lambda one: one[:2])[2])

    def _names(self, device: Device) -> tuple[tuple[str, int], ...]:
        """Under which names known-hosts files may have a device's key: its own as a caller first."""
        config = SshConfig() if self._workspace.settings.connection.use_ssh_config else None
        own = ((caller_name(device), LOGIN_PORT),) if device.id else ()
        hop, _ = device_hop(ssh_target(device), config)
        return (*own, (hop.key_name or hop.host, hop.port))

    def _known(self) -> KnownHosts:
        return known_hosts(self._workspace, self._options)

    # ---- TLS

    def _by_certificate(self, caller: TlsCaller) -> Match:
        notes = []
        for device in self.devices("tls"):
            target = tls_target(device)
            accepted = {tls_certificate.normal_fingerprint(text) for text in self._options.accept_certificates}
            if caller.fingerprint == target.pinned or (self._devices is not None and caller.fingerprint in accepted):
                return Match(device)
            named = tls_certificate.names_host(tls_certificate.parse(caller.chain[0]), target.name)
            if not named:
                continue
            if target.pinned:
                notes.append(f"It is made out to {target.name}, and the certificate accepted for it is another one.")
                continue
            try:
                anchors = tls_certificate.authorities(target.ca_file)
            except AppError as error:
                notes.append(error.message)
                continue
            if tls_certificate.vouched_for(caller.chain, anchors):
                return Match(device)
            notes.append(
                f"It is made out to {target.name}, but nobody vouches for it who is trusted for {device.name}."
            )
        return Match(notes=tuple(dict.fromkeys(notes)))

    # ---- taking in

    def remember_key(self, device: Device, key: HostKey) -> None:
        """Know who has that host key as this device of the inventory from now on; raises `WorkspaceError`."""
        self._known().add(replace(key, host=caller_name(device), port=LOGIN_PORT))

    def remember_certificate(self, device: Device, fingerprint: str) -> Device:
        """Know who has that certificate as this device; the device as it is now.  Raises `WorkspaceError`."""
        pin(device, fingerprint, self._workspace)
        return self._workspace.inventory.device(device.id) or device


def caller_name(device: Device) -> str:
    """Under which name the known-hosts file has the key of a device that calls, wherever it calls from."""
    return f"call-home.{device.id}"
