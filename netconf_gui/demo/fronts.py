"""Further ways to the demo device beside SSH, by the options of `demo-device`: TLS, and calling home (RFC 8071).

Does not live here: the ways themselves (`tls`, `callhome`), the program (`main`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from netconf_gui.demo import callhome
from netconf_gui.demo.callhome import CallHome
from netconf_gui.demo.certificates import TlsFiles
from netconf_gui.demo.device import Device
from netconf_gui.demo.server import DemoServer
from netconf_gui.demo.tls import ROLES, TlsFront
from netconf_gui.errors import ConfigError

TLS_FOLDER = "tls"


@dataclass(frozen=True, slots=True)
class Opened:
    """The ways that are open; `tls` is None without `--tls-port`."""

    tls: TlsFront | None = None

    def facts(self) -> dict[str, object]:
        """What the ready line says of them as JSON."""
        if self.tls is None:
            return {}
        files = self.tls.files
        return {
            "tls": {
                "url": self.tls.url,
                "port": self.tls.port,
                "ca": str(files.client_ca),
                "fingerprint": self.tls.certificate_fingerprint,
            }
        }


def add_options(options: argparse.ArgumentParser) -> None:
    """The options of TLS and of calling home."""
    group = options.add_argument_group("TLS (RFC 7589)")
    group.add_argument("--tls-port", type=int, metavar="N", help="answer over TLS as well, on this port; 0: a free one")
    group.add_argument(
        "--tls-folder",
        type=Path,
        metavar="FOLDER",
        help="certificates, made there if there are none: ca.pem, device.pem, and for clients demo.pem, guest.pem",
    )
    group.add_argument("--tls-certificate", type=Path, metavar="FILE", help="the device's certificate instead, with")
    group.add_argument("--tls-key", type=Path, metavar="FILE", help="its key, and")
    group.add_argument("--tls-client-ca", type=Path, metavar="FILE", help="the authority of client certificates")
    group.add_argument(
        "--tls-user",
        action="append",
        default=[],
        metavar="SHA256=USER",
        help="the user that a client certificate of this fingerprint means; else its names count",
    )
    calling = options.add_argument_group("call home (RFC 8071)")
    calling.add_argument(
        "--call-home", action="append", default=[], metavar="HOST:PORT", help="call there and serve SSH"
    )
    calling.add_argument(
        "--call-home-tls", action="append", default=[], metavar="HOST:PORT", help="call there and serve TLS"
    )
    calling.add_argument(
        "--call-home-pause", type=float, default=callhome.PAUSE, metavar="S", help="seconds between two calls"
    )


@contextmanager
def opened(arguments: argparse.Namespace, server: DemoServer) -> Iterator[Opened]:
    """The ways that the options ask for, closed at the end; raises `ConfigError`, `ConnectFailed`, `WorkspaceError`."""
    places = [callhome.address(text) for text in arguments.call_home]
    tls_places = [callhome.address(text) for text in arguments.call_home_tls]
    with ExitStack() as stack:
        front: TlsFront | None = None
        if arguments.tls_port is not None or tls_places:
            front = _front(arguments, server)
            stack.callback(front.stop)
            if arguments.tls_port is not None:
                front.start()
        for host, port in places:
            stack.enter_context(CallHome(host, port, server.serve, pause=arguments.call_home_pause))
        if front is not None:
            for host, port in tls_places:
                stack.enter_context(CallHome(host, port, front.serve, pause=arguments.call_home_pause))
        yield Opened(front if arguments.tls_port is not None else None)


def _front(arguments: argparse.Namespace, server: DemoServer) -> TlsFront:
    if not isinstance(server.device, Device):
        raise ConfigError("This model of the demo device has no TLS.", advice="Leave the options of TLS out.")
    own = (arguments.tls_certificate, arguments.tls_key, arguments.tls_client_ca)
    if any(own) and not all(own):
        raise ConfigError("--tls-certificate, --tls-key and --tls-client-ca belong together.", advice="Give all three.")
    folder = arguments.tls_folder or arguments.host_key.parent / TLS_FOLDER
    files = TlsFiles(*own) if all(own) else TlsFiles.load_or_create(folder)
    return TlsFront(
        server.device, files, port=arguments.tls_port or 0, users=_users(arguments.tls_user), faults=server.faults
    )


def _users(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        fingerprint, _, user = text.rpartition("=")
        if user not in ROLES:
            raise ConfigError(
                f"{text}: there is no such user.", advice=f"Write FINGERPRINT={' or FINGERPRINT='.join(ROLES)}."
            )
        found[fingerprint] = user
    return found
