"""The third step of a fleet: how the change is carried out: guard, canaries, batches, how many at a time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QWidget

from netconf_gui.gui.dialogs.apply_options import CONFIRM
from netconf_gui.gui.form_rows import FormRows, hint, number, say
from netconf_gui.gui.forms import column, label, named, row
from netconf_gui.gui.widgets import Segments
from netconf_gui.services.deploy import DeployOptions
from netconf_gui.services.fleet_plan import CONFIRM_SECONDS, PARALLEL, FleetOptions
from netconf_gui.workspace.apply_choices import LEAST_GUARD, MOST_GUARD

MOST = 10_000
CONFIRM_HINTS = {
    "program": "As soon as every device was looked at and found as planned.",
    "person": "The window counts down. Unless you confirm, all devices go back to their old configuration.",
}
SCOPES = (("fleet", "All or nothing", ""), ("wave", "Batch by batch", ""))
SCOPE_HINTS = {
    "fleet": "One device that fails takes the change back on all of them.",
    "wave": "A batch that went well stays changed, whatever happens to later ones.",
}


class FleetOptionsStep(QWidget):
    """`options(deploy)` is what the fields say; `changed` when they say something else."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(self, "fleetOptions", "Options", role="pane")
        scroll = named(QScrollArea(), "fleetOptionsScroll", "Options")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = named(QWidget(), "fleetOptionsBody", "Options", role="pane")
        scroll.setWidget(body)
        column(self).addWidget(scroll)
        layout = column(body, margins=(20, 16, 20, 12), spacing=10)
        layout.addWidget(label("How it is carried out", "fleetOptionsTitle", kind="title"))
        layout.addWidget(
            label(
                "All devices are locked and checked first; then all commit, all are looked at over a new session, and "
                "only then all are confirmed.",
                "fleetOptionsHint",
                kind="secondary",
                wrap=True,
            )
        )
        self._rows = FormRows()
        layout.addLayout(self._rows)
        layout.addStretch(1)
        self._build_guard()
        self._build_order()
        self._build_rest()
        self._follow()

    def _build_guard(self) -> None:
        self.guard = named(
            QCheckBox("Devices take the change back unless it is confirmed within"), "fleetGuard", "Guard"
        )
        self.guard.setChecked(True)
        self.seconds = number("fleetSeconds", "Seconds to confirm", LEAST_GUARD, MOST_GUARD, CONFIRM_SECONDS, unit="s")
        line = named(QWidget(), "fleetGuardLine", "Guard")
        fields = row(line, spacing=8)
        fields.addWidget(self.guard)
        fields.addWidget(self.seconds)
        fields.addStretch(1)
        text = "It must be long enough for all devices of a wave. What cannot confirm commits is changed last."
        self.guard_hint = hint(text, "fleetGuardHint")
        self._rows.add("Guard", "fleetGuard", line, self.guard_hint, buddy=self.guard)
        self.probe = named(QCheckBox("Look at each device over a new session before"), "fleetProbe", "Probe")
        self.probe.setChecked(True)
        self._probe_row = self._rows.add("Probe", "fleetProbe", self.probe, buddy=self.probe)
        self.confirm_by = Segments("fleetConfirmBy", "Who confirms", CONFIRM)
        self.confirm_hint = hint("", "fleetConfirmHint")
        self.confirm_by.chosen.connect(self._follow)
        self._confirm_row = self._rows.add("Who confirms", "fleetConfirmBy", self.confirm_by, self.confirm_hint)
        for box in (self.guard, self.probe):
            box.toggled.connect(self._follow)
        self.seconds.valueChanged.connect(self._follow)

    def _build_order(self) -> None:
        self.canary = number("fleetCanary", "Canaries", 0, MOST, 0)
        self.batch = number("fleetBatch", "Devices in a batch", 0, MOST, 0)
        self.parallel = number("fleetParallel", "Devices at a time", 1, 500, PARALLEL)
        self.canary_hint = hint("", "fleetCanaryHint")
        self.batch_hint = hint("", "fleetBatchHint")
        self._rows.add("Canaries first", "fleetCanary", self.canary, self.canary_hint, buddy=self.canary)
        self._rows.add("Batches of", "fleetBatch", self.batch, self.batch_hint, buddy=self.batch)
        self.scope = Segments("fleetScope", "What a failure takes back", SCOPES)
        self.scope_hint = hint("", "fleetScopeHint")
        self.go_on = named(QCheckBox("Go on with the next batch after one that failed"), "fleetGoOn", "Go on")
        self._scope_row = self._rows.add("Failure", "fleetScope", self.scope, self.scope_hint, self.go_on)
        text = "So many devices are worked on at the same time."
        self._rows.add(
            "At a time", "fleetParallel", self.parallel, hint(text, "fleetParallelHint"), buddy=self.parallel
        )
        for field in (self.canary, self.batch, self.parallel):
            field.valueChanged.connect(self._follow)
        self.scope.chosen.connect(self._follow)
        self.go_on.toggled.connect(self._follow)

    def _build_rest(self) -> None:
        self.startup = named(QCheckBox("Copy running to startup, where there is one"), "fleetStartup", "Startup")
        self.startup.toggled.connect(self._follow)
        self._rows.add("Startup", "fleetStartup", self.startup, buddy=self.startup)

    def options(self, deploy: DeployOptions) -> FleetOptions:
        """What the fields say; `deploy` holds for each device where they say nothing."""
        waves = bool(self.canary.value() or self.batch.value())
        scope = "wave" if waves and self.scope.current == "wave" else "fleet"
        return FleetOptions(
            confirm_seconds=self.seconds.value() if self.guard.isChecked() else None,
            canary=self.canary.value(),
            batch=self.batch.value(),
            parallel=self.parallel.value(),
            scope=scope,  # type: ignore[arg-type]
            go_on=scope == "wave" and self.go_on.isChecked(),
            probe=self.probe.isChecked(),
            confirm_by="person" if self.guard.isChecked() and self.confirm_by.current == "person" else "program",
            deploy=replace(deploy, save_startup=self.startup.isChecked()),
        )

    def _follow(self, *_what: object) -> None:
        guarded = self.guard.isChecked()
        self.seconds.setEnabled(guarded)
        for side in (*self._probe_row, *self._confirm_row):
            side.setVisible(guarded)
        say(self.confirm_hint, CONFIRM_HINTS[self.confirm_by.current])
        canaries, batch = self.canary.value(), self.batch.value()
        say(
            self.canary_hint,
            f"{canaries} device{'' if canaries == 1 else 's'} first; the others when that went well."
            if canaries
            else "None: all devices begin together.",
        )
        say(self.batch_hint, f"The others {batch} at a time." if batch else "0: all the others at once.")
        for side in self._scope_row:
            side.setVisible(bool(canaries or batch))
        say(self.scope_hint, SCOPE_HINTS[self.scope.current])
        self.go_on.setVisible(self.scope.current == "wave")
        self.changed.emit()
