"""What goes wrong while a widget is drawn is told, and neither ends the program nor leaves a painter open."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPixmap

from netconf_gui.gui import error_report
from netconf_gui.gui.painting import painting


def test_an_error_in_drawing_is_told(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(error_report, "from_painting", told.append)
    canvas = QPixmap(4, 4)
    with painting(canvas) as painter:
        assert painter.isActive()
    with painting(canvas):
        raise ValueError("wrong")
    assert [str(error) for error in told] == ["wrong"] and not canvas.paintingActive()
