"""Differences in words, for people who want to know before they look: "Adds interface xe-0/0/3. Removes user bob."

Lives here: `summary`.  Does not live here: finding the differences (`treediff`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from netconf_gui.config.path import InstancePath

SECRET_NAME = re.compile(r"passw|secret|private|key-?string|community|passphrase|(?:^|-)key$", re.IGNORECASE)
"""Names of nodes whose values devices do not show again, and messages do not tell."""

_VALUE_LENGTH = 40
_NAMED = 4  # how many of one kind are named before the rest is counted


class Entry(Protocol):
    """What is needed of a `DiffEntry`."""

    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> InstancePath: ...
    @property
    def old(self) -> str | None: ...
    @property
    def new(self) -> str | None: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


def summary(entries: Iterable[Entry], limit: int = 400) -> str:
    """Sentences for added, removed, changed and moved nodes, at most about `limit` characters; "No differences." """
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry.kind, []).append(entry)
    sentences = []
    if "added" in kinds:
        sentences.append(_sentence("Adds", [label(entry.path) for entry in kinds["added"]]))
    if "removed" in kinds:
        sentences.append(_sentence("Removes", [label(entry.path) for entry in kinds["removed"]]))
    if "changed" in kinds:
        sentences.append(_changes(kinds["changed"]))
    if "moved" in kinds:
        sentences.append(_sentence("Moves", [_move(entry) for entry in kinds["moved"]]))
    if not sentences:
        return "No differences."
    return _bounded(sentences, kinds, limit)


def label(path: InstancePath) -> str:
    """The node as people call it: ``interface xe-0/0/3``, ``mtu of xe-0/0/1``."""
    if not path.steps:
        return "everything"
    step = path.steps[-1]
    own = entry_name(path, len(path.steps) - 1)
    if own:
        return f"{step.name.replace('-', ' ')} {own}"
    holder = holder_name(path)
    name = step.name.replace("-", " ")
    return f"{name} of {holder}" if holder else name


def entry_name(path: InstancePath, at: int) -> str:
    """Keys or value of the step, '' if it has none."""
    step = path.steps[at]
    values = [value.rpartition("}")[2] for _, value in step.keys]
    if step.value is not None:
        values.append(step.value.rpartition("}")[2])
    return shortened(" ".join(values))


def holder_name(path: InstancePath) -> str:
    """The nearest list entry above the last step, by its keys."""
    for at in range(len(path.steps) - 2, -1, -1):
        name = entry_name(path, at)
        if name:
            return name
    return ""


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _VALUE_LENGTH else text[: _VALUE_LENGTH - 1] + "…"


def _move(entry: Entry) -> str:
    where = f"before {shortened(entry.before)}" if entry.before else "to the end"
    return f"{label(entry.path)} {where}"


def _changes(entries: Sequence[Entry]) -> str:
    holders: dict[str, list[str]] = {}
    for entry in entries:
        name = entry.path.name.replace("-", " ")
        text = name
        old, new = entry.old, entry.new
        short = old is not None and new is not None and len(old) + len(new) <= _VALUE_LENGTH
        if short and not SECRET_NAME.search(entry.path.name):
            text = f"{name} {shortened(old or '') or 'nothing'} → {shortened(new or '') or 'nothing'}"
        holders.setdefault(holder_name(entry.path), []).append(text)
    parts = []
    for holder, texts in holders.items():
        listed = _listed(texts, ", ")
        parts.append(f"on {holder}: {listed}" if holder else listed)
    return f"Changes {_listed(parts, '; ')}."


def _sentence(verb: str, names: Sequence[str]) -> str:
    return f"{verb} {_listed(list(names), ', ', last=' and ')}."


def _listed(names: list[str], separator: str, *, last: str = "") -> str:
    shown = names[:_NAMED]
    rest = len(names) - len(shown)
    if rest:
        return f"{separator.join(shown)} and {rest} more"
    if last and len(shown) > 1:
        return separator.join(shown[:-1]) + last + shown[-1]
    return separator.join(shown)


def _bounded(sentences: list[str], kinds: dict[str, list[Entry]], limit: int) -> str:
    text = " ".join(sentences)
    if len(text) <= limit:
        return text
    verbs = {"added": "Adds", "removed": "Removes", "changed": "Changes", "moved": "Moves"}
    texts = [
        f"{verbs[kind]} {len(kinds[kind])} node{'s' if len(kinds[kind]) > 1 else ''}" for kind in verbs if kind in kinds
    ]
    return ". ".join(texts) + "."
