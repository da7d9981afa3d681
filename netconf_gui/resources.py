"""Where the files are that the program reads without Qt: the demo device's own modules and data.

They lie in `netconf_gui/_data/`, put there by `packaging/gen_ui.py`, in a checkout, a wheel and a frozen program
alike.  What the window shows (icons, forms, style) is compiled into `gui/_generated` and not found here.
"""

from __future__ import annotations

import importlib.resources
from importlib.resources.abc import Traversable


def data(*parts: str) -> Traversable:
    """The file or folder `_data/<parts…>`; raises FileNotFoundError that says how to make it."""
    found = importlib.resources.files("netconf_gui") / "_data"
    for part in parts:
        found = found / part
    if not (found.is_file() or found.is_dir()):
        name = "/".join(parts)
        raise FileNotFoundError(f"{name} is not among the program's data. In a checkout, run: python3 dev.py ui")
    return found


def read_text(*parts: str) -> str:
    """The text of `_data/<parts…>` (UTF-8); raises FileNotFoundError."""
    return data(*parts).read_text("utf-8")


def names(*parts: str) -> tuple[str, ...]:
    """The names in the folder `_data/<parts…>`, sorted; raises FileNotFoundError."""
    return tuple(sorted(entry.name for entry in data(*parts).iterdir()))
