"""A picture of every value editor: `netconf-gui --gallery DIR` writes DIR/light and DIR/dark/editors-NAME.png.

The editors are the Node pane's own, on a document of a model made for it, with the real engine; keys are real events.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from netconf_gui.config.document import Document
from netconf_gui.gui.application import make_application
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.editors.instance import InstanceEdit, NodePicker
from netconf_gui.gui.editors.moment import MomentEdit, MomentPicker
from netconf_gui.gui.editors.pick import PickEdit
from netconf_gui.gui.editors.subject import Subject
from netconf_gui.gui.forms import column, label, named
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.value_box import ValueBox
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import Mode, theme
from netconf_gui.gui.tour import gallery_model
from netconf_gui.gui.tour.stage import PATIENCE, TourFailed, pause
from netconf_gui.yang.check import Engine
from netconf_gui.yang.resolver import ResolvedSet, WantedModule, bundled_modules, resolve

WIDTH = 308  # px: as wide as the Node pane
THEMES: tuple[Mode, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: a leaf, whether it is set, and what is done to its editor first."""

    name: str
    title: str
    leaf: str
    unset: bool = False
    locked: bool = False
    typed: str = ""
    expect: str = ""  # words that have to be seen below the editor
    then: str = ""  # "list": its list is open; "dialog": its dialog is


SCENES: tuple[Scene, ...] = (
    Scene("enumeration", "Enumeration", "enumeration", then="list"),
    Scene("enumeration-search", "Enumeration, searched", "enumeration", typed="sender", then="list"),
    Scene("enumeration-unset", "Enumeration, not set", "enumeration", unset=True),
    Scene("bits", "Bits", "bits"),
    Scene("bits-list", "Many bits", "many-bits", then="list"),
    Scene("boolean", "Boolean", "boolean"),
    Scene("boolean-default", "Boolean, not set", "boolean-unset", unset=True),
    Scene("empty", "Empty", "empty"),
    Scene("integer", "Integer", "integer", typed="1003", expect="1006 to 4094"),
    Scene("uint64", "Integer of 64 bits", "uint64"),
    Scene("decimal64", "Decimal", "decimal64", typed="99.505", expect="2 digits"),
    Scene("string", "String", "string", typed="core--uplink", expect="Pattern 2 of 2"),
    Scene("text", "String of several lines", "text"),
    Scene("binary", "Binary", "binary"),
    Scene("leafref", "Reference", "leafref", then="list"),
    Scene("leafref-missing", "Reference without target", "leafref", typed="eth9", expect="No port/name"),
    Scene("leafref-empty", "Reference to an empty list", "leafref-empty", unset=True, then="list"),
    Scene("identityref", "Identity", "identityref", then="list"),
    Scene("instance-identifier", "Instance identifier", "instance-identifier"),
    Scene("instance-picker", "Choosing a node", "instance-identifier", then="dialog"),
    Scene("union", "Union", "union", typed="2001:DB8::A", expect="Read as ipv6-address"),
    Scene("ipv4-prefix", "IPv4 prefix", "ipv4-prefix", typed="192.0.2.77/25", expect="Host bits"),
    Scene("ipv6-address", "IPv6 address", "ipv6-address", typed="FE80::1", expect="link-local"),
    Scene("mac-address", "MAC address", "mac-address", typed="0011.22AA.BBCC", expect="Stored as"),
    Scene("date-and-time", "Date and time", "date-and-time", expect="UTC"),
    Scene("date-picker", "Choosing a moment", "date-and-time", then="dialog"),
    Scene("domain-name", "Domain name", "domain-name", expect="labels"),
    Scene("read-only", "Read-only", "ipv6-address", locked=True),
)


class Gallery:
    """One document, one editor after another."""

    def __init__(self, engine: Engine, manager: TaskManager) -> None:
        compiled = engine.compile(model())
        schema = engine.schema(compiled)
        self.document = Document(gallery_model.DATA, schema, name="editors")
        context = DocumentContext(device_name="editors", engine=engine, key=compiled.key)
        self.pane = DocumentPane(self.document, manager, context=context)
        self.manager = manager

    def close(self) -> None:
        self.pane.close_pane()

    def subject(self, scene: Scene) -> Subject:
        """What a scene's editor edits."""
        top = self.document.root[0]
        assert self.document.schema is not None
        node = self.document.schema.find(f"/{gallery_model.NAME}:editors/{scene.leaf}")
        element = None if scene.unset else top.find(f"{{{gallery_model.NAMESPACE}}}{scene.leaf}")
        return Subject(self.document, node, element, top)

    def picture(self, scene: Scene) -> QPixmap:
        """The scene's picture; raises `TourFailed` if it does not show what it should."""
        frame = named(QWidget(), "galleryFrame", scene.title, role="pane")
        layout = column(frame, margins=(16, 12, 16, 16), spacing=8)
        layout.addWidget(label(scene.title, "galleryTitle", kind="head"))
        box = ValueBox(self.manager)
        layout.addWidget(box)
        layout.addStretch(1)
        frame.setFixedWidth(theme().px(WIDTH))
        box.show_subject(self.pane, self.subject(scene), locked=scene.locked)
        frame.show()
        frame.activateWindow()
        editor = cast(QWidget, box.editor)
        if scene.typed:
            self._type(editor, scene.typed)
        seen = (box.message, box.warning, box.note)
        wait(lambda: scene.expect in "\n".join(one.text() for one in seen), f"{scene.name} says {scene.expect!r}")
        wait(lambda: not self.manager.running, "the engine has answered")
        pause(50)
        needed = layout.totalHeightForWidth(frame.width()) if layout.hasHeightForWidth() else 0
        frame.setFixedHeight(max(needed, layout.totalMinimumSize().height()))
        pause(20)
        made = self._with_what_is_over(frame, editor, scene)
        box.show_subject(None, None)  # before the focus goes, which would commit what was typed
        frame.close()
        frame.deleteLater()
        return made

    @staticmethod
    def _type(editor: QWidget, text: str) -> None:
        editor.setFocus()
        target = editor.focusProxy() or editor
        QTest.keyClick(target, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(target, text)
        if isinstance(editor, PickEdit) and editor.popup_open:
            editor.popup.shut()

    def _with_what_is_over(self, frame: QWidget, editor: QWidget, scene: Scene) -> QPixmap:
        if scene.then == "list":
            assert isinstance(editor, PickEdit)
            editor.open_list(scene.typed)
            wait(lambda: editor.popup_open, "the list is open")
            pause(20)
            below = editor.mapTo(frame, QPoint(0, editor.height() + theme().px(2)))
            return stacked(frame, editor.popup, below)
        if scene.then == "dialog":
            assert isinstance(editor, InstanceEdit | MomentEdit)
            editor.pick()
            kind = NodePicker if isinstance(editor, InstanceEdit) else MomentPicker
            dialog = cast(QDialog, frame.window().findChild(kind))
            wait(dialog.isVisible, "the dialog is open")
            pause(50)
            made = dialog.grab()
            dialog.reject()
            return made
        return frame.grab()


def stacked(frame: QWidget, popup: QWidget, at: QPoint) -> QPixmap:
    """The frame with the list laid over it, in a picture that holds both."""
    ratio = frame.devicePixelRatio()
    height = max(frame.height(), at.y() + popup.height() + theme().px(12))
    width = max(frame.width(), at.x() + popup.width() + theme().px(16))
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(theme().color("surface"))
    painter = QPainter(made)
    painter.drawPixmap(0, 0, frame.grab())
    painter.drawPixmap(at, popup.grab())
    painter.end()
    return made


def model() -> ResolvedSet:
    """The gallery's module and what it imports."""
    standard = bundled_modules()

    def fetch(name: str, revision: str | None) -> bytes | None:
        return gallery_model.YANG.encode() if name == gallery_model.NAME else standard(name, revision)

    return resolve([WantedModule(gallery_model.NAME)], fetch)


def wait(condition: Callable[[], object], what: str) -> None:
    """Let the program work until `condition()` holds."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TourFailed(f"After {PATIENCE:g} s there was still not: {what}.")
        pause(20)


def make_pictures(engine: Engine, folder: Path, *, themes: Sequence[Mode] = THEMES) -> list[Path]:
    """All scenes in the themes named; returns the files."""
    manager = TaskManager()
    gallery = Gallery(engine, manager)
    made: list[Path] = []
    try:
        for mode in themes:
            theme().apply(mode)
            place = folder / mode
            place.mkdir(parents=True, exist_ok=True)
            for scene in SCENES:
                path = place / f"editors-{scene.name}.png"
                if not gallery.picture(scene).save(str(path)):
                    raise TourFailed(f"{path} could not be written.")
                made.append(path)
    finally:
        gallery.close()
    return made


def run_gallery(folder: Path) -> int:
    """Write all pictures; 0 if every editor showed what it should, else 1."""
    make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="netconf_gui-gallery-") as home, Engine(cache_folder=Path(home)) as engine:
        try:
            made = make_pictures(engine, folder)
        except TourFailed as failure:
            sys.stdout.write(f"FAILED  {failure}\n")
            return 1
    sys.stdout.write(f"{len(made)} pictures in {folder}\n")
    return 0
