"""The text editor in its two languages: XML and JSON.

The text views edit with them, the Review shows the edit-config with one; they know no document.
"""

from __future__ import annotations

from netconf_gui.gui.json_highlighter import JsonHighlighter
from netconf_gui.gui.panes.text_editor import TextEditor
from netconf_gui.gui.xml_highlighter import LazyHighlighter, XmlHighlighter


class XmlEditor(TextEditor):
    """Text in the colours of XML."""

    def make_highlighter(self) -> LazyHighlighter:
        return XmlHighlighter(self.document())


class JsonEditor(TextEditor):
    """Text in the colours of JSON."""

    def make_highlighter(self) -> LazyHighlighter:
        return JsonHighlighter(self.document())
