"""What the system's ssh asks while it connects, answered by us: passwords, passphrases, host keys, the way.

Lives here: a socket in a folder of the person's own, the small programs in it that ssh runs (`openssh_helper`), and who
is asked what.  Secrets go through that socket and ssh's pipe, nowhere else.  Does not live here: ssh (`openssh`).

ssh closes every other file that it inherits, so that a pipe could not be handed on to what it runs: hence a socket.
Python has none of these on Windows: there nothing can be asked.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shlex
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from netconf_gui.errors import AppError, Cancelled, ConnectFailed, HostKey
from netconf_gui.transport import openssh_helper as helper
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.auth import ATTEMPTS, wants_password
from netconf_gui.transport.buffers import shut
from netconf_gui.transport.hostkeys import KnownHosts, host_key, lookup_name
from netconf_gui.transport.openssh_command import shell_words
from netconf_gui.transport.way import Means, ask_about, judge_host_key

LONGEST_PATH = 100  # octets of a socket's name, less than any system allows
LONGEST_QUESTION = 1 << 20
# what a server says comes with "(user@host) " before it; what ssh itself says does not
_FROM_SERVER = re.compile(r"\((?P<who>[^()\s]*)\) (?P<text>.*)", re.DOTALL)
_PASSWORD = re.compile(r"(?P<user>.*)@(?P<host>[^@]*)'s password: ?")
_PASSPHRASE = re.compile(r"Enter passphrase for (?:\w+ )?key '?(?P<file>.*?)'?: ?")
_AUTHENTICITY = re.compile(
    r"The authenticity of host '(?P<host>[^' ]*)(?: \([^)]*\))?' can't be established\.\s+"
    r"(?P<type>\S+) key fingerprint is (?P<print>SHA256:\S+?)\.?\s",
)


@dataclass
class Asked:
    """What came of the questions; `error` is the first that went wrong, `gave_up` that the person did."""

    error: AppError | None = None
    gave_up: bool = False
    host_key: HostKey | None = None
    passwords: int = 0
    passphrases: dict[str, int] = field(default_factory=dict)


class Questions:
    """Answers one ssh until `close`; `stop` is called (once, on any thread) when there is no point in going on.

    `way` gives the connected socket that ssh shall use.
    """

    def __init__(
        self,
        attempt: Attempt,
        means: Means,
        *,
        account: tuple[str, str, int],
        host_key_seen: Callable[[], None],
        stop: Callable[[], None],
        way: socket.socket | None = None,
    ) -> None:
        self.asked = Asked()
        self._attempt, self._means = attempt, means
        self._user, self._host, self._port = account
        self._host_key_seen, self._stop, self._way = host_key_seen, stop, way
        self._known: KnownHosts = means.known_hosts
        self._turn = threading.Lock()  # one question after the other
        self._closed = False
        self._folder = _private_folder()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._folder / "s"))
        self._listener.listen(8)
        for name in (helper.ASK, helper.HOST_KEY, helper.WAY):
            self._write_program(name)
        threading.Thread(target=self._serve, name=f"questions of ssh {self._host}", daemon=True).start()

    @property
    def host_key_command(self) -> str:
        return f"{shell_words([str(self._folder / helper.HOST_KEY)])} %I %t %K %H"

    @property
    def way_command(self) -> str:
        return shell_words([str(self._folder / helper.WAY)]) if self._way is not None else ""

    def environment(self) -> dict[str, str]:
        """What ssh needs to know to ask us rather than a terminal."""
        return {"SSH_ASKPASS": str(self._folder / helper.ASK), "SSH_ASKPASS_REQUIRE": "force"}

    def close(self) -> None:
        """Answer nothing more; any thread, any number of times."""
        if self._closed:
            return
        self._closed = True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as waker, contextlib.suppress(OSError):
            waker.connect(str(self._folder / "s"))  # closing alone wakes nobody on some systems
        shut(self._listener)
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- the programs and their socket

    def _write_program(self, kind: str) -> None:
        """ssh runs a program with arguments of its own choice: a line of shell puts ours before them."""
        words = [*_helper(), str(self._folder / "s"), kind]
        path = self._folder / kind
        path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        path.chmod(0o700)
        if not os.access(path, os.X_OK):
            self.close()
            raise ConnectFailed(
                f"Programs cannot be run in {path.parent.parent} (it is mounted noexec), and ssh asks through one.",
                state=NOT_CONNECTED,
                advice="Set TMPDIR to a folder where programs may run.",
            )

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if self._closed:
                sock.close()
                return
            threading.Thread(target=self._answer, args=(sock,), name="question of ssh", daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        with sock:
            try:
                question = json.loads(_line(sock))
                kind, words, hint = question["kind"], question["words"], question["hint"]
                if kind == helper.WAY and self._way is not None:
                    socket.send_fds(sock, [b"\0"], [self._way.fileno()])
                elif kind == helper.ASK and hint == "none":
                    self._show(" ".join(words), sock)
                else:
                    with self._turn:
                        text = self._host_key(words) if kind == helper.HOST_KEY else self._ask(" ".join(words))
                    if text is None:
                        self._withhold(sock)
                        return
                    sock.sendall(json.dumps({"text": text, "status": 0}).encode() + b"\n")
            except (AppError, Cancelled) as error:
                self._give_up(error)
                self._withhold(sock)
            except (OSError, ValueError, KeyError):
                return  # ssh has ended meanwhile

    def _withhold(self, sock: socket.socket) -> None:
        """No answer, until ssh is ended: without one it would try an empty password."""
        with contextlib.suppress(OSError):
            sock.recv(1)

    def _give_up(self, error: AppError | None = None) -> None:
        if self.asked.error is None and not self.asked.gave_up:
            self.asked.error = error
            self.asked.gave_up = error is None
        self._stop()

    def _show(self, text: str, sock: socket.socket) -> None:
        """Something a person has to do elsewhere, such as touch a key; ssh ends its program when that was done."""
        self._attempt.tell(text)
        with self._attempt.asking():
            sock.recv(1)

    # ---- host keys

    def _host_key(self, words: list[str]) -> str | None:
        """Lines of known_hosts: those on file where ssh sorts algorithms, the one that was proved if it is accepted."""
        reason, kind, blob, name = words
        host, port = _parted(name)
        if reason != "HOSTNAME":
            # here the name comes without the port, and is looked up so
            keys = [key for at in sorted({port, self._port}) for key in self._known.known(host, at)]
            names = dict.fromkeys((name, lookup_name(host, self._port)))
            return "\n".join(f"{entry} {key.key_type} {key.key_base64}" for key in keys for entry in names)
        key = host_key(host, port, kind, base64.b64decode(blob))
        address = f"{self._host}:{self._port}" if name in (self._host, f"[{self._host}]:{self._port}") else name
        judge_host_key(key, address, self._known, partial(ask_about, self._attempt, self._means.decider))
        self.asked.host_key = key
        self._host_key_seen()
        return f"{name} {kind} {blob}"

    def _authenticity(self, found: re.Match[str]) -> str:
        """A jump host of the ssh config, which another ssh connects to by the person's own files."""
        host, port = _parted(found["host"])
        key = HostKey(host, port, found["type"].lower(), found["print"], "")
        notes = (f"{host} is a jump host of the ssh config; ssh keeps its key in its own known_hosts file.",)
        return "yes" if ask_about(self._attempt, self._means.decider, key, notes) else "no"

    # ---- secrets

    def _ask(self, prompt: str) -> str | None:
        """The answer to what ssh prompts for; None when there is none."""
        if (found := _AUTHENTICITY.match(prompt)) is not None:
            return self._authenticity(found)
        if (found := _FROM_SERVER.fullmatch(prompt)) is not None:
            text = found["text"].strip()
            user, _, host = found["who"].rpartition("@")
            return self._password(user, host) if wants_password(text, False) else self._interactive(user, text)
        if (found := _PASSPHRASE.fullmatch(prompt)) is not None:
            return self._passphrase(found["file"])
        if (found := _PASSWORD.fullmatch(prompt)) is not None:
            return self._password(found["user"], found["host"])
        return self._interactive(self._user, prompt.strip())

    def _password(self, user: str, host: str) -> str | None:
        own = (user, host.casefold()) == (self._user, self._host.casefold())
        if own:
            self.asked.passwords += 1
            if self.asked.passwords > ATTEMPTS:
                self._stop()
                return None
        with self._attempt.asking():
            account = (self._user, self._host, self._port) if own else (user, host, 22)
            secret = self._means.secrets.password(*account, max(1, self.asked.passwords))
        return self._given(secret)

    def _passphrase(self, file: str) -> str | None:
        number = self.asked.passphrases[file] = self.asked.passphrases.get(file, 0) + 1
        with self._attempt.asking():
            secret = self._means.secrets.passphrase(file, number)
        # without it ssh goes on with what else there is
        return secret if secret is not None else ""

    def _interactive(self, user: str, text: str) -> str | None:
        with self._attempt.asking():
            answers = self._means.secrets.interactive(user, self._host, "", "", [(text, False)])
        return self._given(answers[0] if answers else None)

    def _given(self, secret: str | None) -> str | None:
        if secret is None:
            self._give_up()
        return secret


def _helper() -> list[str]:
    """The command that `openssh_helper` is run by."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--ssh-helper"]
    return [sys.executable, "-I", "-S", helper.__file__]


def _private_folder() -> Path:
    """A folder that only this user can enter, its name short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="netconf-ssh-"))
    if len(os.fsencode(folder / "s")) > LONGEST_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="netconf-ssh-", dir="/tmp"))
    return folder


def _line(sock: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        piece = sock.recv(65536)
        if not piece or len(data) > LONGEST_QUESTION:
            raise ValueError("no question")
        data += piece
    return data


def _parted(name: str) -> tuple[str, int]:
    """Host and port of a name in known_hosts."""
    found = re.fullmatch(r"\[(.*)\]:(\d+)", name)
    return (found[1], int(found[2])) if found else (name, 22)
