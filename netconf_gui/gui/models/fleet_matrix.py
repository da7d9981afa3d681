"""The matrix of a fleet: devices down, stages across, what became of each in a mark and a word, live.

Lives here: `FleetMatrixModel`, fed with the events of a run.  Does not live here: the run (`services.fleet_run`), the
pane around it (`panes.fleet_matrix`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt

from netconf_gui.errors import Outcome, Stage
from netconf_gui.gui import icons
from netconf_gui.gui.models.apply_log import LogLine
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.rows import Role
from netconf_gui.gui.stage_words import OUTCOMES, TITLES
from netconf_gui.services.events import Event, GuardEvent, GuardState, Note, StageEvent, StageState

KEY = Qt.ItemDataRole.UserRole + 53
MOST_LINES = 1000  # of one device's log

# several stages share a column where people do not tell them apart
COLUMNS: tuple[tuple[str, tuple[Stage, ...]], ...] = (
    ("Lock", (Stage.PRECHECK, Stage.LOCK)),
    ("Compare", (Stage.COMPARE,)),
    ("Edit", (Stage.EDIT,)),
    ("Validate", (Stage.VALIDATE,)),
    ("Commit", (Stage.COMMIT,)),
    ("Probe", (Stage.PROBE,)),
    ("Confirm", (Stage.CONFIRM,)),
    ("Finish", (Stage.READBACK, Stage.STARTUP, Stage.DISCARD, Stage.UNLOCK, Stage.SNAPSHOT)),
)
_FIRST = 2  # column of the first stage, behind the device and how it ended
_COLUMN = {stage: number for number, (_, stages) in enumerate(COLUMNS) for stage in stages}
_MARKS = {
    StageState.RUNNING: ("timer", "accent"),
    StageState.OK: ("success", "success"),
    StageState.WARNING: ("warning", "warning"),
    StageState.FAILED: ("error", "error"),
    StageState.SKIPPED: ("nothing", "text3"),
}
_LINE_ICONS = {
    StageState.RUNNING: "timer",
    StageState.OK: "success",
    StageState.WARNING: "warning",
    StageState.FAILED: "error",
    StageState.SKIPPED: "info",
}
_RANK = (StageState.SKIPPED, StageState.OK, StageState.RUNNING, StageState.WARNING, StageState.FAILED)


@dataclass(slots=True)
class Cell:
    """One stage of one device; `words` are short, `text` is the whole sentence."""

    state: StageState | None = None
    words: str = ""
    text: str = ""


@dataclass(slots=True)
class FleetRow:
    """One device: its cells, its log, and how it ended."""

    key: str
    name: str
    side: str = ""
    cells: list[Cell] = field(default_factory=lambda: [Cell() for _ in COLUMNS])
    lines: list[LogLine] = field(default_factory=list)
    outcome: Outcome | None = None
    text: str = ""
    ok: bool = True


class FleetMatrixModel(FlatTable):
    """Columns: device, result, the stages."""

    headers = ("Device", "Result", *(title for title, _ in COLUMNS))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fleetMatrixModel")
        self.rows: list[FleetRow] = []
        self._at: dict[str, int] = {}

    def begin(self, devices: Sequence[tuple[str, str, str]]) -> None:
        """These devices, (key, name, side text), with nothing begun."""
        self.beginResetModel()
        self.rows = [FleetRow(key, name, side) for key, name, side in devices]
        self._at = {row.key: number for number, row in enumerate(self.rows)}
        self.endResetModel()

    def row(self, key: str) -> FleetRow | None:
        at = self._at.get(key)
        return self.rows[at] if at is not None else None

    def take(self, key: str, event: Event) -> None:
        """Something happened on a device."""
        at = self._at.get(key)
        if at is None:
            return
        row = self.rows[at]
        if isinstance(event, StageEvent):
            self._take_stage(at, row, event)
        elif isinstance(event, GuardEvent):
            self._take_guard(at, row, event)
        elif isinstance(event, Note):
            _log(row, "", event.text, "warning" if event.severity == "warning" else "info")

    def _take_stage(self, at: int, row: FleetRow, event: StageEvent) -> None:
        number = _COLUMN.get(event.stage)
        if number is not None:
            cell = row.cells[number]
            shared = len(COLUMNS[number][1]) > 1
            if not shared or cell.state is None or _RANK.index(event.state) >= _RANK.index(cell.state) or _over(cell):
                cell.state = event.state
                cell.words = _words(event)
                cell.text = f"{TITLES[event.stage]}: {event.text or cell.words}"
            self._changed(at, number + _FIRST)
        if event.state is not StageState.RUNNING:
            _log(row, TITLES[event.stage], event.text or event.state.value, _LINE_ICONS[event.state])
            for error in event.errors[:MOST_LINES]:
                words = " ".join((error.message or error.tag).split())
                _log(row, TITLES[event.stage], words, "error" if not error.is_warning else "warning", error.path or "")

    def _take_guard(self, at: int, row: FleetRow, event: GuardEvent) -> None:
        number = _COLUMN[Stage.CONFIRM]
        if event.state is GuardState.WAITING:
            row.cells[number] = Cell(StageState.RUNNING, event.state.value, event.text)
            self._changed(at, number + _FIRST)
        _log(row, "Guard", event.text or event.state.value, "timer" if event.state is GuardState.WAITING else "info")

    def wait(self) -> None:
        """All devices that hold the change wait for the person."""
        commit, confirm = _COLUMN[Stage.COMMIT], _COLUMN[Stage.CONFIRM]
        for at, row in enumerate(self.rows):
            if row.cells[commit].state in (StageState.OK, StageState.WARNING) and row.cells[confirm].state is None:
                row.cells[confirm] = Cell(StageState.RUNNING, "waiting", "Waiting for you to confirm.")
                self._changed(at, confirm + _FIRST)

    def finish(self, key: str, outcome: Outcome, text: str, *, ok: bool) -> None:
        """How it ended on a device."""
        at = self._at.get(key)
        if at is None:
            return
        row = self.rows[at]
        row.outcome, row.text, row.ok = outcome, text, ok
        for cell in row.cells:
            if cell.state is StageState.RUNNING:
                # nobody will tell how that stage ended
                cell.state, cell.words = StageState.WARNING, "stopped"
        _log(row, "Result", text, "success" if ok else "error")
        top, bottom = self.index(at, 0), self.index(at, self.columnCount() - 1)
        self.dataChanged.emit(top, bottom)

    def _changed(self, row: int, column: int) -> None:
        index = self.index(row, column)
        self.dataChanged.emit(index, index)

    # ------------------------------------------------------------------------------------------- what Qt asks for

    def size(self) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == KEY:
            return row.key
        if index.column() == 0:
            return _device_data(row, role)
        if index.column() == 1:
            return _result_data(row, role)
        return _cell_data(row, index.column() - _FIRST, role)


def _device_data(row: FleetRow, role: int) -> Any:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return row.name
    if role == Role.SIDE:
        return row.side
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon("device", "text2")
    if role == Qt.ItemDataRole.ToolTipRole:
        return f"{row.name}: {row.side}" if row.side else row.name
    return None


def _result_data(row: FleetRow, role: int) -> Any:
    if row.outcome is None:
        return None
    kind, words = OUTCOMES[row.outcome]
    if not row.ok and kind in ("success", "info"):
        kind = "error"
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return words
    if role == Role.INK:
        return kind
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon(kind, kind)
    if role == Qt.ItemDataRole.ToolTipRole:
        return row.text
    return None


def _cell_data(row: FleetRow, number: int, role: int) -> Any:
    cell = row.cells[number]
    if role == Qt.ItemDataRole.DisplayRole:
        return cell.words
    if role == Qt.ItemDataRole.AccessibleTextRole:
        title = COLUMNS[number][0]
        return f"{row.name}, {title}: {cell.state.value if cell.state else 'not begun'} {cell.words}".strip()
    if cell.state is None:
        return None
    icon, ink = _MARKS[cell.state]
    if role == Role.INK:
        return ink if cell.state in (StageState.FAILED, StageState.WARNING) else "text2"
    if role == Qt.ItemDataRole.DecorationRole:
        return icons.icon(icon, ink)
    if role == Qt.ItemDataRole.ToolTipRole:
        return cell.text
    return None


def _over(cell: Cell) -> bool:
    """Whether a shared cell may show another stage: what failed stays in sight."""
    return cell.state not in (StageState.FAILED, StageState.WARNING)


def _words(event: StageEvent) -> str:
    if event.state is StageState.OK:
        return f"{event.seconds:.1f} s"
    return event.state.value


def _log(row: FleetRow, stage: str, text: str, icon: str, path: str = "") -> None:
    if len(row.lines) < MOST_LINES:
        row.lines.append(LogLine(time.time(), stage, text, icon, path))
