"""NETCONF over the system's own ssh (RFC 6242 by `ssh -s`): for what our SSH cannot do.

That is: keys on FIDO tokens, Kerberos, certificates, `ProxyCommand` and whatever else the ssh config knows, and old
algorithms.  Lives here: the connection made by it, as a `Stream`.  Does not live here: the process
(`openssh_process`), its arguments (`openssh_command`), what it asks (`openssh_questions`), what it says when it fails
(`openssh_words`).

Who may be trusted is decided by us as always: ssh is told to refuse every host key that our answer does not name.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, AuthenticationFailed, ConnectFailed, ConnectionLost
from netconf_gui.transport import openssh_words as words
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.auth import HostKeyDecider, SecretSource
from netconf_gui.transport.buffers import shut
from netconf_gui.transport.hostkeys import KnownHosts
from netconf_gui.transport.openssh_command import WINDOWS, Call, Program, arguments, find_program
from netconf_gui.transport.openssh_process import Child
from netconf_gui.transport.openssh_questions import Asked, Questions
from netconf_gui.transport.remembered import Remembered
from netconf_gui.transport.route import Hop, SshTarget, device_hop
from netconf_gui.transport.sshconfig import SshConfig, SshOptions
from netconf_gui.transport.stream import READ_SIZE, PeerInfo, ReaderStream, Stream
from netconf_gui.transport.way import Means, Timeouts, Tuning, open_way

FIRST_DATA = 2.0  # seconds for the subsystem to say something before the session is tried without
WITHOUT_QUESTIONS = (
    "On Windows this program cannot answer the questions of the system's ssh: host keys have to be known already, and "
    "only the agent's keys, keys without a passphrase and Kerberos work."
)


def connect(
    target: SshTarget,
    decider: HostKeyDecider,
    secrets: SecretSource,
    *,
    known_hosts: KnownHosts,
    config: SshConfig | None = None,
    old_algorithms: bool = False,
    cancel: CancelToken | None = None,
    timeouts: Timeouts | None = None,
    tuning: Tuning | None = None,
    progress: Callable[[str], None] | None = None,
    sock: socket.socket | None = None,
) -> Stream:
    """A stream to the target's subsystem by the system's ssh, not started yet (blocking); parameters as `ssh.connect`.

    The target's own proxies and jump hosts are gone through by us; those of the ssh config, by ssh.  Raises as
    `ssh.connect`, and `NoCommonAlgorithm`.
    """
    remembered = Remembered(secrets)
    means = Means(decider, remembered, known_hosts, timeouts or Timeouts(), tuning or Tuning())
    # ssh starts one subsystem; for another one it has to connect again, which a device that called cannot
    others = () if sock is not None else target.other_subsystems
    for name in (target.subsystem, *others):
        connector = _Connector(replace(target, subsystem=name), means, config, old_algorithms, sock)
        try:
            return Attempt(target.host, progress=progress).run(connector.work, cancel)
        except words.NoSubsystemError as error:
            refused = error
            remembered.again()
    raise refused


class _Connector:
    """One attempt; its condition tells what ssh has come to."""

    def __init__(
        self, target: SshTarget, means: Means, config: SshConfig | None, old: bool, sock: socket.socket | None
    ) -> None:
        self._target, self._means, self._config, self._old, self._sock = target, means, config, old, sock
        self._changed = threading.Condition()
        self._authenticated = False
        self._over = False  # ssh has ended, or there is no point in waiting
        self._child: Child | None = None
        self._hop: Hop
        self._said: SshOptions

    def work(self, attempt: Attempt) -> Stream:
        """All of it, on the attempt's thread."""
        program = find_program()
        self._hop, self._said = device_hop(self._target, self._config)
        way = self._way(attempt)
        questions = self._questions(attempt, way)
        try:
            child = self._start(attempt, program, questions)
            self._wait_for_authentication(child)
        finally:
            if questions is not None:
                questions.close()
            if way is not None:
                way.close()  # our own copy; ssh has the connection now
        asked = questions.asked if questions is not None else Asked()
        if not self._authenticated:
            raise self._failure(child, asked)
        self._wait_for_subsystem(attempt, child, asked)
        user = self._hop.credentials.username
        peer = PeerInfo(self._hop.host, self._hop.port, user, asked.host_key, program.banner)
        return OpenSshStream(peer, child, attempt.opened(), self._means.tuning.write_timeout)

    # ---- before

    def _way(self, attempt: Attempt) -> socket.socket | None:
        """The connected socket that ssh is handed; None where ssh connects."""
        if self._sock is not None:
            attempt.keep(partial(shut, self._sock))
            return self._sock
        jump = "" if self._target.proxy_jump.lower() == "none" else self._target.proxy_jump
        if not (self._target.proxy or jump):
            return None
        target = replace(self._target, host=self._hop.host, port=self._hop.port)
        return open_way(attempt, target, self._means, self._config)

    def _questions(self, attempt: Attempt, way: socket.socket | None) -> Questions | None:
        if WINDOWS:
            attempt.tell(WITHOUT_QUESTIONS)
            return None
        account = (self._hop.credentials.username, self._hop.host, self._hop.port)
        means = replace(self._means, known_hosts=self._means.known_hosts.reading(self._said.known_hosts_files))
        seconds = self._means.timeouts.auth

        def sign_in() -> None:
            attempt.step(
                f"Authenticating as {account[0]} at {self._hop.address}",
                seconds,
                lambda: f"{self._hop.address} did not finish the authentication",
            )

        questions = Questions(attempt, means, account=account, host_key_seen=sign_in, stop=self._stop, way=way)
        attempt.keep(questions.close)
        return questions

    def _start(self, attempt: Attempt, program: Program, questions: Questions | None) -> Child:
        if questions is None and self._sock is not None:
            raise ConnectFailed(WITHOUT_QUESTIONS, state=NOT_CONNECTED)
        call = Call(
            host=self._target.host if self._config is not None else self._hop.host,
            port=self._hop.port,
            # files that the ssh config names, ssh finds there itself
            credentials=replace(self._hop.credentials, identity_files=self._target.identity_files),
            subsystem=self._target.subsystem,
            config_file=_config_file(self._config),
            old_algorithms=self._old,
            connect_timeout=self._means.timeouts.connect,
            keepalive=self._means.tuning.keepalive,
            host_key_command=questions.host_key_command if questions is not None else "",
            way_command=questions.way_command if questions is not None else "",
            direct=self._target.proxy_jump.lower() == "none",
            known_hosts_files=() if questions is not None else self._means.known_hosts.files,
        )
        attempt.step(
            f"Connecting to {self._hop.address} with {program.banner}",
            2 * self._means.timeouts.connect,  # for TCP and for the negotiation
            lambda: f"{self._hop.address} did not answer",
        )
        environment = questions.environment() if questions is not None else {}
        child = Child(arguments(program, call), environment, on_line=self._heard, on_end=self._stop)
        self._child = child
        attempt.keep(child.end)
        return child

    # ---- meanwhile

    def _heard(self, line: str) -> None:
        """ssh says who accepted it; with a jump of the ssh config, that may be somebody else."""
        if line.startswith(words.NO_SUBSYSTEM) and self._child is not None:
            self._child.end()  # which otherwise waits for the server to hang up
        if not line.startswith("Authenticated to "):
            return
        if not self._said.proxy_jump or line.split()[2].casefold() == self._hop.host.casefold():
            with self._changed:
                self._authenticated = True
                self._changed.notify_all()

    def _stop(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _wait_for_authentication(self, child: Child) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._authenticated or self._over)
            if self._authenticated:
                return
        child.end()
        child.gone.wait()

    def _wait_for_subsystem(self, attempt: Attempt, child: Child, asked: Asked) -> None:
        """The device's hello is the sign that there is a subsystem; one that waits for ours is tried without."""
        name = self._target.subsystem
        attempt.step(
            f"Starting the {name} subsystem",
            self._means.timeouts.connect + FIRST_DATA,
            lambda: f"{self._hop.address} did not start the {name} subsystem",
        )
        if not child.says_something(FIRST_DATA):
            child.gone.wait(FIRST_DATA)
            raise self._failure(child, asked)

    # ---- afterwards

    def _failure(self, child: Child, asked: Asked) -> AppError:
        if asked.error is not None:
            return asked.error
        user, address = self._hop.credentials.username, self._hop.address
        if asked.gave_up:
            return AuthenticationFailed(
                f"{address} was not given what it asked {user} for.",
                state=NOT_CONNECTED,
                advice="Connect again, or choose another way to sign in.",
            )
        error = words.failure(
            tuple(child.lines),
            child.code,
            address=address,
            user=user,
            subsystem=self._target.subsystem,
            old=self._old,
            authenticated=self._authenticated,
        )
        if WINDOWS:
            error.advice = f"{error.advice} {WITHOUT_QUESTIONS}"
        return error


def _config_file(config: SshConfig | None) -> str:
    """ssh looks for its config in the home of the user's account, we where `HOME` says; they seldom differ."""
    if config is None:
        return "none"
    if sys.platform == "win32":
        return ""
    import pwd

    file = Path.home() / ".ssh" / "config"
    own = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".ssh" / "config"
    return "" if own == file else str(file) if file.is_file() else "none"


class OpenSshStream(ReaderStream):
    """What ssh reads and writes; closing it ends ssh, and the links of jump hosts."""

    def __init__(
        self, peer: PeerInfo, child: Child, closers: tuple[Callable[[], None], ...], write_timeout: float
    ) -> None:
        super().__init__(peer)
        self._child = child
        self._closers = closers
        self._write_timeout = write_timeout

    @property
    def pid(self) -> int:
        """The process id of ssh."""
        return self._child.pid

    def _read(self) -> bytes:
        return self._child.read(READ_SIZE)

    def _send(self, data: bytes) -> None:
        try:
            self._child.write(data, self._write_timeout)
        except TimeoutError as error:
            self.close()
            raise ConnectionLost(
                f"{self._peer.host} takes nothing any more: nothing could be sent for {self._write_timeout:g} s.",
                state="What was being sent did not arrive as a whole. The draft is kept.",
                advice="Connect again; where a device needs longer, allow more time for replies.",
            ) from error
        except (OSError, ValueError) as error:
            why = self._ended()
            raise self._lost(f"{self._peer.host} ended the connection{f': {why}' if why else ''}.") from error

    def _ended(self) -> str:
        """ssh's last words, or how it ended."""
        self._child.gone.wait(FIRST_DATA)
        said = words.told(tuple(self._child.lines))
        if self._child.code is not None and self._child.code < 0:
            return f"the system's ssh was ended ({words.ending(self._child.code)})"
        return said[-1].rstrip(".") if said else ""

    def _shut(self) -> None:
        for close in self._closers:
            close()
