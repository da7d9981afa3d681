"""What libyang forgets when it compiles, read from the statements it parsed: typedef chains, if-feature, imports.

Lives here: resolving a type's name the way RFC 7950 says (sections 5.5 and 6.2.1), through scopes, submodules and
imports.  The contexts must have been made with *set priv parsed*, so that a compiled node names its statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netconf_gui.yang.engine.memory import Memory
from netconf_gui.yang.engine.types import BUILT_IN
from netconf_gui.yang.nodes import TypeInfo

_SCOPES = {0x01: 88, 0x10: 88, 0x100: 64, 0x200: 64, 0x400: 72, 0x1000: 72, 0x2000: 72, 0x4000: 64}
"""Kind of a parsed node -> where its array of typedefs is; 0x4000 is a grouping."""
_TYPE_OF_TYPEDEF, _TYPE_OF_NODE = 64, 80
_TERMS = frozenset({0x04, 0x08})
_REPLACE = 4
_DEPTH = 64  # a typedef chain that is longer is a circle, which libyang would have refused

Typed = tuple[int, int]
"""A parsed type: its address, and the statement in whose scope its name is looked up (0: the module)."""
NOTHING: tuple[Typed, tuple[str, ...]] = ((0, 0), ())
"""What is said of a node without a statement (a case that is left out)."""


class ParsedReader:
    """Answers questions about parsed statements of one context."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._node = memory.reader("parsed-node")
        self._type = memory.reader("parsed-type", "name", "types", "module")
        self._restrictions = memory.reader("parsed-type")
        self._module = memory.reader(
            "parsed-module", "module", "imports", "includes", "features", "typedefs", "deviations", "version"
        )
        self._import = memory.reader("import")
        self._prefixes: dict[int, dict[str, int]] = {}
        self._top_level: dict[int, dict[str, int]] = {}
        self._scopes: dict[int, int] = {0: 0}
        self._chains: dict[Typed, tuple[tuple[str, ...], Typed]] = {}

    def statement(self, node: int) -> tuple[Typed, tuple[str, ...]]:
        """(the type of a leaf or leaf-list, (0, 0) for others; the `if-feature` expressions) of a parsed statement."""
        parent, kind, _, array = self._node(node)
        typed = (node + _TYPE_OF_NODE, parent) if kind in _TERMS else (0, 0)
        if not array:
            return typed, ()
        memory = self._memory
        return typed, tuple(memory.text(memory.pointer(item)) for item in memory.elements(array, "qualified"))

    def extension_names(self, node: int) -> frozenset[str]:
        """The keywords, without prefix, of the extension statements in a parsed statement."""
        memory = self._memory
        items = memory.elements(memory.pointer(node + 56), "parsed-extension")
        return frozenset(memory.text(memory.pointer(item)).rpartition(":")[2] for item in items)

    def key(self, typed: Typed) -> tuple[int, ...]:
        """Equal for two types only if they are the same: most only name a typedef or a built-in type."""
        address, scope = typed
        name, *restrictions, module, digits, require, flags = self._restrictions(address)
        if digits or require or flags or any(restrictions):
            return (address,)
        return name, module, self._scope_of(scope)

    def _scope_of(self, node: int) -> int:
        """The nearest statement from here outwards that has typedefs of its own; 0: only the module has."""
        found = self._scopes.get(node)
        if found is None:
            parent, kind, _, _ = self._node(node)
            offset = _SCOPES.get(kind)
            own = offset is not None and self._memory.pointer(node + offset)
            found = self._scopes[node] = node if own else self._scope_of(parent)
        return found

    def typed(self, info: TypeInfo, typed: Typed) -> TypeInfo:
        """The compiled type with the typedefs through which it was made, members of unions included."""
        if not typed[0]:
            return info
        chain, inner = self._chain(typed)
        members = info.union
        if members:
            statements = self._members(inner)
            if len(statements) == len(members):
                members = tuple(self.typed(*pair) for pair in zip(members, statements, strict=True))
        if not chain:
            return replace(info, name="", union=members) if info.name or members else info
        return replace(info, name=chain[0].partition(":")[2], typedefs=chain, union=members)

    def _chain(self, typed: Typed) -> tuple[tuple[str, ...], Typed]:
        """(names of the typedefs from outside in, the built-in type at the end)."""
        found = self._chains.get(typed)
        if found is None:
            names: list[str] = []
            at = typed
            while len(names) < _DEPTH:
                step = self._resolve(at)
                if step is None:
                    break
                name, at = step
                names.append(name)
            found = self._chains[typed] = tuple(names), at
        return found

    def _members(self, union: Typed) -> list[Typed]:
        """The member types of a union; libyang puts those of a union inside it in its place."""
        found: list[Typed] = []
        for item in self._memory.elements(self._type(union[0])[1], "parsed-type"):
            member = (item, union[1])
            _, inner = self._chain(member)
            nested = self._memory.text(self._type(inner[0])[0]) == "union"
            found.extend(self._members(inner) if nested else [member])
        return found

    def _resolve(self, typed: Typed) -> tuple[str, Typed] | None:
        """The typedef that a type names, and the type in it; None for a built-in type."""
        address, scope = typed
        name, _, module = self._type(address)
        prefix, _, local = self._memory.text(name).rpartition(":")
        if (not prefix and local in BUILT_IN) or not module:
            return None
        own = self._module(module)[0]
        target = self._prefixes_of(module).get(prefix, own) if prefix else own
        place = scope if target == own else 0
        while place:
            parent, kind, _, _ = self._node(place)
            offset = _SCOPES.get(kind)
            found = self._named(self._memory.pointer(place + offset), local) if offset is not None else 0
            if found:
                return self._step(own, local, found, place)
            place = parent
        found = self._top_level_of(target).get(local, 0)
        return self._step(target, local, found, 0) if found else None

    def _step(self, module: int, local: str, typedef: int, scope: int) -> tuple[str, Typed]:
        return f"{self.module_name(module)}:{local}", (typedef + _TYPE_OF_TYPEDEF, scope)

    def _named(self, array: int, name: str) -> int:
        memory = self._memory
        for item in memory.elements(array, "typedef"):
            if memory.text(memory.pointer(item)) == name:
                return item
        return 0

    def _top_level_of(self, module: int) -> dict[str, int]:
        found = self._top_level.get(module)
        if found is None:
            memory, found = self._memory, {}
            for part in self.parts(module):
                for item in memory.elements(self._module(part)[4], "typedef"):
                    found.setdefault(memory.text(memory.pointer(item)), item)
            self._top_level[module] = found
        return found

    def module_name(self, module: int) -> str:
        """The name of a module."""
        return self._memory.text(self._memory.pointer(module + 8))

    def parts(self, module: int) -> list[int]:
        """The parsed module and its parsed submodules."""
        parsed = self._memory.pointer(module + 80)
        if not parsed:
            return []
        includes = self._memory.elements(self._module(parsed)[2], "include")
        return [parsed, *(found for item in includes if (found := self._memory.pointer(item)))]

    def imports(self, module: int) -> list[int]:
        """The modules that a module or one of its submodules imports, each once."""
        found: dict[int, None] = {}
        for part in self.parts(module):
            for item in self._memory.elements(self._module(part)[1], "import"):
                found.setdefault(self._import(item)[0])
        return [item for item in found if item]

    def submodules(self, module: int) -> list[tuple[str, str]]:
        """Name and revision of the submodules."""
        memory, found = self._memory, []
        for item in memory.elements(self._module(memory.pointer(module + 80))[2], "include"):
            submodule, name = memory.pointer(item), memory.text(memory.pointer(item + 8))
            revisions = memory.pointer(submodule + 8) if submodule else 0
            # a revision's date is an array of characters at its start
            found.append((name, memory.unshared_text(revisions) if memory.length(revisions) else ""))
        return found

    def features(self, module: int) -> list[str]:
        """All features that are defined, enabled or not."""
        memory = self._memory
        return [
            memory.text(memory.pointer(item))
            for part in self.parts(module)
            for item in memory.elements(self._module(part)[3], "feature")
        ]

    def version(self, module: int) -> str:
        """The YANG version."""
        return "1.1" if self._module(self._memory.pointer(module + 80))[6] & 0x0F == 2 else "1"

    def replaced_types(self, module: int) -> list[tuple[list[tuple[int, str]], int]]:
        """Deviations that replace a type: the target as steps of (module, name), and the new type."""
        memory, found = self._memory, []
        for part in self.parts(module):
            for deviation in memory.elements(self._module(part)[5], "deviation"):
                deviate = memory.pointer(deviation + 24)
                while deviate:
                    what, following, new = memory.reader("deviate")(deviate)
                    if what == _REPLACE and new:
                        found.append((self._steps(memory.text(memory.pointer(deviation)), part), new))
                    deviate = following
        return found

    def changes(self, module: int) -> Iterator[tuple[list[tuple[int, str]], bool]]:
        """What a module augments and deviates, as steps of (module, name); True: the node there may be gone."""
        memory = self._memory
        for part in self.parts(module):
            augment = memory.pointer(part + 80)
            while augment:
                yield self._steps(memory.text(memory.pointer(augment + 24)), part), False
                augment = memory.pointer(augment + 16)
            for deviation in memory.elements(self._module(part)[5], "deviation"):
                yield self._steps(memory.text(memory.pointer(deviation)), part), True

    def _steps(self, path: str, part: int) -> list[tuple[int, str]]:
        steps, module = [], self._module(part)[0]
        prefixes = self._prefixes_of(part)
        for step in path.strip("/").split("/"):
            prefix, _, name = step.rpartition(":")
            steps.append((prefixes.get(prefix, module) if prefix else module, name))
        return steps

    def _prefixes_of(self, part: int) -> dict[str, int]:
        """Prefix -> module, in one parsed module or submodule."""
        found = self._prefixes.get(part)
        if found is None:
            memory = self._memory
            module = self._module(part)[0]
            own = module + 32 if memory.pointer(module + 80) == part else part + 144
            found = {memory.text(memory.pointer(own)): module}
            for item in memory.elements(self._module(part)[1], "import"):
                target, _, prefix = self._import(item)
                found[memory.text(prefix)] = target
            self._prefixes[part] = found
        return found
