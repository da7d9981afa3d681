"""What is open of a device, for those who make filters: entries of lists by key, and values of leafs.

Lives here: `Known`.  Does not live here: the page that asks (`filters`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree

from netconf_gui.config.document import Document
from netconf_gui.config.filter_building import Pick, path_of_pick
from netconf_gui.config.path import key_values
from netconf_gui.protocol.xml import qn
from netconf_gui.yang.schema import SchemaNode

MOST_VALUES = 200


class Known:
    """`documents` tells which documents of the device are open, those with all of it first."""

    def __init__(self, documents: Callable[[], Sequence[Document]]) -> None:
        self._documents = documents

    def entries(self, above: Pick, node: SchemaNode) -> list[tuple[str, ...]]:
        """The keys of a list's entries in what is open of the device."""
        for document in self._documents():
            holder: etree._Element | None = document.root
            if above.steps:
                path = path_of_pick(above, document.schema)
                holder = document.find(path) if len(path.steps) == len(above.steps) else None
            if holder is None:
                continue
            found = []
            for entry in holder.iterchildren(qn(node.namespace, node.name)):
                keys = key_values(entry, node, document.binder)
                if keys and None not in keys:
                    found.append(tuple(str(key) for key in keys))
            if found:
                return found
        return []

    def values(self, leaf: SchemaNode) -> list[str]:
        """The values of a leaf in what is open of the device."""
        found: dict[str, None] = {}
        for document in self._documents():
            schema = document.schema
            tags: list[str] = []
            at: SchemaNode | None = leaf
            while at is not None and schema is not None:
                tags.insert(0, qn(at.namespace, at.name))
                at = schema.data_parent(at)
            for element in document.root.iterfind("/".join(tags)) if tags else ():
                if element.text:
                    found[element.text] = None
                if len(found) >= MOST_VALUES:
                    break
            if found:
                break
        return list(found)
