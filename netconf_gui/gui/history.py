"""The histories of devices in tabs: opening them, going back as a draft, exporting, deleting.

Lives here: which history is where, and the ways out of it.  Does not live here: how it looks (`panes/history`), what is
kept (`services.history`); going back ends in the ordinary review of the device's document.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff_export import to_text
from netconf_gui.config.diff_html import to_html
from netconf_gui.config.edits import Edit
from netconf_gui.config.textedit import text_edit
from netconf_gui.errors import SchemaError
from netconf_gui.gui.dialogs.message import Choice, Question
from netconf_gui.gui.forms import named
from netconf_gui.gui.history_pairs import Pair, Reading
from netconf_gui.gui.models.history import when
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.history import HistoryPane
from netconf_gui.gui.panes.history_details import Wish
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.change import masked
from netconf_gui.services.cli_trees import unwrapped, wrapped
from netconf_gui.services.history import compare, reverted, touched
from netconf_gui.services.load import read_datastore
from netconf_gui.services.schema_choice import from_cache
from netconf_gui.session.cli import read_text
from netconf_gui.session.datastores import editing_with_defaults
from netconf_gui.workspace.files import write_atomically
from netconf_gui.workspace.snapshots import Entry, SnapshotStore
from netconf_gui.yang.schema import Schema

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link


class DeviceHistory:
    """One device's history, its schema and what it holds now."""

    def __init__(self, program: Program, device_id: str, name: str) -> None:
        self._program = program
        self.key = device_id
        self.name = name

    @property
    def store(self) -> SnapshotStore:
        return self._program.workspace.snapshots

    @property
    def _link(self) -> Link | None:
        return self._program.connections.link(self.key)

    @property
    def connected(self) -> bool:
        link = self._link
        return link is not None and link.connected

    def schema(self) -> Callable[[], Schema | None]:
        """What finds its schema: the loaded one, else the one it had when it was opened last."""
        link = self._link
        if link is not None and link.schema is not None:
            loaded = link.schema.schema
            return lambda: loaded
        known, engine = self._program.workspace.schema_sets.of_device(self.key), self._program.engine

        def find() -> Schema | None:
            try:
                return from_cache(known.key, engine, known.title).schema if known is not None else None
            except SchemaError:
                return None  # compared without one

        return find

    def read_now(self) -> Task | None:
        """Start reading running on the device's lane."""
        link = self._link
        session, lane = (link.session, link.lane) if link is not None else (None, None)
        if link is None or session is None or lane is None:
            return None

        def work(cancel: CancelToken, _report: Report) -> Reading:
            if session.profile.cli_text:
                return Reading(wrapped(read_text(session, cancel=cancel)), time.time())
            mode = editing_with_defaults(session.capabilities)
            return Reading(read_datastore(session, "running", with_defaults=mode, cancel=cancel), time.time())

        return self._program.tasks.run(
            work, title=f"Read running of {self.name}", lane=lane, subject=link.device.address
        )


class Histories(QObject):
    """The tabs, by device."""

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self._program = program
        self._pages: dict[str, HistoryPane] = {}
        program.window.actions_.history.triggered.connect(lambda: self._open_selected())
        program.window.devices.history_wanted.connect(self.open)
        program.connections.changed.connect(self._changed)
        program.applying.ended.connect(self._applied)

    def page(self, device_id: str) -> HistoryPane | None:
        """The history of a device, if it is open."""
        page = self._pages.get(device_id)
        if page is not None and (not isValid(page) or self._program.window.documents.indexOf(page) < 0):
            del self._pages[device_id]
            return None
        return page

    def open(self, device_id: str) -> HistoryPane | None:
        """The history of a device in front."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        tabs, page = self._program.window.documents, self.page(device_id)
        if page is None:
            name = link.device.name
            source = DeviceHistory(self._program, device_id, name)
            page = self._pages[device_id] = HistoryPane(source, self._program.tasks)
            page.failed.connect(lambda doing, error: self._program.show_error(error, doing=doing))
            page.revert_wanted.connect(partial(self.revert, device_id))
            page.export_wanted.connect(partial(self.export, page))
            page.delete_wanted.connect(partial(self._ask_delete, page))
            self._program.window.show_panes()
            tabs.add_page(page, f"{name} history", "snapshot", tip=f"What was applied to {name}")
        else:
            tabs.setCurrentWidget(page)
            page.reload()
        page.setFocus()
        return page

    def _open_selected(self) -> None:
        link, pane = self._program.devices.selected, self._program.documents.current
        if link is not None:
            self.open(link.device.id)
        elif pane is not None and pane.context.device_id:
            self.open(pane.context.device_id)

    def _changed(self, device_id: str) -> None:
        page = self.page(device_id)
        if page is not None:
            page.set_connected()

    def _applied(self, device_id: str, _report: object) -> None:
        page = self.page(device_id)
        if page is not None:
            page.reload()

    # ---------------------------------------------------------------------------------------------- going back

    def revert(self, device_id: str, entry: Entry, wish: Wish) -> None:
        """Leave a draft in the device's document that leads to what was, and show its review.

        The document is fetched first, so that the draft is against what the device holds now.
        """
        documents = self._program.documents
        link = self._program.connections.link(device_id)
        if link is None or not link.connected:
            self._program.window.status.tell("Connect to the device, then go back.")
            return
        if link.session is not None and link.session.profile.cli_text:
            self._program.texts.go_back(link, entry, wish.side, words(entry, wish), whole=wish.whole)
            return
        target = documents.of_device(device_id, link.editable or "running")
        if target is None:
            task = documents.open_device(device_id)
            if task is not None:
                task.done.connect(lambda _fetched: self._draft(device_id, entry, wish))
            return
        documents.refresh(target, lambda: self._draft(device_id, entry, wish))

    def _draft(self, device_id: str, entry: Entry, wish: Wish) -> None:
        link = self._program.connections.link(device_id)
        datastore = (link.editable if link is not None else "") or "running"
        target = self._program.documents.of_device(device_id, datastore)
        if target is None:
            return
        store, schema = self._program.workspace.snapshots, target.document.schema
        recipe, revision = target.document.recipe(), target.document.revision

        def work(cancel: CancelToken, _report: Report) -> Edit | None:
            copy = recipe.make(schema)
            only = None if wish.whole else touched(store, entry, schema)
            wished = reverted(serialize(copy.root), store.read(entry, wish.side), schema, only, cancel=cancel)
            return text_edit(copy, read_root(wished), comments=False)

        def prepared(edit: Edit | None) -> None:
            if target not in self._program.documents.panes:
                return
            if target.document.revision != revision:
                self._draft(device_id, entry, wish)
            else:
                self._take(target, edit, words(entry, wish))

        task = self._program.tasks.run(work, title=f"Go back to {when(entry)}")
        task.done.connect(prepared)
        task.failed.connect(partial(self._program.documents.failed.emit, f"going back to {when(entry)}"))

    def _take(self, target: DocumentPane, edit: Edit | None, said: str) -> None:
        held = f"{target.context.device_name} already holds {said}."
        if self._program.applying.bring(target, edit, f"go back to {said}", held):
            self._program.window.status.tell(f"The draft is {said}. Review it, then apply.")

    # ------------------------------------------------------------------------------------------ exporting, deleting

    def export(self, page: HistoryPane, what: Entry | Pair, form: str) -> None:
        """Ask for a file and write one configuration, or differences without their secrets."""
        suffix = {"text": "txt", "html": "html"}.get(form, "xml")
        kind = {"text": "Text (*.txt)", "html": "HTML (*.html)"}.get(form, "XML (*.xml)")
        entry = what if isinstance(what, Entry) else what.old.entry
        stamp = when(entry).replace(":", "").replace(" ", "-") if entry is not None else "now"
        middle = "differences" if isinstance(what, Pair) else form
        title = "Export the differences" if isinstance(what, Pair) else "Export the configuration"
        chooser = named(
            QFileDialog(self._program.window, title, str(Path.home()), f"{kind};;All files (*)"),
            "historyExportDialog",
            title,
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix(suffix)
        chooser.selectFile(f"{page.source.name}-{stamp}-{middle}.{suffix}")
        chooser.fileSelected.connect(lambda name: self.write(page, what, form, Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def write(self, page: HistoryPane, what: Entry | Pair, form: str, path: Path) -> Task:
        """Write an export; a configuration holds its secrets, so the file is for its owner only."""
        store, find_schema, name = page.source.store, page.source.schema(), page.source.name

        def work(cancel: CancelToken, _report: Report) -> Path:
            if isinstance(what, Entry):
                kept = store.read(what, form)
                text = unwrapped(kept)
                data = text.encode() if text is not None else serialize(read_root(kept), pretty=True) + b"\n"
            else:
                found = compare(what.old.read(store), what.new.read(store), find_schema(), cancel=cancel)
                title = f"{name}: {what.legend}"
                data = (to_html(found, title, mask=masked) if form == "html" else to_text(found, mask=masked)).encode()
            write_atomically(path, data)
            return path

        task = self._program.tasks.run(work, title=f"Export {path.name}")
        task.done.connect(lambda path: self._program.window.status.tell(f"Exported to {path}."))
        task.failed.connect(partial(self._program.documents.failed.emit, f"exporting {path.name}"))
        return task

    def _ask_delete(self, page: HistoryPane, ids: Sequence[str]) -> None:
        if not ids:
            return
        count = len(ids)
        title = "Delete this apply from the history?" if count == 1 else f"Delete {count} applies from the history?"
        question = Question(
            self._program.window,
            title,
            "What the device held before and after is forgotten here. The device itself is not changed.",
            [Choice("keep", "Keep"), Choice("delete", "Delete", "danger")],
            icon="delete",
            object_name="historyDeleteQuestion",
        )
        question.answered.connect(lambda key: self._delete(page, ids) if key == "delete" else None)
        question.open()

    def _delete(self, page: HistoryPane, ids: Sequence[str]) -> None:
        store, key = page.source.store, page.source.key
        task = self._program.tasks.run(
            lambda _cancel, _report: store.remove(key, ids), title="Delete from the history", quiet=True
        )
        task.done.connect(lambda _nothing: page.reload() if isValid(page) else None)
        task.failed.connect(partial(self._program.documents.failed.emit, "deleting from the history"))


def words(entry: Entry, wish: Wish) -> str:
    """What a draft leads to: "all as it was before the apply of …"."""
    what = "the whole configuration" if wish.whole else "what that apply changed"
    return f"{what} as it was {wish.side} the apply of {when(entry)}"
