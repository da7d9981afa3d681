"""The page *Access control* of a device: groups, rules, what this user may do, and the tester.

Lives here: the parts of the page and its buttons; it shows what it is given and says what a person wants.  Does not
live here: documents and sessions (`gui/nacm`), words (`gui/nacm_words`).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from netconf_gui.config.nacm import Decision, Evaluator, Nacm, Who
from netconf_gui.errors import ConfigError
from netconf_gui.gui import nacm_words as words
from netconf_gui.gui.dialogs.nacm import Completed
from netconf_gui.gui.forms import action, column, fix_height, label, named, push_button, row
from netconf_gui.gui.models.plain_table import Line
from netconf_gui.gui.nacm_words import Place
from netconf_gui.gui.panes.device_page_parts import TablePart
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tokens import SIZES
from netconf_gui.gui.widgets import ElidedLabel, EmptyState, Notice, Segments
from netconf_gui.yang.schema import Schema

PARTS = (("rules", "Rules", ""), ("groups", "Groups", ""), ("rights", "Your operations", ""))


class AccessPage(QWidget):
    """Object name `accessPage`; `wanted(what, Place or None)` by its buttons.

    What is wanted: add-group, add-list, add-rule, edit, remove, up, down.
    """

    wanted = Signal(str, object)
    document_wanted = Signal()

    def __init__(self, device_id: str, name: str) -> None:
        super().__init__()
        named(self, "accessPage", f"Access control of {name}", role="pane")
        self.device_id, self.name = device_id, name
        self.evaluator: Evaluator | None = None
        self.decision: Decision | None = None
        self._editable = False
        self._build_actions()
        self._build()
        self.show_nothing("Not connected", "Connect the device to see who may do what.")

    # ------------------------------------------------------------------------------------------------ building

    def _build_actions(self) -> None:
        def make(what: str, text: str, name: str, icon: str, keys: str = "", short: str = "") -> QAction:
            made = action(self, text, name, icon=icon, shortcut=keys or None)
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            if short:
                made.setIconText(short)
            made.triggered.connect(lambda: self.wanted.emit(what, self.place))
            self.addAction(made)
            return made

        self.add_rule = make("add-rule", "Add a &rule…", "accessAddRuleAction", "add", "Ins", "Rule")
        self.add_list = make("add-list", "Add a rule &list…", "accessAddListAction", "list", "", "List")
        self.add_group = make("add-group", "Add a &group…", "accessAddGroupAction", "add", "", "Group")
        self.edit = make("edit", "&Change…", "accessEditAction", "edit", "F2", "Change")
        self.up = make("up", "Move &up", "accessUpAction", "move-up", "Alt+Up", "Up")
        self.down = make("down", "Move &down", "accessDownAction", "move-down", "Alt+Down", "Down")
        self.remove = make("remove", "&Remove", "accessRemoveAction", "delete", "Del", "Remove")

    def _build(self) -> None:
        layout = column(self)
        layout.addWidget(self._bar())
        self.notice = Notice("accessNotice")
        layout.addWidget(self.notice)
        self._stack = named(QStackedWidget(), "accessStack", "Access control")
        self.empty = EmptyState("accessEmpty", "guard", "Not connected", "")
        self.open_button = self.empty.add_button(
            "Open the document", "accessOpenButton", self.document_wanted.emit, icon="tree"
        )
        self.rules = TablePart(
            "rules", "Rules", words.RULE_HEADERS, (190, 72, 150, 330, 150), mono=(3,),
            buttons=[self.add_rule, self.add_list, self.edit, self.up, self.down, self.remove],
        )  # fmt: skip
        self.groups = TablePart(
            "groups", "Groups", words.GROUP_HEADERS, (180, 260), buttons=[self.add_group, self.edit, self.remove]
        )
        self.rights = TablePart(
            "operations", "Rights", words.RIGHT_HEADERS, (220, 72, 190), mono=(0,), searched=True
        )  # fmt: skip
        self._parts: dict[str, QWidget] = {"rules": self.rules, "groups": self.groups, "rights": self.rights}
        self._tables = named(QStackedWidget(), "accessTables", "Groups and rules")
        for part in self._parts.values():
            self._tables.addWidget(part)
        split = named(QSplitter(Qt.Orientation.Vertical), "accessSplitter", "Rules and tester")
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme().px(4))
        split.addWidget(self._tables)
        split.addWidget(self._tester())
        split.setSizes([360, 300])
        self._stack.addWidget(self.empty)
        self._stack.addWidget(split)
        layout.addWidget(self._stack, 1)
        for part in (self.rules, self.groups):
            part.current_changed.connect(self._follow)
            part.activated.connect(lambda _line: self.edit.trigger())
            part.menu_wanted.connect(self._menu)

    def _bar(self) -> QWidget:
        bar = named(QFrame(), "accessBar", "What is shown", role="bar")
        fix_height(bar, SIZES.bar)
        inside = row(bar, margins=(8, 0, 12, 0), spacing=12)
        self.parts = Segments("accessParts", "What is shown", PARTS)
        self.parts.chosen.connect(self.choose)
        self.defaults = ElidedLabel("accessDefaults")
        self.defaults.setProperty("kind", "hint")
        inside.addWidget(self.parts)
        inside.addWidget(self.defaults, 1)
        return bar

    def _tester(self) -> QWidget:
        box = named(QFrame(), "accessTester", "May a user do this?", role="pane")
        layout = column(box)
        line = named(QWidget(), "accessTesterLine", "The question", role="bar")
        inside = row(line, margins=(12, 6, 12, 6), spacing=6)
        self.user = named(QComboBox(), "accessUser", "User")
        self.user.setEditable(True)
        self.user.setMinimumWidth(theme().px(120))
        self.outside = named(QLineEdit(), "accessOutside", "Groups from elsewhere")
        self.outside.setPlaceholderText("groups from elsewhere")
        self.outside.setToolTip("Groups that the device knows from elsewhere (RADIUS, say), separated by blanks")
        self.outside.setFixedWidth(theme().px(170))
        self.asked = named(QComboBox(), "accessAsked", "What")
        for key, text in words.ASKED:
            self.asked.addItem(text, key)
        self.target = Completed("accessTarget", "Node or name", self._complete)
        self.target.setPlaceholderText("/module:node, or the name of an operation or notification")
        self.ask_button = push_button("Test", "accessAskButton", role="primary")
        self.ask_button.setProperty("compact", True)
        inside.addWidget(label("May", "accessMay", kind="label"))
        inside.addWidget(self.user)
        inside.addWidget(self.outside)
        inside.addWidget(self.asked)
        inside.addWidget(self.target, 1)
        inside.addWidget(self.ask_button)
        self.answer = Notice("accessAnswer")
        self.steps = TablePart("steps", "Steps", words.STEP_HEADERS, (800,))
        layout.addWidget(line)
        layout.addWidget(self.answer)
        layout.addWidget(self.steps, 1)
        self.ask_button.clicked.connect(self.ask)
        self.target.returnPressed.connect(self.ask)
        self.asked.currentIndexChanged.connect(self._asked_chosen)
        self.steps.show_lines(
            [], "Ask who may do what: every rule that was looked at is listed here, the last one decides."
        )
        return box

    # ------------------------------------------------------------------------------------------------ what is shown

    @property
    def place(self) -> Place | None:
        """What the cursor of the table in front is on."""
        part = self._tables.currentWidget()
        found = part.current() if isinstance(part, TablePart) else None
        return found if isinstance(found, Place) else None

    def choose(self, part: str) -> None:
        """Show rules, groups or rights."""
        if self.parts.current != part:
            self.parts.choose(part)
        self._tables.setCurrentWidget(self._parts[part])
        self._follow()

    def show_nothing(self, title: str, text: str, *, can_open: bool = False) -> None:
        """There are no rules to show."""
        self.empty.say(title, text)
        self.open_button.setVisible(can_open)
        self._stack.setCurrentIndex(0)
        self.evaluator = None
        self.defaults.setText("")
        self.notice.say("info", "")
        self._follow()

    def show_rules(self, nacm: Nacm, schema: Schema | None, me: str, *, editable: bool, note: str = "") -> None:
        """The access control of the document, as it is edited there; `note` says what is to be known of it."""
        self._editable = editable
        self.evaluator = Evaluator(nacm, schema)
        self._stack.setCurrentIndex(1)
        self.notice.say("info", note)
        self.defaults.setText(words.default_words(nacm))
        self.rules.show_lines(words.rule_lines(nacm), "No rule list yet: add one for a group, then rules to it.")
        self.groups.show_lines(words.group_lines(nacm), "No group yet: rules are for groups of users.")
        users = dict.fromkeys([me, *(user for _, members in nacm.groups for user in members)])
        if [self.user.itemText(at) for at in range(self.user.count())] != list(users):
            now = self.user.currentText()
            self.user.clear()
            self.user.addItems([user for user in users if user])
            self.user.setCurrentText(now or me)
        self._follow()
        if self.decision is not None:
            self.ask()

    def show_rights(self, lines: Sequence[Line], nothing: str = "") -> None:
        """Which operations this user may invoke."""
        self.rights.show_lines(lines, nothing)

    def _follow(self) -> None:
        place, shown = self.place, self._stack.currentIndex() == 1
        able = shown and self._editable
        rules = self._tables.currentWidget() is self.rules
        self.add_list.setEnabled(able)
        self.add_group.setEnabled(able)
        self.add_rule.setEnabled(able and rules and place is not None)
        for act in (self.edit, self.remove):
            act.setEnabled(able and place is not None)
        for act in (self.up, self.down):
            act.setEnabled(able and rules and place is not None)

    def _menu(self, spot: QPoint) -> None:
        part = self._tables.currentWidget()
        if isinstance(part, TablePart):
            menu = named(QMenu(self), "accessMenu", "What can be done")
            menu.addActions(part.actions_)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(spot)

    # ------------------------------------------------------------------------------------------------ the tester

    def _complete(self, kind: str, text: str) -> Sequence[str]:
        return words.completions(self.evaluator.schema if self.evaluator is not None else None, kind, text)

    def _asked_chosen(self) -> None:
        key = str(self.asked.currentData())
        self.target.kind = key if key in ("rpc", "notification") else "path"

    def set_question(self, user: str, asked: str, target: str) -> None:
        """Fill the tester in, and answer."""
        self.user.setCurrentText(user)
        self.asked.setCurrentIndex(max(0, self.asked.findData(asked)))
        self.target.setText(target)
        self.ask()

    def ask(self) -> None:
        """Answer the question, step by step, with the cursor on the rule that decides."""
        if self.evaluator is None:
            return
        who = Who(self.user.currentText().strip(), tuple(self.outside.text().split()))
        asked, target = str(self.asked.currentData()), self.target.text()
        try:
            found = words.ask(self.evaluator, who, asked, target)
        except ConfigError as error:
            self.decision = None
            self.answer.say("warning", error.full_text())
            self.steps.show_lines([], "There is no answer yet.")
            return
        self.decision = found
        verdict = "Yes" if found.permitted else "No"
        self.answer.say("success" if found.permitted else "error", f"{verdict}. {found.words}")
        last = len(found.steps) - 1
        ink = "success" if found.permitted else "error"
        self.steps.show_lines(
            [Line((text,), at, ink=ink if at == last else "text2") for at, text in enumerate(found.steps)]
        )
        self.steps.choose(last)
        if found.rule is not None and found.rule_list is not None:
            self.choose("rules")
            self.rules.choose(Place("rule", found.rule_list.name, found.rule.name))
