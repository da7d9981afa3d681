"""Searching a document by XPath 1.0 with the functions of YANG 1.1, by the engine, away from the GUI thread.

Lives here: what of a search text is an XPath, and the job.  Does not live here: the
evaluation (`yang.check.Engine`), hits (`tree_search`).
"""

from __future__ import annotations

from netconf_gui.cancel import CancelToken
from netconf_gui.config.document import Document, Recipe
from netconf_gui.yang.check import Engine

LIMIT = 10_000  # nodes that are told
AT_ONCE = 1_000_000  # bytes: a larger document is made again by its recipe instead of being written on the GUI thread

Found = tuple[tuple[str, str | None], ...]


def is_xpath(text: str) -> bool:
    """True for what is meant as XPath: it begins with ``/`` or ``=``."""
    return text.lstrip()[:1] in ("/", "=")


def expression(text: str) -> str:
    """The XPath in a search text.  Names without a module are of any module, prefixes are names of modules."""
    return text.strip().removeprefix("=").strip()


class XPathJob:
    """One evaluation: made on the GUI thread, run on another."""

    def __init__(self, engine: Engine, key: str, document: Document, text: str) -> None:
        self._engine = engine
        self._key = key
        self._text = text
        self._schema = document.schema
        self.revision = document.revision
        self._data: bytes | None = None
        self._recipe: Recipe | None = None
        if len(document.base) <= AT_ONCE:
            self._data = document.snapshot().data
        else:
            self._recipe = document.recipe()

    def run(self, cancel: CancelToken) -> Found:
        """The nodes; raises `SchemaError` with what is wrong with the expression."""
        data = self._data
        if data is None and self._recipe is not None:
            data = self._recipe.make(self._schema).snapshot().data
        return self._engine.xpath(self._key, data or b"<config/>", expression(self._text), limit=LIMIT, cancel=cancel)
