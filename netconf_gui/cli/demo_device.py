"""`demo-device`: run the built-in demo device until it is interrupted."""

from __future__ import annotations

from collections.abc import Sequence

from netconf_gui.demo import main as demo
from netconf_gui.workspace.locations import Locations


def run(argv: Sequence[str]) -> int:
    """The demo device reads its own options (see `--help`); its files are where the program keeps all of its files."""
    locations = Locations.find()
    return demo.main(list(argv), host_key=locations.demo_host_key, cache=locations.schema_folder)
