"""Which editor a value gets, by its YANG type; the same ones in the Node pane, in the tree and in tables."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QToolTip, QWidget

from netconf_gui.gui.editors.base import Editor, is_secret
from netconf_gui.gui.editors.binary import BinaryEdit
from netconf_gui.gui.editors.flags import FlagsEdit
from netconf_gui.gui.editors.instance import InstanceEdit
from netconf_gui.gui.editors.moment import MomentEdit
from netconf_gui.gui.editors.number import NumberEdit
from netconf_gui.gui.editors.offers import (
    Choice,
    FixedOffer,
    LeafrefOffer,
    bit_choices,
    enum_choices,
    identity_choices,
    union_choices,
)
from netconf_gui.gui.editors.pick import FlagsPick, PickEdit, yes_no
from netconf_gui.gui.editors.subject import Subject, leafref_path
from netconf_gui.gui.editors.switch import EMPTY, Switch
from netconf_gui.gui.editors.text import LinesEdit, TextEdit
from netconf_gui.gui.forms import set_property
from netconf_gui.gui.node_words import allowed_words, local
from netconf_gui.gui.theme import theme
from netconf_gui.yang.schema import TypeInfo
from netconf_gui.yang.wellknown import MOMENT, kind_of

__all__ = ["Editor", "editor_text", "make_cell_editor", "make_editor", "make_lines_editor"]

MOST_BOXES = 12  # bits that are shown as boxes; more get a list


def editor_text(subject: Subject) -> str:
    """The value as an editor shows it: a leaf of type empty is set or not."""
    if subject.info is not None and subject.info.base == "empty":
        return EMPTY[subject.element is not None]
    return subject.text


def make_editor(subject: Subject, parent: QWidget | None = None) -> QWidget:
    """The editor for the Node pane and for dialogs; it satisfies `Editor`."""
    info = subject.info
    if info is not None:
        if info.base == "boolean":
            return Switch(subject.text, default=subject.default, parent=parent)
        if info.base == "empty":
            return Switch(editor_text(subject), words=EMPTY, parent=parent)
        if info.base == "bits" and len(info.bits) <= MOST_BOXES:
            return FlagsEdit(
                subject.text, info, default=subject.default if subject.element is None else "", parent=parent
            )
        if info.base == "binary":
            return BinaryEdit(subject.text, parent)
        if info.base == "string" and "\n" in subject.text and not is_secret(subject.name):
            return make_lines_editor(subject, parent)
    return _line_editor(subject, parent)


def make_lines_editor(subject: Subject, parent: QWidget | None = None) -> QWidget:
    """An editor of several lines for any text."""
    return LinesEdit(subject.text, hint=_hint(subject), parent=parent)


def make_cell_editor(subject: Subject, parent: QWidget) -> QWidget:
    """The editor in a cell of a tree or table: one row high, no frame around; lists open at once.

    It has the dynamic property "cell": the view's delegate takes `changed_text()` when it ends; `committed` tells that
    it should end now (a choice was clicked).
    """
    info = subject.info
    if info is not None and info.base == "boolean":
        made: QWidget = PickEdit(subject.text, FixedOffer(yes_no(), closed=True), hint=_hint(subject), parent=parent)
    elif info is not None and info.base == "empty":
        offer = FixedOffer([*_words(reversed(EMPTY))], closed=True)
        made = PickEdit(editor_text(subject), offer, parent=parent)
    else:
        made = _line_editor(subject, parent)
    made.setProperty("cell", True)
    made.edited.connect(lambda text: _tell_in_cell(made, subject, text))  # type: ignore[attr-defined]
    if isinstance(made, PickEdit):
        made.open_soon()
    if isinstance(made, QLineEdit | QAbstractSpinBox):
        made.setFrame(True)
        made.selectAll()
    return made


def _tell_in_cell(editor: QWidget, subject: Subject, text: str) -> None:
    """A cell has no room below: what the type alone says is in the frame and in a tip under the cell."""
    empty = subject.element is None and not text
    plain = subject.info is None or subject.info.base == "empty"
    problem = "" if empty or plain or getattr(editor, "unfinished", False) else subject.quick_problem(text)
    set_property(editor, "state", "error" if problem else "")
    editor.setToolTip(problem)
    if problem and editor.isVisible() and not getattr(editor, "popup_open", False):
        QToolTip.showText(editor.mapToGlobal(QPoint(0, editor.height() - theme().px(8))), problem, editor)
    elif QToolTip.isVisible():
        QToolTip.hideText()


def _words(words: object) -> list[Choice]:
    return [Choice(word, word) for word in words]  # type: ignore[attr-defined]


def _line_editor(subject: Subject, parent: QWidget | None) -> QWidget:
    info, text, hint = subject.info, subject.text, _hint(subject)
    if info is None:
        return TextEdit(text, secret=is_secret(subject.name), parent=parent)
    plain = info.target if info.base == "leafref" and info.target is not None else info
    if leafref_path(info):
        others = union_choices(subject, info) if info.base == "union" else []
        return PickEdit(text, LeafrefOffer(subject, others), hint=hint, parent=parent)
    if NumberEdit.suits(plain):
        return NumberEdit(text, plain, hint=hint, parent=parent)
    if info.base == "enumeration":
        return PickEdit(text, FixedOffer(enum_choices(info), closed=True), hint=hint, parent=parent)
    if info.base == "identityref":
        return PickEdit(text, FixedOffer(identity_choices(subject)), hint=hint, parent=parent)
    if info.base == "bits":
        return FlagsPick(text, FixedOffer(bit_choices(info)), hint=hint, parent=parent)
    if info.base == "instance-identifier":
        return InstanceEdit(subject, hint=hint, parent=parent)
    if info.base == "union":
        offered = union_choices(subject, info)
        if offered:
            return PickEdit(text, FixedOffer(offered, strict=False), hint=hint, parent=parent)
    if kind_of(info) == MOMENT:
        return MomentEdit(text, hint=hint, parent=parent)
    return TextEdit(text, hint=hint, secret=is_secret(subject.name), parent=parent)


def _hint(subject: Subject) -> str:
    """What stands in an empty editor: the default in force, else what is allowed."""
    info = subject.info
    if info is None or is_secret(subject.name):
        return ""
    if subject.default:
        named = info.base in ("identityref", "union", "leafref")
        return f"default {local(subject.default) if named else subject.default}"
    words = allowed_words(info)
    return words if len(words) <= 40 else ""


def suits_lines(info: TypeInfo | None) -> bool:
    """Whether a value of that type may have several lines."""
    return info is None or info.base == "string"
