"""Authentication: who may be asked, and the order in which ways are tried.

Lives here: the protocols through which the transport asks for decisions and secrets, and the methods of RFC 4252 and
RFC 4256 over a negotiated link.  Does not live here: remembering anything (`services.connect`).

Order: keys, password, keyboard-interactive, as far as the server allows each.  Of the keys, those in named files come
first (through the agent where it holds them, so that no passphrase is needed), then the agent's others, then the usual
files: servers end the connection after a few refused keys.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import paramiko
from paramiko.auth_handler import AuthHandler
from paramiko.message import Message

from netconf_gui import log
from netconf_gui.errors import AppError, AuthenticationFailed, HostKey
from netconf_gui.transport import keyfile
from netconf_gui.transport.attempt import NOT_CONNECTED, Attempt
from netconf_gui.transport.link import Link

ATTEMPTS = 3
DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")
ALL_METHODS = ("publickey", "password", "keyboard-interactive")


class HostKeyDecider(Protocol):
    """A person, or a rule, that decides about keys on no file."""

    def unknown(self, key: HostKey, notes: Sequence[str] = ()) -> bool:
        """True: accept this key and remember it.  `notes` are sentences that help to decide.

        Called on the connecting thread; may block.
        """
        ...


class SecretSource(Protocol):
    """Where secrets come from; None means that the person gives up this way.  Called on other threads; may block."""

    def password(self, user: str, host: str, port: int, attempt: int) -> str | None: ...

    def proxy_password(self, user: str, host: str, port: int, attempt: int) -> str | None:
        """Of a proxy on the way; a password that was given for the device is not for it."""
        ...

    def passphrase(self, key_file: str, attempt: int) -> str | None: ...

    def interactive(
        self, user: str, host: str, title: str, instructions: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """One answer a prompt; each prompt is its text and whether the answer may be echoed (RFC 4256)."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """What may be tried without asking: an agent and key files."""

    username: str
    use_agent: bool = True
    identity_files: tuple[str, ...] = ()
    identities_only: bool = False  # only keys in the files named, neither the agent's others nor the usual files
    default_keys: bool = True  # the usual files in ~/.ssh, where no file is named


class _Handler(AuthHandler):
    """Asks for the service once a connection: some servers hang up on a second request (RFC 4252, section 4)."""

    def _request_auth(self) -> None:
        link = self.transport
        assert isinstance(link, Link)
        if not link.userauth_started:
            super()._request_auth()  # type: ignore[misc]
            return
        accepted = Message()
        accepted.add_string("ssh-userauth")
        accepted.rewind()
        self._parse_service_accept(accepted)  # type: ignore[attr-defined]


@dataclass(slots=True)
class _State:
    """What has been tried on this link, and what the server still allows."""

    tried: list[str] = field(default_factory=list)
    allowed: tuple[str, ...] = ALL_METHODS
    unusable: list[str] = field(default_factory=list)  # sentences about key files
    refused: str | None = field(default=None, repr=False)  # the last password that was
    gave_up: bool = False


class Authenticator:
    """Authenticates one link; raises `AuthenticationFailed` naming what was tried and what is allowed."""

    def __init__(self, link: Link, credentials: Credentials, secrets: SecretSource, attempt: Attempt) -> None:
        self._link = link
        self._credentials = credentials
        self._user = credentials.username
        self._secrets = secrets
        self._attempt = attempt
        self._state = _State()

    def run(self) -> None:
        """Authenticate; a method that is only one factor of several is followed by the next (RFC 4252, section 5.1)."""
        self._try("none", lambda handler, event: handler.auth_none(self._user, event))
        ways = {"publickey": self._keys, "password": self._password, "keyboard-interactive": self._interactive}
        while not self._done():
            method = next((name for name in ways if name in self._state.allowed), None)
            if method is None or self._state.gave_up:
                raise self._failure()
            ways.pop(method)()

    def _done(self) -> bool:
        return self._link.is_authenticated()

    def _try(self, name: str, begin: Callable[[AuthHandler, threading.Event], None]) -> bool:
        """One request; True when the server wants no more of this method: accepted, or accepted as one factor."""
        if name != "none":
            self._state.tried.append(name)
        handler, answered = _Handler(self._link), threading.Event()
        self._link.auth_handler = handler
        self._link.auth_timeout = None  # type: ignore[assignment]  # the attempt's deadline counts
        self._link.get_exception()  # forget the one before
        try:
            begin(handler, answered)
            more = handler.wait_for_response(answered)
        except paramiko.BadAuthenticationType as refused:
            self._state.allowed = tuple(refused.allowed_types)
            return False
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not self._link.is_active():
                why = f": {self._link.goodbye}" if self._link.goodbye else ""
                raise self._failure(f"{self._link.address} ended the connection{why}.") from error
            return False  # refused, or a key that cannot sign
        finally:
            self._link.userauth_started = True
        if more:
            self._state.allowed = tuple(more)
        return True

    # ---- keys

    def _keys(self) -> None:
        for name, key in self._offered_keys():
            self._attempt.tell(f"Trying the key {name}")
            if self._try(
                f"key {name}", lambda handler, event, key=key: handler.auth_publickey(self._user, key, event)  # type: ignore[misc]
            ):  # fmt: skip
                return
            if "publickey" not in self._state.allowed:
                return

    def _offered_keys(self) -> Iterator[tuple[str, paramiko.PKey]]:
        credentials = self._credentials
        agent = _agent() if credentials.use_agent else None
        try:
            held = {key.asbytes(): key for key in agent.get_keys()} if agent is not None else {}
            named = [Path(name).expanduser() for name in credentials.identity_files]
            for path in named:
                public = keyfile.public_blob(path)
                if public in held:
                    yield f"{path} (agent)", held.pop(public)
                else:
                    yield from self._from_file(path)
            if credentials.identities_only:
                return
            for key in held.values():
                yield f"{key.comment or key.get_name()} (agent)", key
            if not named and credentials.default_keys:
                for name in DEFAULT_KEYS:
                    path = Path("~/.ssh").expanduser() / name
                    if path.is_file() and keyfile.public_blob(path) not in held:
                        yield from self._from_file(path)
        finally:
            if agent is not None:
                agent.close()

    def _from_file(self, path: Path) -> Iterator[tuple[str, paramiko.PKey]]:
        """The key in a file, its passphrase asked for up to three times; nothing if the person gives up."""
        try:
            key = keyfile.load(path, None)
            for attempt in range(1, ATTEMPTS + 1):
                if key is not None:
                    break
                with self._attempt.asking():
                    passphrase = self._secrets.passphrase(str(path), attempt)
                if passphrase is None:
                    break
                key = keyfile.load(path, passphrase)
        except keyfile.UnusableKeyError as error:
            self._state.unusable.append(str(error))
            return
        if key is None:
            self._state.unusable.append(f"The key file {path} was not unlocked.")
        else:
            yield str(path), key

    # ---- passwords

    def _password(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            with self._attempt.asking():
                secret = self._secrets.password(self._user, self._link.peer_host, self._link.peer_port, attempt)
            if secret is None:
                self._state.gave_up = True
                return
            with log.guard(secret):
                accepted = self._try(
                    "password",
                    lambda handler, event, secret=secret: handler.auth_password(self._user, secret, event),  # type: ignore[misc]
                )
            if accepted:
                return
            self._state.refused = secret
            if "password" not in self._state.allowed:
                return

    def _interactive(self) -> None:
        """Where passwords were refused already, they are not asked for again: once more with the last one."""
        refused = self._state.refused
        for attempt in range(1, ATTEMPTS + 1 if refused is None else 2):
            answers = _Answers(self._secrets, self._user, self._link, self._attempt, attempt, refused)
            accepted = self._try(
                "keyboard-interactive",
                lambda handler, event, answers=answers: handler.auth_interactive(self._user, answers, event),  # type: ignore[misc]
            )
            if answers.error is not None:
                raise answers.error
            if accepted or answers.gave_up or "keyboard-interactive" not in self._state.allowed:
                return

    # ---- the end

    def _failure(self, reason: str = "") -> AuthenticationFailed:
        tried = tuple(dict.fromkeys(self._state.tried))
        allowed = self._state.allowed
        parts = [
            reason or f"{self._link.address} did not let {self._user} in.",
            f"Tried: {', '.join(tried) or 'nothing'}.",
            f"The server allows: {', '.join(allowed) or 'nothing'}.",
            *self._state.unusable,
        ]
        return AuthenticationFailed(
            " ".join(parts),
            tried=tried,
            allowed=allowed,
            state=NOT_CONNECTED,
            advice="Check the user name, the password and the keys.",
        )


class _Answers:
    """Answers the server's questions; a single hidden one is for the password (RFC 4256, section 3.4).

    Called on the link's thread, which does nothing else meanwhile.
    """

    def __init__(
        self, secrets: SecretSource, user: str, link: Link, attempt: Attempt, number: int, secret: str | None
    ) -> None:
        self._secrets, self._user, self._link, self._attempt = secrets, user, link, attempt
        self._number = number
        self._secret = secret
        self._password_used = False
        self.gave_up = False
        self.error: AppError | None = None

    def __call__(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        answers = None
        if prompts and not self.gave_up:
            try:
                with self._attempt.asking():
                    answers = self._ask(title, instructions, prompts)
            except AppError as error:
                self.error = error  # this thread is the library's: the one that waits for it raises it
        if answers is None or len(answers) != len(prompts):
            self.gave_up = self.gave_up or bool(prompts)
            return ["" for _ in prompts]
        return answers

    def _ask(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str] | None:
        """The password where it is asked for, once a dialogue; everything else is shown to the person."""
        if len(prompts) == 1 and not self._password_used and wants_password(*prompts[0]):
            self._password_used = True
            secret = self._secret
            if secret is None:
                secret = self._secrets.password(self._user, self._link.peer_host, self._link.peer_port, self._number)
            return None if secret is None else [secret]
        return self._secrets.interactive(self._user, self._link.peer_host, title, instructions, list(prompts))


def wants_password(text: str, echo: bool) -> bool:
    """Whether a question of RFC 4256 is for the password."""
    return not echo and "password" in text.lower() and "one-time" not in text.lower() and "new" not in text.lower()


def _agent() -> paramiko.Agent | None:
    try:
        return paramiko.Agent()
    except (paramiko.SSHException, OSError):
        return None
