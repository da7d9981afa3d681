"""The question before a file that another program has changed is overwritten.

Does not live here: noticing the change, and writing (`files`, `cli_saving`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from netconf_gui.gui.dialogs.message import Choice, Question


def ask_overwrite(
    window: QWidget,
    path: Path,
    what: str,
    object_name: str,
    *,
    overwrite: Callable[[], object],
    elsewhere: Callable[[], object],
    give_up: Callable[[], object],
) -> None:
    """Ask, and do one of the three; `what` the window shows: "document", "text"."""
    question = Question(
        window,
        f"{path.name} was changed by another program",
        f"Saving would overwrite those changes. The {what} in the window is as it was.",
        [
            Choice("cancel", "Cancel"),
            Choice("elsewhere", "Save as…", "primary"),
            Choice("over", "Overwrite", "danger"),
        ],
        icon="warning",
        ink="warning",
        object_name=object_name,
    )
    deeds = {"over": overwrite, "elsewhere": elsewhere}
    question.answered.connect(lambda key: deeds.get(key, give_up)())
    question.open()
