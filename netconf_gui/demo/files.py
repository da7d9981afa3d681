"""The demo device's own files: its YANG modules and its first configuration.

They are found among the program's data; in a checkout whose data were not generated yet, in `resources/demo`.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path

from netconf_gui import resources

MODULES: tuple[str, ...] = (
    "ietf-nmda-compare",
    "netconf-gui-demo",
    "netconf-gui-demo-deviations",
    "netconf-gui-demo-events",
    "netconf-gui-demo-subscriptions",
)
SUBMODULES: tuple[str, ...] = ("netconf-gui-demo-types", "netconf-gui-demo-qos")


def _folder() -> Traversable:
    try:
        return resources.data("demo")
    except FileNotFoundError:
        checkout = Path(__file__).resolve().parents[2] / "resources" / "demo"
        if checkout.is_dir():
            return checkout
        raise


def module_text(name: str) -> bytes | None:
    """The text of one of the device's own modules or submodules; None for other names."""
    if name not in MODULES + SUBMODULES:
        return None
    return (_folder() / f"{name}.yang").read_bytes()


def initial_configuration() -> bytes:
    """What the device is configured to do at its first start, without the long lists."""
    return (_folder() / "initial.xml").read_bytes()
