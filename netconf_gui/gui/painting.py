"""Drawing a widget by hand: an exception in it is told, and the program goes on.

Lives here: `painting`.  Does not live here: delegates, which are given their painter (`gui.rows` and others).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPaintDevice, QPainter

from netconf_gui.gui import error_report


@contextmanager
def painting(on: QPaintDevice) -> Iterator[QPainter]:
    """The painter of a paint event; it is ended whatever happens."""
    painter = QPainter(on)
    try:
        yield painter
    except Exception as error:  # noqa: BLE001 - an exception that leaves a paint event ends the process
        error_report.from_painting(error)
    finally:
        painter.end()
