"""A document in which nothing counts as changed: state of a device, a request, a reply.

Lives here: `UntrackedDocument`.  Does not live here: what such a document is for (`live`, `operation_input`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.diff import Diff
from netconf_gui.config.document import Document


class UntrackedDocument(Document):
    """There is nothing that it could be compared with; edits and their undoing are those of any document."""

    def changes(self) -> int:
        return 0

    def diff(self) -> Diff:
        return Diff((), self.root, self.root, self.schema)

    def state(self, element: etree._Element) -> str:
        return "same"

    def changed_below(self, element: etree._Element) -> bool:
        return False

    def removed_children(self, element: etree._Element) -> list[etree._Element]:
        return []

    def base_element(self, element: etree._Element) -> etree._Element | None:
        return None
