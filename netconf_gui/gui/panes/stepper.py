"""The stages of an apply side by side: circles with a mark, names, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from netconf_gui.errors import Stage
from netconf_gui.gui import icons
from netconf_gui.gui.forms import named
from netconf_gui.gui.painting import painting
from netconf_gui.gui.stage_words import TITLES
from netconf_gui.gui.theme import theme
from netconf_gui.services.events import StageState

WAITING = "waiting"
NARROW = 820  # px: below, only stages that matter now keep their names
_INKS = {
    StageState.OK.value: ("success", "success"),
    StageState.WARNING.value: ("warning", "warning"),
    StageState.FAILED.value: ("error", "error"),
}


@dataclass(slots=True)
class Step:
    """One stage; `state` is a StageState's value, or WAITING; `note` stands below the name."""

    stage: Stage
    state: str = WAITING
    note: str = ""

    @property
    def matters(self) -> bool:
        return self.state in (StageState.RUNNING, StageState.FAILED, StageState.WARNING)


class Stepper(QWidget):
    """Draws the steps; `set_step` changes one, an unexpected one is put before the last."""

    def __init__(self) -> None:
        super().__init__()
        named(self, "applyStepper", "Stages")
        self.steps: list[Step] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(theme().px(600), theme().px(74))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(200), theme().px(74))

    def begin(self, stages: list[Stage]) -> None:
        """Show these, none begun."""
        self.steps = [Step(stage) for stage in stages]
        self._tell()

    def set_step(self, stage: Stage, state: StageState, note: str) -> None:
        """Another state of a stage."""
        step = next((one for one in self.steps if one.stage is stage), None)
        if step is None:
            if state is StageState.SKIPPED:
                return
            step = Step(stage)
            # what only failures bring comes before the locks are given back
            unlock = (at for at, one in enumerate(self.steps) if one.stage is Stage.UNLOCK)
            self.steps.insert(next(unlock, len(self.steps)), step)
        step.state, step.note = state.value, note
        self._tell()

    def set_note(self, stage: Stage, note: str) -> None:
        """Other words below a stage that runs."""
        step = next((one for one in self.steps if one.stage is stage), None)
        if step is not None and step.state == StageState.RUNNING and step.note != note:
            step.note = note
            self._tell()

    def _tell(self) -> None:
        words = [f"{TITLES[step.stage]}: {step.state}" for step in self.steps]
        self.setAccessibleDescription(", ".join(words))
        self.setToolTip("\n".join(f"{TITLES[step.stage]}: {step.note or step.state}" for step in self.steps))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        if not self.steps:
            return
        look = theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        slot = self.width() / len(self.steps)
        middle, radius = look.px(22), look.px(11)
        centres = [QPoint(round(slot * (number + 0.5)), middle) for number in range(len(self.steps))]
        for number in range(len(self.steps) - 1):
            ended = self.steps[number].state not in (WAITING, StageState.RUNNING, StageState.FAILED)
            painter.setPen(QPen(look.color("success" if ended else "line2"), 2))
            gap = radius + look.px(3)
            painter.drawLine(centres[number] + QPoint(gap, 0), centres[number + 1] - QPoint(gap, 0))
        narrow = self.width() < look.px(NARROW)
        for number, (step, centre) in enumerate(zip(self.steps, centres, strict=True), 1):
            self._draw_circle(painter, step, centre, radius, number)
            if not narrow or step.matters:
                self._draw_words(painter, step, centre, round(slot) if not narrow else look.px(110))

    def _draw_circle(self, painter: QPainter, step: Step, centre: QPoint, radius: int, number: int) -> None:
        look = theme()
        ink, icon = _INKS.get(step.state, ("", ""))
        painter.setPen(
            QPen(look.color(ink or ("accent" if step.state == StageState.RUNNING else "control")), 2 if ink else 1)
        )
        painter.setBrush(look.color(f"{ink}_tint" if ink else "surface"))
        painter.drawEllipse(centre, radius, radius)
        spot = QRect(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        if icon:
            name = {"success": "confirm", "warning": "warning", "error": "close"}[icon]
            side = look.px(14)
            icons.icon(name, ink).paint(painter, QRect(centre.x() - side // 2, centre.y() - side // 2 + 1, side, side))
            return
        if step.state == StageState.RUNNING and step.stage is Stage.CONFIRM:
            # it waits for a decision, it does not work
            side = look.px(14)
            painter.setBrush(look.color("warning_tint"))
            painter.setPen(QPen(look.color("warning"), 2))
            painter.drawEllipse(centre, radius, radius)
            icons.icon("guard", "warning").paint(
                painter, QRect(centre.x() - side // 2, centre.y() - side // 2 + 1, side, side)
            )
            return
        if step.state == StageState.RUNNING:
            painter.setPen(QPen(look.color("accent"), 3))
            painter.drawArc(spot.adjusted(1, 1, -1, -1), 60 * 16, 120 * 16)
        painter.setPen(look.color("text2"))
        painter.setFont(look.font(12))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "–" if step.state == StageState.SKIPPED else str(number))

    def _draw_words(self, painter: QPainter, step: Step, centre: QPoint, width: int) -> None:
        look = theme()
        top = centre.y() + look.px(15)
        quiet = step.state in (WAITING, StageState.SKIPPED)
        painter.setFont(look.font(12, weight=600 if step.matters else 400))
        painter.setPen(look.color("text2" if quiet else "text"))
        name = QRect(centre.x() - width // 2, top, width, look.px(18))
        painter.drawText(name, Qt.AlignmentFlag.AlignCenter, TITLES[step.stage])
        ink = _INKS.get(step.state, ("text2", ""))[0]
        painter.setFont(look.font(11))
        painter.setPen(look.color("text2" if ink == "success" else ink))
        note = QRect(centre.x() - width // 2, top + look.px(17), width, look.px(16))
        text = painter.fontMetrics().elidedText(step.note, Qt.TextElideMode.ElideRight, width)
        painter.drawText(note, Qt.AlignmentFlag.AlignCenter, text)
