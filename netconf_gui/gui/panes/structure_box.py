"""Above the value in the Node pane: cases to choose from, whether a container is there, and why a node cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.editors.cases import CaseEdit
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.models.looks import is_presence
from netconf_gui.gui.rule_words import condition_sentence
from netconf_gui.gui.structure import OFF, ON
from netconf_gui.yang.schema import NodeKind

if TYPE_CHECKING:
    from netconf_gui.gui.models.rows import Row
    from netconf_gui.gui.panes.document import DocumentPane


class StructureBox(QWidget):
    """Made anew for each row; hidden where there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "structureBox", "Structure")
        self._layout = column(self, spacing=4)
        self._inside: QWidget | None = None
        self._shown: object = None
        self.hide()

    def show_row(self, pane: DocumentPane | None, at: Row | None) -> None:
        """Show what there is to choose at a row; None hides the box."""
        told = None if pane is None or at is None else _told(pane, at)
        if told == self._shown and (told is None or self._inside is not None):
            return
        self._shown = told
        if self._inside is not None:
            self._inside.hide()
            self._layout.removeWidget(self._inside)
            self._inside.deleteLater()
            self._inside = None
        if pane is None or at is None or told is None:
            self.hide()
            return
        self._inside = named(QWidget(), "structureInside", "Structure")
        inside = column(self._inside, spacing=4)
        self._fill(pane, at, inside)
        self._layout.addWidget(self._inside)
        self.setVisible(inside.count() > 0)

    def _fill(self, pane: DocumentPane, at: Row, inside: QVBoxLayout) -> None:
        condition = pane.model.looks.of(at).condition
        if condition:
            line = row(spacing=8)
            picture = named(QLabel(), "conditionIcon", "Not allowed here")
            icons.bind(picture, "node:when-false", "warning", size=16)
            words = condition_sentence(condition, there=at.own_element is not None)
            text = label(words, "conditionText", kind="hint", wrap=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(text, 1)
            inside.addLayout(line)
        free = not pane.context.read_only and not at.removed
        for choice, element in pane.structure.choices_at(at):
            edit = pane.structure.case_selector(choice, element)
            edit.setObjectName(f"case_{choice.name}")
            edit.committed.connect(
                lambda key, choice=choice, element=element, edit=edit: self._choose(pane, choice, element, key, edit)
            )
            self._add(inside, f"Case of {choice.name}", edit, free=free and element is not None)
        if is_presence(at):
            options = [(ON, "on: it is there", ""), (OFF, "off: it is not there", "")]
            switch = CaseEdit(ON if at.own_element is not None else OFF, options, "Presence")
            switch.setObjectName("presenceEdit")
            switch.committed.connect(lambda key: pane.structure.set_presence(at, on=key == ON))
            self._add(inside, "Presence", switch, free=free and (at.own_element is not None or not condition))
        if _is_any(at):
            button = push_button("Edit content…", "editContentButton", icon="xml")
            button.setProperty("compact", True)
            button.setEnabled(free)
            button.clicked.connect(lambda: pane.structure.edit_content(at))
            line = row()
            line.addWidget(button)
            line.addStretch(1)
            inside.addLayout(line)

    def _choose(self, pane: DocumentPane, choice: object, element: object, key: str, edit: CaseEdit) -> None:
        self._shown = None  # what is shown is made anew, whatever the answer
        active = pane.model.outline.case_of(choice, element)  # type: ignore[arg-type]
        pane.structure.choose(choice, element, key)  # type: ignore[arg-type]
        edit.set_value(str(active.id) if active is not None else "")

    def _add(self, inside: QVBoxLayout, caption: str, edit: QWidget, *, free: bool) -> None:
        text = label(caption, f"{edit.objectName()}Caption", kind="caption")
        text.setBuddy(edit)
        edit.setEnabled(free)
        inside.addWidget(text)
        inside.addWidget(edit)


def _is_any(at: Row) -> bool:
    node = at.node
    return node is not None and node.config and node.kind in (NodeKind.ANYDATA, NodeKind.ANYXML)


def _told(pane: DocumentPane, at: Row) -> object:
    """Everything that `_fill` shows, to tell whether it is to be made anew."""
    look = pane.model.looks.of(at)
    chosen = tuple(
        (choice.id, element, getattr(pane.model.outline.case_of(choice, element), "id", None))
        for choice, element in pane.structure.choices_at(at)
    )
    presence = (at.own_element, at.id) if is_presence(at) or _is_any(at) else None
    if not look.condition and not chosen and presence is None:
        return None
    return (look.condition, at.own_element is not None, chosen, presence, pane.context.read_only, id(pane))
