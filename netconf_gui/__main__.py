"""Start-up: which program this process is.

Worker processes are told apart before anything heavy is imported: a worker needs neither Qt nor SSH.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Dispatch: ``--engine KIND`` worker, ``--ssh-helper``, ``--demo-device``, ``cli`` commands, else the window."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first == "--engine" and len(arguments) > 1:
        from netconf_gui.yang.engine.worker import main as engine_main

        return engine_main(arguments[1], arguments[2:])
    if first == "--ssh-helper":
        from netconf_gui.transport.openssh_helper import main as helper_main

        return helper_main(arguments[1:])
    if first == "--demo-device":
        from netconf_gui.cli.demo_device import run as run_demo_device

        return run_demo_device(arguments[1:])
    if first == "cli":
        return commands(arguments[1:])
    from netconf_gui.gui_main import main as gui_main

    return gui_main(arguments)


def commands(argv: Sequence[str] | None = None) -> int:
    """The headless commands; also the script `netconf-gui-cli`, so that Ctrl+C is met while they are still loaded."""
    try:
        from netconf_gui.cli.main import main as cli_main

        return cli_main(argv)
    except KeyboardInterrupt:
        return 130  # cli.status.Status.INTERRUPTED, which may not be loaded


if __name__ == "__main__":
    sys.exit(main())
