"""The Problems pane: findings of the document in front, and a way to the node of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHeaderView, QMenu, QStackedWidget, QWidget

from netconf_gui.gui.forms import action, column, named
from netconf_gui.gui.models.problems import PATH, ProblemsModel
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import EmptyState

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class ProblemsPane(QWidget):
    """Problem, Where, Found by; double click or Enter jumps to the node (`jump_wanted(path)`)."""

    counts_changed = Signal(int, int)  # errors, warnings
    jump_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        named(self, "problemsPane", "Problems", role="pane")
        self._pane: DocumentPane | None = None
        self.model = ProblemsModel(self)
        self.view = RowTree("problemsView", "Problems")
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        self.view.activated_index.connect(self._jump)
        self.view.menu_wanted.connect(self._menu)
        self._set_up_header()
        self.empty = EmptyState("problemsEmpty", "success", "No problems", "")
        self._stack = named(QStackedWidget(), "problemsStack", "Problems")
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        column(self).addWidget(self._stack)
        theme().changed.connect(self._set_up_header)
        self._refresh()

    def _set_up_header(self) -> None:
        header = self.view.header()
        header.setObjectName("problemsHeader")
        header.setAccessibleName("Columns")
        header.setFixedHeight(theme().px(SIZES.header))
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(2, theme().px(112))

    def show_pane(self, pane: DocumentPane | None) -> None:
        """Show the findings of that document from now on."""
        if self._pane is not None:
            self._pane.problems_changed.disconnect(self._refresh)
        self._pane = pane
        if pane is not None:
            pane.problems_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        pane = self._pane
        problems = pane.problems if pane is not None else ()
        self.model.show(problems)
        errors = sum(1 for problem in problems if problem.is_error)
        self._say_empty()
        self._stack.setCurrentWidget(self.view if problems else self.empty)
        self.counts_changed.emit(errors, len(problems) - errors)

    def _say_empty(self) -> None:
        pane = self._pane
        if pane is None:
            self.empty.say("No document", "Open a document: what is wrong with it is listed here while you edit.")
        elif not pane.check.possible:
            self.empty.say("Not checked", "There is no schema for this document, so only its XML is checked.")
        elif pane.check.revision < 0:
            self.empty.say("Checking…", "What is wrong is listed here.")
        else:
            self.empty.say("No problems", "The document is valid by its YANG modules.")

    def _jump(self, index: QModelIndex) -> None:
        path = index.data(PATH)
        if isinstance(path, str) and path:
            self.jump_wanted.emit(path)
        elif self._pane is not None:
            self._pane.show_fault()

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        if not index.isValid():
            return
        menu = named(QMenu(self), "problemMenu", "What to do with this problem")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        go = action(self, "&Go to the node", "problemGoAction", icon="tree")
        go.triggered.connect(lambda: self._jump(index))
        copy = action(self, "&Copy", "problemCopyAction", icon="copy")
        copy.triggered.connect(lambda: self._copy(index))
        for one in (go, copy):
            one.setParent(menu)
            menu.addAction(one)
        menu.popup(spot)

    def _copy(self, index: QModelIndex) -> None:
        words = [str(index.siblingAtColumn(number).data() or "") for number in range(3)]
        QGuiApplication.clipboard().setText("\t".join(words))
