"""The menus as a whole: nothing of the same letter twice in one menu, and none longer than a small screen."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QMenu

from netconf_gui.gui.application import Program

ROWS = 24  # of 26 px: what 768 px hold


@pytest.mark.parametrize("name", ["deviceMenu", "toolsMenu", "datastoreMenu", "documentMenu", "commitsMenu"])
def test_a_letter_leads_to_one_entry(program: Program, name: str) -> None:
    menu = program.window.findChild(QMenu, name)
    assert menu is not None
    letters: dict[str, str] = {}
    for entry in menu.actions():
        if entry.isSeparator():
            continue
        found = re.search(r"&(\w)", entry.text())
        assert found, f"{entry.text()} has no letter"
        letter = found[1].lower()
        assert letter not in letters, f"{entry.text()} and {letters.get(letter)} share {letter}"
        letters[letter] = entry.text()
    assert len(letters) <= ROWS


def test_what_is_about_the_device_stands_above_what_reads_it(program: Program) -> None:
    entries = program.window.menus.device.actions()
    names = [entry.objectName() for entry in entries]
    line = entries.index(program.window.menus.reading)
    assert names.index("devicePageAction") < names.index("historyAction") < line < names.index("openRunningAction")
    titles = [entry.text().replace("&", "") for entry in entries]
    assert titles.index("Report defaults") == names.index("openStateAction") + 1
    assert titles.index("Datastore operations") + 1 == titles.index("Commits")
