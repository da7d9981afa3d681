"""Which rows of the tree have something wrong further down, so that a closed branch says so.

Lives here: going up from the elements of findings.  Does not live here: the findings (`findings`), drawing.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from netconf_gui.yang.problem import Problem

Place = etree._Element | tuple[etree._Element, str]
"""An element, or all children of one that have a Clark name (the rows of a list)."""


def within(problems: Mapping[etree._Element, Problem]) -> dict[Place, str]:
    """The severity of the worst finding below each place."""
    found: dict[Place, str] = {}
    for element, problem in problems.items():
        severity = "error" if problem.is_error else "warning"
        at: etree._Element | None = element
        while at is not None:
            above = at.getparent()
            if above is None:
                break
            told = found.get(above)
            for place in ((above, str(at.tag)), above):
                if found.get(place) != "error":
                    found[place] = severity
            if told in ("error", severity):
                break  # what is above knows it already
            at = above
    return found
