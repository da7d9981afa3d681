"""Finding libyang: the C library lies beside the Python binding of its wheel, under another folder on each system.

Lives here: where to look (Linux wheels repaired by auditwheel, macOS by delocate, Windows by delvewheel, frozen
programs).  Nothing is loaded here, so that asking for the library's identity costs nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from netconf_gui.errors import SchemaError

PACKAGE = "oopt_gnpy_libyang"
LIBRARY_VARIABLE = "NETCONF_GUI_LIBYANG"
"""Environment variable: the library's file, for those who build their own."""

_PATTERNS = {
    "linux": ("libyang-*.so*", "libyang.so*"),
    "darwin": ("libyang.*dylib", "libyang-*.dylib"),
    "win32": ("yang-*.dll", "libyang-*.dll", "yang.dll", "libyang.dll"),
}

_ADVICE = "Configurations are shown as XML, without schema and validation."


def find_library() -> Path:
    """The file of the C library; SchemaError if this system has none."""
    named = os.environ.get(LIBRARY_VARIABLE)
    if named and Path(named).is_file():
        return Path(named)
    if named:
        raise SchemaError(f"The YANG library (libyang) is not at {named}.", advice=_ADVICE)
    system = "win32" if sys.platform == "win32" else "darwin" if sys.platform == "darwin" else "linux"
    for folder in _folders():
        for pattern in _PATTERNS[system]:
            # a C++ wrapper "libyang-cpp" lies in the same folder
            found = sorted(path for path in folder.glob(pattern) if not path.name.startswith("libyang-cpp"))
            if found:
                return found[0]
    raise SchemaError(
        "The YANG library (libyang, in the package oopt-gnpy-libyang) is not installed on this system.",
        advice=_ADVICE,
    )


def library_identity() -> str:
    """A text that changes whenever the library's file does (part of every cache key)."""
    path = find_library()
    stat = path.stat()
    text = f"{path.name}:{stat.st_size}"
    return f"{path.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _folders() -> Iterator[Path]:
    for base in _bases():
        yield from (base / f"{PACKAGE}.libs", base / f"{PACKAGE}.dylibs", base / PACKAGE / ".dylibs")
        yield from (base / PACKAGE / ".libs", base / ".dylibs", base)


def _bases() -> Iterator[Path]:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen:
        yield Path(frozen)
    spec = importlib.util.find_spec(PACKAGE)
    if spec is not None and spec.origin:
        yield Path(spec.origin).parent
        yield Path(spec.origin).parent.parent
