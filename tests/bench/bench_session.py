"""Sessions against a floor and against ncclient: connect and hello, small requests, large replies.

The floor is bare paramiko and one lxml parse of each whole reply; the server is OpenSSH with a compiled program that
answers from memory.  Every contender runs in a process of its own, in turn, several times; medians and ratios are
printed, and the ratios are held to bars.  Absolute figures are only printed.  `--quick` does less of everything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.canned_server import CannedServer, missing  # noqa: E402

CONTENDERS = ("floor", "netconf_gui", "ncclient")
WINDOW = 64  # requests outstanding, where a contender can have several
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
HELLO = (
    f'<hello xmlns="{NC}"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>%s'
    "</capabilities></hello>]]>]]>"
)
GET = f'<rpc xmlns="{NC}" message-id="%d"><discard-changes/></rpc>'
GET_LARGE = (
    f'<rpc xmlns="{NC}" message-id="%d"><get-config><source><running/></source><filter type="subtree">'
    '<mb xmlns="">%d</mb></filter></get-config></rpc>'
)


class Floor:
    """Bare paramiko, and one parse a reply."""

    windows = (1, WINDOW)

    def __init__(self, port: int, user: str, key: str, framing: str) -> None:
        import socket

        import paramiko
        from lxml import etree

        self._etree = etree
        self._parser = etree.XMLParser(huge_tree=True)
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = paramiko.Transport(sock, default_window_size=64 << 20, default_max_packet_size=1 << 20)
        self._transport.connect(username=user, pkey=paramiko.Ed25519Key.from_private_key_file(key))
        self._channel = self._transport.open_session()
        self._channel.invoke_subsystem("netconf")
        self._chunked = framing == "chunked"
        self._mark = b"]]>]]>"
        self._rest = b""
        more = "<capability>urn:ietf:params:netconf:base:1.1</capability>" if self._chunked else ""
        self._channel.sendall((HELLO % more).encode())
        self._etree.fromstring(self._message())
        self._mark = b"\n##\n" if self._chunked else b"]]>]]>"
        self._number = 0

    def _message(self) -> bytes:
        """One whole message; the chunk headers of a large one are cut out in one pass at its end."""
        pieces, tail = [self._rest], self._rest
        while self._mark not in tail:
            data = self._channel.recv(1 << 20)
            pieces.append(data)
            tail = tail[-8:] + data
        whole = b"".join(pieces)
        end = whole.index(self._mark)
        self._rest = whole[end + len(self._mark) :]
        return whole[:end]

    def _parse(self) -> object:
        body = self._message()
        if self._mark == b"\n##\n":
            body = self._dechunk(body)
        return self._etree.fromstring(body, self._parser)

    @staticmethod
    def _dechunk(body: bytes) -> bytes:
        pieces, at = [], 0
        while at < len(body):
            stop = body.index(b"\n", at + 2)
            size = int(body[at + 2 : stop])
            pieces.append(body[stop + 1 : stop + 1 + size])
            at = stop + 1 + size
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _send(self, text: str) -> None:
        data = text.encode()
        self._channel.sendall(b"\n#%d\n%s\n##\n" % (len(data), data) if self._chunked else data + b"]]>]]>")

    def small(self, count: int, window: int) -> None:
        sent = done = 0
        while done < count:
            while sent < count and sent - done < window:
                self._number += 1
                self._send(GET % self._number)
                sent += 1
            self._parse()
            done += 1

    def large(self, megabytes: int) -> int:
        self._number += 1
        self._send(GET_LARGE % (self._number, megabytes))
        return len(self._parse()[0][0])  # type: ignore[index]

    def close(self) -> None:
        self._transport.close()


class Ours:
    """This program's session."""

    windows = (1, WINDOW)

    def __init__(self, port: int, user: str, key: str, framing: str) -> None:
        from netconf_gui.session.session import Session
        from netconf_gui.transport.hostkeys import KnownHosts
        from netconf_gui.transport.route import SshTarget
        from netconf_gui.transport.ssh import connect

        class Trusting:
            def unknown(self, key: object, notes: object = ()) -> bool:
                return True

        target = SshTarget(
            "127.0.0.1", port, user, identity_files=(key,), identities_only=True, use_agent=False, default_keys=False
        )
        me = Trusting()
        stream = connect(target, me, me, known_hosts=KnownHosts(None))  # type: ignore[arg-type]
        self._session = Session.open(stream)

    def small(self, count: int, window: int) -> None:
        from netconf_gui.protocol import operations

        waiting = []
        for _ in range(count):
            waiting.append(self._session.submit(operations.discard_changes()))
            if len(waiting) == window:
                waiting.pop(0).result(60)
        for future in waiting:
            future.result(60)

    def large(self, megabytes: int) -> int:
        from lxml import etree

        from netconf_gui.session import datastores

        filtered = etree.Element("mb")
        filtered.text = str(megabytes)
        data = datastores.get_config(self._session, "running", filter_xml=filtered)
        return len(data[0])

    def close(self) -> None:
        self._session.close()


class Ncclient:
    """The usual library, as it is usually used; several requests outstanding in its asynchronous mode."""

    windows = (1, WINDOW)

    def __init__(self, port: int, user: str, key: str, framing: str) -> None:
        import logging

        from ncclient import manager

        logging.getLogger("ncclient").setLevel(logging.ERROR)
        self._manager = manager.connect(
            host="127.0.0.1", port=port, username=user, key_filename=key, hostkey_verify=False, allow_agent=False,
            look_for_keys=False, timeout=600,
        )  # fmt: skip
        self._manager.huge_tree = True

    def small(self, count: int, window: int) -> None:
        self._manager.async_mode = window > 1
        waiting = []
        for _ in range(count):
            waiting.append(self._manager.discard_changes())
            if len(waiting) == window:
                self._await(waiting.pop(0))
        for rpc in waiting:
            self._await(rpc)
        self._manager.async_mode = False

    def _await(self, rpc: Any) -> None:
        if self._manager.async_mode:
            rpc.event.wait(600)
            assert rpc.reply is not None and rpc.reply.ok

    def large(self, megabytes: int) -> int:
        reply = self._manager.get_config("running", filter=("subtree", f"<mb>{megabytes}</mb>"))
        return len(reply.data_ele[0])

    def close(self) -> None:
        self._manager.close_session()


MAKERS: dict[str, Callable[..., Floor | Ours | Ncclient]] = {
    "floor": Floor,
    "netconf_gui": Ours,
    "ncclient": Ncclient,
}


def worker(name: str, task: str, amount: int, window: int, port: int, user: str, key: str, framing: str) -> None:
    """One measurement in this process; prints seconds and the peak memory."""
    make = MAKERS[name]
    if task == "connect":
        make(port, user, key, framing).close()  # imports and key files are not what is measured
        start = time.perf_counter()
        client = make(port, user, key, framing)
        seconds = time.perf_counter() - start
    else:
        client = make(port, user, key, framing)
        client.small(5 if name == "ncclient" else 200, window)
        start = time.perf_counter()
        if task == "small":
            client.small(amount, window)
        else:
            assert client.large(amount) > amount * 5000
        seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
    sys.stdout.flush()
    os._exit(0)


def measure(server: CannedServer, name: str, task: str, amount: int, window: int, framing: str) -> dict[str, float]:
    command = [
        sys.executable, "-W", "ignore", __file__, "--worker", name, task, str(amount), str(window),
        str(server.ports[framing]), server.user, str(server.key), framing,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name} {task}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def rounds(
    server: CannedServer, task: str, amount: int, framing: str, runs: int, window: int = 1
) -> dict[str, dict[str, float]]:
    """Medians of every contender, measured in turn so that a drifting machine drifts for all."""
    names = [name for name in CONTENDERS if window in MAKERS[name].windows]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            count = amount
            if name == "ncclient" and task == "small":
                # it looks for replies ten times a second
                count = max(5, amount // (20 if window > 1 else 200))
            result = measure(server, name, task, count, window, framing)
            result["each"] = result["seconds"] / count
            found[name].append(result)
    return {
        name: {key: statistics.median(run[key] for run in results) for key in results[0]}
        for name, results in found.items()
    }


class Bars:
    """Collects what was missed."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def at_most(self, what: str, value: float, bar: float | None) -> str:
        if bar is None:
            return f"{value:.2f}"
        good = value <= bar
        if not good:
            self.missed.append(f"{what}: {value:.2f}, bar {bar:.2f}")
        return f"{value:.2f} (bar {bar:.2f}{'' if good else ', MISSED'})"


def report(
    title: str,
    result: dict[str, dict[str, float]],
    bars: Bars,
    *,
    time_bar: float | None,
    memory_bar: float | None,
    rate: bool,
) -> None:
    floor, ours = result["floor"], result["netconf_gui"]
    for name, row in result.items():
        figure = f"{1 / row['each']:10.0f} /s" if rate else f"{row['seconds']:10.3f} s"
        print(f"  {title:26} {name:12} {figure} {row['peak']:8.0f} MB")
    words = f"time / floor {bars.at_most(title + ' time / floor', ours['each'] / floor['each'], time_bar)}"
    words += f" · memory / floor {bars.at_most(title + ' memory / floor', ours['peak'] / floor['peak'], memory_bar)}"
    if "ncclient" in result:
        ratio = ours["each"] / result["ncclient"]["each"]
        words += f" · time / ncclient {bars.at_most(title + ' time / ncclient', ratio, 1.0)}"
    print(f"  {'':26} {words}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--worker", nargs=8)
    chosen = parser.parse_args()
    if chosen.worker:
        name, task, amount, window, port, user, key, framing = chosen.worker
        worker(name, task, int(amount), int(window), int(port), user, key, framing)
    reason = missing()
    if reason:
        print(f"bench_session is skipped: {reason}")
        return 0
    versions = ", ".join(f"{name} {version(name)}" for name in ("paramiko", "lxml", "ncclient"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}")
    runs, count = (1, 2000) if chosen.quick else (5, 10000)
    bars = Bars()
    with CannedServer() as server:
        report(
            "connect and hello",
            rounds(server, "connect", 1, "chunked", max(3, runs)),
            bars,
            time_bar=None,
            memory_bar=None,
            rate=False,
        )
        for framing in ("chunked", "eom"):
            for window in (1, WINDOW):
                title = f"small, {window} at once, {framing}"
                result = rounds(server, "small", count, framing, runs, window)
                # at least half the floor's rate
                report(title, result, bars, time_bar=2.0, memory_bar=None, rate=True)
            for megabytes in (1, 10) if chosen.quick else (1, 10, 100):
                result = rounds(server, "large", megabytes, framing, min(3, runs))
                full = megabytes == 100
                report(
                    f"{megabytes} MB, {framing}", result, bars, time_bar=1.2 if full else None,
                    memory_bar=1.0 if full else None, rate=False,
                )  # fmt: skip
    for line in bars.missed:
        print(f"MISSED {line}")
    if not bars.missed:
        print("All bars are met.")
    return 1 if bars.missed else 0


if __name__ == "__main__":
    sys.exit(main())
