"""The XML view of a document: its own text, comments included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netconf_gui.gui.panes.text_view import TextView
from netconf_gui.gui.panes.xml_editor import XmlEditor
from netconf_gui.gui.text.language import REQUEST, XML

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class XmlView(TextView):
    """Shows and edits one document as XML."""

    def __init__(self, pane: DocumentPane) -> None:
        if pane.context.is_request:
            super().__init__(pane, REQUEST, XmlEditor("xmlEditor", "XML of the request"))
        else:
            super().__init__(pane, XML, XmlEditor("xmlEditor", "XML of the configuration"))
