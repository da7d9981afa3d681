"""Numbers pinned from a device's state, drawn over time: legend, rate or value, export."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QListWidget, QListWidgetItem, QWidget

from netconf_gui.cancel import CancelToken
from netconf_gui.config.table_text import to_csv
from netconf_gui.gui.forms import column, fix_height, label, named, row, tool_button
from netconf_gui.gui.plot import Curve, PlotView
from netconf_gui.gui.plot_scale import exact
from netconf_gui.gui.tasks import Report, TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Segments
from netconf_gui.services.series import Series, to_rows
from netconf_gui.workspace.files import PRIVATE_FILE, write_atomically

SPANS: tuple[tuple[str, float | None], ...] = (
    ("1 minute", 60.0),
    ("5 minutes", 300.0),
    ("15 minutes", 900.0),
    ("1 hour", 3600.0),
    ("All", None),
)


class _Legend(QListWidget):
    """The series; Del takes one out."""

    remove_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class PlotPanel(QWidget):
    """Several series in one picture; `removed(path)`: a series is no longer wanted; `told(text)`, `failed(error)`."""

    removed = Signal(str)
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, manager: TaskManager) -> None:
        super().__init__()
        named(self, "plotPanel", "Plot of pinned numbers", role="pane")
        self._manager = manager
        self._series: dict[str, Series] = {}
        self._numbers: dict[str, int] = {}
        self._until: float | None = None  # where the picture stands still
        self.view = PlotView()
        self.view.empty_text = "Numbers are drawn from the second reading on. Turn on refreshing, or press F5."
        self.view.reading.connect(lambda _when: self._say())
        self.legend = named(_Legend(), "plotLegend", "Series")
        self.legend.setIconSize(QSize(theme().px(14), theme().px(10)))
        self.legend.setWordWrap(True)
        self.legend.remove_wanted.connect(self.remove_current)
        layout = column(self)
        layout.addWidget(self._bar())
        both = row()
        both.addWidget(self.view, 3)
        both.addWidget(self.legend, 1)
        layout.addLayout(both, 1)
        theme().changed.connect(self.refresh)

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "plotBar", "Plot", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(8, 0, 8, 0), spacing=8)
        choices = (("rate", "Rate", ""), ("value", "Value", ""))
        self.mode = Segments("plotMode", "What of counters is drawn", choices)
        self.mode.chosen.connect(lambda _key: self.refresh())
        self.span = named(QComboBox(), "plotSpan", "How far back")
        for text, seconds in SPANS:
            self.span.addItem(text, seconds)
        self.span.setCurrentIndex(1)
        self.span.currentIndexChanged.connect(lambda _at: self.refresh())
        self.pause = tool_button("Hold the picture; numbers go on being read", "plotPause", icon="pause", text="Hold")
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._hold)
        self.remove = tool_button("Take the chosen series out (Del)", "plotRemove", icon="delete", text="Remove")
        self.remove.clicked.connect(self.remove_current)
        self.csv = tool_button("Save all samples as CSV", "plotCsv", icon="export", text="CSV…")
        self.csv.clicked.connect(lambda: self._ask("csv", "CSV (*.csv)"))
        self.png = tool_button("Save the picture as PNG", "plotPng", icon="export", text="PNG…")
        self.png.clicked.connect(lambda: self._ask("png", "PNG (*.png)"))
        for button in (self.pause, self.remove, self.csv, self.png):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self.mode, self.span, self.pause):
            inside.addWidget(widget)
        self.state = label("", "plotState", kind="hint")
        inside.addWidget(self.state)
        inside.addStretch(1)
        for widget in (self.remove, self.csv, self.png):
            inside.addWidget(widget)
        return bar

    # series

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(self._series.values())

    def pin(self, series: Series) -> None:
        """Draw one more; a path is drawn once."""
        if series.path in self._series:
            return
        used = set(self._numbers.values())
        self._numbers[series.path] = next(number for number in range(len(used) + 1) if number not in used)
        self._series[series.path] = series
        self.refresh()
        self.legend.setCurrentRow(self.legend.count() - 1)

    def unpin(self, path: str) -> None:
        if self._series.pop(path, None) is not None:
            del self._numbers[path]
            self.removed.emit(path)
            self.refresh()

    def remove_current(self) -> None:
        """Take the series out that is chosen in the legend."""
        item = self.legend.currentItem()
        if item is not None:
            self.unpin(str(item.data(Qt.ItemDataRole.UserRole)))

    def _hold(self, on: bool) -> None:
        self._until = time.time() if on else None
        self.refresh()

    # showing

    def refresh(self) -> None:
        """Draw what there is now."""
        rate = self.mode.current == "rate"
        curves = [
            Curve(one.label, self._shown(one, rate=rate), self._numbers[one.path], _units(one, rate=rate))
            for one in self._series.values()
        ]
        seconds = self.span.currentData()
        self.view.show_curves(curves, self._until, seconds)
        self._say()

    def _shown(self, series: Series, *, rate: bool) -> list[tuple[float, float | None]]:
        points = series.points(rate=rate)
        return points if self._until is None else [one for one in points if one[0] <= self._until]

    def _say(self) -> None:
        """Legend, with what each series says at the line or now."""
        at = self.legend.currentRow()
        readings = self.view.readings()
        while self.legend.count() > len(readings):
            self.legend.takeItem(self.legend.count() - 1)
        for number, ((path, _), (curve, value)) in enumerate(zip(self._series.items(), readings, strict=True)):
            item = self.legend.item(number)
            if item is None:
                item = QListWidgetItem()
                self.legend.addItem(item)
            text = "no value" if value is None else f"{exact(value)} {curve.units}".strip()
            item.setText(f"{curve.label}\n{text}")
            item.setToolTip(path)
            item.setIcon(_swatch(curve))
            item.setData(Qt.ItemDataRole.UserRole, path)
        if at >= 0:
            self.legend.setCurrentRow(min(at, self.legend.count() - 1))
        held = self._until is not None
        self.state.setText(time.strftime("Held at %H:%M:%S", time.localtime(self._until)) if held else "")
        self.state.setAccessibleName(self.state.text() or "not held")
        for button in (self.remove, self.csv, self.png):
            button.setEnabled(bool(self._series))

    # export

    def _ask(self, suffix: str, kinds: str) -> None:
        title = f"Export as {suffix.upper()}"
        chooser = named(QFileDialog(self, title, "", f"{kinds};;All files (*)"), f"{suffix}ExportDialog", title)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setFileMode(QFileDialog.FileMode.AnyFile)
        chooser.setDefaultSuffix(suffix)
        chooser.selectFile(f"plot.{suffix}")
        export = self.export_csv if suffix == "csv" else self.export_png
        chooser.fileSelected.connect(lambda name: export(Path(name)))
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def export_csv(self, path: Path) -> None:
        """Write all samples: time in UTC, then values, and rates of counters."""
        rows = to_rows(self.series)

        def write(cancel: CancelToken, report: Report) -> None:
            write_atomically(path, to_csv(rows).encode(), mode=_mode(path))

        task = self._manager.run(write, title=f"Export {path.name}", subject=str(path.parent))
        task.done.connect(lambda _result: self.told.emit(f"Exported {len(rows) - 1:,} samples to {path}."))
        task.failed.connect(self.failed)

    def export_png(self, path: Path) -> None:
        """Save the picture with its legend, as it is seen."""
        whole = QPixmap(self.size() * self.devicePixelRatioF())
        whole.setDevicePixelRatio(self.devicePixelRatioF())
        whole.fill(theme().color("surface"))
        painter = QPainter(whole)
        for part in (self.view, self.legend):
            painter.drawPixmap(part.pos(), part.grab())
        painter.end()
        top = self.view.pos().y()
        ratio = whole.devicePixelRatio()
        whole = whole.copy(0, round(top * ratio), whole.width(), whole.height() - round(top * ratio))
        if whole.save(str(path), "PNG"):
            self.told.emit(f"Saved the picture to {path}.")
        else:
            self.told.emit(f"{path} could not be written. Save it in another folder.")


def _units(series: Series, *, rate: bool) -> str:
    if rate and series.kind.is_counter:
        return f"{series.kind.units}/s" if series.kind.units else "/s"
    return series.kind.units


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777 if path.exists() else PRIVATE_FILE


def _swatch(curve: Curve) -> QIcon:
    """A short piece of the curve's line."""
    look = theme()
    picture = QPixmap(look.px(14), look.px(10))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(QPen(look.color(curve.ink), look.px(3), curve.dash))
    painter.drawLine(0, look.px(5), look.px(14), look.px(5))
    painter.end()
    return QIcon(picture)
