"""The second step of a fleet: the one change, as a draft's difference, a template with variables, or edit-config.

Lives here: the step's widget, with what becomes of the change on one device beside it while it is written.  Does not
live here: rendering (`services.templates`), planning for a device (`services.fleet_prepare`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QSplitter, QStackedWidget, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.errors import AppError, ConfigError
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.latest import Latest
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.widgets import EmptyState, Notice, Segments
from netconf_gui.services.files import read_text
from netconf_gui.services.fleet_members import Member
from netconf_gui.services.fleet_plan import ChangeKind, FleetChange
from netconf_gui.services.templates import TemplateFault, render, variables_of
from netconf_gui.session.redact import is_secret_name

DELAY = 300  # ms after the last key
TEXT_SIZE = 4 * 1024 * 1024  # bytes of a text that is edited here
KINDS = (("diff", "A draft", "draft"), ("template", "Template", "xml"), ("edit", "edit-config", "apply"))
KIND_HINTS = {
    "diff": "What a draft changes is made on each device, whatever else that holds.",
    "template": "Variables are written {{ name }}. device, host and group are each device's own; others come from the "
    "table.",
    "edit": "The content of <config>, sent to each device as it is; nodes may carry an operation.",
}
MEANINGS = (("edit", "Edits", ""), ("target", "Wished state", ""))
MEANING_HINTS = {
    "edit": "The text is sent as edits: what it does not name stays.",
    "target": "The top-level nodes in the text are to be exactly this: what they hold beside it is deleted.",
}
STARTER = '<interfaces xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces">\n  \n</interfaces>\n'


@dataclass(frozen=True, slots=True)
class _Preview:
    """What becomes of the text on one device."""

    text: str
    variables: tuple[str, ...] = ()
    error: str = ""
    line: int = 0


class FleetChangeStep(QWidget):
    """`change()` is what the fields say; `changed` when they say something else."""

    changed = Signal()

    def __init__(self, tasks: TaskManager) -> None:
        super().__init__()
        named(self, "fleetChange", "Change", role="pane")
        self._panes: list[DocumentPane] = []
        self._members: tuple[Member, ...] = ()
        self._latest = Latest(tasks, self, "Preview a change")
        self._latest.failed.connect(lambda error: self._show(_Preview("", error=str(error))))
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._refresh_preview)
        layout = column(self, margins=(20, 16, 20, 12), spacing=10)
        layout.addWidget(label("What is changed", "fleetChangeTitle", kind="title"))
        head = named(QWidget(), "fleetChangeHead", "Kind of change")
        line = row(head, spacing=12)
        self.kind = Segments("fleetKind", "Kind of change", KINDS)
        self.kind.chosen.connect(self._kind_chosen)
        self.kind_hint = label("", "fleetKindHint", kind="secondary", wrap=True)
        line.addWidget(self.kind)
        line.addWidget(self.kind_hint, 1)
        layout.addWidget(head)
        self._stack = named(QStackedWidget(), "fleetChangeStack", "Change")
        self._stack.addWidget(self._build_draft())
        self._stack.addWidget(self._build_text())
        layout.addWidget(self._stack, 1)
        self._kind_chosen("diff")

    # ------------------------------------------------------------------------------------------------ building

    def _build_draft(self) -> QWidget:
        page = named(QWidget(), "fleetDraftPage", "A draft", role="pane")
        lines = column(page, spacing=10)
        self.draft_box = named(QComboBox(), "fleetDraftField", "Draft")
        self.draft_box.currentIndexChanged.connect(self._draft_chosen)
        self.draft_summary = label("", "fleetDraftSummary", wrap=True)
        self.draft_empty = EmptyState(
            "fleetDraftEmpty",
            "draft",
            "No document has changes",
            "Open one of the devices, make the change there as usual, then come back: it is planned for each device.",
        )
        lines.addWidget(self.draft_box)
        lines.addWidget(self.draft_summary)
        lines.addWidget(self.draft_empty, 1)
        lines.addStretch(1)
        return page

    def _build_text(self) -> QWidget:
        page = named(QWidget(), "fleetTextPage", "Text", role="pane")
        lines = column(page, spacing=8)
        bar = named(QWidget(), "fleetTextBar", "Text")
        tools = row(bar, spacing=12)
        self.meaning = Segments("fleetMeaning", "What the text means", MEANINGS)
        self.meaning.chosen.connect(self._meaning_chosen)
        self.meaning_hint = label("", "fleetMeaningHint", kind="hint", wrap=True)
        self.open_button = push_button("Open a file…", "fleetOpenButton", icon="open")
        self.open_button.clicked.connect(self._choose_file)
        tools.addWidget(self.meaning)
        tools.addWidget(self.meaning_hint, 1)
        tools.addWidget(self.open_button)
        lines.addWidget(bar)
        self.editor = XmlEditor("fleetEditor", "The change as text")
        self.editor.setPlainText(STARTER)
        self.editor.textChanged.connect(self._typed)
        self.editor.undo_wanted.connect(lambda redo: self.editor.redo() if redo else self.editor.undo())
        split = named(QSplitter(Qt.Orientation.Horizontal), "fleetTextSplitter", "Text and preview")
        split.setChildrenCollapsible(False)
        split.addWidget(self.editor)
        split.addWidget(self._build_preview())
        split.setSizes([600, 500])
        lines.addWidget(split, 1)
        self.notice = Notice("fleetTextNotice")
        lines.addWidget(self.notice)
        return page

    def _build_preview(self) -> QWidget:
        side = named(QWidget(), "fleetPreviewSide", "Preview", role="pane")
        lines = column(side, margins=(8, 0, 0, 0), spacing=6)
        head = named(QWidget(), "fleetPreviewHead", "Preview")
        line = row(head, spacing=8)
        words = label("On", "fleetPreviewLabel", kind="label")
        self.device_box = named(QComboBox(), "fleetPreviewDevice", "Device of the preview")
        words.setBuddy(self.device_box)
        self.device_box.currentIndexChanged.connect(lambda _at: self._timer.start())
        line.addWidget(words)
        line.addWidget(self.device_box, 1)
        lines.addWidget(head)
        self.preview = XmlEditor("fleetPreviewText", "The text for this device", read_only=True)
        lines.addWidget(self.preview, 1)
        self.variables = label("", "fleetVariables", kind="hint", wrap=True)
        lines.addWidget(self.variables)
        return side

    # ------------------------------------------------------------------------------------------------ what is known

    def show_members(self, members: Sequence[Member]) -> None:
        """The devices that take part: the preview can be of each."""
        self._members = tuple(members)
        before = self.device_box.currentText()
        self.device_box.blockSignals(True)
        self.device_box.clear()
        for member in members:
            self.device_box.addItem(member.name)
        self.device_box.setCurrentIndex(max(0, self.device_box.findText(before)))
        self.device_box.blockSignals(False)
        self._timer.start()

    def show_drafts(self, panes: Sequence[DocumentPane]) -> None:
        """The documents whose changes can be taken to other devices."""
        before = self.draft
        self._panes = [pane for pane in panes if pane.changes]
        self.draft_box.blockSignals(True)
        self.draft_box.clear()
        for pane in self._panes:
            self.draft_box.addItem(f"{pane.context.title}: {pane.changes} change{'' if pane.changes == 1 else 's'}")
        if before in self._panes:
            self.draft_box.setCurrentIndex(self._panes.index(before))
        self.draft_box.blockSignals(False)
        self.draft_box.setVisible(bool(self._panes))
        self.draft_summary.setVisible(bool(self._panes))
        self.draft_empty.setVisible(not self._panes)
        self._draft_chosen()

    @property
    def draft(self) -> DocumentPane | None:
        """The document whose changes are meant."""
        at = self.draft_box.currentIndex()
        return self._panes[at] if 0 <= at < len(self._panes) else None

    def change(self) -> FleetChange:
        """The change; raises `ConfigError` while there is none."""
        kind = self.kind.current
        if kind == "diff":
            pane = self.draft
            if pane is None:
                raise ConfigError("No draft was chosen.", advice="Make a change in a document, or write a template.")
            snapshot = pane.document.snapshot()
            return FleetChange("diff", snapshot.data, base=pane.document.base, name=f"Draft of {pane.context.title}")
        text = self.editor.plain_text()
        if not text.strip():
            raise ConfigError("The change is empty.", advice="Write it, or open a file.")
        if kind == "edit":
            return FleetChange("edit", text.encode(), name="The edit-config")
        meaning: ChangeKind = "target" if self.meaning.current == "target" else "edit"
        return FleetChange(meaning, text.encode(), template=True, name="The template")

    # ---------------------------------------------------------------------------------------------- what happens

    def _kind_chosen(self, kind: str) -> None:
        self.kind_hint.setText(KIND_HINTS[kind])
        self._stack.setCurrentIndex(0 if kind == "diff" else 1)
        self.meaning.setVisible(kind == "template")
        self._meaning_chosen(self.meaning.current)

    def _meaning_chosen(self, meaning: str) -> None:
        template = self.kind.current == "template"
        self.meaning_hint.setText(MEANING_HINTS[meaning] if template else "")
        self._timer.start()
        self.changed.emit()

    def _draft_chosen(self, _at: int = 0) -> None:
        pane = self.draft
        if pane is not None:
            base, snapshot, schema = pane.document.base, pane.document.snapshot(), pane.document.schema

            def work(cancel: CancelToken, _report: Report) -> str:
                return diff(read_root(base), read_root(snapshot.data), schema, cancel=cancel).summary()

            self._latest.run(work, self._show_summary)
        self.changed.emit()

    def _show_summary(self, words: str) -> None:
        self.draft_summary.setText(words)
        self.draft_summary.setAccessibleName(words)

    def _typed(self) -> None:
        self._timer.start()
        self.changed.emit()

    def _refresh_preview(self) -> None:
        """The text for the device that is looked at, off the GUI thread; the latest wins."""
        if self.kind.current == "diff":
            return
        text, template = self.editor.plain_text(), self.kind.current == "template"
        at = self.device_box.currentIndex()
        member = self._members[at] if 0 <= at < len(self._members) else None

        def work(_cancel: CancelToken, _report: Report) -> _Preview:
            return preview(text, template, member)

        self._latest.run(work, self._show)

    def _show(self, found: _Preview) -> None:
        self.preview.set_text(found.text)
        self.editor.set_tints({found.line: "error"} if found.line else {})
        self.notice.say("error", found.error)
        at = self.device_box.currentIndex()
        member = self._members[at] if 0 <= at < len(self._members) else None
        values = member.values() if member is not None else {}
        self.variables.setText(
            ", ".join(
                f"{name} = {_told(name, values[name])}" if name in values else f"{name}: no value"
                for name in found.variables
            )
        )

    # ------------------------------------------------------------------------------------------------------ files

    def _choose_file(self) -> None:
        kinds = "Changes (*.xml *.j2 *.jinja *.txt);;All files (*)"
        chooser = named(QFileDialog(self, "Open a change", str(Path.home()), kinds), "fleetOpenDialog", "Open a change")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(lambda name: self.open_file(Path(name)))
        chooser.open()

    def open_file(self, path: Path) -> bool:
        """Take the text of a file; False, and a notice, if it cannot be used."""
        try:
            text = read_text(path, TEXT_SIZE)
        except AppError as error:
            self.notice.say("error", error.full_text())
            return False
        if self.kind.current == "diff" or ("{{" in text or "{%" in text):
            self.kind.choose("template" if "{{" in text or "{%" in text else "edit")
        self.editor.set_text(text)
        return True


def preview(text: str, template: bool, member: Member | None) -> _Preview:
    """What the text is on a device, and what is wrong with it; runs anywhere."""
    variables: tuple[str, ...] = ()
    try:
        if template:
            variables = variables_of(text)
            if member is None:
                return _Preview("", variables, "")
            text = render(text, member.values())
        read_root(text.encode(), name="The text")
    except TemplateFault as error:
        return _Preview("", variables, error.full_text(), error.line)
    except ConfigError as error:
        return _Preview(text if template else "", variables, error.full_text(), 0 if template else error.line)
    return _Preview(text, variables)


def _told(name: str, value: str) -> str:
    return "***" if value and is_secret_name(name) else value or "(empty)"
