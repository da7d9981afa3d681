"""The XML view of a document: its own text, comments included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netconf_gui.gui.panes.text_view import TextView
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.text.language import XML

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class XmlView(TextView):
    """Shows and edits one document as XML."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane, XML, XmlEditor("xmlEditor", "XML of the configuration"))
