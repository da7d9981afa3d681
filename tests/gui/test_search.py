"""Searching a document: names, values, paths and XPath; the list of hits; a tree of hits only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.models.hits import HitFilter
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.rows import Role
from netconf_gui.gui.tasks import TaskManager
from netconf_gui.gui.theme import theme
from netconf_gui.gui.xpath_search import expression, is_xpath
from netconf_gui.yang.check import CompiledSchema, Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from tests.config.model import top
from tests.gui import sample

WAIT = 20_000


@pytest.fixture
def tasks() -> Iterator[TaskManager]:
    made = TaskManager()
    yield made
    made.close()


@pytest.fixture
def pane(qtbot, tasks) -> Iterator[DocumentPane]:
    made = DocumentPane(sample.document(30), tasks, context=DocumentContext(file=Path("a.xml")))
    qtbot.addWidget(made)
    made.resize(1100, 700)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_pane()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path_factory.mktemp("engine")) as made:
        yield made


@pytest.fixture(scope="module")
def compiled(engine: Engine) -> CompiledSchema:
    library = ModuleLibrary.of_folder(Path(__file__).parent.parent / "config" / "modules")
    return engine.compile(resolve([WantedModule("t"), WantedModule("x")], library.fetch))


@pytest.fixture
def checked(qtbot, tasks, engine, compiled) -> Iterator[DocumentPane]:
    """A document with an engine: module t with entries a (mtu 1500) and b (mtu 9000)."""
    inner = (
        "<type>x:eth</type><entry><name>a</name><t>x:fast</t><mtu>1500</mtu></entry>"
        "<entry><name>b</name><mtu>9000</mtu></entry><color>blue</color>"
    )
    context = DocumentContext(file=Path("a.xml"), engine=engine, key=compiled.key)
    made = DocumentPane(Document(top(inner), engine.schema(compiled)), tasks, context=context)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close_pane()


def look_for(qtbot, pane: DocumentPane, text: str) -> list[str]:
    """Type it and wait; the paths of the hits."""
    pane.find()
    pane.path_bar.search.clear()
    qtbot.keyClicks(pane.path_bar.search, text)
    qtbot.waitUntil(lambda: not pane.search.searching, timeout=WAIT)
    return [pane.document.path_of(hit).short() for hit in pane.search.hits]


def cell(pane: DocumentPane, row: int, column: int) -> str:
    return str(pane.results.model.index(row, column).data())


def test_names_values_and_parts_of_paths(qtbot, pane):
    assert look_for(qtbot, pane, "MTU") == [
        "/interfaces/interface[xe-0/0/0]/mtu",
        "/interfaces/interface[xe-0/0/1]/mtu",
    ]
    assert look_for(qtbot, pane, "transit") == ["/interfaces/interface[xe-0/0/1]/description"]
    assert look_for(qtbot, pane, "interface/mtu") == look_for(qtbot, pane, "/interfaces/interface/mtu")
    assert len(pane.search.hits) == 2
    assert look_for(qtbot, pane, "interface[xe-0/0/1]/mt") == ["/interfaces/interface[xe-0/0/1]/mtu"]
    assert look_for(qtbot, pane, "xe-0/0/2") == ["/interfaces/interface[xe-0/0/2]/name"]


def test_the_list_shows_hits_and_leads_to_them(qtbot, pane):
    assert pane.results.isHidden()
    look_for(qtbot, pane, "mtu")
    assert pane.results.isVisible() and pane.results.words.text() == "2 hits"
    assert cell(pane, 1, 0) == "/interfaces/interface[xe-0/0/1]/mtu" and cell(pane, 1, 1) == "1500"
    assert pane.results.model.index(0, 0).data(Role.MONO) is True
    assert "ex:interfaces" in pane.results.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    view = pane.results.view
    spot = view.visualRect(pane.results.model.index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert pane.row.own_element is pane.search.hits[1] and pane.path_bar.count.text() == "2 of 2"
    pane.step_search(True)
    assert pane.row.own_element is pane.search.hits[0] and view.currentIndex().row() == 0
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert pane.row.own_element is pane.search.hits[1]
    qtbot.mouseClick(pane.results.close_button, Qt.MouseButton.LeftButton)
    assert pane.results.isHidden() and not pane.path_bar.list.isChecked()
    pane.path_bar.list.click()
    assert pane.results.isVisible()
    pane.find()
    qtbot.keyClick(pane.path_bar.search, Qt.Key.Key_Escape)
    assert pane.results.isHidden()


def rows(pane: DocumentPane) -> list[str]:
    """The names in the tree, everything opened."""
    pane.tree.expandAll()
    found: list[str] = []
    index = pane.model.index(0, 0)
    while index.isValid():
        row = pane.model.row_at(index)
        assert row is not None
        found.append(pane.model.looks.of(row).name)
        index = pane.tree.indexBelow(index)
    return found


def test_the_tree_shows_hits_only(qtbot, pane):
    before = pane.tree.opened()
    look_for(qtbot, pane, "mtu")
    pane.results.filter.click()
    assert rows(pane) == ["interfaces", "interface", "xe-0/0/0", "mtu", "xe-0/0/1", "mtu"]
    editing.remove(pane.document, pane.search.hits[0])
    qtbot.waitUntil(lambda: rows(pane) == ["interfaces", "interface", "xe-0/0/1", "mtu"], timeout=WAIT)
    pane.undo()
    qtbot.waitUntil(lambda: len(rows(pane)) == 6, timeout=WAIT)
    pane.path_bar.search.setText("acl")
    qtbot.waitUntil(lambda: not pane.search.searching, timeout=WAIT)
    assert rows(pane) == ["acl", "term", "10", "seq", "action", "20", "seq", "action", "30", "seq"]
    pane.path_bar.search.clear()
    assert not pane.results.filter.isChecked() and pane.model.outline.hits is None
    assert "system" in rows(pane) and before[0]


def test_a_filter_keeps_what_is_above_and_inside_hits():
    doc = sample.document(3)
    interface = sample.element(doc, "interfaces/interface[xe-0/0/1]")
    kept = HitFilter([interface])
    assert kept.keeps(interface) and kept.keeps(interface.getparent()) and kept.keeps(interface[2])
    assert kept.keeps_group(interface.getparent(), str(interface.tag))
    assert kept.keeps_group(interface, str(interface[0].tag))
    assert not kept.keeps(sample.element(doc, "interfaces/interface[xe-0/0/0]"))
    assert not kept.keeps_group(sample.element(doc, "acl"), str(interface.tag))


def test_without_modules_xpath_is_told_to_be_impossible(qtbot, pane):
    look_for(qtbot, pane, "=//mtu")
    assert pane.path_bar.count.text() == "no XPath" and "needs the YANG modules" in pane.results.words.text()
    assert pane.path_bar.search.property("state") == "error"
    assert "needs the YANG modules" in pane.path_bar.search.toolTip()


def test_what_is_an_xpath():
    assert is_xpath("/a") and is_xpath(" =count(/a)") and not is_xpath("a/b")
    assert expression(" = //mtu ") == "//mtu" and expression("/a/b") == "/a/b"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/top/entry[mtu > 2000]", ["/top/entry[b]"]),
        ("=//t:mtu", ["/top/entry[a]/mtu", "/top/entry[b]/mtu"]),
        ("=//*[derived-from-or-self(., 'x:eth')]", ["/top/type"]),
        ("//t:entry[re-match(t:name, '[a]')]", ["/top/entry[a]"]),
        ("//t:color[enum-value(.) = 1]", ["/top/color"]),
        ("/t:top/t:entry[t:name = current()/t:entry[2]/t:name]", ["/top/entry[b]"]),
        ("/t:top/nothing", []),
    ],
)
def test_xpath_with_the_functions_of_yang(qtbot, checked, text, found):
    assert checked.search.knows_xpath
    assert look_for(qtbot, checked, text) == found


def test_a_faulty_xpath_is_told_in_words(qtbot, checked):
    look_for(qtbot, checked, "/t:top/entry[")
    assert checked.path_bar.count.text() == "no XPath"
    assert checked.results.words.text().startswith("The XPath cannot be evaluated: ")
    assert look_for(qtbot, checked, "=count(//t:mtu)") == []
    assert "not a node set" in checked.results.words.text()


def test_an_xpath_is_evaluated_again_after_an_edit(qtbot, checked):
    assert look_for(qtbot, checked, "//t:mtu[. > 2000]") == ["/top/entry[b]/mtu"]
    editing.set_text(checked.document, checked.document.root[0][1][2], "3000")
    qtbot.waitUntil(lambda: len(checked.search.hits) == 2, timeout=WAIT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_is_drawn_in_both_themes(qtbot, pane, scheme):
    theme().apply(scheme, font_px=13)
    look_for(qtbot, pane, "mtu")
    assert not pane.grab().isNull()
