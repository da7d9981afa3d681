"""The tree diagram (RFC 8340) of the chosen module or subtree: to look at, copy and save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QSpinBox, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import WorkspaceError
from netconf_gui.gui.forms import column, fix_height, label, named, row, tool_button
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.long_text import LongText
from netconf_gui.gui.schema_subject import SchemaSubject
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Notice
from netconf_gui.yang.schema import SchemaNode
from netconf_gui.yang.tree_diagram import DiagramOptions, module_diagram, node_diagram

SHOWN = 60_000  # lines on the screen; what is copied and saved is all of it


class SchemaDiagram(QWidget):
    """Draws off the GUI thread; the latest wish wins."""

    def __init__(self, subject: SchemaSubject, manager: TaskManager) -> None:
        super().__init__()
        named(self, "schemaDiagram", "Tree diagram", role="pane")
        self._subject = subject
        self._latest = Latest(manager, self, "Draw a tree diagram")
        self._latest.failed.connect(lambda error: self._say("warning", str(error)))
        self.notice = Notice("diagramNotice")
        self._of: SchemaNode | str | None = None
        self._drawn: object = None
        self.whole = ""
        layout = column(self)
        layout.addWidget(self._bar())
        layout.addWidget(self.notice)
        self.text = LongText("diagramText", "Tree diagram")
        layout.addWidget(self.text, 1)
        self.setFocusProxy(self.text)

    def _bar(self) -> QWidget:
        bar = named(QWidget(), "diagramBar", "Tree diagram", role="bar")
        fix_height(bar, SIZES.bar + 4)
        line = row(bar, margins=(12, 0, 8, 0), spacing=8)
        words = label("Levels", "diagramLevelsLabel", kind="label")
        self.levels = named(QSpinBox(), "diagramLevels", "Levels shown")
        self.levels.setRange(0, 30)
        self.levels.setSpecialValueText("all")
        fix_height(self.levels, SIZES.compact)
        self.levels.setToolTip("How many levels are drawn")
        words.setBuddy(self.levels)
        self.others = named(QCheckBox("Nodes of other modules"), "diagramOthers", "Nodes of other modules")
        self.others.setChecked(True)
        self.others.setToolTip("Also what other modules add by augmenting")
        self.copy = tool_button("Copy the diagram", "copyDiagram", icon="copy")
        self.save = tool_button("Save the diagram…", "saveDiagram", icon="save")
        line.addWidget(words)
        line.addWidget(self.levels)
        line.addWidget(self.others)
        line.addStretch(1)
        line.addWidget(self.copy)
        line.addWidget(self.save)
        self.levels.valueChanged.connect(lambda _value: self._draw())
        self.others.toggled.connect(lambda _on: self._draw())
        self.copy.clicked.connect(lambda: copy_text(self.whole))
        self.save.clicked.connect(self._ask)
        return bar

    def show_of(self, what: SchemaNode | str) -> None:
        """Draw a node's subtree, or the module of that name."""
        self._of = what
        self._draw()

    def _draw(self) -> None:
        what = self._of
        options = DiagramOptions(depth=(self.levels.value() - 1) if self.levels.value() else None,
                                 others=self.others.isChecked())  # fmt: skip
        if what is None or (what, options) == self._drawn:
            return
        self._drawn = (what, options)
        subject = self._subject

        def work(cancel: CancelToken, _report: Report) -> str:
            schema = subject.background()
            if isinstance(what, str):
                lines = module_diagram(schema, what, options, cancel=cancel)
            else:
                lines = node_diagram(schema, what, options, cancel=cancel)
            return "\n".join(lines) + "\n"

        self._latest.run(work, self._show)

    def _show(self, text: str) -> None:
        self.whole = text
        count = text.count("\n")
        cut = count > SHOWN
        told = f"The first {SHOWN:,} of {count:,} lines are shown. Copy and Save take all of them." if cut else ""
        self.notice.say("info", told)
        self.text.show_text("\n".join(text.split("\n", SHOWN)[:SHOWN]) if cut else text.rstrip("\n"))

    def _ask(self) -> None:
        name = self._of if isinstance(self._of, str) else self._of.name if self._of is not None else "schema"
        save_text(self, "Save the tree diagram", f"{name}-tree.txt", lambda: self.whole, self._say)

    def _say(self, kind: str, words: str) -> None:
        self.notice.say(kind, words)


def save_text(
    parent: QWidget, title: str, name: str, text: Callable[[], str], say: Callable[[str, str], object]
) -> QFileDialog:
    """Ask for a file and write a text to it; `say(kind, words)` tells how it went."""
    chooser = named(QFileDialog(parent, title, name), "saveTextDialog", title)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setNameFilter("Text (*.txt);;All files (*)")
    chooser.selectFile(name)

    def write(file: str) -> None:
        try:
            write_text(Path(file), text())
        except WorkspaceError as error:
            say("error", error.message)
        else:
            say("success", f"Saved as {Path(file).name}.")

    chooser.fileSelected.connect(write)
    chooser.finished.connect(chooser.deleteLater)
    chooser.open()
    return chooser


def write_text(path: Path, text: str) -> None:
    """Write a report.  Raises WorkspaceError when the disk does not let us."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error.strerror or error}.", advice="Choose another place."
        ) from error
