"""What names in YANG text mean: where typedefs, groupings, identities, features and nodes are defined.

Lives here: `SourceIndex` (one text: its definitions, what stands at a place) and `SourceSet` (the texts of a schema:
follows a name into another module, finds the statement of a schema node).  Names are looked up by the scoping rules
of RFC 7950, sections 5.5 and 6.2.  Does not live here: getting texts (a callable is handed in), colours.
"""

from __future__ import annotations

import bisect
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from netconf_gui.errors import SchemaError
from netconf_gui.yang.statements import Statement, read
from netconf_gui.yang.yangtext import decode

BUILT_IN = frozenset(
    "binary bits boolean decimal64 empty enumeration identityref instance-identifier int8 int16 int32 int64 leafref "
    "string uint8 uint16 uint32 uint64 union".split()
)
DEFINING = frozenset({"typedef", "grouping", "identity", "feature", "extension"})
NODES = frozenset(
    "container list leaf leaf-list choice case anydata anyxml rpc action notification input output".split()
)
_PASSED = frozenset({"choice", "case"})
_REFERS = {"type": "typedef", "uses": "grouping", "base": "identity", "if-feature": "feature"}
_PATHS = frozenset({"augment", "deviation", "path", "refine"})
_WORD = re.compile(r"[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?")

TextOf = Callable[[str], bytes | None]
"""Gives the text of a module or submodule by name; None where there is none."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands somewhere: `kind` is one of DEFINING, "module" or "node" (then `name` is a path)."""

    kind: str
    name: str  # without prefix
    prefix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is defined: the module or submodule whose text it is in, and there its statement."""

    module: str
    start: int
    end: int  # behind the name
    line: int  # from 1
    kind: str = ""
    name: str = ""


class SourceIndex:
    """One text understood: `name` and `belongs_to` (of a submodule), its tree, prefixes, includes and definitions."""

    def __init__(self, data: bytes | str) -> None:
        # as text widgets count: one character a line end
        self.text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
        root, self.error = read(self.text)
        if root is None:
            raise self.error or SchemaError("Not YANG: the text holds no statement.")
        self.root = root
        self.name = root.argument
        self.belongs_to = root.text("belongs-to")
        self.prefixes: dict[str, str] = {}
        for item in root.every("import"):
            self.prefixes[item.text("prefix")] = item.argument
        own = root.first("belongs-to")
        self.prefixes[(own or root).text("prefix")] = self.belongs_to or self.name
        self.includes = tuple(item.argument for item in root.every("include"))
        self._lines = [match.end() for match in re.finditer(r"\n", self.text)]
        self._flat: list[Statement] | None = None

    @property
    def module(self) -> str:
        """The module that the text is part of."""
        return self.belongs_to or self.name

    def line(self, position: int) -> int:
        """The line (from 1) of a place."""
        return bisect.bisect_right(self._lines, position) + 1

    def place(self, statement: Statement) -> Place:
        end = statement.argument_end if statement.argument_end >= 0 else statement.start + len(statement.keyword)
        line = self.line(statement.start)
        return Place(self.name, statement.start, end, line, statement.keyword, statement.argument)

    def definitions(self) -> Iterator[Statement]:
        """Everything at the top of the text that other texts can name."""
        return self.root.every(*DEFINING)

    def statement_at(self, position: int) -> Statement | None:
        """The innermost statement around a place."""
        here: Statement | None = self.root if self.root.start <= position <= self.root.end else None
        while here is not None:
            inner = next((child for child in here.children if child.start <= position <= child.end), None)
            if inner is None:
                return here
            here = inner
        return None

    def reference_at(self, position: int) -> Reference | None:
        """The name under a place that is defined elsewhere, if there is one."""
        statement = self.statement_at(position)
        if statement is None:
            return None
        keyword_end = statement.start + len(statement.keyword)
        if statement.start <= position <= keyword_end:
            prefix, colon, name = statement.keyword.partition(":")
            return Reference("extension", name, prefix, statement.start, keyword_end) if colon else None
        if not statement.argument_start <= position <= statement.argument_end:
            return None
        if statement.keyword in ("import", "include", "belongs-to"):
            return Reference("module", statement.argument, "", statement.argument_start, statement.argument_end)
        if statement.keyword in _PATHS:
            return self._path_at(statement, position)
        kind = _REFERS.get(statement.keyword)
        return None if kind is None else self._word_at(kind, statement, position)

    def _word_at(self, kind: str, statement: Statement, position: int) -> Reference | None:
        part = self.text[statement.argument_start : statement.argument_end]
        for match in _WORD.finditer(part):
            start, end = statement.argument_start + match.start(), statement.argument_start + match.end()
            if start <= position <= end:
                prefix, _, name = match[0].rpartition(":")
                if kind == "typedef" and not prefix and name in BUILT_IN:
                    return None
                if kind == "feature" and name in ("and", "or", "not") and not prefix:
                    return None
                return Reference(kind, name, prefix, start, end)
        return None

    def _path_at(self, statement: Statement, position: int) -> Reference | None:
        """The steps of a path up to the place, as ``/module:a/module:b``; only absolute paths can be followed."""
        if not statement.argument.startswith("/"):
            return None
        part = self.text[statement.argument_start : position]
        rest = re.match(r"[\w.\-:]*", self.text[position : statement.argument_end])
        steps = re.sub(r"\[[^\]]*\]|[\"'\s+]", "", part + (rest[0] if rest else "")).strip("/").split("/")
        named = []
        for step in steps:
            prefix, _, name = step.rpartition(":")
            if name in (".", "..", ""):
                return None
            named.append(f"{self.prefixes.get(prefix, self.module) if prefix else self.module}:{name}")
        end = position + (rest.end() if rest else 0)
        start = max(self.text.rfind("/", statement.argument_start, position), statement.argument_start) + 1
        return Reference("node", "/" + "/".join(named), "", start, end)

    def local(self, kind: str, name: str, inside: Statement | None) -> Statement | None:
        """A definition in this text: in a statement around `inside` (typedefs and groupings), else at the top."""
        while inside is not None:
            if inside.parent is None or kind in ("typedef", "grouping"):
                found = next((one for one in inside.every(kind) if one.argument == name), None)
                if found is not None:
                    return found
            inside = inside.parent
        return next((one for one in self.root.every(kind) if one.argument == name), None)


class SourceSet:
    """The texts of a schema, read when needed and kept; safe to use from several threads."""

    def __init__(self, text_of: TextOf) -> None:
        self._text_of = text_of
        self._lock = threading.RLock()
        self._indexes: dict[str, SourceIndex | None] = {}

    def index(self, name: str) -> SourceIndex | None:
        """The text of a module or submodule; None where there is none or it is not YANG."""
        with self._lock:
            if name not in self._indexes:
                data = self._text_of(name)
                try:
                    self._indexes[name] = None if data is None else SourceIndex(data)
                except SchemaError:
                    self._indexes[name] = None
            return self._indexes[name]

    def add(self, index: SourceIndex) -> None:
        """Use this text for its name."""
        with self._lock:
            self._indexes[index.name] = index

    def parts(self, module: str) -> list[SourceIndex]:
        """The texts of a module: its own, and its submodules'."""
        found: list[SourceIndex] = []
        waiting = [module]
        while waiting:
            index = self.index(waiting.pop(0))
            if index is not None and index not in found:
                found.append(index)
                waiting += [name for name in index.includes if all(name != one.name for one in found)]
        return found

    def resolve(self, index: SourceIndex, reference: Reference) -> Place | None:
        """Where what a reference names is defined."""
        if reference.kind == "module":
            target = self.index(reference.name)
            return None if target is None else target.place(target.root)
        if reference.kind == "node":
            return self.find_node(reference.name)
        found = self.definition(index, reference.kind, reference.prefix, reference.name, reference.start)
        return None if found is None else found[0].place(found[1])

    def definition(
        self, index: SourceIndex, kind: str, prefix: str, name: str, position: int = 0
    ) -> tuple[SourceIndex, Statement] | None:
        """The statement that defines a name as it is written at a place of a text."""
        module = index.prefixes.get(prefix) if prefix else index.module
        if module is None:
            return None
        if module == index.module:
            own = index.local(kind, name, index.statement_at(position))
            if own is not None:
                return index, own
        for part in self.parts(module):
            found = part.local(kind, name, None)
            if found is not None:
                return part, found
        return None

    def find_definition(self, kind: str, module: str, name: str) -> Place | None:
        """Where ``module:name`` is defined at the top of its module, or anywhere in it."""
        for part in self.parts(module):
            found = part.local(kind, name, None)
            if found is None:
                found = next((one for one in part.root.walk() if one.keyword == kind and one.argument == name), None)
            if found is not None:
                return part.place(found)
        return None

    def find_node(self, path: str) -> Place | None:
        """The statement of a node at ``/mod:a/b/other:c``, choices named or not; else of the deepest one found."""
        steps: list[tuple[str, str]] = []
        module = ""
        for step in path.strip("/").split("/"):
            prefix, _, name = step.rpartition(":")
            module = prefix or module
            steps.append((module, name))
        found = _NodeSearch(self).run(steps)
        return None if found is None else found[0].place(found[1])


Spot = tuple[SourceIndex, Statement]


class _NodeSearch:
    """Follows a path through statements, groupings and augments."""

    def __init__(self, sources: SourceSet) -> None:
        self._sources = sources
        self._uses: list[Spot] = []  # what was expanded on the way: their augments may hold what comes next

    def run(self, steps: Sequence[tuple[str, str]]) -> Spot | None:
        found: Spot | None = None
        module = ""
        for number, (own, name) in enumerate(steps):
            above = [step for _, step in steps[:number]]
            deeper = self._search([found] if found is not None and own == module else [], name, set())
            if deeper is None:
                deeper = self._search(self._entries(own, above), name, set())
            if deeper is None:
                deeper = self._search(self._augments_of_uses(above[-1] if above else ""), name, set())
            if deeper is None and found is not None:
                deeper = self._search([found], name, set())
            if deeper is None:
                return found
            found, module = deeper, own
        return found

    def _entries(self, module: str, above: list[str]) -> list[Spot]:
        """Where nodes of a module can begin: at its top, or in its augments of the node at these steps."""
        parts = self._sources.parts(module)
        if not above:
            return [(part, part.root) for part in parts]
        return [
            (part, augment)
            for part in parts
            for augment in part.root.every("augment")
            if _leads_to(above, augment.argument)
        ]

    def _augments_of_uses(self, name: str) -> list[Spot]:
        return [
            (index, augment)
            for index, uses in self._uses
            for augment in uses.every("augment")
            if augment.argument.rpartition("/")[2].rpartition(":")[2] == name
        ]

    def _search(self, scopes: Sequence[Spot], name: str, seen: set[int]) -> Spot | None:
        for index, statement in scopes:
            for child in statement.children:
                if child.keyword in NODES and (child.argument == name or child.keyword == name):
                    return index, child
            for child in statement.children:
                inner: Sequence[Spot] = ()
                if child.keyword in _PASSED:
                    inner = [(index, child)]
                elif child.keyword == "uses" and id(child) not in seen:
                    seen.add(id(child))
                    inner = self._grouping(index, child)
                found = self._search(inner, name, seen) if inner else None
                if found is not None:
                    return found
        return None

    def _grouping(self, index: SourceIndex, uses: Statement) -> list[Spot]:
        self._uses.append((index, uses))
        prefix, _, name = uses.argument.rpartition(":")
        found = self._sources.definition(index, "grouping", prefix, name, uses.start)
        return [] if found is None else [found]


def _leads_to(steps: list[str], target: str) -> bool:
    """Whether a schema node identifier may mean the node at data path `steps`: choices may stand between."""
    names = [step.rpartition(":")[2] for step in target.strip("/").split("/")]
    at = 0
    for name in names:
        if at < len(steps) and name == steps[at]:
            at += 1
    return at == len(steps)
