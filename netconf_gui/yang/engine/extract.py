"""The compiled tree of a context, walked once and written into the tables of `store`.

Lives here: which field of which struct becomes which column.  Does not live here: types (`types`), reading the
database (`store`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netconf_gui.yang import store
from netconf_gui.yang.datatypes import canonical_default
from netconf_gui.yang.engine.binding import LibYang, Pointer
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.types import TypeReader
from netconf_gui.yang.engine.versions import EXTRACTOR
from netconf_gui.yang.nodes import BrokenModule
from netconf_gui.yang.typecodec import type_to_json

_CONTAINER, _CHOICE, _LEAF, _LEAFLIST, _LIST, _CASE = 0x01, 0x02, 0x04, 0x08, 0x10, 0x80
_RPC, _ACTION, _NOTIF = 0x100, 0x200, 0x400
KINDS = {
    _CONTAINER: "container", _CHOICE: "choice", _LEAF: "leaf", _LEAFLIST: "leaf-list", _LIST: "list",
    0x20: "anyxml", 0x60: "anydata", _CASE: "case", _RPC: "rpc", _ACTION: "action", _NOTIF: "notification",
    0x1000: "input", 0x2000: "output",
}  # fmt: skip

_CONFIG_W, _DEPRECATED, _OBSOLETE, _MANDATORY, _ORDER_USER = 0x01, 0x08, 0x10, 0x20, 0x40
_PRESENCE, _KEY = 0x80, 0x100
_UNBOUNDED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: the parent's row, its module, its paths with and without choices."""

    parent: int
    module: int
    path: str
    full_module: int
    full_path: str
    operation: bool = False  # below rpc, action or notification: `config` means nothing there


class Extractor:
    """Writes one context into one new database file."""

    def __init__(self, context: Context, path: Path) -> None:
        self._context = context
        self._yang: LibYang = context.yang
        self._types = TypeReader(context.yang)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._module_ids: dict[int, int] = {}
        self._module_names: dict[int, str] = {}
        self._text_ids: dict[int, int | None] = {}
        self._texts: dict[str, int] = {}
        self._type_ids: dict[int, int] = {}
        self._type_texts: dict[str, int] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._search: list[tuple[int, str, str, str]] = []
        self._count = 0
        self.several_bases: list[str] = []
        """Paths of leafs whose identities must have several bases (see `DataEngine`)."""

    def run(self, broken: Iterable[BrokenModule], meta: dict[str, str]) -> int:
        """Write everything; returns the number of nodes."""
        try:
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("PRAGMA synchronous = OFF")
            self._database.executescript(store.TABLES)
            self._database.execute("BEGIN")
            self._modules()
            for module in self._own_modules():
                if module.implemented and module.compiled != self._yang.null:
                    self._module_nodes(module)
            self._flush()
            self._database.executemany(
                "INSERT INTO broken VALUES (?, ?, ?)", [(item.name, item.revision, item.reason) for item in broken]
            )
            values = {**meta, "format": str(store.FORMAT), "extractor": str(EXTRACTOR), "nodes": str(self._count)}
            self._database.executemany("INSERT INTO meta VALUES (?, ?)", values.items())
            self._database.execute(store.INDEXES)
            self._database.execute("COMMIT")
        finally:
            self._database.close()
        return self._count

    def _address(self, pointer: Pointer) -> int:
        return int(self._yang.ffi.cast("uintptr_t", pointer))

    def _own_modules(self) -> Iterator[Pointer]:
        """The modules of the set; libyang has some of its own in every context, which no device announced."""
        names = {entry.name for entry in self._context.sources.entries}
        return (module for module in self._context.modules() if self._yang.text(module.name) in names)

    def _modules(self) -> None:
        text = self._yang.text
        for number, module in enumerate(self._own_modules(), 1):
            self._module_ids[self._address(module)] = number
            self._module_names[number] = text(module.name)
            features: list[str] = []
            if module.compiled != self._yang.null:
                features = [text(name) for name in self._yang.array(module.compiled.features)]
            self._database.execute(
                "INSERT INTO module VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number, text(module.name), text(module.revision), text(module.ns), text(module.prefix),
                    int(bool(module.implemented)), json.dumps(features), text(module.dsc),
                ),
            )  # fmt: skip

    def _module_nodes(self, module: Pointer) -> None:
        ffi, compiled = self._yang.ffi, module.compiled
        top = _Place(store.TOP, 0, "", 0, "")
        # libyang adds an rpc-error container to ietf-netconf, for replies; the module itself has no data (RFC 6241)
        if self._yang.text(module.name) != "ietf-netconf":
            for node in self._yang.siblings(compiled.data):
                self._walk(node, top)
        for head in (compiled.rpcs, compiled.notifs):
            for node in self._yang.siblings(ffi.cast("struct lysc_node *", head)):
                self._walk(node, top)

    def _walk(self, node: Pointer, place: _Place) -> None:
        kind = node.nodetype
        self._count += 1
        number = self._count
        module = self._module_ids[self._address(node.module)]
        name = self._yang.text(node.name)
        prefixed = f"{self._module_names[module]}:{name}"
        full_path = f"{place.full_path}/{name if module == place.full_module else prefixed}"
        data_path = f"{place.path}/{name if module == place.module else prefixed}"
        schema_only = kind in (_CHOICE, _CASE)
        operation = place.operation or kind in (_RPC, _ACTION, _NOTIF)
        self._row(node, number, place, module, name, full_path if schema_only else data_path, operation)
        if schema_only:
            # what is in a choice continues the data path before it
            below = _Place(number, place.module, place.path, module, full_path, operation)
        else:
            below = _Place(number, module, data_path, module, full_path, operation)
        for child in self._children(node, kind):
            self._walk(child, below)
        if len(self._rows) > 5000:
            self._flush()

    def _children(self, node: Pointer, kind: int) -> Iterator[Pointer]:
        ffi, lib = self._yang.ffi, self._yang.lib
        if kind in (_RPC, _ACTION):
            action = ffi.cast("struct lysc_node_action *", node)
            for part in ("input", "output"):
                yield ffi.cast("struct lysc_node *", ffi.addressof(action, part))
            return
        yield from self._yang.siblings(lib.lysc_node_child(node))
        if kind in (_CONTAINER, _LIST):
            for head in (lib.lysc_node_actions(node), lib.lysc_node_notifs(node)):
                yield from self._yang.siblings(ffi.cast("struct lysc_node *", head))

    def _row(
        self, node: Pointer, number: int, place: _Place, module: int, name: str, path: str, operation: bool
    ) -> None:
        kind, flags = node.nodetype, node.flags
        description, reference = self._text_id(node.dsc), self._text_id(node.ref)
        type_id = self._type_id(node, path) if kind in (_LEAF, _LEAFLIST) else None
        extra = self._extra(node, kind)
        self._rows.append(
            (
                number, place.parent, KINDS.get(kind, "anyxml"), name, module, _flags(kind, flags, operation), path,
                description, reference, type_id, json.dumps(extra) if extra else None,
            )
        )  # fmt: skip
        self._search.append((number, name, path, self._yang.text(node.dsc)))

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self._rows)
        self._database.executemany(
            "INSERT INTO search(rowid, name, path, description) VALUES (?, ?, ?, ?)", self._search
        )
        self._rows.clear()
        self._search.clear()

    def _text_id(self, pointer: Pointer) -> int | None:
        if pointer == self._yang.null:
            return None
        # libyang keeps each distinct text once: the address tells texts apart without reading them
        address = self._address(pointer)
        found = self._text_ids.get(address)
        if found is None:
            text = self._yang.text(pointer)
            found = self._texts.get(text)
            if found is None:
                found = self._texts[text] = len(self._texts) + 1
                self._database.execute("INSERT INTO text VALUES (?, ?)", (found, text))
            self._text_ids[address] = found
        return found

    def _type_id(self, node: Pointer, path: str) -> int:
        pointer = self._yang.ffi.cast("struct lysc_node_leaf *", node).type
        address = self._address(pointer)
        found = self._type_ids.get(address)
        if found is None:
            text = json.dumps(type_to_json(self._types.read(pointer)))
            found = self._type_texts.get(text)
            if found is None:
                found = self._type_texts[text] = len(self._type_texts) + 1
                self._database.execute("INSERT INTO type VALUES (?, ?)", (found, text))
            self._type_ids[address] = found
        if address in self._types.several_bases:
            self.several_bases.append(path)
        return found

    def _extra(self, node: Pointer, kind: int) -> dict[str, Any]:
        ffi, found = self._yang.ffi, dict[str, Any]()
        if kind == _LEAF:
            leaf = ffi.cast("struct lysc_node_leaf *", node)
            _put(found, units=self._yang.text(leaf.units), defaults=self._value(leaf.dflt, leaf.type))
        elif kind == _LEAFLIST:
            leaf = ffi.cast("struct lysc_node_leaflist *", node)
            values = [text for item in self._yang.array(leaf.dflts) for text in self._value(item, leaf.type)]
            _put(found, units=self._yang.text(leaf.units), defaults=values, **_limits(leaf))
        elif kind == _LIST:
            found.update(self._list_extra(ffi.cast("struct lysc_node_list *", node)))
        elif kind == _CHOICE:
            case = ffi.cast("struct lysc_node_choice *", node).dflt
            _put(found, defaults=[self._yang.text(case.name)] if case != self._yang.null else [])
        _put(found, musts=self._musts(node), whens=self._whens(node))
        return found

    def _list_extra(self, node: Pointer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        children = self._yang.siblings(self._yang.lib.lysc_node_child(self._yang.ffi.cast("struct lysc_node *", node)))
        keys = [self._yang.text(child.name) for child in children if child.nodetype == _LEAF and child.flags & _KEY]
        unique = [
            [self._relative(leaf, node) for leaf in self._yang.array(leaves)]
            for leaves in self._yang.array(node.uniques)
        ]
        _put(found, keys=keys, unique=unique, **_limits(node))
        return found

    def _relative(self, leaf: Pointer, ancestor: Pointer) -> str:
        """The path of a leaf from an ancestor, choices and cases left out."""
        steps: list[str] = []
        end = self._address(ancestor)
        node = self._yang.ffi.cast("struct lysc_node *", leaf)
        while node != self._yang.null and self._address(node) != end:
            if node.nodetype not in (_CHOICE, _CASE):
                steps.append(self._yang.text(node.name))
            node = node.parent
        return "/".join(reversed(steps))

    def _value(self, value: Pointer, kind: Pointer) -> list[str]:
        """A default value in canonical form; identities are ``module:name``."""
        if value.str == self._yang.null:
            return []
        text, info = self._yang.text(value.str), self._types.read(kind)
        modules: dict[str, str] = {}
        if value.prefixes != self._yang.null:
            for item in self._yang.array(value.prefixes):
                if item.mod != self._yang.null:
                    modules[self._yang.text(item.prefix)] = self._yang.text(item.mod.name)
        return [canonical_default(info, text, prefixes=modules)]

    def _musts(self, node: Pointer) -> list[list[str]]:
        text, expression = self._yang.text, self._yang.lib.lyxp_get_expr
        return [
            [text(expression(must.cond)), text(must.emsg), text(must.eapptag)]
            for must in self._yang.array(self._yang.lib.lysc_node_musts(node))
        ]

    def _whens(self, node: Pointer) -> list[str]:
        expression = self._yang.lib.lyxp_get_expr
        return [
            self._yang.text(expression(when.cond)) for when in self._yang.array(self._yang.lib.lysc_node_when(node))
        ]


def _put(target: dict[str, Any], **values: Any) -> None:
    """Keep the values that say something."""
    target.update((key, value) for key, value in values.items() if value)


def _limits(node: Pointer) -> dict[str, int]:
    found = {"min": node.min}
    if node.max not in (0, _UNBOUNDED):
        found["max"] = node.max
    return found


def _flags(kind: int, flags: int, operation: bool) -> int:
    found = store.FLAG_CONFIG if flags & _CONFIG_W and not operation else 0
    # libyang marks containers with mandatory descendants too, and lists with min-elements
    if kind not in (_CONTAINER, _LIST, _LEAFLIST) and flags & _MANDATORY:
        found |= store.FLAG_MANDATORY
    if kind == _CONTAINER and flags & _PRESENCE:
        found |= store.FLAG_PRESENCE
    if kind == _LEAF and flags & _KEY:
        found |= store.FLAG_KEY
    if kind in (_LIST, _LEAFLIST) and flags & _ORDER_USER:
        found |= store.FLAG_USER_ORDER
    status = 2 if flags & _OBSOLETE else 1 if flags & _DEPRECATED else 0
    return found | status << store.STATUS_SHIFT
