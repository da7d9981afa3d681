"""The edit-config of a review: how many operations, the text, what an apply will do, and how the dry run went."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, fix_height, label, named, row, tool_button
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.document_actions import copy_text
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.review import Review, operation_tints
from netconf_gui.gui.tokens import SIZES


class PlanView(QWidget):
    """Object name `planView`: the text that would be sent."""

    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "planPane", "edit-config", role="pane")
        layout = column(self)
        self.text = XmlEditor("planView", "edit-config", read_only=True)
        head = named(QWidget(), "planHead", "edit-config", role="bar")
        fix_height(head, SIZES.bar)
        line = row(head, margins=(12, 0, 8, 0), spacing=8)
        line.addWidget(label("edit-config", "planTitle", kind="head"))
        self.counts = label("", "planCounts", kind="label")
        line.addWidget(self.counts)
        line.addStretch(1)
        self.copy = tool_button("Copy the edit-config", "planCopyButton", icon="copy")
        self.save = tool_button("Save the edit-config…", "planSaveButton", icon="save")
        self.copy.clicked.connect(lambda: copy_text(self.text.toPlainText()))
        self.save.clicked.connect(self._save)
        line.addWidget(self.copy)
        line.addWidget(self.save)
        layout.addWidget(head)
        layout.addWidget(self.text, 1)
        self._foot = named(QWidget(), "planFoot", "What an apply does", role="pane")
        foot = column(self._foot, margins=(12, 8, 12, 8), spacing=4)
        self.notes = label("", "planNotes", kind="secondary", wrap=True)
        foot.addWidget(self.notes)
        dry = row(spacing=8)
        self._dry_icon = named(QLabel(), "dryRunIcon", "Dry run")
        self.dry = label("", "dryRunText", wrap=True)
        dry.addWidget(self._dry_icon, 0, Qt.AlignmentFlag.AlignTop)
        dry.addWidget(self.dry, 1)
        foot.addLayout(dry)
        layout.addWidget(self._foot)

    def show_review(self, review: Review) -> None:
        """Show the plan of a review."""
        plan = review.plan
        size = len(review.edit_config.encode())
        words = f"{size} bytes" if size < 1000 else f"{size / 1000:.1f} KB"
        self.counts.setText(
            f"{count_words(plan.operations, 'operation')}, {words}" if not plan.empty else "nothing to send"
        )
        self.text.set_text("" if plan.empty else review.edit_config)
        self.text.set_tints({} if plan.empty else operation_tints(review.edit_config))
        self.notes.setText(" ".join(review.notes))
        self.notes.setVisible(bool(review.notes))
        good = not review.dry_run
        icons.bind(self._dry_icon, "success" if good else "error", "success" if good else "error")
        self.dry.setText("Dry run: the result equals the draft." if good else review.dry_run)
        self.dry.setVisible(not plan.empty)
        self._dry_icon.setVisible(not plan.empty)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the edit-config", "edit-config.xml", "XML (*.xml)")
        if name:
            try:
                Path(name).write_text(self.text.toPlainText(), encoding="utf-8")
            except OSError as error:
                self.failed.emit(error)
