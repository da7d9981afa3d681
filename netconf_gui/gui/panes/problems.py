"""The Problems pane: findings of the document in front, a way to the node of each, and repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QStackedWidget, QWidget

from netconf_gui.gui import fixing
from netconf_gui.gui.forms import action, column, fix_height, label, named, row, tool_button
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
        self.head = self._head()
        layout = column(self)
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)
        self._build_actions()
        self.view.selectionModel().currentChanged.connect(lambda *_: self._say_fix())
        theme().changed.connect(self._set_up_header)
        self._refresh()

    def _head(self) -> QWidget:
        """How many there are and of when; the button that repairs."""
        head = named(QWidget(), "problemsHead", "What the list is about", role="strip")
        fix_height(head, SIZES.pane_head)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        self.state = label("", "problemsState", kind="secondary")
        self.fix_button = tool_button("Repair the problem", "problemsFixButton", icon="fix", text="Fix", role="chrome")
        line.addWidget(self.state, 1)
        line.addWidget(self.fix_button)
        return head

    def _build_actions(self) -> None:
        self.go = action(self, "&Go to the node", "problemGoAction", icon="tree")
        self.copy = action(self, "&Copy", "problemCopyAction", icon="copy")
        self.go.triggered.connect(lambda: self._jump(self.view.currentIndex()))
        self.copy.triggered.connect(lambda: self._copy(self.view.currentIndex()))
        self.fix_button.setToolTip("Repair the problem (Ctrl+.)")
        self.fix_button.clicked.connect(
            lambda: self._offer(self.fix_button.mapToGlobal(self.fix_button.rect().bottomLeft()))
        )

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
        before = self.model.problem_at(self.view.currentIndex())
        at = self.view.currentIndex().row()
        if self.model.show(problems) and before is not None and problems:
            again = self.model.problems.index(before) if before in self.model.problems else at
            self.view.setCurrentIndex(self.model.index(min(again, len(problems) - 1), 0))
        self.model.set_stale(pane is not None and pane.findings.stale)
        errors = sum(1 for problem in problems if problem.is_error)
        self._say_empty()
        self._say_state(errors, len(problems) - errors)
        self._say_fix()
        self._stack.setCurrentWidget(self.view if problems else self.empty)
        self.counts_changed.emit(errors, len(problems) - errors)

    def _say_empty(self) -> None:
        pane = self._pane
        if pane is None:
            self.empty.say("No document", "What is wrong with the document in front is listed here while you edit.")
        elif not pane.check.possible and pane.document.schema is not None:
            self.empty.say("Not checked", "The modules can be shown but not used to check data: see the schema report.")
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

    def _say_state(self, errors: int, warnings: int) -> None:
        """Counts, and whether the list is about the document as it is."""
        pane = self._pane
        self.head.setVisible(bool(errors or warnings))
        words = [
            f"{count} {name}{'' if count == 1 else 's'}"
            for count, name in ((errors, "error"), (warnings, "warning"))
            if count
        ]
        text = ", ".join(words)
        if pane is not None and pane.findings.stale:
            text += " as of before the last edit"
            text += ". Checking…" if pane.check.running else "."
        self.state.setText(text)
        self.state.setAccessibleName(text or "No problems")

    def _say_fix(self) -> None:
        problem = self.model.problem_at(self.view.currentIndex())
        can = self._pane is not None and problem is not None and fixing.can_fix(self._pane, (problem,))
        self.fix_button.setEnabled(can)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that repairs in the tree does so here as well."""
        if event.key() == Qt.Key.Key_Period and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._offer(self._spot())
        else:
            super().keyPressEvent(event)

    def _spot(self) -> QPoint:
        rect = self.view.visualRect(self.view.currentIndex())
        return self.view.viewport().mapToGlobal(rect.bottomLeft())

    def _offer(self, spot: QPoint) -> None:
        problem = self.model.problem_at(self.view.currentIndex())
        if self._pane is not None and problem is not None:
            fixing.offer(self._pane, (problem,), self, spot)

    def _menu(self, index: QModelIndex, spot: QPoint) -> None:
        problem = self.model.problem_at(index)
        if problem is None or self._pane is None:
            return
        self.view.setCurrentIndex(index)
        menu = named(QMenu(self), "problemMenu", "What to do with this problem")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fixes = fixing.fixes_of(self._pane, (problem,))
        if fixes:
            fixing.fill_menu(menu, self._pane, fixes)
            menu.addSeparator()
        menu.addActions([self.go, self.copy])
        menu.popup(spot)

    def _copy(self, index: QModelIndex) -> None:
        words = [str(index.siblingAtColumn(number).data() or "") for number in range(3)]
        QGuiApplication.clipboard().setText("\t".join(words))
