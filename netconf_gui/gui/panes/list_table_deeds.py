"""The doing behind a table's actions: edits as one undo step, dialogs, clipboard and files.

Lives here: one method for each action of `list_table_actions`, by its object name.  Does not live here: the edits
themselves (`config.table_edits`, `config.table_paste`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from netconf_gui.cancel import CancelToken
from netconf_gui.config import editing
from netconf_gui.config.edits import Edit, Group
from netconf_gui.config.table import Column, cell, deepest, raw, usual_columns
from netconf_gui.config.table_bulk import as_replacement, is_worth_it
from netconf_gui.config.table_edits import clear_cells, delete_entries, row_edits, set_in_rows
from netconf_gui.config.table_paste import PastePlan
from netconf_gui.config.table_text import Rows, read_table, to_csv, to_tsv
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.gui.editors.entry_dialog import EntryDialog
from netconf_gui.gui.editors.rename_dialog import RenameDialog
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.words import refusal
from netconf_gui.gui.forms import named
from netconf_gui.gui.models.list_table import AT_ONCE, SLICE
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.list_table_columns import ColumnDialog
from netconf_gui.gui.panes.list_table_paste import Checker, PasteDialog
from netconf_gui.gui.panes.list_table_values import SetValueDialog
from netconf_gui.gui.tasks import Report, Task
from netconf_gui.workspace.files import PRIVATE_FILE, write_atomically
from netconf_gui.yang.datatypes import stored
from netconf_gui.yang.schema import NodeKind

if TYPE_CHECKING:
    from netconf_gui.gui.panes.list_table import ListTable

FILES = "Tables (*.csv *.tsv *.txt);;All files (*)"
LARGE = 200_000  # characters of a table that are read in the background


class TableDeeds(QObject):
    """Acts for one table; what is refused is told by the document pane's `error`."""

    def __init__(self, table: ListTable) -> None:
        super().__init__(table)
        self.setObjectName("tableDeeds")
        self._table = table
        self._pane = table.pane
        self._work: Iterator[Edit | None] = iter(())
        self._edits: list[Edit] = []
        self._then: Callable[[list[Edit]], object] = list
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(lambda: self._slice(SLICE))

    def close(self) -> None:
        self._timer.stop()

    # entries

    def add_entry(self) -> None:
        """Ask for the keys of a new entry."""
        table, document = self._table, self._pane.document
        place = table.place
        anchor = place.reach(document)[0] if place is not None else None
        node = place.node if place is not None else None
        if anchor is None or node is None:
            return
        if node.kind is NodeKind.LEAF_LIST:
            self._ask(anchor, lambda values: editing.add_leaf_list_value(document, anchor, node, values[node.name]))
        else:
            self._ask(anchor, lambda values: editing.create_entry(document, anchor, node, values))

    def duplicate_entry(self) -> None:
        """Ask for the keys of a copy of the entry at the cursor."""
        entry, document = self._table.view.entry_at_cursor(), self._pane.document
        parent = entry.getparent() if entry is not None else None
        if entry is not None and parent is not None:
            self._ask(parent, lambda values: editing.duplicate_entry(document, entry, values))

    def rename_entry(self) -> None:
        """Ask for other keys of the entry at the cursor."""
        entry, place, pane = self._table.view.entry_at_cursor(), self._table.place, self._pane
        if entry is None or place is None or place.node is None or not place.node.keys:
            return
        dialog = RenameDialog(pane.document, entry, place.node, self._table, manager=pane.manager, context=pane.context)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask(self, parent: etree._Element, make: Callable[[dict[str, str]], object]) -> None:
        place = self._table.place
        if place is None or place.node is None:
            return
        before = set(self._table.model.entries())
        pane = self._pane
        dialog = EntryDialog(
            pane.document, parent, place.node, make, self._table, manager=pane.manager, context=pane.context
        )
        dialog.accepted.connect(lambda: self._table.show_new(before))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def delete_entries(self) -> None:
        """Take the selected entries out, as one step."""
        table = self._table
        entries = table.view.selected_entries()
        place = table.place
        if entries and place is not None:
            self.apply(delete_entries(self._pane.document, entries, place.name))

    # cells

    def edit_value(self) -> None:
        """Open the editor of the current cell."""
        index = self._table.view.currentIndex()
        if index.isValid() and self._table.model.is_editable(index.row(), index.column()):
            self._table.view.edit(index)

    def set_value(self) -> None:
        """Ask for a value and give it to the current column of all selected rows."""
        view, document = self._table.view, self._pane.document
        column, entries = view.column_at(), view.selected_entries()
        if column is None or not entries:
            return
        first = next((one for one in entries if cell(one, column) is not None), entries[0])
        subject = Subject(document, column.node, cell(first, column), deepest(first, column))

        def give(text: str) -> None:
            told = f"set {column.label} in {count_words(len(entries), 'row')}"
            # the first one says whether it can be done at all
            row_edits(document, entries[0], {column: text})
            work = set_in_rows(document, entries, column, text)
            self._gather(work, lambda edits: self.apply(Group(tuple(edits), told)))

        dialog = SetValueDialog(subject, column.label, len(entries), give, self._table)
        dialog.open()

    def unset_cells(self) -> None:
        """Take the values of the selected cells away; of whole rows, and where only keys are selected, the entries."""
        view, document = self._table.view, self._pane.document
        columns = [self._table.model.columns[at] for at in view.selected_columns()]
        free = [one for one in columns if not one.is_key and not one.read_only and one.tags]
        if not free or (len(columns) > 1 and len(columns) == len(self._table.model.columns)):
            # whole rows, or nothing that could be taken away by itself
            self.delete_entries()
            return
        entries = view.selected_entries()
        pairs = [(entry, one) for entry in entries for one in free if cell(entry, one) is not None]
        if pairs:
            self.apply(clear_cells(document, pairs))

    def revert_cells(self) -> None:
        """Bring the selected cells back to what the base says."""
        table, document = self._table, self._pane.document
        columns = [table.model.columns[at] for at in table.view.selected_columns()]
        edits: list[Edit] = []

        def gather() -> None:
            for entry in table.view.selected_entries():
                before = document.base_element(entry)
                if before is not None:
                    edits.extend(row_edits(document, entry, _as_before(table, entry, before, columns)))
            if edits:
                document.apply(Group(tuple(edits), f"revert {count_words(len(edits), 'value')}"))

        self._pane.guard(gather)

    def _gather(self, work: Iterator[Edit | None], then: Callable[[list[Edit]], object]) -> None:
        """Make commands in slices, then do something with them."""
        self._work, self._then, self._edits = work, then, []
        self._slice(AT_ONCE)

    def _slice(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        try:
            for step in self._work:
                if step is not None:
                    self._edits.append(step)
                if time.perf_counter() > until:
                    self._timer.start()
                    return
        except ConfigError as error:
            self._timer.stop()
            self._pane.error.emit(error)
            return
        self._timer.stop()
        self._then(self._edits)

    def apply(self, group: Group, then: Callable[[], object] = list) -> None:
        """Apply commands as one step, a great many as one replacement that is made in slices; `then` after that."""
        place, document = self._table.place, self._pane.document
        if not group.edits or place is None:
            return
        if not is_worth_it(group.edits, self._table.model.total):
            if self._pane.guard(lambda: document.apply(group)):
                then()
            return
        revision = document.revision
        self._table.say(f"Working on {count_words(len(group.edits), 'change')}…", stay=True)

        def finish(edits: list[Edit]) -> None:
            self._table.say("")
            if document.revision != revision:
                problem = "The document was changed meanwhile."
                self._pane.error.emit(ConfigError(problem, state="Nothing was done.", advice="Do it again."))
            elif self._pane.guard(lambda: document.apply(Group(tuple(edits), group.text))):
                then()

        self._gather(as_replacement(document, place, group.edits), finish)

    # clipboard and files

    def copy_cells(self) -> None:
        """Copy the selected cells as a spreadsheet takes them; whole rows with their headings."""
        view, model = self._table.view, self._table.model
        columns = [model.columns[at] for at in view.selected_columns()]
        whole = len(columns) == len(model.columns) and len(columns) > 1
        rows = [[one.label for one in columns]] if whole else []
        binder = self._pane.document.binder
        rows += [[raw(entry, one, binder) for one in columns] for entry in view.selected_entries()]
        QGuiApplication.clipboard().setText(to_tsv(rows))
        self._table.say(f"Copied {count_words(len(rows) - whole, 'row')}.")

    def paste_table(self) -> None:
        """Paste rows from the clipboard, after showing what that would do."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._table.say("The clipboard holds no text.")
        else:
            self._read(text, "the clipboard")

    def paste_file(self) -> None:
        """Ask for a CSV or TSV file and paste its rows."""
        chooser = named(
            QFileDialog(self._table, "Paste from a file", "", FILES), "pasteFileDialog", "Paste from a file"
        )
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.paste_from(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def paste_from(self, path: Path) -> None:
        """Paste the rows of a file."""

        def work(cancel: CancelToken, report: Report) -> Rows:
            return read_table(_decoded(_read_file(path)))

        self._read_by(work, path.name)

    def _read(self, text: str, name: str) -> None:
        if len(text) < LARGE:
            try:
                self.show_paste(read_table(text))
            except ConfigError as error:
                self._pane.error.emit(error)
            return
        self._read_by(lambda cancel, report: read_table(text), name)

    def _read_by(self, work: Callable[[CancelToken, Report], Rows], name: str) -> None:
        task = self._pane.manager.run(work, title=f"Read the table in {name}")
        task.done.connect(self.show_paste)
        task.failed.connect(self._pane.error)

    def show_paste(self, rows: Rows) -> None:
        """Show what pasting these rows would do."""
        table = self._table
        place = table.place
        if place is None:
            return
        if not rows:
            table.say("There are no rows in it.")
            return
        view, model = table.view, table.model
        at = view.currentIndex()
        start = at.column() if at.isValid() else 0
        # a block without keys goes to the rows at the cursor
        width = max(len(row) for row in rows)
        fits = start and width <= len(model.columns) - start
        displayed = model.columns[start:] if fits else model.columns
        first = view.selected_rows()
        last = min(first[0] + len(rows), model.rowCount()) if first else 0
        below = [model.entry(row) for row in range(first[0], last)] if first else []
        dialog = PasteDialog(
            self._pane.document, place, table.all_columns, displayed, rows, table,
            fallback=[one for one in below if one is not None] if fits else (),
            apply=lambda group, plan: self.apply(group, lambda: self._pasted(plan)), check=self._checker(),
        )  # fmt: skip
        dialog.open()

    def _checker(self) -> Checker | None:
        """What has the engine look at values; None where there is none for this document."""
        context = self._pane.context
        engine, key, document = context.engine, context.key, self._pane.document
        if engine is None or key is None:
            return None

        def check(pairs: Sequence[tuple[Column, str]]) -> Task:
            def work(cancel: CancelToken, report: Report) -> dict[tuple[Column, str], str]:
                found: dict[tuple[Column, str], str] = {}
                for column, text in pairs:
                    node = column.node
                    if node is None or node.type is None:
                        continue
                    problem = engine.check_value(key, node.path, stored(node.type, text), cancel=cancel)
                    found[column, text] = ""
                    if problem is not None:
                        found[column, text] = refusal(Subject(document, node, None, document.root), problem.message)
                return found

            return self._pane.manager.run(work, title="Check what is pasted", quiet=True)

        return check

    def _pasted(self, plan: PastePlan) -> None:
        new, changed, bad = plan.count("new"), plan.count("changed"), plan.count("invalid")
        words = [f"{new:,} new" if new else "", f"{changed:,} changed" if changed else ""]
        told = f"Pasted: {' and '.join(word for word in words if word)}."
        self._table.say(told + (f" {bad:,} left out." if bad else ""))

    def export_csv(self) -> None:
        """Ask for a file and write the rows and columns shown."""
        place = self._table.place
        chooser = named(
            QFileDialog(self._table, "Export as CSV", "", "CSV (*.csv);;All files (*)"), "exportCsvDialog", "Export CSV"
        )
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix("csv")
        chooser.selectFile(f"{place.name if place is not None else 'table'}.csv")
        chooser.fileSelected.connect(lambda name: self.export_to(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def export_to(self, path: Path) -> None:
        """Write the rows and columns shown into a file."""
        model, binder = self._table.model, self._pane.document.binder
        columns, entries = model.columns, model.entries()
        rows: Rows = [[one.label for one in columns]]

        def gathered() -> Iterator[Edit | None]:
            for entry in entries:
                rows.append([raw(entry, one, binder) for one in columns])
                yield None

        def write(cancel: CancelToken, report: Report) -> None:
            # configurations hold secrets: a new file is for its owner only
            mode = path.stat().st_mode & 0o777 if path.exists() else PRIVATE_FILE
            write_atomically(path, to_csv(rows).encode(), mode=mode)

        def done(_edits: list[Edit]) -> None:
            task = self._pane.manager.run(write, title=f"Export {path.name}", subject=str(path.parent))
            told = f"Exported {count_words(len(entries), 'row')} to {path}."
            task.done.connect(lambda _result: self._table.say(told))
            task.failed.connect(self._pane.error)

        self._gather(gathered(), done)

    # the table

    def choose_columns(self) -> None:
        """Show the dialog in which columns are ticked."""
        table = self._table
        usual = usual_columns(table.all_columns, table.model.entries())
        dialog = ColumnDialog(table.all_columns, table.model.columns, usual, table)
        dialog.changed.connect(table.show_columns)
        dialog.open()

    def filter_column(self) -> None:
        """Show the menu of the current column, with its filter."""
        view = self._table.view
        index = view.currentIndex()
        if index.isValid():
            header = view.grid_of(index).horizontalHeader()
            left = header.sectionViewportPosition(index.column())
            spot = header.viewport().mapToGlobal(header.rect().bottomLeft())
            spot.setX(spot.x() + left)
            self._table.actions_.show_heading_menu(index.column(), spot)

    def arrange_again(self) -> None:
        """Sort and filter what was edited since."""
        wish = self._table.model.wish
        self._table.model.set_wish(wish.sort, wish.text, wish.filters)

    def arrange_plainly(self) -> None:
        """The document's order, all rows."""
        self._table.arrange_plainly()

    def go_to_tree(self) -> None:
        """Show the node of the current cell in the tree."""
        view = self._table.view
        entry, column = view.entry_at_cursor(), view.column_at()
        if entry is not None and column is not None:
            found = cell(entry, column)
            self._pane.show_element(entry if found is None else found)


def _as_before(
    table: ListTable, entry: etree._Element, before: etree._Element, columns: list[Column]
) -> dict[Column, str | None]:
    """What the cells of an entry were in the base, where they are not so now."""
    binder = table.pane.document.binder
    wanted: dict[Column, str | None] = {}
    for one in columns:
        if one.is_key or one.read_only or not one.tags:
            continue
        old = cell(before, one)
        text = None if old is None else raw(before, one, binder)
        now = None if cell(entry, one) is None else raw(entry, one, binder)
        if text != now:
            wanted[one] = text
    return wanted


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be read: {error.strerror or error}.",
            advice="Check that it exists and that you may read it.",
        ) from error


def _decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 where it says so, else what spreadsheets on Windows write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
