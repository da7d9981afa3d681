"""What can be done in a list's table: menu entries, shortcuts, the context menus of cells and headings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidgetAction

from netconf_gui.gui import icons
from netconf_gui.gui.forms import action, named
from netconf_gui.gui.theme import theme

if TYPE_CHECKING:
    from netconf_gui.gui.panes.list_table import ListTable


class TableActions(QObject):
    """Acts on the cells and rows selected in one table; `update_state` greys what makes no sense there."""

    def __init__(self, table: ListTable) -> None:
        super().__init__(table)
        self.setObjectName("tableActions")
        self._table = table
        self._build_rows()
        self._build_cells()
        self._build_whole()
        every = [*self.rows, *self.cells, *self.whole]
        for one in every:
            one.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        table.view.addActions(every)
        self.menu = named(QMenu("&Table", table), "tableMenu", "Table")
        icons.bind(self.menu.menuAction(), "table")
        for group in (self.rows, self.cells, self.whole):
            self.menu.addActions(group)
            self.menu.addSeparator()

    def _make(self, text: str, name: str, icon: str, keys: str = "", tip: str = "") -> QAction:
        made = action(self._table, text, name, icon=icon, shortcut=keys or None, tip=tip)
        made.triggered.connect(lambda: getattr(self._table.deeds, name)())
        return made

    def _build_rows(self) -> None:
        self.add = self._make("&Add entry…", "add_entry", "add", "Ins")
        self.duplicate = self._make("D&uplicate entry…", "duplicate_entry", "duplicate", "Ctrl+Shift+D")
        self.delete = self._make(
            "D&elete entries", "delete_entries", "delete", "Shift+Del", "Delete the selected entries"
        )
        self.rename = self._make("Re&name entry…", "rename_entry", "rename", "Shift+F2", "Give the entry other keys")
        self.rows = [self.add, self.duplicate, self.rename, self.delete]

    def _build_cells(self) -> None:
        self.edit = self._make("Ed&it value", "edit_value", "edit", "F2")
        self.set_value = self._make(
            "&Set value…", "set_value", "edit", "Ctrl+Shift+Return", "Set one value in all selected rows"
        )
        self.unset = self._make("U&nset", "unset_cells", "unset", "Del", "Take the values of the selected cells away")
        self.revert = self._make("&Revert to what was fetched", "revert_cells", "undo", "Alt+Backspace")
        self.copy = self._make(
            "&Copy cells", "copy_cells", "copy", "Ctrl+C", "Copy the selected cells for a spreadsheet"
        )
        self.paste = self._make("&Paste table…", "paste_table", "paste", "Ctrl+V", "Paste rows from a spreadsheet")
        self.cells = [self.edit, self.set_value, self.unset, self.revert, self.copy, self.paste]

    def _build_whole(self) -> None:
        self.import_file = self._make(
            "Paste from &file…", "paste_file", "import", tip="Paste rows from a CSV or TSV file"
        )
        self.export = self._make("E&xport CSV…", "export_csv", "export", tip="Save the rows shown as a CSV file")
        self.choose = self._make("C&olumns…", "choose_columns", "columns", tip="Choose the columns that are shown")
        self.filter = self._make("&Filter column…", "filter_column", "filter", "Alt+Down")
        self.again = self._make("Sort and filter a&gain", "arrange_again", "refresh", "Shift+F5")
        self.plain = self._make("Show &all in order", "arrange_plainly", "list", tip="Take sorting and filters away")
        self.go = self._make("Show in &tree", "go_to_tree", "tree", "Alt+Return", "Show the cell's node in the tree")
        self.whole = [
            self.import_file, self.export, self.choose, self.filter, self.again, self.plain, self.go,
        ]  # fmt: skip

    def update_state(self) -> None:
        """Enable what can be done with the cells selected."""
        table = self._table
        view, model = table.view, table.model
        free = not model.read_only and table.place is not None
        entries, column = view.selected_entries(), view.column_at()
        settable = column is not None and not column.is_key and not column.read_only
        many = free and table.can_make_entries
        self.add.setEnabled(many)
        self.duplicate.setEnabled(many and len(entries) == 1 and bool(column is not None and column.tags))
        keyed = table.place is not None and table.place.node is not None and bool(table.place.node.keys)
        self.rename.setEnabled(many and keyed and len(entries) == 1)
        self.delete.setEnabled(free and bool(entries))
        index = view.currentIndex()
        self.edit.setEnabled(index.isValid() and model.is_editable(index.row(), index.column()))
        self.set_value.setEnabled(free and bool(entries) and settable and bool(column is not None and column.tags))
        self.unset.setEnabled(free and bool(entries))
        self.revert.setEnabled(free and bool(view.selected_rows()))
        self.copy.setEnabled(bool(view.selected_rows()))
        for one in (self.paste, self.import_file):
            one.setEnabled(many)
        for one in (self.export, self.choose):
            one.setEnabled(bool(model.columns))
        self.filter.setEnabled(column is not None)
        for one in (self.again, self.plain):
            one.setEnabled(not model.wish.is_plain)
        self.go.setEnabled(bool(entries))
        count = len(entries)
        self.set_value.setText("&Set value…" if count < 2 else f"&Set value in {count:,} rows…")
        self.delete.setText("D&elete entry" if count < 2 else f"D&elete {count:,} entries")

    def show_menu(self, spot: QPoint) -> None:
        """The context menu of the selected cells."""
        self.update_state()
        menu = named(QMenu(self._table), "cellMenu", "What to do with these cells")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in (self.cells, self.rows, [self.filter, self.choose, self.go]):
            menu.addActions(group)
            menu.addSeparator()
        menu.popup(spot)

    def show_heading_menu(self, section: int, spot: QPoint) -> None:
        """Sort, filter and hide one column."""
        table = self._table
        if not 0 <= section < len(table.model.columns):
            return
        column = table.model.columns[section]
        menu = named(QMenu(table), "headingMenu", f"Column {column.label}")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        field = _FilterField(table.model.wish.filters.get(column, ""), column.label)
        field.textChanged.connect(lambda text: table.filter_column(column, text))
        field.returnPressed.connect(menu.close)
        holder = QWidgetAction(menu)
        holder.setObjectName("columnFilterAction")
        holder.setDefaultWidget(field)
        menu.addAction(holder)
        menu.addSeparator()
        for text, name, icon, descending in (
            ("Sort &upwards", "sortUpAction", "move-up", False),
            ("Sort &downwards", "sortDownAction", "move-down", True),
        ):
            one = action(table, text, name, icon=icon)
            one.setParent(menu)
            one.triggered.connect(lambda _on=False, way=descending: table.sort_by(column, descending=way))
            menu.addAction(one)
        menu.addActions([self.plain])
        menu.addSeparator()
        hide = action(table, "&Hide column", "hideColumnAction", icon="hide")
        hide.setParent(menu)
        hide.setEnabled(not column.is_key and len(table.model.columns) > 1)
        hide.triggered.connect(lambda: table.hide_column(column))
        menu.addAction(hide)
        menu.addAction(self.choose)
        menu.popup(spot)
        field.setFocus(Qt.FocusReason.PopupFocusReason)


class _FilterField(QLineEdit):
    """The filter of one column, in a menu; it filters while one types."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        named(self, "columnFilter", f"Filter {name}")
        self.setPlaceholderText(f"Filter {name}")
        self.setToolTip("A text, or =text, !text, <number, >=number; = alone: not set")
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(theme().px(220))
