"""docs/faults.md, made from what the fault matrix saw."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from netconf_gui.errors import Outcome, Stage
from tests.faults.matrix import FAULTS, FLOWS, FaultKind
from tests.faults.matrix_run import Seen

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "faults.md"


def write_table(seen: Sequence[Seen]) -> None:
    """Write the document."""
    raise NotImplementedError
