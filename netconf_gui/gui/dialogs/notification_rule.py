"""One rule for notifications as a form: what it matches, in which colour it is shown, whether the desktop is told.

Lives here: the form, and the rule that suits an event.  Does not live here: the list of rules.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from netconf_gui.errors import ConfigError
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint
from netconf_gui.gui.forms import named, push_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice
from netconf_gui.services.event_search import Matcher
from netconf_gui.services.notifications import Event, Severity
from netconf_gui.workspace.event_rules import COLOURS, EventFilter, EventRule

_FIELDS = (
    ("name", "Notification", "Its name, such as alarm-notification."),
    ("device", "Device", "The device's name; nothing means all of them."),
    ("stream", "Stream", ""),
    ("text", "Text", "Looked for in words, names, paths and XML."),
    ("path", "Below the node", "The beginning of the path that it is about, such as /interfaces/interface."),
    ("xpath", "XPath", "True of the notification, such as /port-state-changed[oper-status='down']."),
)


def rule_from(event: Event) -> EventRule:
    """A rule for such events."""
    match = EventFilter(name=event.name, device=event.device)
    bad = event.severity.rank >= Severity.MAJOR.rank
    return EventRule(f"{event.name} of {event.device}", match, colour="red" if bad else "orange")


class RuleDialog(FormDialog):
    """Object name `notificationRuleDialog`; `accepted_rule(EventRule)`."""

    accepted_rule = Signal(object)

    def __init__(self, parent: QWidget | None, rule: EventRule, *, new: bool) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("notificationRuleDialog")
        title = "New rule" if new else "Change the rule"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head("filter", "accent_text", title, "All of what is filled in must hold; what is empty says nothing.")
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self._rule = rule
        rows = FormRows()
        self.ui.bodyLayout.insertLayout(1, rows)
        self.notice = Notice("ruleNotice")
        self.ui.bodyLayout.insertWidget(2, self.notice)
        self.title = named(QLineEdit(rule.title), "ruleTitle", "Title")
        rows.add("Title", "ruleTitleRow", self.title, buddy=self.title)
        self.fields: dict[str, QLineEdit] = {}
        for key, words, help_ in _FIELDS:
            line = self.fields[key] = named(QLineEdit(getattr(rule.match, key)), f"rule_{key}", words)
            if key in ("path", "xpath"):
                line.setFont(theme().mono())
            rows.add(words, f"rule_{key}Row", line, hint(help_, f"rule_{key}Hint"), buddy=line)
            line.textChanged.connect(self._follow)
        self.severity = named(QComboBox(), "ruleSeverity", "Severity")
        self.severity.addItem("Any", "")
        for one in (Severity.WARNING, Severity.MINOR, Severity.MAJOR, Severity.CRITICAL):
            self.severity.addItem(f"{one.value.capitalize()} and above", one.value)
        self.severity.setCurrentIndex(max(0, self.severity.findData(rule.match.severity)))
        rows.add("Severity", "ruleSeverityRow", self.severity, buddy=self.severity)
        self.colour = named(QComboBox(), "ruleColour", "Colour")
        for name in COLOURS:
            self.colour.addItem(name.capitalize() or "None", name)
        self.colour.setCurrentIndex(max(0, self.colour.findData(rule.colour)))
        rows.add("Colour", "ruleColourRow", self.colour, buddy=self.colour)
        self.notify = named(QCheckBox("Tell the desktop when one comes"), "ruleNotify", "Tell the desktop")
        self.notify.setChecked(rule.notify)
        rows.add("", "ruleNotifyRow", self.notify)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        self.act = push_button("Keep the rule", "ruleButton", role="primary")
        self.act.setDefault(True)
        self.act.clicked.connect(self._accept)
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(self.act)
        self.title.textChanged.connect(self._follow)
        for combo in (self.severity, self.colour):
            combo.currentIndexChanged.connect(self._follow)
        self.notify.toggled.connect(self._follow)
        self._follow()
        self.title.setFocus()
        self.resize(theme().px(560), self.sizeHint().height())

    def rule(self) -> EventRule:
        """What the fields say; raises `ConfigError` that says what is wrong."""
        match = EventFilter(
            **{key: line.text().strip() for key, line in self.fields.items()},
            severity=str(self.severity.currentData() or ""),
            kind=self._rule.match.kind,
        )
        if not self.title.text().strip():
            raise ConfigError("Give the rule a title.")
        if match.empty:
            raise ConfigError("Fill in at least one thing that it matches.")
        Matcher(match)
        colour, notify = str(self.colour.currentData() or ""), self.notify.isChecked()
        if not colour and not notify:
            raise ConfigError("Choose a colour, or have the desktop told: else the rule does nothing.")
        return EventRule(self.title.text().strip(), match, colour, notify, self._rule.active)

    def _follow(self, *_what: object) -> None:
        try:
            self.rule()
        except ConfigError as error:
            self.notice.say("info", error.full_text())
            self.act.setEnabled(False)
            return
        self.notice.say("info", "")
        self.act.setEnabled(True)

    def _accept(self) -> None:
        self.accepted_rule.emit(self.rule())
        self.accept()
