"""A device's own comparison of its datastores (RFC 9144), asked for from the review, where the device offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from netconf_gui.cancel import CancelToken
from netconf_gui.config.device_compare import Comparison, read_comparison
from netconf_gui.config.diff import DiffEntry
from netconf_gui.config.diff_export import shown_path, shown_values, where_to
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.forms import named
from netconf_gui.gui.models.diff_tree import MARKS
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.tasks import Report
from netconf_gui.services.change import masked
from netconf_gui.session.datastores import compare

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link
    from netconf_gui.gui.panes.diff import DiffPane
    from netconf_gui.gui.panes.document import DocumentPane

MODULE = "ietf-nmda-compare"
MOST = 500  # differences that are listed


class DeviceComparing(QObject):
    """Gives reviews their button "Ask the device", and shows what it answers."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.setObjectName("deviceComparing")
        self._program = program
        program.documents.review_added.connect(self._added)

    def _added(self, pane: DocumentPane, review: DiffPane) -> None:
        menu = named(QMenu(review), "askDeviceMenu", "Ask the device")
        menu.aboutToShow.connect(lambda: self._fill(menu, pane))
        review.bar.ask.setMenu(menu)
        review.refreshed.connect(lambda _review: self._show_button(pane, review))
        self._show_button(pane, review)

    def _link(self, pane: DocumentPane) -> Link | None:
        link = self._program.connections.link(pane.context.device_id)
        return link if link is not None and link.connected else None

    def _show_button(self, pane: DocumentPane, review: DiffPane) -> None:
        schema, link = pane.document.schema, self._link(pane)
        offered = schema is not None and schema.module(MODULE) is not None
        review.bar.offer_asking(link is not None and offered and len(link.datastores) > 1)

    def _fill(self, menu: QMenu, pane: DocumentPane) -> None:
        menu.clear()
        link = self._link(pane)
        others = [one for one in (link.datastores if link is not None else ()) if one != "running"]
        for other in others:
            pair = ("running", other) if other == "candidate" else (other, "running")
            made = menu.addAction(f"What leads from {pair[0]} to {pair[1]}")
            made.triggered.connect(lambda _on=False, chosen=pair: self.ask(pane, *chosen))

    def ask(self, pane: DocumentPane, source: str, target: str) -> None:
        """Ask on the device's lane."""
        link = self._link(pane)
        if link is None or link.session is None or link.lane is None:
            return
        session, schema, name = link.session, pane.document.schema, link.device.name

        def work(cancel: CancelToken, _report: Report) -> Comparison:
            return read_comparison(compare(session, source, target, cancel=cancel), schema)

        title = f"Ask {name} to compare {source} with {target}"
        task = self._program.tasks.run(work, title=title, lane=link.lane, subject=link.device.address)
        task.done.connect(lambda found: self._show(name, source, target, found))
        task.failed.connect(lambda error: self._program.show_error(error, doing=f"asking {name} to compare"))

    def _show(self, name: str, source: str, target: str, found: Comparison) -> None:
        count = len(found.entries) + len(found.unread)
        if not found.matched or not count:
            self._program.window.status.tell(f"{name} says: {source} and {target} are the same.")
            return
        rows = [_row(entry) for entry in found.entries[:MOST]]
        rows += [ListRow(("?", text, "not described by the device's modules"), text) for text in found.unread[:MOST]]
        shown = f" The first {len(rows)} are listed." if len(rows) < count else ""
        dialog = ListDialog(
            self._program.window,
            "deviceComparison",
            f"{name} compared {source} with {target}",
            f"{count_words(count, 'difference')}, as the device itself found them.{shown}",
            ("", "Node", f"{source.capitalize()} → {target}"),
            rows,
            [Choice("close", "Close", "primary")],
            icon="diff",
        )
        dialog.resize(820, dialog.height())
        dialog.open()


def _row(entry: DiffEntry) -> ListRow:
    old, new = shown_values(entry, masked)
    if entry.kind == "changed":
        words = f"{old or ''} → {new or ''}"
    elif entry.kind == "moved":
        words = where_to(entry, masked)
    else:
        words = (new if entry.kind == "added" else old) or ""
    path = str(shown_path(entry.path, masked))
    return ListRow((MARKS[entry.kind], path, words or entry.kind), path)
