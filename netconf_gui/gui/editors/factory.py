"""Which editor a value gets, by its YANG type; the same ones in the Node pane and in the tree."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QTimer, SignalInstance
from PySide6.QtWidgets import QWidget

from netconf_gui.gui.editors.choice import Choice, ChoiceEdit, FlagsEdit, Switch
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.editors.text import NumberEdit, TextEdit, is_secret
from netconf_gui.gui.node_words import allowed_words, local
from netconf_gui.yang.schema import TypeInfo


class Editor(Protocol):
    """What all value editors have."""

    edited: SignalInstance
    committed: SignalInstance

    def value(self) -> str: ...

    def set_value(self, text: str) -> None: ...

    def changed_text(self) -> str | None: ...

    def setFocus(self) -> None: ...


def make_editor(subject: Subject, parent: QWidget | None = None) -> QWidget:
    """The editor for the Node pane; it satisfies `Editor`."""
    info = subject.info
    if info is not None:
        if info.base == "boolean":
            return Switch(subject.text or "false", parent=parent)
        if info.base == "empty":
            return Switch("set" if subject.element is not None else "not set", words=("not set", "set"), parent=parent)
        if info.base == "bits":
            return FlagsEdit(subject.text, info.bits, parent)
    return _line_editor(subject, parent)


def make_cell_editor(subject: Subject, parent: QWidget) -> QWidget:
    """The editor in the tree: one row high; lists open at once."""
    info = subject.info
    if info is not None and info.base == "boolean":
        made: QWidget = ChoiceEdit(
            subject.text, [("true", "true", ""), ("false", "false", "")], free=False, parent=parent
        )
    elif info is not None and info.base == "empty":
        now = "not set" if subject.element is None else "set"
        made = ChoiceEdit(now, [("set", "set", ""), ("not set", "not set", "")], free=False, parent=parent)
    elif info is not None and info.base == "bits":
        made = TextEdit(subject.text, hint=allowed_words(info), parent=parent)
    else:
        made = _line_editor(subject, parent)
    made.setProperty("cell", True)
    if isinstance(made, ChoiceEdit) and not made.isEditable():
        QTimer.singleShot(0, made, made.showPopup)
    if isinstance(made, TextEdit):
        made.selectAll()
    return made


def _line_editor(subject: Subject, parent: QWidget | None) -> QWidget:
    info = subject.info
    if info is None:
        return TextEdit(subject.text, secret=is_secret(subject.name), parent=parent)
    if NumberEdit.suits(info):
        return NumberEdit(subject.text, info, parent)
    if info.base == "enumeration":
        return ChoiceEdit(subject.text, _enums(info), free=False, parent=parent)
    if info.base == "identityref":
        return ChoiceEdit(subject.text, _identities(info), free=True, parent=parent)
    if info.base == "leafref":
        choices: list[Choice] = [(value, value, "") for value in subject.choices()]
        if choices:
            return ChoiceEdit(subject.text, choices, free=True, parent=parent)
        if info.target is not None and NumberEdit.suits(info.target):
            return NumberEdit(subject.text, info.target, parent)
    if info.base == "union":
        offered = [choice for member in info.union for choice in (*_enums(member), *_identities(member))]
        if offered:
            return ChoiceEdit(subject.text, offered, free=True, parent=parent)
    return TextEdit(subject.text, hint=_hint(info), secret=is_secret(subject.name), parent=parent)


def _enums(info: TypeInfo) -> list[Choice]:
    return [(item.name, item.name, item.description) for item in info.enums]


def _identities(info: TypeInfo) -> list[Choice]:
    names = [local(name) for name in info.identities]
    twice = {name for name in names if names.count(name) > 1} if len(names) < 3000 else set()
    return [(full, full if name in twice else name, full) for full, name in zip(info.identities, names, strict=True)]


def _hint(info: TypeInfo) -> str:
    words = allowed_words(info)
    return words if len(words) <= 40 else ""
