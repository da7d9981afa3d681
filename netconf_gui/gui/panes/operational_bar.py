"""The bar over a device's state: which part is read, of which origin, how often; its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame

from netconf_gui.gui.forms import fix_height, named, row, tool_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES

INTERVALS: tuple[tuple[str, float | None], ...] = (
    ("Refresh by hand", None),
    ("Every second", 1.0),
    ("Every 2 s", 2.0),
    ("Every 5 s", 5.0),
    ("Every 10 s", 10.0),
    ("Every 30 s", 30.0),
    ("Every minute", 60.0),
)
# RFC 8342, section 7: what it says about a value that is in use
ORIGINS: tuple[tuple[str, str, str], ...] = (
    ("Any origin", "", "Everything that is in use, and state"),
    ("Intended", "intended", "Configured: from the intended datastore"),
    ("System", "system", "Provided by the system itself"),
    ("Learned", "learned", "Learned from others, by a protocol or a neighbour"),
    ("Default", "default", "In use because nobody set anything else"),
    ("Dynamic", "dynamic", "From a dynamic configuration datastore"),
    ("Unknown", "unknown", "The device does not know where it comes from"),
)


class OperationalBar(QFrame):
    """Widgets side by side; what they do is the view's."""

    path_chosen = Signal()
    interval_chosen = Signal()
    origin_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "operationalBar", "What is read and when", role="bar")
        fix_height(self, SIZES.bar)
        inside = row(self, margins=(8, 0, 8, 0), spacing=8)
        self.subtree = named(QComboBox(), "operationalPath", "Which part is read")
        self.subtree.setEditable(True)
        self.subtree.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.subtree.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.subtree.setMinimumContentsLength(24)
        self.subtree.setMaxVisibleItems(20)
        line = self.subtree.lineEdit()
        assert line is not None
        named(line, "operationalPathLine", "Which part is read")
        line.setFont(theme().mono())
        line.setTextMargins(theme().px(6), 0, 0, 0)
        self.origin = named(QComboBox(), "operationalOrigin", "Values of which origin are read")
        for words, name, tip in ORIGINS:
            self.origin.addItem(words, name)
            self.origin.setItemData(self.origin.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.origin.setToolTip("Where the values that are in use come from (RFC 8342)")
        self.origin.hide()
        self.interval = named(QComboBox(), "operationalInterval", "How often it is read")
        for text, seconds in INTERVALS:
            self.interval.addItem(text, seconds)
        self.refresh = tool_button("Read all of it now (F5)", "operationalRefresh", icon="refresh", text="Refresh")
        self.pin = tool_button("Draw the number at the cursor over time (P)", "operationalPin", icon="pin", text="Pin")
        self.stop = tool_button("Stop reading", "operationalStop", icon="stop")
        inside.addWidget(self.subtree, 1)
        for widget in (self.origin, self.interval, self.refresh, self.stop, self.pin):
            inside.addWidget(widget)
        self.subtree.activated.connect(lambda _at: self.path_chosen.emit())
        line.returnPressed.connect(self.path_chosen)
        self.origin.activated.connect(lambda _at: self.origin_chosen.emit())
        self.interval.currentIndexChanged.connect(lambda _at: self.interval_chosen.emit())
        for button in (self.refresh, self.stop, self.pin):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
