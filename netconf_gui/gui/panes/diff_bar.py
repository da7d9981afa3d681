"""The bars over a review: how it is shown, what is filtered, the way through the changes, export and apply."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from netconf_gui.gui.forms import column, fix_height, label, named, push_button, row, tool_button
from netconf_gui.gui.models.diff_outline import KINDS
from netconf_gui.gui.models.diff_tree import MARKS
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import Segments

MODES = (("tree", "Tree", "tree"), ("side", "Side by side", "columns"), ("unified", "Unified", "list"))
_VERB = re.compile(r"(^|\. )(Adds|Removes|Changes|Moves) ")
# who has words: views, buttons, how it is sent; Apply always has
_WORDS = ((True, True, True), (True, False, True), (False, False, True), (False, False, False))


class DiffBar(QWidget):
    """Object name `diffBar`; what the buttons do is connected by the pane."""

    def __init__(self) -> None:
        super().__init__()
        self._fitted: tuple[object, ...] = ()  # what the words were fitted to last
        named(self, "diffBar", "Review", role="bar")
        fix_height(self, SIZES.bar + 4)
        # words give way where there is little room, see _fit
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = row(self, margins=(8, 0, 8, 0), spacing=8)
        self.modes = Segments("diffModes", "How differences are shown", MODES)
        self.only = tool_button("Changes only", "diffOnly", icon="filter", text="Changes only", checkable=True)
        self.only.setChecked(True)
        self.previous = tool_button("Previous change", "previousChange", icon="up")
        self.position = label("", "changePosition", kind="label")
        self.next = tool_button("Next change", "nextChange", icon="down")
        self.ask = tool_button("Ask the device", "askDeviceButton", icon="device", text="Ask the device")
        self.export = tool_button("Export the differences", "diffExport", icon="export", text="Export")
        for button in (self.ask, self.export):
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.ask.hide()
        self.options = tool_button("Apply with options…", "applyOptionsButton", icon="settings")
        self.apply_button = push_button("Apply…", "applyButton", icon="apply", role="primary")
        line.addWidget(self.modes)
        line.addStretch(1)
        for widget in (self.only, self.previous, self.position, self.next, self.ask, self.export, self.options):
            line.addWidget(widget)
        line.addWidget(self.apply_button)

    def offer_asking(self, on: bool) -> None:
        """Whether the device can be asked."""
        self.ask.setVisible(on)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.StyleChange):
            self._fit()  # a button has another text, such as the guard's
        return done

    def _fit(self) -> None:
        """No word is cut: where there is little room, the buttons give up theirs, then the views."""
        texts = (self.options.text(), self.position.text(), self.apply_button.text(), self.ask.isHidden())
        # a button has another size once its style is known
        fitted = (self.width(), self.apply_button.sizeHint().width(), *texts)
        if fitted == self._fitted:
            return
        self._fitted = fitted
        line = self.layout()
        for views, buttons, way in _WORDS:
            self.options.setToolButtonStyle(_style(way and bool(self.options.text())))
            self.options.updateGeometry()
            self.modes.set_style(_style(views))
            self.modes.updateGeometry()  # or the layout goes on with the size it had
            for button in (self.only, self.ask, self.export):
                button.setToolButtonStyle(_style(buttons))
                button.updateGeometry()
            if line is None:
                return
            line.invalidate()
            if line.sizeHint().width() <= self.width():
                return


def _style(words: bool) -> Qt.ToolButtonStyle:
    return Qt.ToolButtonStyle.ToolButtonTextBesideIcon if words else Qt.ToolButtonStyle.ToolButtonIconOnly


class DiffCounts(QWidget):
    """How many of each kind, as chips that filter, and all of it in words; `chosen(kinds)` when a chip is clicked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "diffSummaryBox", "In words", role="bar")
        inside = column(self, margins=(12, 8, 12, 8), spacing=6)
        line = row(spacing=8)
        self.chips: dict[str, QToolButton] = {}
        for kind in KINDS:
            chip = self.chips[kind] = named(QToolButton(), f"{kind}Chip", kind)
            chip.setProperty("chip", kind)
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            chip.setToolTip(f"Show only what was {kind}")
            chip.clicked.connect(lambda: self.chosen.emit(self.kinds))
            chip.hide()
            line.addWidget(chip)
        line.addStretch(1)
        inside.addLayout(line)
        self.summary = label("", "diffSummary", wrap=True)
        self.summary.setTextFormat(Qt.TextFormat.RichText)
        self.summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside.addWidget(self.summary)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those whose chips are pressed; all, if none is."""
        pressed = tuple(kind for kind, chip in self.chips.items() if chip.isChecked())
        return pressed or KINDS

    def show_counts(self, counts: Mapping[str, int], words: str) -> None:
        """Show numbers and words; a kind that is not there any more filters nothing."""
        for kind, chip in self.chips.items():
            count = counts[kind]
            chip.setText(f"{MARKS[kind]} {count:,} {kind}")
            chip.setAccessibleName(f"{count:,} {kind}")
            chip.setVisible(bool(count))
            if not count:
                chip.setChecked(False)
        # what is done stands out; names and values are anybody's text
        self.summary.setText(_VERB.sub(r"\1<b>\2</b> ", html.escape(words)))
        self.summary.setAccessibleName(words)
        self.setVisible(any(counts.values()))
