"""About the program, and the list of all keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui._generated.ui_about import Ui_AboutDialog
from netconf_gui.gui._generated.ui_keys import Ui_KeysDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.error_report import environment
from netconf_gui.gui.theme import theme


class AboutDialog(FormDialog):
    """Versions of the program and of what it stands on, to copy."""

    def __init__(self, parent: QWidget | None, facts: Iterable[str]) -> None:
        """`facts`: lines about this installation, such as the keyring in use and the settings folder."""
        super().__init__(Ui_AboutDialog, parent)
        self.set_head("info", "accent_text", "netconf_gui", self.ui.subtitleLabel.text())
        self.ui.headIcon.setProperty("iconName", "")
        self.ui.headIcon.setPixmap(icons.logo(theme().px(48), self.devicePixelRatioF()))
        self.ui.versionsText.setPlainText("\n".join([environment(), *facts]))
        self.ui.copyButton.clicked.connect(self._copy)
        self.ui.closeButton.clicked.connect(self.accept)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.ui.versionsText.toPlainText())


class KeysDialog(FormDialog):
    """Every action and its keys, with a filter."""

    def __init__(self, parent: QWidget | None, actions: Iterable[QAction]) -> None:
        super().__init__(Ui_KeysDialog, parent)
        keys = self.ui.keysList
        keys.setHeaderLabels(["Action", "Keys"])
        keys.header().setObjectName("keysHeader")
        keys.header().setAccessibleName("Key columns")
        keys.setRootIsDecorated(False)
        keys.setUniformRowHeights(True)
        seen = set()
        for act in actions:
            words = act.text().replace("&", "").rstrip("…")
            combos = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in act.shortcuts()]
            if not combos or (words, combos[0]) in seen:
                continue
            seen.add((words, combos[0]))
            line = QTreeWidgetItem([words, ", ".join(combos)])
            line.setFont(1, theme().mono())
            keys.addTopLevelItem(line)
        keys.setColumnWidth(0, theme().px(330))
        self.ui.filterField.textChanged.connect(self._filter)
        self.ui.closeButton.clicked.connect(self.accept)
        self.ui.filterField.setFocus(Qt.FocusReason.OtherFocusReason)

    def _filter(self, text: str) -> None:
        keys = self.ui.keysList
        for at in range(keys.topLevelItemCount()):
            line = keys.topLevelItem(at)
            line.setHidden(text.casefold() not in f"{line.text(0)} {line.text(1)}".casefold())
