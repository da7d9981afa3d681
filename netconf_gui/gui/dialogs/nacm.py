"""Forms of access control: one rule, the name and members of a group, the name and groups of a rule list.

Lives here: the forms, with completion of what they are about.  Does not live here: putting it into a document
(`config.nacm_edits`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QHBoxLayout, QLineEdit, QWidget

from netconf_gui.config.nacm import OPERATIONS, Rule
from netconf_gui.errors import ConfigError
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint
from netconf_gui.gui.forms import named, push_button
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice

KINDS = (
    ("", "Everything of the module"),
    ("path", "A node and what is in it"),
    ("rpc", "An operation"),
    ("notification", "A notification"),
)
Completion = Callable[[str, str], Sequence[str]]
"""What can be written: (kind: path, rpc or notification; what is there so far) gives texts."""


class Completed(QLineEdit):
    """A line that offers what may come next; `kind` says of what."""

    def __init__(self, object_name: str, title: str, completion: Completion) -> None:
        super().__init__()
        named(self, object_name, title)
        self.kind = "path"
        self._completion = completion
        self._model = QStringListModel(self)
        completer = QCompleter(self._model, self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        popup = completer.popup()
        if popup is not None:
            named(popup, f"{object_name}Popup", f"{title}: what may come next")
        self.setCompleter(completer)
        self.setFont(theme().mono())
        self.textEdited.connect(self._offer)

    def _offer(self, text: str) -> None:
        self._model.setStringList(list(self._completion(self.kind, text)))


class _Form(FormDialog):
    """Rows, a notice, and two buttons; `problem` says why it cannot be kept yet."""

    def __init__(self, parent: QWidget | None, name: str, title: str, text: str, keep: str) -> None:
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head("guard", "accent_text", title, text)
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self.rows = FormRows()
        self.ui.bodyLayout.insertLayout(1, self.rows)
        self.notice = Notice(f"{name}Notice")
        self.ui.bodyLayout.insertWidget(2, self.notice)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        self.act = push_button(keep, "keepButton", role="primary")
        self.act.setDefault(True)
        self.ui.footLayout.addWidget(cancel)
        self.ui.footLayout.addWidget(self.act)

    def problem(self) -> str:
        return ""

    def follow(self, *_what: object) -> None:
        text = self.problem()
        self.notice.say("info", text)
        self.act.setEnabled(not text)


class NacmRuleDialog(_Form):
    """Object name `nacmRuleDialog`; `keep(Rule)` puts it in place, and raises `ConfigError` with what is wrong."""

    def __init__(
        self,
        parent: QWidget | None,
        rule: Rule,
        *,
        new: bool,
        modules: Sequence[str],
        completion: Completion,
        keep: Callable[[Rule], object],
    ) -> None:
        title = "New rule" if new else f"Change the rule {rule.name}"
        text = "The first rule that matches decides. Nothing is sent until you review and apply."
        super().__init__(parent, "nacmRuleDialog", title, text, "Add the rule" if new else "Keep the rule")
        self._put = keep
        self.name = named(QLineEdit(rule.name), "nacmRuleName", "Name")
        self.rows.add("Name", "nacmRuleNameRow", self.name, buddy=self.name)
        self.action = named(QComboBox(), "nacmRuleAction", "Action")
        for key, words in (("permit", "Permit"), ("deny", "Deny")):
            self.action.addItem(words, key)
        self.action.setCurrentIndex(self.action.findData(rule.action))
        self.rows.add("Action", "nacmRuleActionRow", self.action, buddy=self.action)
        self.operations: dict[str, QCheckBox] = {}
        boxes, line = named(QWidget(), "nacmRuleOperations", "Kinds of access"), QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        boxes.setLayout(line)
        for one in OPERATIONS:
            box = self.operations[one] = named(QCheckBox(one.capitalize()), f"nacmRule_{one}", one.capitalize())
            box.setChecked(one in rule.operations)
            box.toggled.connect(self.follow)
            line.addWidget(box)
        line.addStretch(1)
        self.rows.add("Access", "nacmRuleOperationsRow", boxes)
        self.module = named(QComboBox(), "nacmRuleModule", "Module")
        self.module.setEditable(True)
        self.module.addItems(["*", *modules])
        self.module.setCurrentText(rule.module)
        self.rows.add(
            "Module",
            "nacmRuleModuleRow",
            self.module,
            hint("* is every module.", "nacmRuleModuleHint"),
            buddy=self.module,
        )
        self.kind = named(QComboBox(), "nacmRuleKind", "About")
        for key, words in KINDS:
            self.kind.addItem(words, key)
        kind = "path" if rule.path else "rpc" if rule.rpc else "notification" if rule.notification else ""
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.rows.add("About", "nacmRuleKindRow", self.kind, buddy=self.kind)
        self.target = Completed("nacmRuleTarget", "Node or name", completion)
        self.target.setText(rule.path or rule.rpc or rule.notification)
        self._hint = hint("", "nacmRuleTargetHint")
        self.rows.add("Node or name", "nacmRuleTargetRow", self.target, self._hint, buddy=self.target)
        self.comment = named(QLineEdit(rule.comment), "nacmRuleComment", "Comment")
        self.rows.add("Comment", "nacmRuleCommentRow", self.comment, buddy=self.comment)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        for field in (self.name, self.target):
            field.textChanged.connect(self.follow)
        self.act.clicked.connect(self._keep)
        self._kind_chosen()
        self.name.setFocus()
        self.resize(theme().px(600), self.sizeHint().height())

    def _kind_chosen(self) -> None:
        kind = str(self.kind.currentData() or "")
        self.target.kind = kind or "path"
        self.target.setEnabled(bool(kind))
        self._hint.setText(
            {
                "path": "As /ietf-interfaces:interfaces/interface[name='eth0']; without keys it is about every entry.",
                "rpc": "Its name, such as commit; * is every operation.",
                "notification": "Its name; * is every notification.",
            }.get(kind, "")
        )
        self.follow()

    def problem(self) -> str:
        if not self.name.text().strip():
            return "Give the rule a name."
        if not any(box.isChecked() for box in self.operations.values()):
            return "Choose at least one kind of access."
        if self.kind.currentData() and not self.target.text().strip():
            return "Say which node or name it is about."
        return ""

    def rule(self) -> Rule:
        """What the fields say."""
        kind, target = str(self.kind.currentData() or ""), self.target.text().strip()
        return Rule(
            name=self.name.text().strip(),
            action=str(self.action.currentData()),
            module=self.module.currentText().strip() or "*",
            rpc=target if kind == "rpc" else "",
            notification=target if kind == "notification" else "",
            path=target if kind == "path" else "",
            operations=frozenset(name for name, box in self.operations.items() if box.isChecked()),
            comment=self.comment.text().strip(),
        )

    def _keep(self) -> None:
        try:
            self._put(self.rule())
        except ConfigError as error:
            self.notice.say("error", error.full_text())
            return
        self.accept()


class MembersDialog(_Form):
    """Object name `nacmMembersDialog`; `kept(name, members)`: of a group its users, of a rule list its groups."""

    kept = Signal(str, list)

    def __init__(
        self, parent: QWidget | None, title: str, what: str, name: str, members: Sequence[str], *, fixed: bool = False
    ) -> None:
        text = f"{what} are separated by blanks. Nothing is sent until you review and apply."
        super().__init__(parent, "nacmMembersDialog", title, text, "Keep")
        self.name = named(QLineEdit(name), "nacmMembersName", "Name")
        self.name.setReadOnly(fixed)
        self.rows.add("Name", "nacmMembersNameRow", self.name, buddy=self.name)
        self.members = named(QLineEdit(" ".join(members)), "nacmMembers", what)
        self.rows.add(what, "nacmMembersRow", self.members, buddy=self.members)
        self.name.textChanged.connect(self.follow)
        self.act.clicked.connect(self._keep)
        self.follow()
        (self.members if fixed or name else self.name).setFocus()
        self.resize(theme().px(480), self.sizeHint().height())

    def problem(self) -> str:
        return "" if self.name.text().strip() else "Give it a name."

    def _keep(self) -> None:
        self.kept.emit(self.name.text().strip(), self.members.text().split())
        self.accept()
