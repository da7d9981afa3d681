"""The profile page of the device dialog: which kind of server it is, and what is reckoned with because of that.

What the hello shows is known while the device is connected (`show_choice`); otherwise the page works with the profile
that was chosen by hand, and keeps what was switched before.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QScrollArea, QSizePolicy, QWidget

from netconf_gui.gui.form_rows import FormRows, hint, say
from netconf_gui.gui.forms import column, fix_height, hline, label, named, push_button, row
from netconf_gui.protocol.profile import Profile
from netconf_gui.protocol.profiles import PROFILES, STANDARD, Choice, profile_named
from netconf_gui.protocol.quirks import QUIRKS, Quirk, switched
from netconf_gui.workspace.inventory import Device

_AUTOMATIC = "As its hello shows"
_UNKNOWN = "Which one it is shows with the next connection. Quirks that you switch here count on top of it."
_BY_HAND = "Whatever the hello shows. It takes effect with the next connection."
_LIST_HEIGHT = 300
SWITCHABLE = tuple(quirk for quirk in QUIRKS.values() if not quirk.always)


class ProfilePage(QWidget):
    """Object name `profilePage`; `values()` are fields of `Device`."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "profilePage", "Profile")
        self._seen: Choice | None = None
        self._words: dict[str, bool] = {}  # what was switched by hand, on or off
        self._boxes: dict[str, QCheckBox] = {}
        layout = column(self, spacing=12)
        form = FormRows()
        self.profile = named(QComboBox(), "profileField", "Kind of server")
        self.profile.addItem(_AUTOMATIC, "")
        for profile in (STANDARD, *PROFILES):
            self.profile.addItem(profile.title, profile.name)
        self.why = hint("", "profileWhy")
        self.notes = hint("", "profileNotes")
        form.add("Server", "profile", self.profile, self.why, self.notes, buddy=self.profile)
        layout.addLayout(form)
        layout.addWidget(hline("profileLine"))
        layout.addWidget(self._head())
        self._list = named(QScrollArea(), "quirkList", "Quirks")
        self._list.setWidgetResizable(True)
        self._list.setFrameShape(QScrollArea.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        fix_height(self._list, _LIST_HEIGHT)
        layout.addWidget(self._list)
        layout.addStretch(1)
        self.profile.currentIndexChanged.connect(self._follow)
        self._follow()

    def _head(self) -> QWidget:
        line = named(QWidget(), "quirksHead", "Quirks")
        fields = row(line, spacing=8)
        self.title = label("", "quirksTitle", kind="head")
        self.reset = push_button("As the profile has them", "resetQuirksButton", icon="undo")
        self.reset.setToolTip("Forget what was switched by hand")
        self.reset.setAutoDefault(False)
        self.reset.clicked.connect(self._reset)
        fields.addWidget(self.title, 1)
        fields.addWidget(self.reset)
        return line

    # ---- the page of a dialog

    def show(self, device: Device | None = None) -> None:
        """Fill the fields from a device; without one it is what every widget's `show` is."""
        if device is None:
            super().show()
            return
        self._words = {word.removeprefix("-"): not word.startswith("-") for word in device.quirks}
        self.profile.setCurrentIndex(max(0, self.profile.findData(device.profile)))
        self._follow()

    def show_choice(self, choice: Choice | None) -> None:
        """What the hello of the connected device shows; None while it is not connected.

        A choice by hand says nothing about the hello.
        """
        self._seen = choice if choice is None or choice.by_hello else None
        self._follow()

    def values(self) -> dict[str, object]:
        """The fields of `Device` that the page holds."""
        words = tuple(name if on else f"-{name}" for name, on in self._words.items())
        return {"profile": self.profile.currentData(), "quirks": words}

    def problem(self) -> str:
        """Nothing that can be chosen here is wrong."""
        return ""

    # ---- what is shown

    @property
    def _base(self) -> Profile:
        """The profile that the quirks are switched in."""
        chosen = str(self.profile.currentData())
        if chosen:
            return profile_named(chosen)
        return profile_named(self._seen.profile.name) if self._seen is not None else STANDARD

    def _follow(self, _index: int = 0) -> None:
        base = self._base
        if self.profile.currentData():
            say(self.why, _BY_HAND)
        elif self._seen is None:
            say(self.why, _UNKNOWN)
        else:
            say(self.why, f"{base.title}. {self._seen.why}")
        say(self.notes, " ".join(base.notes))
        self._fill(base)
        self._count()

    def _fill(self, base: Profile) -> None:
        """One box a quirk, those of the profile and those switched by hand first."""
        inside = named(QWidget(), "quirkRows", "Quirks", role="pane")
        lines = column(inside, margins=(0, 0, 12, 0), spacing=10)
        self._boxes.clear()
        now = self._now(base)
        first = [quirk for quirk in SWITCHABLE if quirk.is_on(now) or quirk.name in self._words]
        for quirk in (*first, *(quirk for quirk in SWITCHABLE if quirk not in first)):
            lines.addWidget(self._row(quirk, quirk.is_on(now)))
        lines.addStretch(1)
        self._list.setWidget(inside)

    def _row(self, quirk: Quirk, on: bool) -> QWidget:
        box = named(QCheckBox(quirk.title), f"quirk-{quirk.name}", quirk.title)
        box.setChecked(on)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        box.setToolTip(f"--quirk {quirk.name}")
        box.setAccessibleDescription(quirk.reason)
        box.toggled.connect(partial(self._switch, quirk))
        self._boxes[quirk.name] = box
        holder = named(QWidget(), f"quirkRow-{quirk.name}", quirk.title)
        lines = column(holder, spacing=2)
        lines.addWidget(box)
        reason = hint(quirk.reason, f"quirkReason-{quirk.name}")
        reason.setIndent(24)
        lines.addWidget(reason)
        return holder

    def _now(self, base: Profile) -> Profile:
        return switched(base, [name if on else f"-{name}" for name, on in self._words.items()])

    def _switch(self, quirk: Quirk, on: bool) -> None:
        self._words.pop(quirk.name, None)
        if quirk.is_on(self._base) != on:
            self._words[quirk.name] = on
        self._count()

    def _reset(self) -> None:
        self._words.clear()
        self._follow()
        self.profile.setFocus()

    def _count(self) -> None:
        on = sum(box.isChecked() for box in self._boxes.values())
        by_hand = f", {len(self._words)} switched by hand" if self._words else ""
        self.title.setText(f"Quirks: {on or 'none'} on{by_hand}")
        self.reset.setEnabled(bool(self._words))
