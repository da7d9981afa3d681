"""`~/.ssh/config`: what it says of one host, `Include` expanded.

Lives here: a reader of its own, since paramiko's knows no `Include` and runs what `Match exec` names.  Nothing is ever
run here.  Rules are those of ssh_config(5): the first value obtained counts, `IdentityFile` adds up.  Does not live
here: what is done with it (`route`).
"""

from __future__ import annotations

import fnmatch
import getpass
import os
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_DEPTH = 16
_KEYWORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+|$)(.*)", re.DOTALL)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(#.*)|(\S+)')
_TOKEN = re.compile(r"%(.)")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_EVALUATED = ("host", "originalhost", "user", "localuser", "all", "final", "canonical")


@dataclass(frozen=True, slots=True)
class SshOptions:
    """What the files say of a host; empty and None mean that they say nothing."""

    alias: str
    hostname: str
    user: str = ""
    port: int | None = None
    identity_files: tuple[str, ...] = ()
    identities_only: bool = False
    proxy_jump: str = ""  # as written, tokens expanded; "none" means none
    proxy_command: str = ""  # never run
    host_key_alias: str = ""
    known_hosts_files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()  # sentences: what could not be followed


@dataclass(frozen=True, slots=True)
class _Condition:
    kind: str  # "originalhost", "host", "user" … or a keyword that is never met here
    patterns: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """Options that apply when all conditions hold, those of the blocks that include this one among them."""

    conditions: tuple[_Condition, ...]
    options: list[tuple[str, list[str]]] = field(default_factory=list)


class SshConfig:
    """The files, read once; a file that is missing says nothing."""

    def __init__(self, files: Sequence[Path] | None = None, *, home: Path | None = None) -> None:
        self._home = home or Path.home()
        self._folder = self._home / ".ssh"
        self._blocks: list[_Block] = []
        self._notes: list[str] = []
        for path in files if files is not None else (self._folder / "config",):
            self._read(path, (), ())

    def resolve(self, alias: str, user: str = "") -> SshOptions:
        """What the files say of `alias`; a `user` who is given comes before theirs."""
        lookup = _Lookup(alias, user, self._home)
        lookup.run(self._blocks)
        return lookup.options(self._notes)

    def knows(self, alias: str) -> bool:
        """Whether a `Host` line names this host otherwise than by a pattern for all."""
        return any(
            condition.kind == "originalhost"
            and any(word.strip("*?!") for word in condition.patterns.split(","))
            and _matches(condition.patterns, alias)
            and condition.patterns != "*"
            for block in self._blocks
            for condition in block.conditions
        )

    # ---- reading

    def _read(self, path: Path, enclosing: tuple[_Condition, ...], chain: tuple[Path, ...]) -> None:
        """Add the blocks of a file that is included where `enclosing` holds."""
        if path in chain or len(chain) >= MAX_DEPTH:
            self._notes.append(f"{path} includes itself; the inner one is not read.")
            return
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as error:
            self._notes.append(f"{path} cannot be read: {error.strerror}.")
            return
        block = _Block(enclosing)
        self._blocks.append(block)
        for number, line in enumerate(text.splitlines(), 1):
            words = _split(line)
            if words is None:
                self._notes.append(f"{path}, line {number}, is not understood.")
            elif not words:
                continue
            elif words[0] in ("host", "match"):
                block = _Block((*enclosing, *_conditions(words)))
                self._blocks.append(block)
            elif words[0] == "include":
                for included in self._included(words[1:]):
                    self._read(included, block.conditions, (*chain, path))
                block = _Block(block.conditions)
                self._blocks.append(block)
            else:
                block.options.append((words[0], words[1:]))

    def _included(self, patterns: list[str]) -> Iterator[Path]:
        for pattern in patterns:
            path = Path(_home_expanded(pattern, self._home))
            path = path if path.is_absolute() else self._folder / path
            anchor = Path(path.anchor)
            yield from sorted(anchor.glob(str(path.relative_to(anchor))))


class _Lookup:
    """One host's values, gathered block by block."""

    def __init__(self, alias: str, user: str, home: Path) -> None:
        self.alias = alias
        self._home = home
        self._values: dict[str, list[str]] = {"user": [user]} if user else {}
        self._identities: list[str] = []
        self._notes: dict[str, None] = {}
        self._final = False
        self._wants_final = False

    def run(self, blocks: Sequence[_Block]) -> None:
        self._pass(blocks)
        if self._wants_final:
            self._final = True
            self._pass(blocks)

    def _pass(self, blocks: Sequence[_Block]) -> None:
        for block in blocks:
            if all(self._holds(condition) for condition in block.conditions):
                for keyword, words in block.options:
                    self._take(keyword, words)

    def _take(self, keyword: str, words: list[str]) -> None:
        if keyword == "identityfile":
            self._identities.extend(word for word in words if word not in self._identities)
        elif keyword in ("proxyjump", "proxycommand"):
            # whichever of the two comes first counts
            if "proxyjump" not in self._values and "proxycommand" not in self._values:
                self._values[keyword] = words
        else:
            self._values.setdefault(keyword, words)

    def _holds(self, condition: _Condition) -> bool:
        if condition.kind not in _EVALUATED:
            what = "runs a program" if condition.kind == "exec" else "is not supported"
            self._notes[f"Match {condition.kind} of the ssh config {what}; that block was left out."] = None
            return False
        if condition.kind == "final":
            self._wants_final = True
        subjects: dict[str, Callable[[], str]] = {
            "originalhost": lambda: self.alias,
            "host": self._hostname,
            "user": lambda: self._first("user") or local_user(),
            "localuser": local_user,
        }
        if condition.kind in subjects:
            met = _matches(condition.patterns, subjects[condition.kind]())
        else:
            met = {"all": True, "final": self._final, "canonical": False}[condition.kind]
        return met != condition.negated

    # ---- the outcome

    def _first(self, keyword: str) -> str:
        return " ".join(self._values.get(keyword, [])[:1])

    def _hostname(self) -> str:
        return _TOKEN.sub(
            lambda found: {"h": self.alias, "%": "%"}.get(found[1], found[0]), self._first("hostname")
        ) or (self.alias)

    def options(self, notes: Sequence[str]) -> SshOptions:
        port = self._first("port")
        if port and not (port.isdigit() and 0 < int(port) < 65536):
            self._notes[f"Port {port} of the ssh config is no port."] = None
            port = ""
        if self._first("canonicalizehostname") in ("yes", "always"):
            self._notes["CanonicalizeHostname of the ssh config is not supported."] = None
        jump = self._first("proxyjump")
        command = " ".join(self._values.get("proxycommand", []))
        return SshOptions(
            alias=self.alias,
            hostname=self._hostname(),
            user=self._first("user"),
            port=int(port) if port else None,
            identity_files=tuple(self._expanded(name) for name in self._identities if name.lower() != "none"),
            identities_only=self._first("identitiesonly").lower() == "yes",
            proxy_jump=self._expanded(jump),
            proxy_command="" if command.lower() == "none" else command,
            host_key_alias=self._first("hostkeyalias"),
            known_hosts_files=tuple(
                Path(self._expanded(name))
                for name in self._values.get("userknownhostsfile", [])
                if name.lower() != "none"
            ),
            notes=(*notes, *self._notes),
        )

    def _expanded(self, text: str) -> str:
        """`~`, `${VARIABLE}` and the tokens of ssh_config(5) that make sense without a connection."""
        local_host = socket.gethostname()
        tokens = {
            "%": "%",
            "d": str(self._home),
            "h": self._hostname(),
            "n": self.alias,
            "p": self._first("port") or "22",
            "r": self._first("user") or local_user(),
            "u": local_user(),
            "l": local_host,
            "L": local_host.split(".")[0],
        }
        text = _VARIABLE.sub(lambda found: os.environ.get(found[1], found[0]), text)
        return _home_expanded(_TOKEN.sub(lambda found: tokens.get(found[1], found[0]), text), self._home)


def local_user() -> str:
    """The name this program runs under; empty where the system has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def resolve(alias: str, files: Sequence[Path] | None = None) -> SshOptions:
    """What the files (`~/.ssh/config` by default) say of one host."""
    return SshConfig(files).resolve(alias)


def _split(line: str) -> list[str] | None:
    """Keyword in lower case, then arguments; [] for an empty line or a comment, None for what is neither."""
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return []
    found = _KEYWORD.match(stripped)
    if found is None:
        return None
    words = [found[1].lower()]
    for word in _WORD.finditer(found[2]):
        if word[2] is not None:
            break  # a comment behind the arguments
        words.append(word[3] if word[3] is not None else re.sub(r"\\(.)", r"\1", word[1]))
    return words if len(words) > 1 else None


def _conditions(words: list[str]) -> tuple[_Condition, ...]:
    if words[0] == "host":
        return (_Condition("originalhost", ",".join(words[1:])),)
    found: list[_Condition] = []
    rest = [part for word in words[1:] for part in (word.split("=", 1) if _is_assignment(word) else (word,))]
    while rest:
        kind = rest.pop(0).lower()
        negated = kind.startswith("!")
        kind = kind.removeprefix("!")
        alone = kind in ("all", "final", "canonical")
        patterns = rest.pop(0) if rest and not alone else ""
        found.append(_Condition(kind, patterns, negated))
    return tuple(found)


def _is_assignment(word: str) -> bool:
    return word.partition("=")[0].lstrip("!").lower() in (*_EVALUATED, "exec")


def _matches(patterns: str, subject: str) -> bool:
    """A pattern list of ssh_config(5): `*` and `?`, and `!` which excludes."""
    met = False
    for pattern in patterns.split(","):
        wanted = pattern.removeprefix("!").lower().replace("[", "[[]")
        if pattern and fnmatch.fnmatchcase(subject.lower(), wanted):
            if pattern.startswith("!"):
                return False
            met = True
    return met


def _home_expanded(text: str, home: Path) -> str:
    return str(home) + text[1:] if text == "~" or text.startswith("~/") else text
