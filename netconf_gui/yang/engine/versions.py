"""Versions that are part of every cache key; here so that the window need not import the engine's C declarations."""

from __future__ import annotations

EXTRACTOR = 8
"""Raise this when what is extracted from a compiled context changes."""

REPAIRS = 2
"""Raise this when a text is repaired otherwise than before."""

FALLBACK = 1
"""Raise this when what the fallback compiler writes changes."""
