"""Where edits have been: the nodes of a document that may differ from its base, kept up while editing.

Lives here: `Touched`, a tree of steps.  Does not live here: whether they do differ (`treediff` looks, only there).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from netconf_gui.config.path import Step


@dataclass(slots=True)
class Touched:
    """One node; `whole` means that anything below may differ.

    `mine` is the node's element in the edited tree, None if it is not there.  `moved` holds names of children whose
    order may differ.
    """

    children: dict[Step, Touched] = field(default_factory=dict)
    whole: bool = False
    mine: etree._Element | None = None
    moved: set[str] = field(default_factory=set)

    def mark_whole(self) -> None:
        self.whole = True
        self.children.clear()
        self.moved.clear()
