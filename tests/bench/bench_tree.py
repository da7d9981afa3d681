"""The configuration tree on a document of 1,000,000 elements: how long until rows are there, against one lxml parse.

Run alone: `python -m tests.bench.bench_tree [ELEMENTS]`.  Fails when a ratio is over its bar; absolute figures are only
printed, with the machine they were measured on.
"""

from __future__ import annotations

import os
import platform
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from lxml import etree
from PySide6.QtCore import QModelIndex, QSize, qVersion
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from netconf_gui.config import editing
from netconf_gui.config.document import Document
from netconf_gui.gui.models.config_tree import ConfigTreeModel
from netconf_gui.gui.panes.config_tree_view import ConfigTreeView
from netconf_gui.gui.theme import theme
from tests.gui import sample

# shares of one lxml parse of the same document
BARS = {"model": 0.002, "top rows": 0.02, "open list": 0.20, "open bucket": 0.10, "paint": 0.25, "edit": 0.15}


def measured(call) -> tuple[float, object]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def open_list(model: ConfigTreeModel) -> QModelIndex:
    routes = next(one for one in (model.index(n, 0) for n in range(model.rowCount())) if _name(one) == "routes")
    group = model.index(0, 0, routes)
    model.rowCount(group)
    return group


def _name(index: QModelIndex) -> str:
    return str(index.siblingAtColumn(1).data())


def paint(view: ConfigTreeView) -> None:
    pixmap = QPixmap(QSize(900, 700))
    view.render(pixmap)


def main(elements: int = 1_000_000) -> int:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme().apply("light")
    data = sample.text(elements // 3)
    parse, root = measured(lambda: etree.fromstring(data, etree.XMLParser(huge_tree=True)))
    count = sum(1 for _ in root.iter())
    del root
    document = Document(data, sample.schema(), name="bench")
    document.prepare()
    times: dict[str, float] = {}
    times["model"], model = measured(lambda: ConfigTreeModel(document))
    times["top rows"], _ = measured(model.rowCount)
    times["open list"], group = measured(lambda: open_list(model))
    times["open bucket"], _ = measured(lambda: model.rowCount(model.index(model.rowCount(group) // 2, 0, group)))
    view = ConfigTreeView(model)
    view.resize(900, 700)
    view.open_first_levels()
    paint(view)  # fonts and icons are made once
    view.expand(group.parent())
    view.expand(group)
    times["paint"], _ = measured(lambda: paint(view))
    leaf = document.root[-2][elements // 6][1]
    first, _ = measured(lambda: (editing.set_text(document, leaf, "192.0.2.8"), model.row_of(leaf)))
    times["edit"], _ = measured(lambda: (editing.set_text(document, leaf, "192.0.2.9"), model.row_of(leaf)))
    model.close()
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, Qt {qVersion()}")
    print(f"{count:,} elements, {len(data) / 1e6:.0f} MB, one lxml parse {parse * 1000:.0f} ms")
    print(f"  the first edit, which makes the indexes of keys: {first * 1000:.0f} ms")
    failed = False
    for name, seconds in times.items():
        share = seconds / parse
        failed |= share > BARS[name]
        verdict = "" if share <= BARS[name] else "  OVER ITS BAR"
        print(f"  {name:12} {seconds * 1000:8.2f} ms  {share:7.4f} of a parse, bar {BARS[name]:g}{verdict}")
    del app
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())  # the bars are for a million elements: there is no quick way
