"""Two sets of modules compared in a tab: which modules differ, and what changed in the chosen one by RFC 7950."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSplitter, QStackedWidget, QTextBrowser, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.gui import schema_words
from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.models.schema_differences import VERDICTS, FindingsModel, SetDifferencesModel
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.schema_diagram import save_text
from netconf_gui.gui.rows import RowTree
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Chip, EmptyState, Notice
from netconf_gui.yang import compatibility, set_compare
from netconf_gui.yang.compatibility import Comparison, Side, compare
from netconf_gui.yang.set_compare import SetComparison, compare_sets
from netconf_gui.yang.update_rules import Finding, Verdict

CHIPS = {Verdict.INCOMPATIBLE: "error", Verdict.REVIEW: "changed", Verdict.COMPATIBLE: "added"}


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The module is on one side only."""

    module: str


class SchemaCompare(QWidget):
    """`choose_wanted("left" or "right")` asks for a set; it is given by `set_side`."""

    choose_wanted = Signal(str)

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "schemaCompare", "Compare schemas", role="pane")
        self._sides: dict[str, SchemaSubject] = {}
        self._sets = Latest(manager, self, "Compare two sets of modules")
        self._module = Latest(manager, self, "Compare two revisions")
        self.comparison: SetComparison | None = None
        self.changes: Comparison | None = None
        self._wanted = ""
        layout = column(self)
        layout.addWidget(self._bar())
        self.notice = Notice("compareNotice")
        layout.addWidget(self.notice)
        self._sets.failed.connect(lambda error: self.notice.say("error", str(error)))
        self._module.failed.connect(lambda error: self.notice.say("error", str(error)))
        self.empty = EmptyState("compareEmpty", "diff", "Two sets of modules", "Choose what to compare.")
        self._body = named(QStackedWidget(), "compareBody", "Differences")
        self.splitter = self._parts()
        self._body.addWidget(self.empty)
        self._body.addWidget(self.splitter)
        layout.addWidget(self._body, 1)
        self.setFocusProxy(self.tree)
        self._say_bar()

    # building

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "compareBar", "What is compared", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(12, 0, 8, 0), spacing=8)
        self.left = push_button("Choose…", "compareLeft", icon="schema")
        self.right = push_button("Choose…", "compareRight", icon="schema")
        self.swap = tool_button("Swap the sides", "compareSwap", icon="swap")
        self.same = label("", "compareSame", kind="label")
        self.copy = tool_button("Copy the report", "copyReport", icon="copy")
        self.save = tool_button("Save the report…", "saveReport", icon="save")
        for button in (self.left, self.right):
            button.setProperty("compact", True)
        for widget in (self.left, self.swap, self.right, self.same):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.copy)
        line.addWidget(self.save)
        self.left.clicked.connect(lambda: self.choose_wanted.emit("left"))
        self.right.clicked.connect(lambda: self.choose_wanted.emit("right"))
        self.swap.clicked.connect(self._swap)
        self.copy.clicked.connect(lambda: copy_text(self.report()))
        self.save.clicked.connect(
            lambda: save_text(self, "Save the report", "schema-comparison.txt", self.report, self.notice.say)
        )
        return bar

    def _parts(self) -> QSplitter:
        self.model = SetDifferencesModel(self)
        self.tree = RowTree("compareTree", "Modules that differ")
        self.tree.setModel(self.model)
        self.tree.selectionModel().currentChanged.connect(lambda index, _old: self._chosen(index))
        _dress_header(self.tree, "compareTreeHeader")
        splitter = named(QSplitter(Qt.Orientation.Horizontal), "compareSplitter", "Modules and changes")
        splitter.setHandleWidth(theme().px(4))
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.tree)
        splitter.addWidget(self._right())
        splitter.setSizes([theme().px(390), theme().px(450)])
        return splitter

    def _right(self) -> QWidget:
        box = named(QWidget(), "compareRightSide", "What changed in the module", role="pane")
        inside = column(box)
        head = named(QWidget(), "changesBar", "What changed in the module", role="bar")
        fix_height(head, SIZES.bar)
        line = row(head, margins=(12, 0, 12, 0), spacing=8)
        self.name = label("", "changesName", kind="head")
        self.chips = {verdict: Chip(f"{verdict.name.lower()}Chip", "", kind) for verdict, kind in CHIPS.items()}
        line.addWidget(self.name)
        line.addStretch(1)
        for chip in self.chips.values():
            chip.hide()
            line.addWidget(chip)
        inside.addWidget(head)
        self.findings = FindingsModel(self)
        self.changes_view = RowTree("changesView", "Changes")
        self.changes_view.setRootIsDecorated(False)
        self.changes_view.setModel(self.findings)
        self.changes_view.selectionModel().currentChanged.connect(lambda index, _old: self._show_finding(index))
        _dress_header(self.changes_view, "changesHeader")
        self.page = named(QTextBrowser(), "changePage", "The change and the rule")
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.setOpenLinks(False)
        self.hint = EmptyState("changesEmpty", "file", "No module chosen", "Choose a module that both sides have.")
        lower = named(QSplitter(Qt.Orientation.Vertical), "changesSplitter", "Changes")
        lower.setHandleWidth(theme().px(4))
        lower.setChildrenCollapsible(False)
        lower.addWidget(self.changes_view)
        lower.addWidget(self.page)
        lower.setSizes([theme().px(320), theme().px(170)])
        self._stack = named(QStackedWidget(), "changesStack", "Changes")
        self._stack.addWidget(self.hint)
        self._stack.addWidget(lower)
        inside.addWidget(self._stack, 1)
        theme().changed.connect(self._restyle)
        return box

    def _restyle(self) -> None:
        self._show_finding(self.changes_view.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(640)
        self.splitter.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)

    # sides

    def set_side(self, side: str, subject: SchemaSubject) -> None:
        """Put a set at the "left" or "right"; compares when both are there."""
        old = self._sides.get(side)
        if old is not None:
            old.close()
        self._sides[side] = subject
        self.destroyed.connect(subject.close)
        self._say_bar()
        self._compare()

    def compare_module(self, left: SchemaSubject, right: SchemaSubject, module: str) -> None:
        """Compare two sets, and go to one module at once."""
        self._wanted = module
        self.set_side("left", left)
        self.set_side("right", right)

    def _swap(self) -> None:
        if len(self._sides) == 2:
            self._sides = {"left": self._sides["right"], "right": self._sides["left"]}
            self._say_bar()
            self._compare()

    def _say_bar(self) -> None:
        for side, button in (("left", self.left), ("right", self.right)):
            subject = self._sides.get(side)
            button.setText(subject.title if subject is not None else "Choose…")
            button.setAccessibleName(f"{side}: {button.text()}")
            button.setToolTip(f"Choose the set at the {side}")
        self.swap.setEnabled(len(self._sides) == 2)
        for tool in (self.copy, self.save):
            tool.setEnabled(self.comparison is not None)

    def _compare(self) -> None:
        left, right = self._sides.get("left"), self._sides.get("right")
        if left is None or right is None:
            self.empty.say("Two sets of modules", "Choose the other set to compare with.")
            return

        def work(_cancel: CancelToken, _report: Report) -> SetComparison:
            return compare_sets(left.described(), right.described(), names=_names(left, right))

        self.notice.say("info", "")
        self._sets.run(work, self._show)

    def _show(self, comparison: SetComparison) -> None:
        self.comparison = comparison
        self.model.show(comparison)
        self.tree.expandAll()
        for at in range(self.model.rowCount()):
            self.tree.setFirstColumnSpanned(at, QModelIndex(), True)
        told = f"{comparison.same:,} module{' is' if comparison.same == 1 else 's are'} the same"
        self.same.setText(told)
        self.same.setAccessibleName(told)
        self._body.setCurrentWidget(self.splitter)
        if not comparison.differences:
            self.empty.say("No differences", f"Both sets have the same {comparison.same:,} modules.")
            self._body.setCurrentWidget(self.empty)
        self._say_bar()
        self._show_changes(None)
        if self._wanted:
            index = self.model.find(self._wanted)
            if index.isValid():
                self.tree.setCurrentIndex(index)
            else:
                self._body.setCurrentWidget(self.splitter)
                self.show_module(self._wanted)

    # one module

    def _chosen(self, index: QModelIndex) -> None:
        item = self.model.item_at(index)
        if item is not None:
            self.show_module(item.module)

    def show_module(self, module: str) -> None:
        """Compare the two revisions of a module, node by node."""
        self._wanted = module
        left, right = self._sides["left"], self._sides["right"]
        self.name.setText(module)
        names = _names(left, right)

        def work(cancel: CancelToken, _report: Report) -> Comparison | _Nothing:
            if left.schema.module(module) is None or right.schema.module(module) is None:
                return _Nothing(module)
            old = Side(left.background(), module, left.sources, names[0])
            new = Side(right.background(), module, right.sources, names[1])
            return compare(old, new, cancel=cancel)

        self.hint.say("Comparing…", module)
        self._stack.setCurrentWidget(self.hint)
        self._module.run(work, self._take)

    def _take(self, result: Comparison | _Nothing) -> None:
        if isinstance(result, _Nothing):
            self._show_changes(None)
            self.name.setText(result.module)
            self.hint.say("Nothing to compare with", "The module is on one side only.")
        else:
            self._show_changes(result)

    def _show_changes(self, comparison: Comparison | None) -> None:
        self.changes = comparison
        self.findings.show(comparison)
        self.page.setHtml("")
        for verdict, chip in self.chips.items():
            count = comparison.count(verdict) if comparison is not None else 0
            chip.show_text(f"{count:,} {verdict}" if count else "", CHIPS[verdict])
        if comparison is None:
            self.name.setText("")
            self.hint.say("No module chosen", "Choose a module that both sides have.")
            self._stack.setCurrentWidget(self.hint)
        elif not comparison.findings:
            self.hint.say("Nothing changed", "Nodes, types and definitions are the same.")
            self._stack.setCurrentWidget(self.hint)
        else:
            self._stack.setCurrentIndex(1)
            self.changes_view.setCurrentIndex(self.findings.index(0, 0))

    def _show_finding(self, index: QModelIndex) -> None:
        finding = self.findings.finding_at(index)
        self.page.document().setDocumentMargin(theme().px(12))
        self.page.document().setDefaultFont(theme().font())
        self.page.setHtml("" if finding is None else finding_page(finding))

    def report(self) -> str:
        """What is shown, as text: the sets, and the module that is chosen."""
        parts = [] if self.comparison is None else [set_compare.report_text(self.comparison)]
        if self.changes is not None:
            parts.append(compatibility.report_text(self.changes))
        return "\n".join(parts)


def _names(left: SchemaSubject, right: SchemaSubject) -> tuple[str, str]:
    if left.title != right.title:
        return left.title, right.title
    return f"{left.title} (left)", f"{right.title} (right)"


def finding_page(finding: Finding) -> str:
    """One change in words, with the rule."""
    _, ink = VERDICTS[finding.verdict]
    colour = theme().color(ink).name()
    rows = [
        schema_words.Row("Verdict", f'<span style="color: {colour}">{escape(str(finding.verdict))}</span>'),
        schema_words.Row("Before", schema_words.mono(finding.old) if finding.old else ""),
        schema_words.Row("After", schema_words.mono(finding.new) if finding.new else ""),
        schema_words.Row("Rule", escape(finding.citation)),
    ]
    return schema_words.page(finding.what, schema_words.mono(finding.path), "", rows)


def _dress_header(view: RowTree, name: str) -> None:
    header = view.header()
    header.setObjectName(name)
    header.setAccessibleName("Columns")
    header.setStretchLastSection(False)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setFixedHeight(theme().px(SIZES.header))
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for at, width in enumerate((92, 92) if header.count() == 3 else (210,), 1):
        header.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(at, theme().px(width))
