"""The rules that colour notifications or tell the desktop: a list in order, and its buttons.

Lives here: the list.  Does not live here: one rule's form (`dialogs/notification_rule`), the file
(`workspace.event_rules`), what rules match (`services.event_search`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from netconf_gui.gui.forms import action, column, named
from netconf_gui.gui.models.plain_table import Line
from netconf_gui.gui.panes.device_page_parts import TablePart
from netconf_gui.gui.widgets import Notice
from netconf_gui.workspace.event_rules import EventFilter, EventRule

HEADERS = ("Rule", "Matches", "Colour", "Desktop", "At work")
_WIDTHS = (200, 460, 88, 88)
_WORDS = (
    ("text", "with “{}”"),
    ("xpath", "where {}"),
    ("path", "below {}"),
    ("severity", "{} and above"),
    ("device", "of {}"),
    ("stream", "on {}"),
    ("name", "called {}"),
    ("kind", "of the kind {}"),
)


def filter_words(wanted: EventFilter) -> str:
    """A filter as people say it."""
    words = [text.format(value) for field, text in _WORDS if (value := getattr(wanted, field))]
    return ", ".join(words) if words else "nothing yet"


class RulesPage(QWidget):
    """`changed(rules)` when a person changed them; `edit_wanted(number or -1)` for the form of one."""

    changed = Signal(object)
    edit_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        named(self, "notificationRules", "Rules", role="pane")
        self.rules: tuple[EventRule, ...] = ()
        self.notice = Notice("notificationRulesNotice")
        self.add_action = self._make("&New rule…", "ruleAddAction", "add")
        self.edit_action = self._make("&Change…", "ruleEditAction", "edit")
        self.switch_action = self._make("Switch o&ff", "ruleSwitchAction", "hide")
        self.up_action = self._make("Move &up", "ruleUpAction", "move-up")
        self.down_action = self._make("Move &down", "ruleDownAction", "move-down")
        self.delete_action = self._make("&Delete", "ruleDeleteAction", "delete", "Del")
        buttons = [
            self.add_action,
            self.edit_action,
            self.switch_action,
            self.up_action,
            self.down_action,
            self.delete_action,
        ]
        self.part = TablePart("rules", "Rules", HEADERS, _WIDTHS, buttons=buttons)
        layout = column(self)
        layout.addWidget(self.notice)
        layout.addWidget(self.part, 1)
        self.add_action.triggered.connect(lambda: self.edit_wanted.emit(-1))
        self.edit_action.triggered.connect(lambda: self.edit_wanted.emit(self.at) if self.at >= 0 else None)
        self.switch_action.triggered.connect(self._switch)
        self.up_action.triggered.connect(lambda: self._move(-1))
        self.down_action.triggered.connect(lambda: self._move(1))
        self.delete_action.triggered.connect(self._delete)
        self.part.activated.connect(lambda _line: self.edit_action.trigger())
        self.part.menu_wanted.connect(self._menu)
        self.part.current_changed.connect(self._follow)
        self.show_rules((), "")

    def _make(self, text: str, name: str, icon: str, keys: str = "") -> QAction:
        made = action(self, text, name, icon=icon, shortcut=keys or None)
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(made)
        return made

    def show_rules(self, rules: Sequence[EventRule], problem: str) -> None:
        """Show these; `problem` says which of them are not at work, and why."""
        at = self.at
        self.rules = tuple(rules)
        made = [
            Line(
                (
                    rule.title,
                    filter_words(rule.match),
                    rule.colour or "none",
                    "yes" if rule.notify else "no",
                    "yes" if rule.active else "no",
                ),
                number,
                ink="" if rule.active else "text3",
            )
            for number, rule in enumerate(self.rules)
        ]
        self.part.show_lines(
            made, "A rule colours notifications, or tells the desktop of them. The first one that matches decides."
        )
        self.part.empty.title.setText("No rules")
        self.notice.say("warning", problem)
        if self.rules:
            self.part.choose(min(max(at, 0), len(self.rules) - 1))
        self._follow()

    @property
    def at(self) -> int:
        """The number of the rule under the cursor; -1 for none."""
        found = self.part.current()
        return found if isinstance(found, int) else -1

    def _follow(self) -> None:
        at = self.at
        for act in (self.edit_action, self.switch_action, self.delete_action):
            act.setEnabled(at >= 0)
        self.up_action.setEnabled(at > 0)
        self.down_action.setEnabled(0 <= at < len(self.rules) - 1)
        active = 0 <= at < len(self.rules) and self.rules[at].active
        self.switch_action.setText("Switch o&ff" if active else "Switch o&n")

    def _tell(self, rules: Sequence[EventRule], at: int) -> None:
        self.changed.emit(tuple(rules))
        if self.rules:
            self.part.choose(min(max(at, 0), len(self.rules) - 1))

    def _switch(self) -> None:
        at = self.at
        if at >= 0:
            rules = list(self.rules)
            rules[at] = replace(rules[at], active=not rules[at].active)
            self._tell(rules, at)

    def _move(self, by: int) -> None:
        at = self.at
        if 0 <= at + by < len(self.rules) and at >= 0:
            rules = list(self.rules)
            rules[at], rules[at + by] = rules[at + by], rules[at]
            self._tell(rules, at + by)

    def _delete(self) -> None:
        at = self.at
        if at >= 0:
            self._tell([rule for number, rule in enumerate(self.rules) if number != at], at)

    def _menu(self, spot: QPoint) -> None:
        menu = named(QMenu(self), "ruleMenu", "What to do with this rule")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.part.actions_)
        menu.popup(spot)
