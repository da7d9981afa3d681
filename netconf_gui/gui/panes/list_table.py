"""The table view of a document: the list nearest to the current node, a row an entry.

Lives here: which list is shown, the bar over it and the line under it, and how grid, model and document work together.
Does not live here: the grid (`list_table_view`), the model (`models.list_table`), what can be done
(`list_table_actions`, `list_table_deeds`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QStackedWidget, QToolButton, QWidget

from netconf_gui.config.table import Column, cell, columns_of, deepest, usual_columns
from netconf_gui.config.table_arrange import Sort
from netconf_gui.config.table_edits import can_set
from netconf_gui.config.table_places import Place, place_below, places_near
from netconf_gui.gui.editors.factory import make_cell_editor
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, fix_height, label, named, row
from netconf_gui.gui.models.list_table import Index, ListTableModel
from netconf_gui.gui.models.rows import RowKind
from netconf_gui.gui.node_words import count_words, term_label
from netconf_gui.gui.panes.document_views import SideView
from netconf_gui.gui.panes.list_table_actions import TableActions
from netconf_gui.gui.panes.list_table_columns import memory
from netconf_gui.gui.panes.list_table_deeds import TableDeeds
from netconf_gui.gui.panes.list_table_view import ListTableView
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, SearchField
from netconf_gui.session.redact import is_secret_name
from netconf_gui.yang.schema import NodeKind

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane

TOLD = 6000  # ms that a message stands
FOLLOW = 150  # ms after which the tree goes where the table's cursor is
MANY = (NodeKind.LIST, NodeKind.LEAF_LIST)


class ListTable(SideView):
    """One table beside the tree of a document pane; made when it is looked at first."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__()
        named(self, "tablePane", "Table", role="pane")
        self.pane = pane
        self.place: Place | None = None
        self.all_columns: tuple[Column, ...] = ()
        self._places: list[Place] = []
        self._shown_for: etree._Element | None = None
        self._stale = True
        self.model = ListTableModel(pane.document, self)
        self.model.read_only = pane.context.read_only
        self.view = ListTableView(self.model, self._make_editor)
        self.deeds = TableDeeds(self)
        self.actions_ = TableActions(self)
        self.empty = EmptyState("emptyTable", "table", "No list here", "")
        self._build()
        self._connect()

    def _build(self) -> None:
        layout = column(self)
        layout.addWidget(self._bar())
        self._stack = named(QStackedWidget(), "tableStack", "Table")
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot())
        self.setFocusProxy(self.view)

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "tableBar", "List and what to do with it", role="bar")
        fix_height(bar, SIZES.bar)
        # parts of it give way, see resizeEvent
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        inside = row(bar, margins=(8, 0, 8, 0), spacing=4)
        self.chooser = named(QComboBox(), "listChooser", "List")
        offered = named(self.chooser.view(), "listChooserList", "Lists")
        popup = offered.parentWidget()
        if popup is not None:
            named(popup, "listChooserPopup", "Lists")
        self.chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.chooser.setMinimumContentsLength(14)
        self.chooser.setMaxVisibleItems(20)
        self.search = SearchField("tableFilter", "Filter entries")
        self.search.setMaximumWidth(theme().px(200))
        self.search.setMinimumWidth(theme().px(110))
        inside.addWidget(self.chooser, 3)
        inside.addWidget(self.search, 2)
        inside.addSpacing(theme().px(4))
        acts = self.actions_
        self._buttons: list[QToolButton] = []
        for act, name in (
            (acts.add, "Add"), (acts.duplicate, "Duplicate"), (acts.delete, "Delete"), (acts.set_value, "Set value"),
            (acts.paste, "Paste"), (acts.export, "Export CSV"),
        ):  # fmt: skip
            inside.addWidget(self._button(act, name))
        inside.addStretch(1)
        self.columns_button = self._button(acts.choose, "Columns")
        inside.addWidget(self.columns_button)
        return bar

    def _button(self, act: QAction, text: str) -> QToolButton:
        made = named(QToolButton(), f"{act.objectName()}Button", act.toolTip())
        act.setIconText(text)
        made.setDefaultAction(act)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.setIconSize(QSize(theme().px(20), theme().px(SIZES.icon)))
        self._buttons.append(made)
        return made

    def _foot(self) -> QWidget:
        foot = named(QFrame(), "tableFoot", "What is selected", role="foot")
        fix_height(foot, SIZES.status)
        inside = row(foot, margins=(12, 0, 12, 0), spacing=12)
        self.told = ElidedLabel("tableTold")
        self.told.setProperty("kind", "hint")
        self.count = label("", "tableCount", kind="hint")
        inside.addWidget(self.told, 1)
        inside.addWidget(self.count)
        return foot

    def _connect(self) -> None:
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.timeout.connect(self._say_selection)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(120)
        self._typing.timeout.connect(self._filter)
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(FOLLOW)
        self._following.timeout.connect(self._lead_tree)
        self.chooser.activated.connect(lambda at: self.show_place(self._places[at]))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.model.edit_wanted.connect(self._edit)
        self.model.arranged.connect(self._arranged)
        self.model.busy_changed.connect(lambda _busy: self._say_count())
        self.model.modelAboutToBeReset.connect(self._remember_cursor)
        self.view.cursor_moved.connect(self._cursor_moved)
        self.view.sort_wanted.connect(self._heading_clicked)
        self.view.header_menu_wanted.connect(self.actions_.show_heading_menu)
        self.view.menu_wanted.connect(self.actions_.show_menu)
        self.view.locked_wanted.connect(self._say_locked)
        self.view.horizontalHeader().sectionResized.connect(self._resized)
        self.pane.problems_changed.connect(self._take_problems)
        self._cursor: tuple[etree._Element | None, Column | None] = (None, None)
        self._sizing = False

    # the side view

    def bring_up(self) -> None:
        """Show the list nearest to the node where the tree's cursor is."""
        if self._stale or self.place is None:
            self._stale = False
            self._show_near(self._element_of_tree())

    def show_element(self, element: etree._Element) -> None:
        """The tree's cursor went to another node."""
        if element is self._shown_for or not self.isVisible():
            self._stale = self._stale or element is not self._shown_for
            return
        self._show_near(element)

    def set_read_only(self, on: bool) -> None:
        self.model.read_only = on
        self.actions_.update_state()

    def close_view(self) -> None:
        for timer in (self._telling, self._typing, self._following):
            timer.stop()
        self.pane.problems_changed.disconnect(self._take_problems)
        self.deeds.close()
        self.model.close()

    def focus_target(self) -> QWidget:
        return self.view

    def element_here(self) -> etree._Element | None:
        entry, one = self.view.entry_at_cursor(), self.view.column_at()
        if entry is None or one is None or not self.view.hasFocus():
            return None
        leaf = cell(entry, one)
        return entry if leaf is None else leaf

    @property
    def menus(self) -> list[QAction]:
        return [self.actions_.menu.menuAction()]

    def _element_of_tree(self) -> etree._Element | None:
        tree_row = self.pane.row
        if tree_row is None or tree_row.removed:
            return None
        return tree_row.own_element if tree_row.own_element is not None else tree_row.element

    def _show_near(self, element: etree._Element | None) -> None:
        document = self.pane.document
        found, best = places_near(document, element)
        tree_row = self.pane.row
        if tree_row is not None and tree_row.kind in (RowKind.LIST, RowKind.BUCKET, RowKind.UNSET):
            # the tree's row stands for a list itself
            node, above = tree_row.node, tree_row.element
            if node is not None and node.kind in MANY and above is not None and above is element:
                own = place_below(document, above, node)
                found = [own, *(one for one in found if one != own)]
                best = 0
        self._shown_for = element
        self._places = found
        self.chooser.clear()
        for one in found:
            self.chooser.addItem(one.label)
        wanted = found[best] if best >= 0 else None
        if self.place is not None and wanted == self.place and self.model.place is not None:
            self.chooser.setCurrentIndex(best)
            self._show_entry(element)
            return
        self.show_place(wanted)
        self._show_entry(element)

    def _show_entry(self, element: etree._Element | None) -> None:
        """Put the cursor on the row, and the cell, of an element."""
        tags: list[str] = []
        at = element
        while at is not None and at.getparent() is not self.model.holder:
            tags.append(str(at.tag))
            at = at.getparent()
        found = self.model.row_of(at) if at is not None and self.model.holder is not None else -1
        if found >= 0:
            wanted = tuple(reversed(tags))
            section = next((n for n, one in enumerate(self.model.columns) if one.tags == wanted), 0)
            self.view.show_cell(found, section)

    def show_place(self, place: Place | None) -> None:
        """Show another list."""
        self.place = place
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        if place in self._places:
            self.chooser.setCurrentIndex(self._places.index(place))
        self.chooser.setEnabled(bool(self._places))
        document = self.pane.document
        holder = place.holder(document) if place is not None else None
        entries = list(holder.iterchildren(place.tag)) if holder is not None and place is not None else []
        node = place.node if place is not None else None
        self.all_columns = (
            columns_of(document.schema, node, entries, is_secret=is_secret_name) if place is not None else ()
        )
        shown: Sequence[Column] = usual_columns(self.all_columns, entries)
        if place is not None and memory.of(place.schema_path).shown:
            known = set(memory.of(place.schema_path).shown)
            shown = [one for one in self.all_columns if one.is_key or one.tags in known] or shown
        self.model.show_place(place, shown)
        self._take_problems()
        self._size_columns()
        self._say_count()
        if self.model.rowCount():
            self.view.show_cell(0, 0)
        self.actions_.update_state()

    @property
    def can_make_entries(self) -> bool:
        """Whether entries can be added to the list."""
        return self.place is not None and can_set(self.place.node) and not self.model.read_only

    # columns

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns from now on, in this list wherever it is."""
        if self.place is not None:
            memory.of(self.place.schema_path).shown = tuple(one.tags for one in columns)
        self.model.set_columns(columns)
        self._take_problems()
        self._size_columns()
        self._say_count()

    def hide_column(self, hidden: Column) -> None:
        self.show_columns([one for one in self.model.columns if one is not hidden])

    def _size_columns(self) -> None:
        layout = memory.of(self.place.schema_path) if self.place is not None else None
        self._sizing = True
        for section, one in enumerate(self.model.columns):
            known = layout.widths.get(one.tags) if layout is not None else None
            self.view.setColumnWidth(section, known or self.view.usual_width(section))
        self._sizing = False

    def _resized(self, section: int, _old: int, new: int) -> None:
        if not self._sizing and self.place is not None and section < len(self.model.columns):
            memory.of(self.place.schema_path).widths[self.model.columns[section].tags] = new

    # sorting and filtering

    def _heading_clicked(self, section: int) -> None:
        """Upwards, downwards, not at all."""
        one = self.model.columns[section]
        sort = self.model.wish.sort
        if sort is None or sort.column != one:
            self.sort_by(one)
        elif not sort.descending:
            self.sort_by(one, descending=True)
        else:
            self._arrange(None)

    def sort_by(self, one: Column, *, descending: bool = False) -> None:
        self._arrange(Sort(one, descending))

    def filter_column(self, one: Column, text: str) -> None:
        """Show only rows whose cell of that column fits; "" for all."""
        wish = self.model.wish
        self.model.set_wish(wish.sort, wish.text, {**wish.filters, one: text})

    def arrange_plainly(self) -> None:
        """The document's order, all rows."""
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.model.set_wish(None, "", {})

    def _arrange(self, sort: Sort | None) -> None:
        wish = self.model.wish
        self.model.set_wish(sort, wish.text, wish.filters)

    def _filter(self) -> None:
        wish = self.model.wish
        self.model.set_wish(wish.sort, self.search.text(), wish.filters)

    def _remember_cursor(self) -> None:
        self._cursor = (self.view.entry_at_cursor(), self.view.column_at())

    def _arranged(self) -> None:
        """Rows are others: the cursor goes where its entry is now."""
        entry, one = self._cursor
        if not self.view.currentIndex().isValid() and self.model.rowCount():
            found = self.model.row_of(entry) if entry is not None else -1
            section = self.model.columns.index(one) if one in self.model.columns else 0
            self.view.show_cell(max(0, found), section)
        self.view.show_sort(self.model.wish.sort)
        self._say_count()

    def show_new(self, before: set[etree._Element]) -> None:
        """Put the cursor on the entry that was not there before."""
        entry = next((one for one in self.model.entries() if one not in before), None)
        if entry is not None:
            self.view.show_cell(self.model.row_of(entry), 0)
            self.view.setFocus()

    # editing in place

    def _subject(self, entry: etree._Element, one: Column) -> Subject:
        leaf = cell(entry, one)
        parent = leaf.getparent() if leaf is not None else None
        return Subject(self.pane.document, one.node, leaf, deepest(entry, one) if parent is None else parent)

    def _make_editor(self, parent: QWidget, index: Index) -> QWidget | None:
        entry = self.model.entry(index.row())
        if entry is None or not self.model.is_editable(index.row(), index.column()):
            return None
        editor = make_cell_editor(self._subject(entry, self.model.columns[index.column()]), parent)
        editor.committed.connect(lambda _text: self.view.finish_editor(editor))  # type: ignore[attr-defined]
        return editor

    def _edit(self, entry: etree._Element, one: Column, text: str) -> None:
        self.pane.commit(self._subject(entry, one), text)

    # findings, cursor, words

    def _take_problems(self) -> None:
        self.model.set_problems(self.pane.problem_elements, stale=self.pane.findings.stale)

    def _cursor_moved(self) -> None:
        self.actions_.update_state()
        self._say_selection()
        if self.view.hasFocus():
            self._following.start()

    def _lead_tree(self) -> None:
        """The tree goes where the table's cursor is, so that path and Node pane tell about it."""
        element = self.element_here()
        if element is None:
            return
        tree_row = self.pane.model.row_of(element)
        if tree_row is not None and tree_row is not self.pane.row:
            self._shown_for = element
            self.pane.tree.show_row(tree_row)

    def say(self, text: str, *, stay: bool = False) -> None:
        """Tell something for a while, or until something else is told; "" ends it."""
        if not text:
            self._telling.stop()
            self._say_selection()
            return
        self.told.setText(text)
        self.told.setAccessibleName(text)
        self._telling.start(TOLD if not stay else 3_600_000)

    def _say_locked(self, index: QModelIndex) -> None:
        """Why a cell cannot be edited."""
        if not index.isValid():
            return
        one, entry = self.model.columns[index.column()], self.model.entry(index.row())
        if entry is None:
            words = "This entry is deleted; undo brings it back."
        elif self.model.read_only:
            words = f"{self.pane.title} is read only."
        elif one.is_key:
            words = f"{one.label} is a key: Shift+F2 renames the entry."
        elif one.kind != "leaf":
            words = f"{one.label} has many values: edit it in the tree."
        else:
            words = f"{one.label} is state and read only."
        self.say(words)

    def _say_selection(self) -> None:
        if self._telling.isActive():
            return
        rows, sections = self.view.selected_rows(), self.view.selected_columns()
        index, words = self.view.currentIndex(), ""
        if len(sections) == 1 and rows and sections[0] < len(self.model.columns):
            one = self.model.columns[sections[0]]
            about = [term_label(one.info) if one.info is not None else "", one.node.units if one.node else ""]
            told = ", ".join(part for part in about if part)
            words = f"{count_words(len(rows), 'cell')} selected in {one.label}" + (f" ({told})" if told else "")
        elif rows and sections:
            words = f"{len(rows):,} × {len(sections):,} cells selected"
        if index.isValid() and len(rows) == 1 and len(sections) == 1:
            message = self.model.look(index.row(), index.column()).message
            words = message or words
        self.told.setText(words)
        self.told.setAccessibleName(words or "nothing selected")

    def _say_count(self) -> None:
        total, shown = self.model.total, len(self.model.entries()) if not self.model.wish.is_plain else self.model.total
        words = "Sorting…" if self.model.busy else f"{shown:,} of {count_words(total, 'entry', 'entries')}"
        self.count.setText(words)
        self.count.setAccessibleName(words)
        text = f"{len(self.model.columns)} of {count_words(len(self.all_columns), 'column')}"
        self.actions_.choose.setIconText(text)
        self.columns_button.setAccessibleName(text)
        self._say_empty()

    def _say_empty(self) -> None:
        if self.place is None:
            self.empty.say("No list here", "Go to a list, an entry or a container with lists in the tree.")
        elif not self.model.rowCount() and not self.model.busy and self.model.wish.is_plain:
            name = self.place.name
            can = "Add an entry, or paste rows from a spreadsheet." if self.can_make_entries else ""
            self.empty.say(f"{name} has no entries", can)
        else:
            self._stack.setCurrentWidget(self.view)
            return
        self._stack.setCurrentWidget(self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= theme().px(1040)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons:
            if button is not self.columns_button:
                button.setToolButtonStyle(style)
        narrow = self.width() < theme().px(620)
        self.columns_button.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
