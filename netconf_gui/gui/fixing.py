"""Offers the repairs of findings: in the Problems pane, at a row of the tree, by a key.

Lives here: which repairs are offered for a finding or an element, and carrying one out.  Does not live here: what a
repair is (`config.fixes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from lxml import etree
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from netconf_gui.config.fixes import Fix, fixes_for, may_have_fixes
from netconf_gui.gui import icons
from netconf_gui.gui.forms import named
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import NodeKind, SchemaNode

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


def can_fix(pane: DocumentPane, problems: Sequence[Problem]) -> bool:
    """Whether it is worth asking for repairs; costs nothing."""
    return not pane.context.read_only and any(may_have_fixes(problem) for problem in problems)


def fixes_of(pane: DocumentPane, problems: Sequence[Problem]) -> list[Fix]:
    """All repairs of these findings, each once."""
    if not can_fix(pane, problems):
        return []
    found: dict[str, Fix] = {}
    for problem in problems:
        for fix in fixes_for(pane.document, problem):
            found.setdefault(fix.text, fix)
    return list(found.values())


def problems_at(pane: DocumentPane, element: etree._Element | None) -> tuple[Problem, ...]:
    """What was found at an element."""
    return pane.findings.at(element) if element is not None else ()


def run(pane: DocumentPane, fix: Fix) -> None:
    """Carry a repair out as one undo step, or open the editor of the leaf that wants a value."""
    if fix.apply is not None:
        pane.guard(fix.apply)
    elif fix.parent is not None and fix.node is not None and pane.show_element(fix.parent):
        row = pane.model.row_of(fix.parent)
        for container in _between(pane, fix.parent, fix.node):
            row = pane.show_unset(row, container) if row is not None else None
        if row is not None:
            pane.edit_unset(row, fix.node)


def _between(pane: DocumentPane, parent: etree._Element, node: SchemaNode) -> list[SchemaNode]:
    """The containers that are not there yet, from the outermost on."""
    schema, here = pane.document.schema, pane.document.schema_node(parent)
    found: list[SchemaNode] = []
    at = schema.data_parent(node) if schema is not None else None
    while schema is not None and at is not None and at != here and at.kind is NodeKind.CONTAINER:
        found.insert(0, at)
        at = schema.data_parent(at)
    return found


def fill_menu(menu: QMenu, pane: DocumentPane, fixes: Sequence[Fix]) -> None:
    """One entry a repair; says so if there is none."""
    for number, fix in enumerate(fixes):
        entry = menu.addAction(fix.text.replace("&", "&&"))
        entry.setObjectName(f"fix{number}Action")
        icons.bind(entry, "fix", "accent_text")
        entry.triggered.connect(partial(_run, pane, fix))
    if not fixes:
        entry = menu.addAction("There is no repair that is certainly right")
        entry.setObjectName("noFixAction")
        entry.setEnabled(False)


def _run(pane: DocumentPane, fix: Fix, _checked: bool = False) -> None:
    run(pane, fix)


def offer(pane: DocumentPane, problems: Sequence[Problem], parent: QWidget, spot: QPoint) -> None:
    """Carry out the only repair, or show a menu of several (or of none) at a point of the screen."""
    fixes = fixes_of(pane, problems)
    if len(fixes) == 1:
        run(pane, fixes[0])
        return
    menu = named(QMenu(parent), "fixMenu", "Repairs")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill_menu(menu, pane, fixes)
    menu.popup(spot)
