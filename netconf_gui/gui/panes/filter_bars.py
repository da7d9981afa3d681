"""The bar of the filter page: by which operation, from which datastore, with which defaults; its buttons."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel

from netconf_gui.gui import icons
from netconf_gui.gui.forms import (
    fix_height,
    label,
    named,
    push_button,
    row,
    set_property,
    tool_button,
)
from netconf_gui.gui.tokens import SIZES
from netconf_gui.services.filters import GET, GET_CONFIG, GET_DATA, FilterOffer, FilterRequest

_OPERATIONS = {
    GET_CONFIG: ("get-config", "Configuration of a datastore (RFC 6241, section 7.1)"),
    GET: ("get", "Running configuration and state (RFC 6241, section 7.7)"),
    GET_DATA: ("get-data", "Any datastore, operational among them (RFC 8526, section 3.1.1)"),
}


class FilterBar(QFrame):
    """`chosen()` when something of it is another; what the buttons do is the page's."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "filterBar", "How it is read", role="bar")
        fix_height(self, SIZES.bar + 4)
        line = row(self, margins=(8, 0, 8, 0), spacing=8)
        self._offer: FilterOffer | None = None
        self.operation = named(QComboBox(), "filterOperation", "Operation")
        self.datastore = named(QComboBox(), "filterDatastore", "Datastore")
        self.defaults = named(QComboBox(), "filterDefaults", "Values that nobody set")
        for combo in (self.operation, self.datastore, self.defaults):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.keep = tool_button("Keep this filter under a name", "filterKeepButton", icon="favourite", text="Keep")
        self.clear = tool_button("Untick everything", "filterClearButton", icon="close", text="Clear")
        self.read = push_button("Read", "filterReadButton", icon="filter", role="primary")
        for combo in (self.operation, self.datastore, self.defaults):
            line.addWidget(combo)
        line.addStretch(1)
        for button in (self.clear, self.keep, self.read):
            line.addWidget(button)
        self.operation.currentIndexChanged.connect(lambda _at: self._operation_chosen())
        self.datastore.currentIndexChanged.connect(lambda _at: self.chosen.emit())
        self.defaults.currentIndexChanged.connect(lambda _at: self.chosen.emit())

    def show_offer(self, offer: FilterOffer) -> None:
        """What the device can do; what is chosen stays where it can."""
        if offer == self._offer:
            return
        before = self.choice
        self._offer = offer
        self.operation.blockSignals(True)
        self.operation.clear()
        for key in offer.operations:
            text, tip = _OPERATIONS[key]
            self.operation.addItem(text, key)
            self.operation.setItemData(self.operation.count() - 1, tip, 3)
        self.operation.setToolTip(offer.no_nmda or "How it is asked for")
        self.operation.blockSignals(False)
        self.defaults.clear()
        self.defaults.addItem("Defaults as the device reports them", "")
        for mode in offer.modes:
            self.defaults.addItem(f"Defaults: {mode}", mode)
        self.defaults.setEnabled(bool(offer.modes))
        no_modes = "The device does not announce the capability with-defaults (RFC 6243)."
        self.defaults.setToolTip("How values are reported that nobody set (RFC 6243)" if offer.modes else no_modes)
        self.show_choice(*before)

    @property
    def choice(self) -> tuple[str, str, str]:
        """Operation, datastore, with-defaults mode."""
        return (
            str(self.operation.currentData() or GET_CONFIG),
            str(self.datastore.currentData() or "running"),
            str(self.defaults.currentData() or ""),
        )

    def show_choice(self, operation: str, datastore: str, defaults: str) -> None:
        """Choose these, as far as the device offers them."""
        self.operation.setCurrentIndex(max(0, self.operation.findData(operation)))
        self._operation_chosen()
        self.datastore.setCurrentIndex(max(0, self.datastore.findData(datastore)))
        self.defaults.setCurrentIndex(max(0, self.defaults.findData(defaults)))

    def lacks(self, request: FilterRequest) -> str:
        """What a kept request asks for that this device does not have; "" if it has all."""
        if self.operation.findData(request.operation) < 0:
            return f"The device has no {request.operation}."
        if request.operation != GET and self.datastore.findData(request.datastore) < 0:
            return f"The device has no datastore {request.datastore}."
        if self.defaults.findData(request.with_defaults) < 0:
            return f"The device does not report defaults as {request.with_defaults}."
        return ""

    def _operation_chosen(self) -> None:
        offer, operation = self._offer, self.operation.currentData()
        if offer is None:
            return
        before = self.datastore.currentData()
        names = offer.nmda_datastores if operation == GET_DATA else offer.datastores
        self.datastore.blockSignals(True)
        self.datastore.clear()
        for name in names:
            self.datastore.addItem(name, name)
        self.datastore.setCurrentIndex(max(0, self.datastore.findData(before)))
        self.datastore.blockSignals(False)
        self.datastore.setVisible(operation != GET)
        self.chosen.emit()


class FilterBanner(QFrame):
    """The line over a document that is only part of a datastore; each button has its signal."""

    whole_wanted = Signal()
    change_wanted = Signal()
    again_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "filterBanner", "Only a part is shown", role="notice")
        set_property(self, "state", "info")
        line = row(self, margins=(12, 6, 8, 6), spacing=8)
        picture = named(QLabel(), "filterBannerIcon", "filter")
        icons.bind(picture, "filter", "info")
        self.text = label("", "filterBannerText", wrap=True)
        self.whole = push_button("Open whole document here", "filterWholeButton", icon="tree")
        self.change = push_button("Change the filter", "filterChangeButton", icon="edit")
        self.again = push_button("Read again", "filterAgainButton", icon="refresh")
        self.whole.setToolTip("All of the datastore, at the node under the cursor: that can be edited")
        self.change.setToolTip("Tick other nodes, or write the filter")
        self.again.setToolTip("Ask the device again with the same filter")
        line.addWidget(picture)
        line.addWidget(self.text, 1)
        for button in (self.whole, self.change, self.again):
            button.setProperty("compact", True)
            line.addWidget(button)
        self.whole.clicked.connect(self.whole_wanted)
        self.change.clicked.connect(self.change_wanted)
        self.again.clicked.connect(self.again_wanted)

    def say(self, text: str, *, connected: bool) -> None:
        """What the document is a part of; without a device nothing can be read."""
        self.text.setText(text)
        self.setAccessibleName(text)
        for button in (self.whole, self.change, self.again):
            button.setEnabled(connected)
