"""The fourth step of a fleet: what is going to happen on each device, and what stands against it, before anything is
sent.

Lives here: the step's widget around a `FleetPlan`.  Does not live here: making the plan (`services.fleet_prepare`).
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QSplitter, QWidget

from netconf_gui.gui import icons
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.models.flat_table import FlatTable, Index
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.rows import Role, RowTree
from netconf_gui.gui.theme import theme
from netconf_gui.gui.widgets import Notice
from netconf_gui.services.fleet_plan import DevicePlan, FleetPlan

_NARROW = 900  # px: below, the edit-config goes below the list
MOST_PROBLEMS = 20  # in words below the list


def state_of(plan: DevicePlan) -> tuple[str, str]:
    """(icon and ink, word) for a device's plan."""
    if not plan.ok:
        return "error", "Problem"
    if plan.problems:
        return "warning", "Warning"
    return ("info", "Nothing to do") if plan.empty else ("success", "Ready")


class PlanModel(FlatTable):
    """Devices: name, state, edits, what happens or why not."""

    headers = ("Device", "State", "Edits", "What happens")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fleetPlanModel")
        self.plans: tuple[DevicePlan, ...] = ()

    def show(self, plans: tuple[DevicePlan, ...]) -> None:
        self.beginResetModel()
        self.plans = plans
        self.endResetModel()

    def size(self) -> int:
        return len(self.plans)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.plans):
            return None
        plan = self.plans[index.row()]
        kind, word = state_of(plan)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (plan.name, word, str(plan.operations) if plan.ok else "", plan.summary)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole:
            return (icons.icon("device"), icons.icon(kind, kind))[index.column()] if index.column() < 2 else None
        if role == Role.INK and index.column() == 1:
            return kind
        return None


class FleetPreview(QWidget):
    """`plan` is what is shown; `left_out(keys)` when devices are to be left out."""

    left_out = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        named(self, "fleetPreview", "Preview", role="pane")
        self.plan: FleetPlan | None = None
        layout = column(self, margins=(20, 16, 20, 12), spacing=10)
        head = named(QWidget(), "fleetPlanHead", "Preview")
        line = row(head, spacing=12)
        self.title = label("Nothing has been planned yet", "fleetPlanTitle", kind="title")
        line.addWidget(self.title, 1)
        self.leave_out = push_button("Leave out those with problems", "fleetLeaveOutButton")
        self.leave_out.clicked.connect(self._leave_out)
        line.addWidget(self.leave_out)
        layout.addWidget(head)
        self.notes = label("", "fleetPlanNotes", kind="secondary", wrap=True)
        layout.addWidget(self.notes)
        split = self._split = named(
            QSplitter(Qt.Orientation.Horizontal), "fleetPlanSplitter", "Devices and edit-config"
        )
        split.setChildrenCollapsible(False)
        self.model = PlanModel(self)
        self.view = RowTree("fleetPlanView", "What happens on each device")
        self.view.setRootIsDecorated(False)
        self.view.setModel(self.model)
        self._set_up_header()
        split.addWidget(self.view)
        split.addWidget(self._build_side())
        split.setSizes([640, 460])
        layout.addWidget(split, 1)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_device())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme().px(_NARROW)
        self._split.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)

    def _set_up_header(self) -> None:
        header = self.view.header()
        header.setObjectName("fleetPlanHeader")
        header.setAccessibleName("Columns")
        header.setStretchLastSection(True)
        for section, width in ((0, 150), (1, 136), (2, 56)):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, theme().px(width))

    def _build_side(self) -> QWidget:
        side = named(QWidget(), "fleetPlanSide", "On this device", role="pane")
        lines = column(side, margins=(8, 0, 0, 0), spacing=8)
        self.device = label("", "fleetPlanDevice", kind="head")
        self.problems = Notice("fleetPlanProblems")
        self.how = label("", "fleetPlanHow", kind="hint", wrap=True)
        self.xml = XmlEditor("fleetPlanXml", "The edit-config for this device", read_only=True)
        lines.addWidget(self.device)
        lines.addWidget(self.problems)
        lines.addWidget(self.xml, 1)
        lines.addWidget(self.how)
        return side

    def show_plan(self, plan: FleetPlan | None) -> None:
        """Show a plan, or that there is none yet."""
        self.plan = plan
        self.model.show(plan.devices if plan is not None else ())
        self.title.setText(plan.summary() if plan is not None else "Nothing has been planned yet")
        notes = plan.notes() if plan is not None else ()
        self.notes.setText("\n".join(f"•  {note}" for note in notes))
        self.notes.setVisible(bool(notes))
        bad = sum(1 for one in plan.devices if not one.ok) if plan is not None else 0
        self.leave_out.setVisible(bool(bad) and plan is not None and bad < len(plan.devices))
        if plan is not None and plan.devices:
            first = next((at for at, one in enumerate(plan.devices) if not one.ok), 0)
            self.view.setCurrentIndex(self.model.index(first, 0))
        self._show_device()

    def _show_device(self) -> None:
        at = self.view.currentIndex().row()
        plans = self.model.plans
        if not 0 <= at < len(plans):
            self.device.setText("")
            self.xml.set_text("")
            self.how.setText("")
            self.problems.say("info", "")
            return
        one = plans[at]
        edits = count_words(one.operations, "edit")
        self.device.setText(f"{one.name}: {edits}" if one.ok else one.name)
        self.xml.set_text(one.shown())
        self.how.setText(" ".join(one.notes))
        self.problems.say("error" if not one.ok else "warning", problem_words(one))

    def _leave_out(self) -> None:
        if self.plan is not None:
            self.left_out.emit({one.key for one in self.plan.devices if not one.ok})


def problem_words(plan: DevicePlan) -> str:
    """What stands against a device's plan, a line each."""
    lines = [f"{one.message} {one.path}".strip() for one in plan.problems[:MOST_PROBLEMS]]
    if len(plan.problems) > MOST_PROBLEMS:
        lines.append(f"and {len(plan.problems) - MOST_PROBLEMS} more")
    return "\n".join(lines)
