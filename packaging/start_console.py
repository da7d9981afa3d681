"""Entry of the frozen console program: the headless commands, and the workers that the window starts."""

import sys

from netconf_gui.__main__ import main

WORKERS = ("--engine", "--demo-device")

if sys.argv[1:2] and sys.argv[1] in WORKERS:
    sys.exit(main())
sys.exit(main(["cli", *sys.argv[1:]]))
