"""The gallery shows every editor, and the page about them has a picture of each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from netconf_gui.config import editing
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.tour.gallery import SCENES, make_pictures
from netconf_gui.yang.check import Deadlines, Engine
from tests.gui import sample

ROOT = Path(__file__).resolve().parents[2]


def test_every_scene_is_pictured(qtbot: QtBot, tmp_path: Path) -> None:
    with Engine(cache_folder=tmp_path / "engine", deadlines=Deadlines(value=30.0)) as engine:
        made = make_pictures(engine, tmp_path, themes=("dark",))
    assert [path.stem for path in made] == [f"editors-{scene.name}" for scene in SCENES]
    for path in made:
        image = QImage(str(path))
        assert image.width() >= theme().px(300) and image.height() > 60, path.name
        assert image.pixelColor(2, image.height() - 3).lightness() < 80, path.name


def test_the_page_shows_each() -> None:
    page = (ROOT / "docs" / "editors.md").read_text()
    for scene in SCENES:
        assert f"images/light/editors-{scene.name}.png" in page
        for mode in ("light", "dark"):
            assert (ROOT / "docs" / "images" / mode / f"editors-{scene.name}.png").is_file()


def test_another_theme_is_no_edit_of_a_text_that_is_not_seen(qtbot: QtBot) -> None:
    """A hidden text view must not take its old text for typed when fonts or colours change."""
    manager = TaskManager()
    document = sample.document(3)
    pane = DocumentPane(document, manager, context=DocumentContext(device_name="pe1"))
    qtbot.addWidget(pane, before_close_func=lambda one: one.close_pane())
    pane.resize(800, 600)
    pane.show()
    pane.set_view("xml")
    qtbot.waitUntil(lambda: "hostname" in pane.xml.editor.plain_text())
    pane.set_view("tree")
    editing.set_text(document, sample.element(document, "system/hostname"), "changed")
    before = document.snapshot().data
    theme().apply("dark")
    assert not pane.xml.pending and not pane.xml.broken
    assert document.snapshot().data == before
