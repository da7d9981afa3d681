"""The editor of date-and-time: text, *Now*, and a picker with calendar, clock and time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QCalendarWidget, QComboBox, QDialog, QLineEdit, QTimeEdit, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.editors.base import LineField
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.yang.wellknown import moment, moment_text

UNKNOWN = "-00:00"
ZONES = (
    "-12:00", "-11:00", "-10:00", "-09:30", "-09:00", "-08:00", "-07:00", "-06:00", "-05:00", "-04:00", "-03:30",
    "-03:00", "-02:00", "-01:00", "Z", "+01:00", "+02:00", "+03:00", "+03:30", "+04:00", "+04:30", "+05:00", "+05:30",
    "+05:45", "+06:00", "+06:30", "+07:00", "+08:00", "+08:45", "+09:00", "+09:30", "+10:00", "+10:30", "+11:00",
    "+12:00", "+12:45", "+13:00", "+14:00",
)  # fmt: skip


class MomentEdit(LineField):
    """RFC 3339 text; Alt+Down opens the picker, Ctrl+; puts the time it is now."""

    def __init__(self, text: str, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, hint=hint or "2026-11-21T13:45:00+01:00", parent=parent)
        self.popup_open = False
        self._pick = self.addAction(icons.icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
        self._pick.setObjectName("valueEditorPick")
        self._pick.setToolTip("Choose date, time and time zone (Alt+Down)")
        icons.bind(self._pick, "calendar")
        self._now = self.addAction(icons.icon("clock"), QLineEdit.ActionPosition.TrailingPosition)
        self._now.setObjectName("valueEditorNow")
        self._now.setToolTip("Now (Ctrl+;)")
        icons.bind(self._now, "clock")
        self._pick.triggered.connect(self.pick)
        self._now.triggered.connect(self.now)

    def set_read_only(self, on: bool) -> None:
        """Show the value without letting it be changed."""
        super().set_read_only(on)
        self._pick.setVisible(not on)
        self._now.setVisible(not on)

    def now(self) -> None:
        """The time it is, in this machine's time zone."""
        self.put(moment_text(datetime.now(UTC).astimezone()))

    def pick(self) -> None:
        """Open the picker; what is chosen there is committed."""
        if self.isReadOnly():
            return
        self.popup_open = True  # a cell's delegate must not take the focus that goes for an end
        picker = MomentPicker(self.value(), self.window())
        picker.accepted.connect(lambda: self.put(picker.text()))
        picker.finished.connect(self._picked)
        picker.open()

    def _picked(self) -> None:
        self.popup_open = False
        self.setFocus()

    def keyPressEvent(self, event: object) -> None:
        key, modifiers = event.key(), event.modifiers()  # type: ignore[attr-defined]
        if key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and modifiers & Qt.KeyboardModifier.AltModifier):
            self.pick()
            return
        if key == Qt.Key.Key_Semicolon and modifiers & Qt.KeyboardModifier.ControlModifier and not self.isReadOnly():
            self.now()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]


class MomentPicker(QDialog):
    """Calendar, clock and time zone; `text()` is the date-and-time chosen."""

    def __init__(self, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        named(self, "momentPicker", "Date and time")
        self.setWindowTitle("Date and time")
        before = moment(text)
        start = before or datetime.now(UTC).astimezone().replace(microsecond=0)
        layout = column(self)
        body = named(QWidget(), "momentBody", "Date and time", role="dialog-body")
        inside = column(body, margins=(16, 16, 16, 12), spacing=12)
        self.calendar = named(QCalendarWidget(), "momentCalendar", "Date")
        self.calendar.setGridVisible(False)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setSelectedDate(QDate(start.year, start.month, start.day))
        inside.addWidget(self.calendar)
        line = row(spacing=8)
        self.clock = named(QTimeEdit(QTime(start.hour, start.minute, start.second)), "momentClock", "Time")
        self.clock.setDisplayFormat("HH:mm:ss")
        self.zone = named(QComboBox(), "momentZone", "Time zone")
        self._fill_zones(text, start)
        caption = label("Time", "momentClockLabel", kind="label")
        caption.setBuddy(self.clock)
        zone = label("Zone", "momentZoneLabel", kind="label")
        zone.setBuddy(self.zone)
        for widget in (caption, self.clock, zone):
            line.addWidget(widget)
        line.addWidget(self.zone, 1)
        inside.addLayout(line)
        layout.addWidget(body)
        foot = named(QWidget(), "momentFoot", "Buttons", role="dialog-foot")
        buttons = row(foot, margins=(16, 10, 16, 10), spacing=8)
        buttons.addStretch(1)
        cancel = push_button("Cancel", "momentCancel")
        self.take = push_button("Use this time", "momentTake", role="primary")
        self.take.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(self.take)
        layout.addWidget(foot)
        self.calendar.setFocus()

    def _fill_zones(self, text: str, start: datetime) -> None:
        self.zone.setMaxVisibleItems(14)
        for zone in ZONES:
            self.zone.addItem("UTC" if zone == "Z" else f"UTC{zone}", zone)
        self.zone.addItem("not known (-00:00)", UNKNOWN)
        here = UNKNOWN if text.strip().endswith(UNKNOWN) else moment_text(start)[19:]
        at = self.zone.findData(here)
        if at < 0:
            self.zone.insertItem(0, f"UTC{here}", here)
            at = 0
        self.zone.setCurrentIndex(at)

    def text(self) -> str:
        """What is chosen, as date-and-time writes it."""
        date, clock, zone = self.calendar.selectedDate(), self.clock.time(), str(self.zone.currentData())
        offset = timedelta()
        if zone not in ("Z", UNKNOWN):
            minutes = int(zone[1:3]) * 60 + int(zone[4:6])
            offset = timedelta(minutes=-minutes if zone[0] == "-" else minutes)
        when = datetime(
            date.year(), date.month(), date.day(), clock.hour(), clock.minute(), clock.second(), tzinfo=timezone(offset)
        )  # fmt: skip
        return moment_text(when, unknown_zone=zone == UNKNOWN)
