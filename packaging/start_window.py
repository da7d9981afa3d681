"""Entry of the frozen window program."""

import sys

from netconf_gui.__main__ import main

sys.exit(main())
