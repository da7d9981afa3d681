"""The JSON view of a document (RFC 7951): generated from the configuration, and editable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netconf_gui.gui.panes.text_view import TextView
from netconf_gui.gui.panes.xml_editor import JsonEditor
from netconf_gui.gui.text.language import JSON

if TYPE_CHECKING:
    from netconf_gui.gui.panes.document import DocumentPane


class JsonView(TextView):
    """Shows and edits one document as JSON."""

    def __init__(self, pane: DocumentPane) -> None:
        super().__init__(pane, JSON, JsonEditor("jsonEditor", "JSON of the configuration"))
