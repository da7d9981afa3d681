"""Starting the windowed program: its options, its log, the application, and how it ends.

`netconf-gui [FILE…]` opens the window; `--demo` starts and connects the demo device; `--tour DIR` visits it with
screenshots; `--gallery DIR` pictures the value editors; `--self-test` checks this installation.  Nothing of Qt is
imported before the options are read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from netconf_gui import log
from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.workspace import Workspace


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="netconf-gui", description="See, edit and safely change the configuration of NETCONF devices."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="configurations to open")
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="colours, for this run")
    parser.add_argument("--demo", action="store_true", help="start the demo device and connect to it")
    parser.add_argument("--tour", type=Path, metavar="DIR", help="visit the demo device, screenshots into DIR, and end")
    parser.add_argument("--gallery", type=Path, metavar="DIR", help="pictures of all value editors into DIR, and end")
    parser.add_argument("--self-test", action="store_true", help="check that this installation is whole, and end")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status (0 fine, 1 a failed tour or self-test, 2 usage, 3 cannot start)."""
    options = _parser().parse_args(argv)
    if options.self_test:
        from netconf_gui.gui.self_test import run_self_test

        return run_self_test()
    try:
        workspace = Workspace.open()
    except WorkspaceError as error:
        sys.stderr.write(f"{error.full_text()}\n")
        return 3
    log.configure(workspace.locations.log_folder)
    if options.tour is not None:
        from netconf_gui.gui.tour.tour import run_tour

        return run_tour(options.tour, theme=options.theme or "light")
    if options.gallery is not None:
        from netconf_gui.gui.tour.gallery import run_gallery

        return run_gallery(options.gallery)
    return _run_window(workspace, options)


def _run_window(workspace: Workspace, options: argparse.Namespace) -> int:
    from netconf_gui.gui import error_report
    from netconf_gui.gui.application import Program, make_application, quit_when_ended
    from netconf_gui.gui.closing import Signals
    from netconf_gui.gui.theme import Mode

    app = make_application(sys.argv[:1])
    error_report.install()
    program = Program(workspace, mode=cast("Mode | None", options.theme))
    quit_when_ended(app, program)
    signals = Signals()
    signals.asked.connect(lambda _number: program.close_now())
    app.commitDataRequest.connect(lambda _manager: program.close_now())
    program.show()
    log.get(__name__).info("the window is shown")
    for path in options.files:
        program.files.open(path)
    if options.demo:
        program.devices.start_demo()
    status = app.exec()
    signals.close()
    log.get(__name__).info("ended")
    return status


if __name__ == "__main__":
    sys.exit(main())
