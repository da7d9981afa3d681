"""What an apply leaves in the device's history, and what can be done with it: searched, compared, gone back to.

Lives here: making the entry of an apply, the search, the configuration that a return leads to.  Does not live here: the
files (`workspace.snapshots`), sending anything: going back is an ordinary draft that is reviewed and applied.
"""

from __future__ import annotations

import getpass
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.apply import edit_config
from netconf_gui.config.binding import elements, split_tag
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import Diff, DiffEntry, diff
from netconf_gui.config.path import InstancePath
from netconf_gui.config.plan import plan as plan_of
from netconf_gui.errors import AppError, Outcome, Stage, WorkspaceError
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.change import Change, masked, overlapping
from netconf_gui.services.cli_trees import as_tree
from netconf_gui.services.events import StageState
from netconf_gui.services.report import DeployReport
from netconf_gui.services.transaction import Transaction
from netconf_gui.session.redact import MASK, is_secret_name, mask_text
from netconf_gui.workspace.snapshots import CHANGES, Changed, Entry, SnapshotStore
from netconf_gui.yang.schema import Schema

if TYPE_CHECKING:
    from netconf_gui.services.pending import Pending

OUTCOME_WORDS = {
    Outcome.APPLIED.value: "applied",
    Outcome.UNCHANGED.value: "nothing changed",
    Outcome.ROLLED_BACK.value: "rolled back",
    Outcome.UNKNOWN.value: "not known",
}

UNDER_WAY = "This apply is under way, or the program ended in the middle of it: what it left was not read."
SAME = 10.0  # seconds between the beginnings of an apply as its journal and its entry know them
_FAILURES = (AppError, OSError, ValueError, etree.LxmlError)

# ------------------------------------------------------------------------------------------------- making entries


def record(
    store: SnapshotStore,
    *,
    device_id: str,
    device_name: str,
    before: bytes | None,
    after: bytes | None,
    plan: bytes,
    inverse: bytes | None,
    outcome: str,
    text: str,
    started: float,
    seconds: float,
    who: str = "",
    address: str = "",
    datastore: str = "",
    difference: Iterable[DiffEntry] = (),
    summary: str = "",
    entry_id: str = "",
) -> Entry:
    """Keep one apply; raises `WorkspaceError`.

    `difference` is what it was to change; with `entry_id` it takes the place of what was kept while it was under way.
    """
    found = tuple(difference)
    changes = tuple(_first(_changes(found), CHANGES + 1))
    entry = Entry(
        device_id=device_id,
        device_name=device_name,
        address=address,
        datastore=datastore,
        who=who or person(),
        started=started,
        seconds=seconds,
        outcome=outcome,
        text=text,
        summary=summary,
        changes=changes,
        count=len(found),
        id=entry_id,
    )
    return store.add(entry, {"before": before, "after": after, "plan": plan, "inverse": inverse})


def record_begun(at: Transaction, started: float) -> None:
    """Keep an apply before running is changed: whatever dies now, what was there before is not lost."""
    store = at.options.history
    if store is None or not store.wanted:
        return
    report = DeployReport(Outcome.UNKNOWN, UNDER_WAY, (), seconds=max(0.0, time.time() - started))
    with suppress(*_FAILURES):  # the end of the apply says what is wrong with the history
        at.done.entry_id = _record(store, at, report, started).id


def record_settled(store: SnapshotStore, one: Pending, report: DeployReport, after: bytes | None = None) -> None:
    """What became of a commit that was left to be confirmed; its entry says so from now on.

    `after`: running as it was read then, where the change is there.
    """
    with suppress(*_FAILURES):
        for entry in store.entries(one.device_id or one.address).entries:
            if entry.outcome == Outcome.UNKNOWN.value and abs(entry.started - one.started) < SAME:
                contents: dict[str, bytes | None] = {}
                if report.outcome in (Outcome.UNCHANGED, Outcome.ROLLED_BACK):
                    contents["after"] = store.read(entry, "before")
                elif after is not None:
                    contents["after"] = after
                store.add(replace(entry, outcome=report.outcome.value, text=report.text), contents)
                return


def record_apply(at: Transaction, report: DeployReport, started: float) -> None:
    """Keep the apply that ended with `report`, as a stage of its own; what goes wrong with it is a warning there."""
    store = at.options.history
    if store is None or not store.wanted:
        return
    with at.log.stage(Stage.SNAPSHOT, "Keeping it in the history") as note:
        try:
            _record(store, at, report, started)
            note.text = "Kept in the history of the device."
        except _FAILURES as error:
            said = error.full_text() if isinstance(error, AppError) else str(error)
            note.state = StageState.WARNING
            note.text = f"This apply is not in the history: {said} The device is not concerned."


def _record(store: SnapshotStore, at: Transaction, report: DeployReport, started: float) -> Entry:
    difference, peer = at.change.difference, at.session.stream.peer
    before, after = at.done.before, _after(at, report)
    return record(
        store,
        entry_id=at.done.entry_id,
        device_id=at.options.device_id,
        device_name=at.options.device_name,
        address=f"{peer.username}@{f'[{peer.host}]' if ':' in peer.host else peer.host}:{peer.port}",
        datastore=at.strategy.target,
        before=None if before is None else serialize(before),
        after=None if after is None else serialize(after),
        plan=serialize(at.change.config),
        inverse=serialize(_inverse(at.change, before, after)),
        outcome=report.outcome.value,
        text=report.text,
        difference=difference.entries,
        summary=difference.summary() if difference else f"Sends {at.change.operations} edits as they were given.",
        started=started,
        seconds=report.seconds,
    )


def _after(at: Transaction, report: DeployReport) -> etree._Element | None:
    """Running as it was left; None where nobody read it."""
    if report.outcome in (Outcome.UNCHANGED, Outcome.ROLLED_BACK):
        return at.done.before
    return at.done.after if report.outcome is Outcome.APPLIED else None


def _inverse(change: Change, before: etree._Element | None, after: etree._Element | None) -> etree._Element:
    if before is None or after is None or after is before:
        return plan_of(change.difference.reversed()).config
    return plan_of(diff(after, before, change.schema)).config


def person() -> str:
    """Who sits here, as the system knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _changes(entries: Iterable[DiffEntry]) -> Iterator[Changed]:
    for entry in entries:
        path = mask_text(str(entry.path))
        yield Changed(entry.kind, path, masked(entry.path, entry.old), masked(entry.path, entry.new))
        element = entry.element_new if entry.kind == "added" else entry.element_old
        if entry.kind in ("added", "removed") and element is not None:
            yield from _below(entry, path, element)


def _below(entry: DiffEntry, path: str, element: etree._Element) -> Iterator[Changed]:
    """The values inside what was added or removed."""
    secret = is_secret_name(entry.path.name)
    waiting = [(path, child, secret) for child in elements(element)][::-1]
    while waiting:
        above, at, hidden = waiting.pop()
        name = split_tag(str(at.tag))[1]
        hidden = hidden or is_secret_name(name)
        here, inside = f"{above}/{name}", list(elements(at))
        if inside:
            waiting.extend((here, child, hidden) for child in reversed(inside))
            continue
        value = MASK if hidden and at.text else at.text
        yield Changed(entry.kind, here, *((value, None) if entry.kind == "removed" else (None, value)))


def _first(changes: Iterator[Changed], most: int) -> Iterator[Changed]:
    for _, change in zip(range(most), changes, strict=False):
        yield change


# ------------------------------------------------------------------------------------------------- searching

_FIELD = re.compile(r"(path|value|who|outcome|note|since|until):(.*)", re.DOTALL)
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must all be found; "path:mtu" looks at paths only, "since:2026-11-01" at the day."""

    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Query:
        words, fields = [], []
        for word in text.casefold().split():
            found = _FIELD.fullmatch(word)
            if found and found[2]:
                fields.append((found[1], found[2]))
            elif not found:
                words.append(word)
        return cls(tuple(words), tuple(fields))

    def __bool__(self) -> bool:
        return bool(self.words or self.fields)

    @property
    def undated(self) -> tuple[str, ...]:
        """Bounds that are no dates (yet): they exclude nothing."""
        dated = ((name, wanted) for name, wanted in self.fields if name in ("since", "until"))
        return tuple(f"{name}:{wanted}" for name, wanted in dated if not _DATE.fullmatch(wanted))


def matches(entry: Entry, query: Query, contents: str = "") -> bool:
    """Whether an entry is what is looked for; `contents` is further text that belongs to its changes."""
    texts = {
        "path": "\n".join(change.path for change in entry.changes) + contents,
        "value": "\n".join(value for change in entry.changes for value in (change.old, change.new) if value) + contents,
        "who": f"{entry.who} {entry.address}",
        "outcome": f"{entry.outcome} {OUTCOME_WORDS.get(entry.outcome, '')}",
        "note": entry.note,
    }
    folded = {name: text.casefold() for name, text in texts.items()}
    when = datetime.fromtimestamp(entry.started)
    rest = f"{entry.text} {entry.summary} {entry.device_name} {when:%Y-%m-%d %H:%M:%S}".casefold()
    for name, wanted in query.fields:
        if name in ("since", "until"):
            if not _in_time(when.date(), name, wanted):
                return False
        elif wanted not in folded[name]:
            return False
    return all(word in rest or any(word in text for text in folded.values()) for word in query.words)


def _in_time(day: date, name: str, wanted: str) -> bool:
    """A day, a month or a year; what is no date excludes nothing."""
    shown = day.isoformat()[: len(wanted)]
    if not _DATE.fullmatch(wanted):
        return True
    return shown >= wanted if name == "since" else shown <= wanted


def search(
    store: SnapshotStore, entries: Sequence[Entry], text: str, *, cancel: CancelToken | None = None
) -> tuple[Entry, ...]:
    """The entries that `text` finds; of very large ones what was sent is read as well."""
    query = Query.parse(text)
    if not query:
        return tuple(entries)
    found = []
    for entry in entries:
        if cancel is not None:
            cancel.check()
        if matches(entry, query) or (entry.cut and matches(entry, query, _contents(store, entry))):
            found.append(entry)
    return tuple(found)


def _contents(store: SnapshotStore, entry: Entry) -> str:
    texts = []
    for part in ("plan", "inverse"):
        try:
            texts.append(store.read(entry, part).decode("utf-8", "replace"))
        except WorkspaceError:
            continue
    return "\n".join(texts)


# ---------------------------------------------------------------------------------------- comparing, going back


def compare(one: bytes, other: bytes, schema: Schema | None, *, cancel: CancelToken | None = None) -> Diff:
    """What differs between two configurations of the history."""
    return diff(read_root(as_tree(one)), read_root(as_tree(other)), schema, cancel=cancel).settle()


def touched(store: SnapshotStore, entry: Entry, schema: Schema | None) -> tuple[InstancePath, ...]:
    """The nodes that an apply changed, as what it found and left tells; raises `WorkspaceError`."""
    found = compare(store.read(entry, "before"), store.read(entry, "after"), schema)
    return tuple(change.path for change in found)


def reverted(
    now: bytes,
    then: bytes,
    schema: Schema | None,
    only: Sequence[InstancePath] | None = None,
    *,
    cancel: CancelToken | None = None,
) -> bytes:
    """The configuration that a return leads to: `then`, or `now` with the nodes `only` as they were then.

    Raises `ConfigError` if one of them is no configuration, or if the nodes have no place in what there is now.
    """
    if only is None:
        return then
    base, wished = read_root(now), read_root(then)
    found = diff(base, wished, schema, cancel=cancel)
    back = plan_of(replace(found, entries=overlapping(found.entries, only)))
    result = edit_config(
        base, back.config, schema, default_operation=back.default_operation, accept_unknown=True, cancel=cancel
    )
    return serialize(result)
