"""The compiled tree of a context, walked once and handed to `schema_writer`.

Lives here: which field of which struct becomes which fact.  Does not live here: types (`types`, `parsed`), modules and
identities (`inventory`), how structs are read (`memory`), the database.

Half a million nodes pass here while a person waits, so the walk reads structs in one go, and what a node says is looked
at once for each statement, not for each use of it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from netconf_gui.yang import schema_tables as tables
from netconf_gui.yang.datatypes import canonical_default
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.inventory import Inventory
from netconf_gui.yang.engine.memory import EXPRESSION_TEXT, LEAFREF_TARGET, Memory
from netconf_gui.yang.engine.parsed import NOTHING, ParsedReader, Typed
from netconf_gui.yang.engine.reuse import Reuse
from netconf_gui.yang.engine.types import LEAFREF, RESTRICTIONS, TypeReader
from netconf_gui.yang.engine.versions import EXTRACTOR
from netconf_gui.yang.nodes import BrokenModule, TypeInfo
from netconf_gui.yang.schema_writer import SchemaWriter

_CONTAINER, _CHOICE, _LEAF, _LEAFLIST, _LIST, _CASE = 0x01, 0x02, 0x04, 0x08, 0x10, 0x80
_RPC, _ACTION, _NOTIF, _INPUT, _OUTPUT = 0x100, 0x200, 0x400, 0x1000, 0x2000
KINDS = {
    _CONTAINER: "container", _CHOICE: "choice", _LEAF: "leaf", _LEAFLIST: "leaf-list", _LIST: "list",
    0x20: "anyxml", 0x60: "anydata", _CASE: "case", _RPC: "rpc", _ACTION: "action", _NOTIF: "notification",
    _INPUT: "input", _OUTPUT: "output",
}  # fmt: skip

_CONFIG_W, _DEPRECATED, _OBSOLETE, _MANDATORY, _ORDER_USER = 0x01, 0x08, 0x10, 0x20, 0x40
_PRESENCE, _KEY = 0x80, 0x100
_TOLD = _CONFIG_W | _DEPRECATED | _OBSOLETE | _MANDATORY | _ORDER_USER | _PRESENCE | _KEY
_UNBOUNDED = 2**32 - 1
_INPUT_AT, _OUTPUT_AT = 88, 184
_TERMS, _HOLDERS = frozenset({_LEAF, _LEAFLIST}), frozenset({_CONTAINER, _LIST})
_OPERATIONS = frozenset({_RPC, _ACTION, _NOTIF})
_SCHEMA_ONLY = frozenset({_CHOICE, _CASE})
_FAR = 1_000_000  # levels: out of any subtree
_NAMED = frozenset({"identityref", "instance-identifier"})

_Node = tuple[int, tuple[int, ...]]
"""A compiled node: its address, and the fields of the struct `node`."""


class _Like(NamedTuple):
    """A node that was walked: its id, the ids of all below it (``first … end - 1``), the keys if it is a list."""

    parent: int
    first: int
    end: int
    keys: tuple[Any, ...]


class Extractor:
    """Writes one context into one new database file, and closes it."""

    def __init__(self, context: Context, writer: SchemaWriter) -> None:
        self._context = context
        self._yang: LibYang = context.yang
        self._memory = memory = Memory(context.yang)
        self._types = TypeReader(context.yang)
        self._parsed = ParsedReader(memory)
        self._inventory = Inventory(context, memory, self._parsed)
        self._reuse = Reuse(memory, self._parsed, self._inventory)
        self._likes: dict[tuple[int, int, bool], _Like] = {}
        self._leads = 0  # how many levels up the type that was looked at last leads
        self._ups: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        self._writer = writer
        self._node = memory.reader("node")
        self._leaf = memory.reader("leaf")
        self._leaf_list = memory.reader("leaf-list")
        self._list = memory.reader("list")
        self._container = memory.reader("container")
        self._must = memory.reader("must")
        self._value = memory.reader("value")
        self._choice = memory.reader("choice")
        self._notif = memory.reader("notif")
        self._any = memory.reader("any")
        self._prefix = memory.reader("prefix")
        self._kind = memory.reader("type")
        self._module_ids: dict[int, int] = {}
        self._text_ids: dict[int, int | None] = {0: None}
        self._shapes: dict[tuple[Any, ...], int] = {}
        self._quick: dict[tuple[Any, ...], int] = {}
        self._rule_texts: dict[tuple[int, ...], tuple[Any, ...]] = {(): ()}
        self._statements: dict[int, tuple[Typed, tuple[str, ...]]] = {0: NOTHING}
        self._type_ids: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, TypeInfo]] = {}
        # parsed types that depend on where they are used: leafrefs
        self._follows: set[tuple[int, ...]] = set()
        self._replaced: dict[int, Typed] = {}
        self._defaults: dict[tuple[int, int], tuple[str, ...]] = {}
        self.several_bases: list[str] = []
        """Paths of leafs whose identities must have several bases (see `DataEngine`)."""

    def run(self, broken: Iterable[BrokenModule], meta: dict[str, str]) -> int:
        """Write everything; returns the number of nodes."""
        with self._writer as writer, _no_collection():
            modules = self._inventory.modules()
            for address in modules:
                self._module_ids[address] = writer.module(self._inventory.facts(address))
            for identity in self._inventory.identities():
                writer.identity(identity)
            self._replaced = self._inventory.replaced_types()
            tops = [node for address in modules for node in self._tops(address)]
            self._family(tables.ROOT, tops, operation=False)
            return writer.finish(broken, {**meta, "extractor": str(EXTRACTOR)})

    def _tops(self, module: int) -> list[_Node]:
        found: list[_Node] = []
        for head in self._inventory.heads(module):
            found.extend(self._siblings(head))
        return found

    def _siblings(self, address: int) -> list[_Node]:
        found: list[_Node] = []
        read = self._node
        while address:
            head = read(address)
            found.append((address, head))
            address = head[3]
        return found

    def _family(self, parent: int, family: list[_Node], *, operation: bool) -> int:
        """Add the children of a node, then those of each of them.

        Returns how many levels above that node something in there leads: above 0 the place where it is decides too.
        """
        below: list[tuple[int, _Node, list[_Node], bool]] = []
        again: list[tuple[int, int, _Like]] = []
        shapes: list[int] = []
        leads = 0
        read, known = self._leaf, self._quick.get
        for index, node in enumerate(family):
            address, head = node
            kind = head[0]
            if kind == _LEAF:
                fields = read(address)
                # nearly all nodes come here, so this is not a function of its own
                rules = self._rules(fields[0], fields[1]) if fields[0] or fields[1] else ()
                said = self._inventory.extension_key(head[7]) if head[7] else ()
                quick = (head[8], head[1], head[5], head[6], fields[3], fields[4], operation, rules, said)
                shape = known(quick)
                if shape is None:
                    self._leads = 0
                    shape = self._leaf_shape(address, head, fields, quick, operation)
                    leads = max(leads, self._leads - 1)
                shapes.append(shape)
            elif kind == _LEAFLIST:
                self._leads = 0
                shapes.append(self._leaf_list_shape(address, head, operation))
                leads = max(leads, self._leads - 1)
            else:
                # `config` means nothing in what is not in a datastore
                inside = operation or kind in _OPERATIONS
                like = self._likes.get((head[8], head[1], inside))
                if like is not None and address not in self._reuse.touched:
                    again.append((index, self._module_ids[head[2]], like))
                    shapes.append(self._inner_shape(address, head, like.keys, inside))
                    continue
                children = self._children(address, kind)
                shapes.append(self._inner_shape(address, head, self._keys(children, kind), inside))
                if children:
                    below.append((index, node, children, inside))
        ids = self._module_ids
        first = self._writer.family(parent, shapes, [ids[head[2]] for _, head in family])
        for index, module, like in again:
            self._writer.copy(like.parent, like.first, like.end, first + index, module)
        for index, node, children, inside in below:
            start = self._writer.nodes + 1
            far = self._family(first + index, children, operation=inside)
            if far <= 0:
                self._remember(node, first + index, start, self._keys(children, node[1][0]), inside)
            leads = max(leads, far if node[1][0] in _SCHEMA_ONLY else far - 1)
        return leads

    def _remember(self, node: _Node, number: int, first: int, keys: tuple[Any, ...], operation: bool) -> None:
        """What is below this node may be copied for the next use of its statement."""
        address, head = node
        end = self._writer.nodes + 1
        if (
            head[0] not in _SCHEMA_ONLY  # a level up from what is in them is out of them
            and address not in self._reuse.touched
            and self._reuse.same_everywhere(head[8])
            and self._writer.one_module(number, first, end)
        ):
            self._likes[head[8], head[1], operation] = _Like(number, first, end, keys)

    def _children(self, address: int, kind: int) -> list[_Node]:
        if kind in _HOLDERS:
            child, _, _, actions, notifs = self._container(address)
            found = self._siblings(child)
            if actions:
                found.extend(self._siblings(actions))
            if notifs:
                found.extend(self._siblings(notifs))
            return found
        if kind in (_RPC, _ACTION):
            parts = (address + _INPUT_AT, address + _OUTPUT_AT)
            return [(part, self._node(part)) for part in parts]
        if kind in (_CHOICE, _CASE, _NOTIF, _INPUT, _OUTPUT):
            return self._siblings(self._memory.pointer(address + 80))
        return []

    # shapes

    def _shape(self, head: tuple[int, ...], operation: bool, type_id: int | None, extra: tuple[Any, ...]) -> int:
        """The shape of a node; `extra` are pairs of key and value, only what says something."""
        return self._shared(head, operation, type_id, self._said(head, extra, self._statement(head[8])[1]))

    def _shared(self, head: tuple[int, ...], operation: bool, type_id: int | None, extra: tuple[Any, ...]) -> int:
        """A shape that is found again by all that it says."""
        key = (head[0], head[1] & _TOLD, head[4], head[5], head[6], type_id, operation, extra)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._new_shape(head, operation, type_id, extra)
        return shape

    def _said(self, head: tuple[int, ...], extra: tuple[Any, ...], features: tuple[str, ...]) -> tuple[Any, ...]:
        """`extra` with the statement's features and extension statements."""
        if features:
            extra = (*extra, ("iff", features))
        if head[7]:
            found = self._inventory.extensions(self._inventory.extension_key(head[7]), head[8])
            extra = (*extra, ("ext", found)) if found else extra
        return extra

    def _new_shape(self, head: tuple[int, ...], operation: bool, type_id: int | None, extra: tuple[Any, ...]) -> int:
        kind, flags, _, _, name, description, reference, _, _ = head
        return self._writer.shape(
            KINDS.get(kind, "anyxml"), self._memory.text(name), _flags(kind, flags, operation),
            self._text_id(description), self._text_id(reference), type_id, dict(extra) if extra else None,
        )  # fmt: skip

    def _leaf_shape(
        self,
        address: int,
        head: tuple[int, ...],
        fields: tuple[int, ...],
        quick: tuple[Any, ...],
        operation: bool,
    ) -> int:
        """The shape of a leaf; under `quick` it is found again where nothing else than that key decides."""
        musts, whens, compiled, units, default, prefixes = fields
        # not kept by statement: what can be found again is, under `quick`
        typed, features = self._parsed.statement(head[8]) if head[8] else NOTHING
        type_id, info, everywhere = self._type(address, compiled, typed)
        extra: tuple[Any, ...] = ()
        if default:
            everywhere = everywhere and not _has_names(info)
            extra = (("defaults", self._default(default, prefixes, type_id, info)),)
        extra = self._more(extra, units, musts, whens)
        if features or head[7]:
            extra = self._said(head, extra, features)
        if not everywhere:
            return self._shared(head, operation, type_id, extra)
        shape = self._quick[quick] = self._new_shape(head, operation, type_id, extra)
        return shape

    def _leaf_list_shape(self, address: int, head: tuple[int, ...], operation: bool) -> int:
        musts, whens, compiled, units, array, low, high = self._leaf_list(address)
        type_id, info, _ = self._type(address, compiled, self._statement(head[8])[0])
        extra: tuple[Any, ...] = _limits(low, high)
        texts: list[str] = []
        for item in self._memory.elements(array, "value"):
            text, prefixes = self._value(item)
            texts.extend(self._default(text, prefixes, type_id, info))
        if texts:
            extra = (*extra, ("defaults", tuple(texts)))
        return self._shape(head, operation, type_id, self._more(extra, units, musts, whens))

    def _more(self, extra: tuple[Any, ...], units: int, musts: int, whens: int) -> tuple[Any, ...]:
        if units:
            extra = (*extra, ("units", self._memory.text(units)))
        return (*extra, *self._constraints(musts, whens)) if musts or whens else extra

    def _inner_shape(self, address: int, head: tuple[int, ...], keys: tuple[Any, ...], operation: bool) -> int:
        kind, musts, whens = head[0], 0, 0
        extra: tuple[Any, ...] = ()
        if kind == _CONTAINER:
            _, musts, whens, _, _ = self._container(address)
        elif kind == _LIST:
            _, musts, whens, _, _, uniques, low, high = self._list(address)
            extra = (*keys, *_limits(low, high), *self._unique(uniques, address))
        elif kind == _CHOICE:
            _, whens, default = self._choice(address)
            extra = (("defaults", (self._memory.text(self._node(default)[4]),)),) if default else ()
        elif kind == _CASE:
            whens = self._memory.pointer(address + 88)
        elif kind in (_RPC, _ACTION):
            whens = self._memory.pointer(address + 80)
        elif kind in (_INPUT, _OUTPUT):
            musts = self._memory.pointer(address + 88)
        elif kind == _NOTIF:
            _, musts, whens = self._notif(address)
        else:
            musts, whens = self._any(address)
        if musts or whens:
            extra = (*extra, *self._constraints(musts, whens))
        return self._shape(head, operation, None, extra)

    def _keys(self, children: list[_Node], kind: int) -> tuple[Any, ...]:
        if kind != _LIST:
            return ()
        keys = tuple(self._memory.text(head[4]) for _, head in children if head[0] == _LEAF and head[1] & _KEY)
        return (("keys", keys),) if keys else ()

    def _unique(self, uniques: int, ancestor: int) -> tuple[Any, ...]:
        if not uniques:
            return ()
        memory = self._memory
        found = tuple(
            tuple(self._relative(leaf, ancestor) for leaf in memory.pointers(leaves))
            for leaves in memory.pointers(uniques)
        )
        return (("unique", found),)

    def _relative(self, node: int, ancestor: int) -> str:
        """The path of a leaf from an ancestor, choices and cases left out."""
        steps: list[str] = []
        while node and node != ancestor:
            head = self._node(node)
            if head[0] not in (_CHOICE, _CASE):
                steps.append(self._memory.text(head[4]))
            node = self._memory.pointer(node + 16)
        return "/".join(reversed(steps))

    def _rules(self, musts: int, whens: int) -> tuple[int, ...]:
        """The addresses of the texts of musts (three each) and, behind a 0, of whens."""
        memory, found = self._memory, list[int]()
        for item in memory.elements(musts, "must"):
            expression, message, app_tag = self._must(item)
            found += (memory.pointer(expression + EXPRESSION_TEXT), message, app_tag)
        found.append(0)
        for item in memory.pointers(whens):
            found.append(memory.pointer(memory.pointer(item) + EXPRESSION_TEXT))
        return tuple(found)

    def _constraints(self, musts: int, whens: int) -> tuple[Any, ...]:
        key = self._rules(musts, whens)
        found = self._rule_texts.get(key)
        if found is None:
            texts = [self._memory.text(address) for address in key]
            count = 3 * self._memory.length(musts)
            found = ()
            if count:
                found = (("musts", tuple(tuple(texts[at : at + 3]) for at in range(0, count, 3))),)
            if len(texts) > count + 1:
                found = (*found, ("whens", tuple(texts[count + 1 :])))
            self._rule_texts[key] = found
        return found

    def _statement(self, parsed: int) -> tuple[Typed, tuple[str, ...]]:
        """What the statement says that a node was compiled from: (its type, its if-features)."""
        found = self._statements.get(parsed)
        if found is None:
            found = self._statements[parsed] = self._parsed.statement(parsed)
        return found

    def _text_id(self, address: int) -> int | None:
        # libyang keeps each distinct text once: the address tells texts apart without reading them
        found = self._text_ids.get(address, -1)
        if found == -1:
            found = self._text_ids[address] = self._writer.new_text(self._memory.unshared_text(address))
        return found

    # types and values

    def _type(self, node: int, compiled: int, typed: Typed) -> tuple[int, TypeInfo, bool]:
        """The number of a leaf's type, the type, and whether it is the same wherever its statement is used."""
        replaced = self._replaced.get(node) if self._replaced else None
        typed = replaced or typed
        statement = self._parsed.key(typed) if typed[0] else (compiled,)
        # where a leafref leads decides too
        end = self._end(compiled) if statement in self._follows else ()
        found = self._type_ids.get((statement, end))
        if found is None:
            bare = self._read(compiled)
            if _follows(bare):
                self._follows.add(statement)
                end = self._end(compiled)
            info = self._parsed.typed(bare, typed)
            found = self._type_ids[statement, end] = (self._writer.type(info), info)
            if end:
                self._ups[statement, end] = _levels_up(info)
        if end or replaced:
            self._leads = _FAR if replaced else self._ups[statement, end]
        several = len(found[1].bases) > 1
        if several:
            self.several_bases.append(self._path(node))
            self._leads = _FAR
        return *found, bool(typed[0]) and not end and not replaced and not several

    def _end(self, compiled: int) -> tuple[int, ...]:
        """Equal for two leafrefs of one statement only if they lead to the same type."""
        if self._kind(compiled)[1] != LEAFREF:
            return (compiled,)  # a union with a leafref in it: rare
        target = self._memory.pointer(compiled + LEAFREF_TARGET)
        name, kind = self._kind(target)
        restrictions = RESTRICTIONS.get(kind)
        if restrictions is None or any(self._memory.pointer(target + offset) for offset in restrictions):
            return (target,)
        return name, kind

    def _read(self, compiled: int) -> TypeInfo:
        return self._types.read(self._yang.ffi.cast("struct lysc_type *", compiled))

    def _path(self, node: int) -> str:
        """The data path of a node."""
        steps: list[tuple[int, str]] = []
        while node:
            head = self._node(node)
            if head[0] not in (_CHOICE, _CASE):
                steps.append((head[2], self._memory.text(head[4])))
            node = self._memory.pointer(node + 16)
        path, last = [], 0
        for module, name in reversed(steps):
            path.append(name if module == last else f"{self._parsed.module_name(module)}:{name}")
            last = module
        return f"/{'/'.join(path)}"

    def _default(self, text: int, prefixes: int, type_id: int, info: TypeInfo) -> tuple[str, ...]:
        """A default value in canonical form; identities are ``module:name``."""
        memory = self._memory
        if not text:
            return ()
        if _has_names(info):
            modules: dict[str, str] = {}
            for item in memory.elements(prefixes, "prefix"):
                prefix, module = self._prefix(item)
                if module:
                    modules[memory.text(prefix)] = self._parsed.module_name(module)
            return (canonical_default(info, memory.text(text), prefixes=modules),)
        found = self._defaults.get((text, type_id))
        if found is None:
            found = self._defaults[text, type_id] = (canonical_default(info, memory.text(text), prefixes={}),)
        return found


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Without the collector of cycles: there are none, and it would look at every tuple again and again."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # or the first thing it would do now is to look at all of them
        if before:
            gc.enable()


def _follows(info: TypeInfo) -> bool:
    return info.base == "leafref" or any(_follows(member) for member in info.union)


def _levels_up(info: TypeInfo) -> int:
    """How many levels a leafref leads up; one from the top leads to the same place always if it has a prefix."""
    path = info.leafref_path
    if info.base != "leafref" or "[" in path or "(" in path:
        return _FAR
    if path.startswith("/"):
        return 0 if ":" in path.split("/")[1] else _FAR
    return path.split("/").count("..")


def _has_names(info: TypeInfo) -> bool:
    if info.base in _NAMED or any(_has_names(member) for member in info.union):
        return True
    return info.target is not None and _has_names(info.target)


def _limits(low: int, high: int) -> tuple[tuple[str, int], ...]:
    found = (("min", low),) if low else ()
    return (*found, ("max", high)) if high not in (0, _UNBOUNDED) else found


def _flags(kind: int, flags: int, operation: bool) -> int:
    found = tables.FLAG_CONFIG if flags & _CONFIG_W and not operation else 0
    # libyang marks containers with mandatory descendants too, and lists with min-elements
    if kind not in (_CONTAINER, _LIST, _LEAFLIST) and flags & _MANDATORY:
        found |= tables.FLAG_MANDATORY
    if kind == _CONTAINER and flags & _PRESENCE:
        found |= tables.FLAG_PRESENCE
    if kind == _LEAF and flags & _KEY:
        found |= tables.FLAG_KEY
    if kind in (_LIST, _LEAFLIST) and flags & _ORDER_USER:
        found |= tables.FLAG_USER_ORDER
    status = 2 if flags & _OBSOLETE else 1 if flags & _DEPRECATED else 0
    return found | status << tables.STATUS_SHIFT
