"""Known host keys: our own file, and `~/.ssh/known_hosts` which is only read.

Lives here: the OpenSSH file format (hashed names, `[host]:port`, wildcards, negation, `@revoked`,
`@cert-authority`), looking a host up and judging the key that a server offers.  Does not live here: asking people
(`auth.HostKeyDecider`) and the key exchange (`ssh`).
"""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from netconf_gui.errors import HostKey, WorkspaceError

REVOKED = "@revoked"
AUTHORITY = "@cert-authority"
# one RSA key signs with three algorithms; known_hosts names only the key's own type
RSA_ALGORITHMS = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")


def fingerprint(blob: bytes) -> str:
    """`SHA256:…` of a public key blob, as OpenSSH prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def host_key(host: str, port: int, key_type: str, blob: bytes) -> HostKey:
    """The record that errors and dialogs show."""
    return HostKey(host, port, key_type, fingerprint(blob), base64.b64encode(blob).decode())


def lookup_name(host: str, port: int) -> str:
    """How known_hosts names a host: bare for port 22, `[host]:port` otherwise."""
    host = host.lower()
    return host if port == 22 else f"[{host}]:{port}"


class Verdict(StrEnum):
    """What the files say of an offered key."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what a person needs to understand it; `notes` are sentences."""

    verdict: Verdict
    known: tuple[HostKey, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # where the known ones stand


@dataclass(frozen=True, slots=True)
class _Entry:
    marker: str
    patterns: tuple[str, ...]
    key_type: str
    key_base64: str
    path: Path

    def matches(self, name: str) -> bool:
        if len(self.patterns) == 1 and self.patterns[0].startswith("|1|"):
            return _hash_matches(self.patterns[0], name)
        hit = False
        for pattern in self.patterns:
            wanted = pattern.removeprefix("!")
            if _glob(wanted, name):
                if pattern.startswith("!"):
                    return False
                hit = True
        return hit

    def blob(self) -> bytes:
        return base64.b64decode(self.key_base64)


def _glob(pattern: str, name: str) -> bool:
    # only * and ? are special in known_hosts; brackets are part of a name
    return fnmatch.fnmatchcase(name, pattern.lower().replace("[", "[[]"))


def _hash_matches(pattern: str, name: str) -> bool:
    try:
        _, _, salt, digest = pattern.split("|")
        wanted = base64.b64decode(digest, validate=True)
        made = hmac.new(base64.b64decode(salt, validate=True), name.encode(), hashlib.sha1).digest()
    except ValueError:
        return False
    return hmac.compare_digest(made, wanted)


def _parse_line(line: str, path: Path) -> _Entry | None:
    words = line.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#"):
        return None
    try:
        base64.b64decode(words[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    return _Entry(marker, tuple(words[0].split(",")), words[1], words[2], path)


def _read(path: Path) -> list[_Entry]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error.strerror}.",
            state="Nothing was sent.",
            advice="Make the file readable; without it host keys cannot be checked.",
        ) from error
    return [entry for line in text.splitlines() if (entry := _parse_line(line, path)) is not None]


class KnownHosts:
    """The known keys of all files; thread-safe, read anew for every look-up (people edit these files)."""

    def __init__(self, own: Path | None, read_only: Sequence[Path] = ()) -> None:
        self._own = own
        self._read_only = tuple(read_only)
        self._lock = threading.Lock()

    def reading(self, more: Sequence[Path]) -> KnownHosts:
        """The same files and `more`, which are only read."""
        return KnownHosts(self._own, (*self._read_only, *(path for path in more if path not in self._read_only)))

    @property
    def files(self) -> tuple[str, ...]:
        """All of them, ours first."""
        return tuple(str(path) for path in ([self._own] if self._own is not None else []) + list(self._read_only))

    def _entries(self) -> list[_Entry]:
        files = [*([self._own] if self._own is not None else []), *self._read_only]
        return [entry for path in files for entry in _read(path)]

    def known(self, host: str, port: int) -> tuple[HostKey, ...]:
        """The keys on file for a host, revoked ones and authorities left out."""
        name = lookup_name(host, port)
        found = [entry for entry in self._entries() if not entry.marker and entry.matches(name)]
        return tuple(dict.fromkeys(host_key(host, port, entry.key_type, entry.blob()) for entry in found))

    def preferred_algorithms(self, host: str, port: int) -> tuple[str, ...]:
        """Host-key algorithms to offer first, so that a type that is new on the server is not taken for a change."""
        algorithms: dict[str, None] = {}
        for key in self.known(host, port):
            algorithms.update(dict.fromkeys(RSA_ALGORITHMS if key.key_type == "ssh-rsa" else (key.key_type,)))
        return tuple(algorithms)

    def judge(self, key: HostKey) -> Judgement:
        """What the files say of the key that a server offers."""
        name = lookup_name(key.host, key.port)
        entries = self._entries()
        matching = [entry for entry in entries if entry.matches(name)]
        same = [entry for entry in matching if entry.key_base64 == key.key_base64]
        known = self.known(key.host, key.port)
        files = tuple(dict.fromkeys(str(entry.path) for entry in matching if not entry.marker))
        notes = self._notes(entries, matching, key)
        if any(entry.marker == REVOKED for entry in same):
            return Judgement(Verdict.REVOKED, known, notes)
        if any(not entry.marker for entry in same):
            return Judgement(Verdict.KNOWN, known, notes)
        return Judgement(Verdict.CHANGED if known else Verdict.UNKNOWN, known, notes, files)

    def _notes(self, entries: list[_Entry], matching: list[_Entry], key: HostKey) -> tuple[str, ...]:
        notes = []
        if any(entry.marker == AUTHORITY for entry in matching):
            notes.append(
                "A certificate authority is on file for this host; host certificates are not supported, so the key "
                "itself has to be compared."
            )
        bare = lookup_name(key.host, 22)
        if key.port != 22 and any(
            not entry.marker and entry.key_base64 == key.key_base64 and entry.matches(bare) for entry in entries
        ):
            notes.append("The same key is on file for this host on port 22.")
        return tuple(notes)

    def add(self, key: HostKey) -> None:
        """Remember a key in our own file (0600, replaced as a whole); raises `WorkspaceError`."""
        if self._own is None:
            return
        line = f"{lookup_name(key.host, key.port)} {key.key_type} {key.key_base64}\n"
        with self._lock:
            try:
                self._own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                old = self._own.read_text(encoding="utf-8") if self._own.exists() else ""
                if line in old.splitlines(keepends=True):
                    return
                if old and not old.endswith("\n"):
                    old += "\n"
                _replace(self._own, old + line)
            except OSError as error:
                raise WorkspaceError(
                    f"The host key could not be remembered: {error.strerror}.",
                    state="Nothing was sent.",
                    advice=f"Check the folder {self._own.parent}.",
                ) from error


def _replace(path: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
