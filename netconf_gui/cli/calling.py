"""`--call-home`: a command waits until its device calls (RFC 8071), instead of connecting to it.

Lives here: the options, listening while a command runs, and what is said of others who call.  Does not live here:
callers themselves (`services.callhome`).
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from dataclasses import replace

from netconf_gui.cli.running import Command
from netconf_gui.errors import ConfigError
from netconf_gui.services.callhome import Call, CallHome, CallState
from netconf_gui.services.connect import ConnectOptions
from netconf_gui.services.events import Interaction
from netconf_gui.services.recognition import Recognition
from netconf_gui.services.secrets import KeyringAccess, Secrets
from netconf_gui.transport.callhome import Caller
from netconf_gui.workspace.inventory import Device


def add_call_home(parser: argparse.ArgumentParser) -> None:
    """The options of waiting for a call."""
    group = parser.add_argument_group("call home (RFC 8071)")
    group.add_argument(
        "--call-home",
        metavar="PORT",
        nargs="?",
        type=int,
        const=0,
        help="wait until the device calls, at this port; without PORT 4334, with TLS 4335 (or as the settings say)",
    )
    group.add_argument("--call-home-address", metavar="ADDRESS", help="wait at this address only, not at all")
    group.add_argument("--call-home-wait", metavar="S", type=float, help="seconds to wait, 120 unless the settings say")


class Calls:
    """Listens for the calls of a command's devices, from their first session on until the command ends."""

    def __init__(self, command: Command, interaction: Interaction, options: ConnectOptions) -> None:
        self._command = command
        self._interaction = interaction
        self._options = options
        self._guard = threading.Lock()
        self._homes: dict[str, CallHome] = {}  # by "ssh" and "tls"
        self._devices: list[Device] = []
        self._said: set[tuple[str, int, int]] = set()

    def calling(self, device: Device) -> Device:
        """The device as one that calls, where the options or the inventory say so; listens then.

        Raises `ConfigError`, `ConnectFailed` (the port).
        """
        arguments = self._command.arguments
        port: int | None = getattr(arguments, "call_home", None)
        if port is None and not device.call_home:
            return device
        if port is not None and not 0 <= port <= 65535:
            raise ConfigError(f"The port to wait at is {port}. Allowed: 1 to 65535.")
        device = replace(device, call_home=True)
        with self._guard:
            if device not in self._devices:
                self._devices.append(device)
                self._listen(device, port or 0)
        return device

    def _listen(self, device: Device, port: int) -> None:
        arguments, workspace = self._command.arguments, self._command.workspace
        wanted = workspace.settings.call_home
        way = "tls" if device.transport == "tls" else "ssh"
        home = self._homes.get(way)
        if home is not None:
            self._unlock(home, device)
            return
        wanted = replace(
            wanted,
            ssh=way == "ssh",
            tls=way == "tls",
            address=getattr(arguments, "call_home_address", None) or wanted.address,
            **({f"{way}_port": port} if port else {}),  # type: ignore[arg-type]
        )
        recognition = Recognition(workspace, self._options, self._devices)
        home = CallHome(workspace, _refuse, self._look, recognition=recognition, keep_unknown=False)
        self._unlock(home, device)
        home.start(wanted)
        self._homes[way] = home
        self._command.at_end(home.stop)
        self._command.output.say(f"Waiting for {device.name} to call at port {home.ports[way]}.")

    def _unlock(self, home: CallHome, device: Device) -> None:
        workspace = self._command.workspace
        deadline = workspace.settings.credentials.keyring_deadline
        keyring = KeyringAccess(workspace.credentials, deadline, self._command.cancel)
        secrets = Secrets(device, self._interaction, keyring, given=self._options.password)
        if device.transport == "tls":
            for problem in home.identities.unlock(lambda _device: secrets, device):
                self._command.output.say(problem)

    def _look(self) -> None:
        """Say who else called; on the caller's thread."""
        for way, home in tuple(self._homes.items()):
            for call in home.calls:
                mark = way, call.number, call.count
                if call.state in (CallState.REFUSED, CallState.FAILED) and mark not in self._said:
                    self._said.add(mark)
                    self._command.output.say(_words(call, self._devices))


def _refuse(call: Call, device: Device, caller: Caller) -> None:
    """The device calls once more, and the command has its session."""
    caller.close()


def _words(call: Call, devices: Sequence[Device]) -> str:
    if call.state is CallState.FAILED:
        return f"A call from {call.host} came to nothing: {call.text}"
    option = "--accept-certificate SHA256:" if call.certificate is not None else "--accept-host-key "
    names = " or ".join(device.name for device in devices)
    note = f" {call.text}" if call.text else ""
    return (
        f"{call.host} called and was refused: {call.who} {call.fingerprint} is not known as {names}.{note} "
        f"If that is its fingerprint, add {option}{call.fingerprint}."
    )
