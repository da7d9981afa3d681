"""TARGET and authentication on the command line: the options, and who answers questions when nobody can be asked.

An unknown host key is an error that shows the fingerprint, never a silent yes; a password that is not there is an
authentication failure, never a prompt (scripts hang on prompts).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from netconf_gui.cli.calling import Calls, add_call_home
from netconf_gui.cli.files import read_bytes
from netconf_gui.cli.reaching import add_way, with_way
from netconf_gui.cli.running import Command
from netconf_gui.errors import (
    AuthenticationFailed,
    CertificateUntrusted,
    ConfigError,
    HostKey,
    HostKeyUnknown,
    PeerCertificate,
)
from netconf_gui.protocol.profiles import profile_named
from netconf_gui.protocol.quirks import check_quirks
from netconf_gui.services.connect import ConnectOptions, connect, is_alias
from netconf_gui.services.events import CredentialAnswer, CredentialRequest, EventSink
from netconf_gui.services.target import parse_target
from netconf_gui.session.session import Session
from netconf_gui.transport.old_algorithms import OLD_WARNING
from netconf_gui.transport.tls_certificate import normal_fingerprint
from netconf_gui.workspace.inventory import Device


class NobodyToAsk:
    """The `Interaction` of a command: says things on stderr, answers nothing."""

    def __init__(self, command: Command) -> None:
        self._output = command.output

    def host_key_unknown(self, key: HostKey) -> bool:
        """Never: the error that follows shows the fingerprint."""
        return False

    def certificate_untrusted(self, certificate: PeerCertificate) -> bool:
        """Never: the error that follows says what is wrong, and shows the fingerprint."""
        return False

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        """Nobody is there to type; says what was refused, and how to give a secret."""
        if request.reason:
            self._output.say(request.reason)
        return None

    def inform(self, text: str) -> None:
        self._output.say(text)


def add_target(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """TARGET and the options of authentication."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        nargs="?" if optional else None,
        help="an inventory name, ssh://user@host:port, tls://host:port, or a Host of ~/.ssh/config",
    )
    add_authentication(parser)


def add_authentication(parser: argparse.ArgumentParser) -> None:
    """The options of authentication, host keys and the way to a device."""
    group = parser.add_argument_group("authentication")
    group.add_argument("--identity", metavar="FILE", action="append", default=[], help="private key (can be repeated)")
    group.add_argument("--password-stdin", action="store_true", help="the password is the first line of stdin")
    group.add_argument("--known-hosts", metavar="FILE", type=Path, help="host keys to trust, besides the usual files")
    group.add_argument(
        "--accept-host-key",
        metavar="SHA256:…",
        action="append",
        default=[],
        help="trust and remember an unknown host key of this fingerprint",
    )
    add_way(parser)
    add_call_home(parser)
    add_profile(parser)
    tls = parser.add_argument_group("TLS (tls://host:port, or a device that is reached by TLS)")
    tls.add_argument("--cert", metavar="FILE", help="your certificate: PEM, or PKCS#12 with its key")
    tls.add_argument("--key", metavar="FILE", help="its key, where it is in another file (PEM)")
    tls.add_argument("--ca", metavar="FILE", help="the authority that vouches for the device; else the system's")
    tls.add_argument("--server-name", metavar="NAME", help="whom the device's certificate names, if not its address")
    tls.add_argument(
        "--accept-certificate",
        metavar="SHA256:…",
        action="append",
        default=[],
        help="trust a certificate of this fingerprint, whatever is wrong with it; a device of the inventory keeps it",
    )


def add_profile(parser: argparse.ArgumentParser) -> None:
    """What is known of the server, decided by hand."""
    group = parser.add_argument_group("kind of server")
    group.add_argument(
        "--profile", metavar="NAME", default="", help="take the server for this one, whatever its hello shows"
    )
    group.add_argument(
        "--quirk",
        metavar="NAME",
        action="append",
        default=[],
        help="reckon with this quirk too; --quirk=-NAME without it (can be repeated)",
    )


def with_profile(device: Device, arguments: argparse.Namespace) -> Device:
    """The device with the profile and the quirks of the command line; raises `ConfigError` for unknown names."""
    check_profile(arguments)
    return replace(device, profile=arguments.profile or device.profile, quirks=(*device.quirks, *arguments.quirk))


def check_profile(arguments: argparse.Namespace) -> None:
    """Raise `ConfigError` for a profile or a quirk that there is not."""
    if arguments.profile:
        profile_named(arguments.profile)
    check_quirks(arguments.quirk)


def target_device(command: Command) -> Device:
    """The device that TARGET names, with the options of the command line; raises `TargetError`."""
    arguments = command.arguments
    use_config = command.workspace.settings.connection.use_ssh_config
    device = parse_target(
        arguments.target, command.workspace.inventory, is_alias=is_alias if use_config else lambda name: False
    )
    if arguments.identity:
        device = replace(device, identity_files=(*arguments.identity, *device.identity_files))
    return with_tls_options(with_way(device, arguments), arguments)


def with_tls_options(device: Device, arguments: argparse.Namespace) -> Device:
    """The device with what the options of TLS say; raises `ConfigError` where they mean nothing for it."""
    given = {
        "certificate": arguments.cert,
        "private_key": arguments.key,
        "ca_file": arguments.ca,
        "server_name": arguments.server_name,
    }
    wanted = {name: value for name, value in given.items() if value}
    if wanted and device.transport != "tls":
        raise ConfigError(
            f"{device.name} is reached by SSH, and options of TLS were given.", advice="Write tls://host:port."
        )
    for option, name in (("--cert", arguments.cert), ("--key", arguments.key), ("--ca", arguments.ca)):
        if name and not Path(name).expanduser().is_file():
            raise ConfigError(f"{option}: there is no file {name}.")
    if arguments.cert and not arguments.key:
        wanted["private_key"] = ""  # it is in the same file, whatever the inventory says of another
    return replace(device, **wanted)


class Ways:
    """Makes sessions to devices, as the options of a command say; the password is read from stdin once."""

    def __init__(self, command: Command) -> None:
        self._command = command
        arguments = command.arguments
        _check_host_key_options(arguments)
        check_profile(arguments)
        if arguments.old_algorithms:
            command.output.say(OLD_WARNING)
        self._options = ConnectOptions(
            password=_password() if arguments.password_stdin else None,
            known_hosts=arguments.known_hosts,
            accept_host_keys=tuple(arguments.accept_host_key),
            accept_certificates=tuple(arguments.accept_certificate),
            patience=getattr(arguments, "call_home_wait", None),
        )
        self._interaction = NobodyToAsk(command)
        self._calls = Calls(command, self._interaction, self._options)

    def connect_to(self, device: Device, on_event: EventSink | None = None) -> Session:
        """A new session; raises what `services.connect.connect` raises, with advice that fits a command line."""
        command = self._command
        device = with_profile(with_way(device, command.arguments), command.arguments)
        if device.transport == "tls":
            device = with_tls_options(device, command.arguments)
        device = self._calls.calling(device)
        try:
            return connect(
                device,
                self._interaction,
                command.workspace,
                options=self._options,
                cancel=command.cancel,
                on_event=on_event,
            )
        except CertificateUntrusted as error:
            shown = error.certificate
            raise CertificateUntrusted(
                error.message,
                shown,
                state="Not connected; nothing was sent.",
                advice="Name the authority with --ca, or the name with --server-name. If that is the device's "
                f"fingerprint, add --accept-certificate SHA256:{shown.fingerprint}.",
            ) from error
        except AuthenticationFailed as error:
            if device.transport == "tls" and not error.tried:
                error.advice = "Show the device your certificate with --cert, and its key with --key."
            raise
        except HostKeyUnknown as error:
            key = error.key
            raise HostKeyUnknown(
                f"The host key of {key.host} port {key.port} is not known: {key.key_type} {key.fingerprint}.",
                key,
                state="Not connected; nothing was sent.",
                advice=f"If that is the device's fingerprint, add --accept-host-key {key.fingerprint}.",
            ) from error


class Connector(Ways):
    """Makes sessions to the TARGET of a command."""

    def __init__(self, command: Command) -> None:
        self.device = target_device(command)
        super().__init__(command)

    def connect(self) -> Session:
        """A new session; raises as `connect_to`."""
        return self.connect_to(self.device, self._command.output.event)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that is closed politely at the end; at once when something went wrong."""
        session = self.connect()
        try:
            yield session
        except BaseException:
            session.abort()
            raise
        session.close(self._command.workspace.settings.connection.close_timeout)


def _check_host_key_options(arguments: argparse.Namespace) -> None:
    """What cannot work is said before anything is connected."""
    for fingerprint in arguments.accept_host_key:
        if not re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}=?", fingerprint):
            raise ConfigError(
                f"{fingerprint} is not a fingerprint of a host key.",
                advice="It looks like SHA256:… with 43 characters, as ssh-keygen -l and this program print it.",
            )
    for fingerprint in arguments.accept_certificate:
        if not normal_fingerprint(fingerprint):
            raise ConfigError(
                f"{fingerprint} is not a fingerprint of a certificate.",
                advice="It is SHA256: and 64 hexadecimal digits, as openssl x509 -fingerprint -sha256 prints them.",
            )
    file: Path | None = arguments.known_hosts
    if file is not None:
        read_bytes(str(file))


def _first_line() -> str:
    """The first line of stdin, and nothing more of it: decisions may follow (`deciding`)."""
    own = sys.__stdin__
    if own is None or own is not sys.stdin:
        return sys.stdin.readline()
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(own.fileno(), 1)):
        line += byte
    return line.decode(errors="surrogateescape")


def _password() -> str:
    line = _first_line()
    if not line:
        raise ConfigError("--password-stdin was given, but stdin is empty.", advice="Write the password to stdin.")
    return line.rstrip("\r\n")
