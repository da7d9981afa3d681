"""What was read through filters, as documents: each says what it is a part of, and leads to the whole.

Lives here: `FilterParts`.  Such a document belongs to no device: an edit made of a part would look like the deletion of
all the rest, so it can only be read.  Does not live here: asking (`filters`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.document_places import path_of_row
from netconf_gui.gui.panes.filter_bars import FilterBanner
from netconf_gui.services.filters import GET, Answer, FilterRequest

if TYPE_CHECKING:
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link

_BARS = 2  # widgets of a document's pane above the line


@dataclass(frozen=True, slots=True)
class Part:
    """What a document that was read through a filter is a part of."""

    device_id: str
    device: str
    request: FilterRequest
    at: float  # seconds since the epoch


class FilterParts(QObject):
    """`again(pane, part)` and `change(part)` are what its buttons ask for."""

    def __init__(
        self,
        program: Program,
        parent: QObject,
        again: Callable[[DocumentPane, Part], object],
        change: Callable[[Part], object],
    ) -> None:
        super().__init__(parent)
        self._program = program
        self._ask_again, self._ask_change = again, change
        self._parts: dict[DocumentPane, Part] = {}
        self._banners: dict[DocumentPane, FilterBanner] = {}
        program.documents.pane_closed.connect(self._closed)

    def show(self, link: Link, answer: Answer, document: Document, instead: DocumentPane | None = None) -> DocumentPane:
        """What came, in a tab of its own or in place of what came before."""
        request, name = answer.request, link.device.name
        context = self._context(link, request)
        part = Part(link.device.id, name, request, answer.at)
        if instead is not None and instead in self._parts:
            self._parts[instead] = part
            self._program.documents.replace_document(instead, document, context)
            self._say(instead)
            return instead
        pane = self._program.documents.add(document, context)
        self._parts[pane] = part
        banner = self._banners[pane] = FilterBanner()
        layout = pane.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(_BARS, banner)
        banner.whole_wanted.connect(partial(self._open_whole, pane))
        banner.change_wanted.connect(partial(self._change, pane))
        banner.again_wanted.connect(partial(self._again, pane))
        self._say(pane)
        return pane

    def follow(self, device_id: str) -> None:
        """The device was connected or lost."""
        for pane, part in self._parts.items():
            if part.device_id == device_id:
                self._say(pane)

    def documents(self, device_id: str) -> list[Document]:
        """The open parts of a device."""
        panes = self._program.documents.panes
        return [pane.document for pane, part in self._parts.items() if part.device_id == device_id and pane in panes]

    def _context(self, link: Link, request: FilterRequest) -> DocumentContext:
        what = request.name or request.title
        return DocumentContext(
            name=f"{link.device.name}: {what}",
            schema_title=link.device.name,
            read_only=True,
            edit_limit=self._program.workspace.settings.appearance.xml_edit_limit,
        )

    def part_of(self, pane: DocumentPane) -> Part | None:
        """What a document is a part of; None for all others."""
        return self._parts.get(pane)

    def banner_of(self, pane: DocumentPane) -> FilterBanner | None:
        return self._banners.get(pane)

    def _say(self, pane: DocumentPane) -> None:
        part, banner = self._parts[pane], self._banners.get(pane)
        link = self._program.connections.link(part.device_id)
        if banner is None:
            return
        request = part.request
        what = "configuration and state" if request.operation == GET else request.datastore
        kept = f"the filter {request.name}" if request.name else "a filter"
        at = time.strftime("%H:%M:%S", time.localtime(part.at))
        words = f"Only what {kept} takes of {what} of {part.device}, read at {at}. It can be read, not applied."
        banner.say(words, connected=link is not None and link.connected)
        banner.setToolTip(request.text.strip())

    def _closed(self, pane: DocumentPane) -> None:
        self._parts.pop(pane, None)
        self._banners.pop(pane, None)

    def _open_whole(self, pane: DocumentPane) -> None:
        """All of the datastore, at the node under the cursor; of state the state view."""
        part = self._parts[pane]
        path = path_of_row(pane.document, pane.row)
        link = self._program.connections.link(part.device_id)
        if link is None:
            return
        documents, datastore = self._program.documents, part.request.datastore
        if part.request.operation == GET or datastore in ("operational", "intended"):
            self._program.operational.open(part.device_id, path)
            return

        def jump(*_given: object) -> None:
            whole = documents.of_device(part.device_id, datastore)
            if whole is not None and path is not None and path.steps:
                documents.jump(whole, str(path))

        task = documents.open_device(part.device_id, datastore)
        if task is not None:
            task.done.connect(jump)
        else:
            jump()

    def _change(self, pane: DocumentPane) -> None:
        self._ask_change(self._parts[pane])

    def _again(self, pane: DocumentPane) -> None:
        self._ask_again(pane, self._parts[pane])
