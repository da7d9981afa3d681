"""The editor of values that can be chosen: a field whose list is searched by typing into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.editors.base import LineField
from netconf_gui.gui.editors.offers import Choice, Offer
from netconf_gui.gui.editors.popup import Popup


class PickEdit(LineField):
    """Typing filters the list, Down opens it, Return takes the marked choice, Escape closes and reverts.

    An offer that is not strict takes any text: then Return takes a choice only if it was marked by Up or Down.
    """

    def __init__(self, value: str, offer: Offer, *, hint: str = "", parent: QWidget | None = None) -> None:
        self.offered = offer
        super().__init__(value, hint=hint, parent=parent)
        self._moved = False  # the marked choice was marked by hand
        self._popup: Popup | None = None
        self._arrow = self.addAction(icons.icon("down"), QLineEdit.ActionPosition.TrailingPosition)
        self._arrow.setObjectName("valueEditorOpen")
        self._arrow.setToolTip("Show the choices (Alt+Down)")
        icons.bind(self._arrow, "down")
        self._arrow.triggered.connect(self.toggle)

    @property
    def popup(self) -> Popup:
        """The list; made when it is first wanted."""
        if self._popup is None:
            self._popup = self._make_popup()
            self._popup.chosen.connect(self._take)
            self._popup.setAccessibleName(f"Choices for {self.accessibleName()}")
        return self._popup

    def _make_popup(self) -> Popup:
        return Popup(self)

    @property
    def arrow(self) -> QAction:
        return self._arrow

    @property
    def popup_open(self) -> bool:
        return self._popup is not None and self._popup.is_open

    def shown(self, value: str) -> str:
        return self.offered.shown(value)

    def value(self) -> str:
        return self.offered.value(self.text())

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        super().set_read_only(on)
        self._arrow.setVisible(not on)

    # the list

    def toggle(self) -> None:
        """Open or close the list."""
        if self.popup_open:
            self.popup.shut()
        else:
            self.open_list()

    def open_list(self, filter_by: str = "") -> None:
        """List all choices, or those that match a text."""
        if self.isReadOnly() or not self.isVisible():
            return
        self._moved = False
        popup = self.popup
        popup.tick(self._ticked())
        popup.offer(self.offered.choices(), self.offered.note(), filter_by=filter_by, mark=self.value())
        popup.open()

    def open_soon(self) -> None:
        """Open the list once the field has its place: in a cell."""
        QTimer.singleShot(0, self, self.open_list)

    def changed_text(self) -> str | None:
        """The value if it is another than at the start; what cannot be a value does not count in a cell."""
        text = super().changed_text()
        return None if text is not None and self.property("cell") and self._is_nothing(text) else text

    def _is_nothing(self, text: str) -> bool:
        return self.offered.closed and all(one.value != text for one in self.offered.choices())

    def _finish(self) -> None:
        if self.value() == self._before or not self._is_nothing(self.value()):
            super()._finish()

    def _ticked(self) -> set[str]:
        return {self._before}

    def _typed(self, text: str) -> None:
        self._filter(text)  # first: whether something matches decides whether the text is wrong
        super()._typed(text)

    def _filter(self, text: str) -> None:
        self.open_list(text)

    @property
    def unfinished(self) -> bool:
        """Whether the text is a search whose hit Return would take."""
        return self.offered.strict and self.popup_open and self.popup.current is not None

    def _take(self, value: str) -> None:
        self.popup.shut()
        self.put(value)

    # keys

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            wanted = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if self.popup_open and Qt.Key(event.key()) in wanted:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._enter():
                event.accept()
                return
        elif key == Qt.Key.Key_Escape and self.popup_open:
            self.popup.shut()
            if self.changed_text() is not None:
                self.revert()
            event.accept()
            return
        elif key == Qt.Key.Key_F4 or (alt and key in (Qt.Key.Key_Down, Qt.Key.Key_Up)):
            self.toggle()
            event.accept()
            return
        elif not event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._move(key):
            event.accept()
            return
        super().keyPressEvent(event)

    def _move(self, key: Qt.Key) -> bool:
        if self.popup_open:
            if self.popup.pass_key(key):
                self._moved = True
                return True
            return False
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not self.isReadOnly():
            self.open_list()
            return True
        return False

    def _enter(self) -> bool:
        """Return: take the marked choice if it is meant; True if nothing else is to be done."""
        if not self.popup_open:
            return False
        marked = self.popup.current
        typed = self.value() != self._before
        known = any(one.value == self.value() for one in self.offered.choices() if not one.heading)
        self.popup.shut()
        if marked is not None and not (typed and known) and (self._moved or (typed and self.offered.strict)):
            self.setText(self.shown(marked))
            self.edited.emit(self.value())
        self._finish()
        return not self.property("cell")  # there the delegate takes the text now

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.popup_open and event.button() == Qt.MouseButton.LeftButton and not self.property("cell"):
            self.open_list()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._popup is not None:
            self._popup.shut()
        super().focusOutEvent(event)
        stays = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if event.reason() not in stays and self.value() != self._before and self._is_nothing(self.value()):
            self.revert()  # what was typed is none of the choices

    def hideEvent(self, event: object) -> None:
        if self._popup is not None:
            self._popup.shut()
        super().hideEvent(event)  # type: ignore[arg-type]


class FlagsPick(PickEdit):
    """The bits of a value in one line, with a list of boxes: Space or a click sets and clears the marked one."""

    def __init__(self, value: str, offer: Offer, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(value, offer, hint=hint, parent=parent)

    def _make_popup(self) -> Popup:
        return Popup(self, boxes=True)

    def shown(self, value: str) -> str:
        return value

    def value(self) -> str:
        return self.text()

    def _ticked(self) -> set[str]:
        return set(self.text().split())

    def _filter(self, text: str) -> None:
        # the last word is the one that is being typed
        last = "" if text.endswith(" ") else text.split()[-1] if text.split() else ""
        names = {one.value for one in self.offered.choices()}
        self.open_list("" if last in names else last)

    def _take(self, value: str) -> None:
        self._toggle_bit(value)

    def _toggle_bit(self, name: str) -> None:
        order = [one.value for one in self.offered.choices()]
        names = set(self.text().split())
        names ^= {name}
        known = [one for one in order if one in names]
        self.setText(" ".join([*known, *sorted(names - set(order))]))
        self.popup.tick(self._ticked())
        self.edited.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        marked = self.popup.current if self.popup_open else None
        if Qt.Key(event.key()) == Qt.Key.Key_Space and marked is not None and self._moved:
            self._toggle_bit(marked)
            event.accept()
            return
        super().keyPressEvent(event)

    def _enter(self) -> bool:
        marked = self.popup.current if self.popup_open else None
        words = self.text().split()
        names = {one.value for one in self.offered.choices()}
        if marked is not None and words and words[-1] not in names:
            # the last word was begun only
            self.setText(" ".join([*words[:-1], marked]))
            self.edited.emit(self.value())
        if self.popup_open:
            self.popup.shut()
        self._finish()
        return not self.property("cell")


def yes_no() -> list[Choice]:
    """The values of a boolean, for a list in a cell."""
    return [Choice("true", "true"), Choice("false", "false")]
