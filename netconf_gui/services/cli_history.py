"""An apply of commands in the device's history: texts where other applies have XML.

Texts are kept inside `<config>`, as the device gives and takes them, so that all of the history can read them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from lxml import etree

from netconf_gui.config.cli_diff import CliChange
from netconf_gui.config.cli_summary import summary
from netconf_gui.errors import AppError, Outcome, Stage
from netconf_gui.services.cli_change import CliReport
from netconf_gui.services.cli_trees import wrapped
from netconf_gui.services.events import StageState
from netconf_gui.services.history import UNDER_WAY, person
from netconf_gui.session.redact_cli import mask_cli
from netconf_gui.workspace.snapshots import CHANGES, Changed, Entry, SnapshotStore

if TYPE_CHECKING:
    from netconf_gui.services.cli_deploy import CliApply

_FAILURES = (AppError, OSError, ValueError, etree.LxmlError)


def record_begun(apply: CliApply) -> None:
    """Keep an apply before it is sent: if the program dies now, what was there before is not lost."""
    store = apply.at.options.history
    if store is None or not store.wanted:
        return
    report = CliReport(Outcome.UNKNOWN, UNDER_WAY, (), seconds=max(0.0, time.time() - apply.started))
    with suppress(*_FAILURES):
        apply.entry_id = _record(store, apply, report).id


def record_apply(apply: CliApply, report: CliReport) -> None:
    """Keep the apply that ended with `report`, as a stage of its own; what goes wrong with it is a warning there."""
    store = apply.at.options.history
    if store is None or not store.wanted:
        return
    with apply.at.log.stage(Stage.SNAPSHOT, "Keeping it in the history") as note:
        try:
            _record(store, apply, report)
            note.text = "Kept in the history of the device."
        except _FAILURES as error:
            said = error.full_text() if isinstance(error, AppError) else str(error)
            note.state = StageState.WARNING
            note.text = f"This apply is not in the history: {said} The device is not concerned."


def _record(store: SnapshotStore, apply: CliApply, report: CliReport) -> Entry:
    at, peer = apply.at, apply.at.first_session.stream.peer
    before = apply.before.text if apply.before is not None else None
    after = apply.after.text if apply.after is not None else None
    if report.outcome is Outcome.UNCHANGED:
        after = before
    changes = tuple(_changes(apply.diff.changes))
    entry = Entry(
        device_id=at.options.device_id,
        device_name=at.options.device_name,
        address=f"{peer.username}@{peer.host}:{peer.port}",
        datastore="running",
        who=person(),
        started=apply.started,
        seconds=report.seconds,
        outcome=report.outcome.value,
        text=report.text,
        summary=mask_cli(summary(apply.diff)),
        changes=changes[:CHANGES],
        cut=len(changes) > CHANGES,
        count=len(apply.diff.changes),
        id=apply.entry_id,
    )
    contents = {
        "before": None if before is None else wrapped(before),
        "after": None if after is None else wrapped(after),
        "plan": wrapped(apply.plan.text),
        "inverse": wrapped(report.inverse),
    }
    return store.add(entry, contents)


def _changes(changes: tuple[CliChange, ...]) -> Iterator[Changed]:
    for change in changes:
        path = mask_cli(" / ".join((*change.path, change.line.text)))
        old = mask_cli(change.old.text) if change.old is not None else None
        new = mask_cli(change.new.text) if change.new is not None else None
        yield Changed(change.kind, path, old, new)
