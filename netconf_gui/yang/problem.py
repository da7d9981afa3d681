"""One finding of a check: what is wrong, where, and how serious it is.

Lives here: the data only.  Does not live here: who finds it (`check`, the device, an editor) or how it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    `severity` is ``error`` or ``warning``.  `path` is an instance path as text with module prefixes, such as
    ``/ietf-interfaces:interfaces/interface[name='eth0']/mtu``; empty when the finding has no place.  `app_tag` is the
    error-app-tag of RFC 7950 (section 15 or the module's own).  `source` says who found it (``yang``, ``xml``,
    ``schema missing``, ``device`` …).  `line` and `column` count from 1; 0 means not known.

    `kind` is the sort of rule that is broken, "" where nobody needs to know: type, unknown, state, shape, duplicate,
    key, mandatory, choice (none of its cases), cases (several), min, max, unique, must, when, leafref, instance.
    `detail` is what a repair needs: the missing node's name (mandatory), the choice and its cases (cases), the value
    (leafref), the other entry (unique).
    """

    severity: str
    path: str
    message: str
    app_tag: str = ""
    source: str = ""
    line: int = 0
    column: int = 0
    kind: str = ""
    detail: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def problem_from(item: Mapping[str, Any]) -> Problem:
    """The finding that `dataclasses.asdict` made into plain JSON."""
    return Problem(**{**item, "detail": tuple(item.get("detail", ()))})
