"""*Apply with options…*: how a change is sent to one device, with what will happen in sentences before it does.

The dialog makes an `ApplyChoice`; what a choice means on the device is told by `describe`, which who opens it brings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from netconf_gui.errors import AppError
from netconf_gui.gui._generated.ui_message import Ui_MessageDialog
from netconf_gui.gui.dialogs.base import FormDialog
from netconf_gui.gui.form_rows import FormRows, hint, number, say
from netconf_gui.gui.forms import hline, label, named, push_button, row
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice, Segments
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.profiles import STANDARD, Profile
from netconf_gui.services.strategy import saving_operation
from netconf_gui.workspace.apply_choices import LEAST_GUARD, MOST_GUARD, ApplyChoice

DEFAULT_GUARD = 120  # seconds, when the guard is switched on for the first time
Describe = Callable[[ApplyChoice], Sequence[str]]

_POLICIES = (("strict", "Strict", ""), ("tolerant", "Tolerant", ""))
_POLICY_HINTS = {
    "strict": "Create and delete: a device that differs from what was fetched refuses, and nothing changes.",
    "tolerant": "Merge and remove: what is there already, or gone already, is taken as done.",
}
CONFIRM = (("program", "The program", ""), ("person", "I do", ""))
_CONFIRM_HINTS = {
    "program": "A new session finds the device reachable and the values as planned: then it is confirmed.",
    "person": "The window counts down. Unless you confirm, the device goes back to its old configuration.",
}


class ApplyOptionsDialog(FormDialog):
    """Object name `applyOptionsDialog`; `chosen(ApplyChoice, remember)` when a person applies."""

    chosen = Signal(object, bool)

    def __init__(
        self,
        parent: QWidget | None,
        device: str,
        summary: str,
        capabilities: Capabilities,
        choice: ApplyChoice,
        describe: Describe,
        *,
        fixed_edit: bool = False,
        profile: Profile = STANDARD,
    ) -> None:
        """`describe` says in sentences what a choice does, or raises why it cannot be; `fixed_edit`: edited by hand."""
        super().__init__(Ui_MessageDialog, parent)
        self.setObjectName("applyOptionsDialog")
        title = f"Apply to {device} with options"
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.set_head("apply", "accent_text", title, summary)
        for widget in (self.ui.detailsText, self.ui.detailsButton, self.ui.copyButton):
            widget.hide()
        self._capabilities = capabilities
        self._describe = describe
        self._fixed_edit = fixed_edit
        self._profile = profile
        self._rows = FormRows()
        self.ui.bodyLayout.insertLayout(1, self._rows)
        self._build_datastore()
        self._build_guard()
        self._build_policy()
        self._build_startup()
        self._build_words()
        self._build_notes()
        self._build_foot()
        self._show(choice)
        self._follow()
        self.resize(theme().px(600), self.sizeHint().height())

    # ------------------------------------------------------------------------------------------------ building

    def _build_datastore(self) -> None:
        able = self._capabilities
        self.datastore = named(QComboBox(), "datastoreField", "Datastore")
        self.datastore.addItem("Candidate, active with one commit", "candidate")
        self.datastore.addItem("Running, active at once", "running")
        model = self.datastore.model()
        if isinstance(model, QStandardItemModel):
            model.item(0).setEnabled(able.candidate)
            model.item(1).setEnabled(able.writable_running)
        self.datastore.setCurrentIndex(0 if able.candidate else 1)
        why = ""
        if not able.candidate:
            why = "The device has no candidate."
        elif not able.writable_running:
            why = "The device lets nobody edit running itself."
        self.datastore.currentIndexChanged.connect(self._follow)
        self._rows.add("Datastore", "datastore", self.datastore, hint(why, "datastoreHint"), buddy=self.datastore)

    def _build_guard(self) -> None:
        self.guard = named(QCheckBox("Take the change back unless it is confirmed within"), "guardField", "Guard")
        self.seconds = number("guardSeconds", "Seconds to confirm", LEAST_GUARD, MOST_GUARD, DEFAULT_GUARD, unit="s")
        line = named(QWidget(), "guardLine", "Commit guard")
        fields = row(line, spacing=8)
        fields.addWidget(self.guard)
        fields.addWidget(self.seconds)
        fields.addStretch(1)
        self.guard_hint = hint("", "guardHint")
        self.confirm_by = Segments("confirmBy", "Who confirms", CONFIRM)
        self.confirm_hint = hint("", "confirmHint")
        self.guard.toggled.connect(self._follow)
        self.seconds.valueChanged.connect(self._follow)
        self.confirm_by.chosen.connect(self._follow)
        self._rows.add("Guard", "guard", line, self.guard_hint, buddy=self.guard)
        self._who = self._rows.add("Who confirms", "confirmBy", self.confirm_by, self.confirm_hint)

    def _build_policy(self) -> None:
        self.policy = Segments("policyChoice", "Policy", _POLICIES)
        self.policy.chosen.connect(self._follow)
        self.policy_hint = hint("", "policyHint")
        self._rows.add("Policy", "policy", self.policy, self.policy_hint)

    def _build_startup(self) -> None:
        self.startup = named(QCheckBox("Copy running to startup at the end"), "startupField", "Save to startup")
        self.startup.toggled.connect(self._follow)
        saving = saving_operation(self._capabilities, self._profile)
        self.startup.setEnabled(saving is not None)
        why = "The device has no startup datastore: what is in running survives a restart." if saving is None else ""
        if saving is not None and not self._capabilities.startup:
            self.startup.setText("Keep running at the end")
            why = f"{self._profile.title} does it by {saving.name}."
        self._rows.add("Startup", "startup", self.startup, hint(why, "startupHint"), buddy=self.startup)

    def _build_words(self) -> None:
        """The fields of what the device keeps with a commit, where it does."""
        self.words: dict[str, QLineEdit] = {}
        for name, title, element in (
            ("comment", "Comment", self._profile.commit_comment),
            ("label", "Label", self._profile.commit_label),
        ):
            if not (element and self._capabilities.candidate):
                continue
            field = named(QLineEdit(), f"{name}Field", title)
            field.setPlaceholderText("kept with the commit on the device")
            field.textChanged.connect(self._follow)
            self.words[name] = field
            self._rows.add(title, name, field, buddy=field)

    def _build_notes(self) -> None:
        layout = self.ui.bodyLayout
        layout.insertWidget(2, hline("optionsLine"))
        layout.insertWidget(3, label("What will happen", "optionsNotesTitle", kind="head"))
        self.notes = label("", "optionsNotes", wrap=True)
        layout.insertWidget(4, self.notes)
        self.notice = Notice("optionsNotice")
        layout.insertWidget(5, self.notice)

    def _build_foot(self) -> None:
        self.remember = named(QCheckBox("Remember for this device"), "rememberField", "Remember for this device")
        self.remember.setChecked(True)
        foot = self.ui.footLayout
        foot.insertWidget(0, self.remember)
        cancel = push_button("Cancel", "cancelButton")
        cancel.clicked.connect(self.reject)
        self.apply_button = push_button("Apply", "applyOptionsButton", icon="apply", role="primary")
        self.apply_button.setDefault(True)
        self.apply_button.clicked.connect(self._apply)
        foot.addWidget(cancel)
        foot.addWidget(self.apply_button)

    # -------------------------------------------------------------------------------------------------- choices

    def _show(self, choice: ApplyChoice) -> None:
        able = self._capabilities
        at = self.datastore.findData(choice.datastore)
        if at >= 0 and (able.candidate if at == 0 else able.writable_running):
            self.datastore.setCurrentIndex(at)
        self.guard.setChecked(bool(choice.guard_seconds))
        self.seconds.setValue(choice.guard_seconds or DEFAULT_GUARD)
        self.confirm_by.choose(choice.confirm_by)
        self.policy.choose(choice.policy)
        self.startup.setChecked(choice.save_startup and self.startup.isEnabled())

    @property
    def choice(self) -> ApplyChoice:
        """What the fields say now."""
        guarded = self.guard.isEnabled() and self.guard.isChecked()
        free = self._capabilities.candidate and self._capabilities.writable_running
        return ApplyChoice(
            # where there is nothing to choose, a later change of the device is not to meet an old decision
            datastore=str(self.datastore.currentData()) if free else "auto",
            guard_seconds=self.seconds.value() if guarded else 0,
            confirm_by=self.confirm_by.current,
            policy=self.policy.current,
            save_startup=self.startup.isChecked(),
            **{name: field.text().strip() for name, field in self.words.items()},
        )

    def _follow(self, *_what: object) -> None:
        """Say what the choices mean, and what cannot be chosen and why."""
        able, direct = self._capabilities, self.datastore.currentData() == "running"
        can_guard = bool(able.confirmed_commit) and not direct
        self.guard.setEnabled(can_guard)
        guarded = can_guard and self.guard.isChecked()
        self.seconds.setEnabled(guarded)
        for side in self._who:
            side.setVisible(guarded)
        say(self.guard_hint, self._about_guard(direct))
        say(self.confirm_hint, _CONFIRM_HINTS[self.confirm_by.current] if guarded else "")
        for field in self.words.values():
            field.setEnabled(not direct)
        by_hand = "The edit-config was edited by hand: it says itself what is created, merged and deleted."
        self.policy.setEnabled(not self._fixed_edit)
        say(self.policy_hint, by_hand if self._fixed_edit else _POLICY_HINTS[self.policy.current])
        try:
            notes = self._describe(self.choice)
        except AppError as error:
            self.notice.say("error", error.full_text())
            self.notes.hide()
            self.apply_button.setEnabled(False)
            return
        self.notice.say("info", "")
        say(self.notes, "\n".join(f"•  {note}" for note in notes))
        self.apply_button.setEnabled(True)

    def _about_guard(self, direct: bool) -> str:
        version = self._capabilities.confirmed_commit
        if direct:
            return "Edits of running are active at once: there is no commit that could be taken back."
        if not version:
            return "The device does not offer confirmed commits: it cannot take a change back by itself."
        if version == "1.0":
            return "The device knows confirmed commits of NETCONF 1.0: it also rolls back when the session is lost."
        return "The guard outlives the connection and this program: it can be confirmed from a new session."

    def _apply(self) -> None:
        self.chosen.emit(self.choice, self.remember.isChecked())
        self.accept()
