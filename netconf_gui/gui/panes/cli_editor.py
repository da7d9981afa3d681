"""The text editor in the language of Cisco IOS."""

from __future__ import annotations

from netconf_gui.gui.cli_highlighter import CliDiffHighlighter, CliHighlighter
from netconf_gui.gui.panes.text_editor import TextEditor
from netconf_gui.gui.xml_highlighter import LazyHighlighter


class CliEditor(TextEditor):
    """Text in the colours of an IOS configuration; its own undo, since no other view shows the same text."""

    def __init__(self, object_name: str, accessible_name: str, *, read_only: bool = False) -> None:
        super().__init__(object_name, accessible_name, read_only=read_only)
        self.undo_wanted.connect(self.step)

    def make_highlighter(self) -> LazyHighlighter:
        return CliHighlighter(self.document())

    def step(self, redo: bool) -> None:
        """Take the last change of the text back, or make it again."""
        if redo:
            self.redo()
        else:
            self.undo()


class CliDiffEditor(TextEditor):
    """Lines with what comes and what goes, for reading."""

    def __init__(self, object_name: str, accessible_name: str) -> None:
        super().__init__(object_name, accessible_name, read_only=True)

    def make_highlighter(self) -> LazyHighlighter:
        return CliDiffHighlighter(self.document())
