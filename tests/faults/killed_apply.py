"""`netconf-gui-cli`, halted where each stage of an apply begins, until whoever started it says go on.

A program of its own, for the fault matrix, which ends it with -9 there.  Before the apply it begins a draft, as a
window would have one.  Usage: killed_apply.py TELL HEAR BASE MINE COMMAND…  (two file descriptors, two files).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from netconf_gui.cli import apply as command
from netconf_gui.cli.main import main
from netconf_gui.services.deploy import DeployReport, deploy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.workspace import Workspace
from tests.faults.matrix_draft import begin_draft


def run(words: list[str]) -> int:
    """The command's exit status."""
    tell, hear = int(words[0]), int(words[1])
    base, mine = (Path(word).read_bytes() for word in words[2:4])
    draft = begin_draft(Workspace.open(Locations.find()), base, mine)

    def halting(*given: Any, **named: Any) -> DeployReport:
        on_event = named.pop("on_event")

        def listen(event: Event) -> None:
            on_event(event)
            if isinstance(event, StageEvent):
                began = event.state is StageState.RUNNING
                os.write(tell, f"{'+' if began else '-'}{event.stage.value}\n".encode())
                if began:
                    os.read(hear, 1)

        return deploy(*given, on_event=listen, **named)

    command.deploy = halting  # type: ignore[attr-defined]
    status = main(words[4:])
    draft.close()
    return status


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
