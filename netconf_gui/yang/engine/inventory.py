"""What is said about whole modules: revisions, features, imports, who augments and deviates whom, identities.

Lives here: reading it from libyang's structs.  Does not live here: nodes (`extract`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.memory import Memory
from netconf_gui.yang.engine.parsed import ParsedReader, Typed
from netconf_gui.yang.nodes import Extension, Identity, ModuleInfo

_DEPRECATED, _OBSOLETE = 0x08, 0x10
# statements whose extension instances libyang hands on to what they are used for (LY_STMT_AUGMENT, GROUPING, USES) …
_PASSED_ON = 0x80 | 0x800 | 0x8000
# … and those that belong to a node itself are below this; substatements like `description` are above
_NODE_STATEMENTS = 0x10000
_MODULE_STATEMENT = 0x1C0000
_HANDED_DOWN = "ietf-netconf-acm:"


class Inventory:
    """The modules of one context that belong to its set."""

    def __init__(self, context: Context, memory: Memory, parsed: ParsedReader) -> None:
        self._memory = memory
        self._parsed = parsed
        self._module = memory.reader("module")
        self._compiled = memory.reader("compiled-module")
        self._identity = memory.reader("identity")
        self._extensions = memory.array_reader("extension")
        self._definition = memory.reader("extension-definition")
        self._extension_names: dict[int, str] = {}
        # libyang has some modules of its own in every context, which no device announced
        names = {entry.name for entry in context.sources.entries}
        everything = [memory.address(module) for module in context.modules()]
        self._everything = everything
        self._modules = [module for module in everything if parsed.module_name(module) in names]
        self._augments = self._reversed("augmented_by")
        self._deviates = self._reversed("deviated_by")

    def modules(self) -> list[int]:
        """The addresses of the set's modules."""
        return self._modules

    def _reversed(self, field: str) -> dict[int, list[str]]:
        """Module -> names of the modules in whose `field` it is."""
        found: dict[int, list[str]] = {}
        for module in self._modules:
            for other in self._others(module, field):
                found.setdefault(other, []).append(self._parsed.module_name(module))
        return found

    def _others(self, module: int, field: str) -> list[int]:
        array = self._memory.reader("module", field)(module)[0]
        return [other for other in self._memory.pointers(array) if other != module]

    def facts(self, module: int) -> ModuleInfo:
        """The record of a module."""
        text, parsed = self._memory.text, self._parsed
        (
            name, revision, namespace, prefix, organization, contact, description, reference, statements, compiled,
            _, _, _, implemented,
        ) = self._module(module)  # fmt: skip
        features, extensions = (
            self._memory.reader("compiled-module", "features", "extensions")(compiled) if compiled else (0, 0)
        )
        known = bool(statements)
        return ModuleInfo(
            name=text(name),
            revision=text(revision),
            namespace=text(namespace),
            prefix=text(prefix),
            implemented=bool(implemented),
            features=tuple(text(item) for item in self._memory.pointers(features)),
            description=text(description),
            yang_version=parsed.version(module) if known else "1",
            organization=text(organization),
            contact=text(contact),
            reference=text(reference),
            imports=tuple(self._label(item) for item in parsed.imports(module)),
            submodules=tuple(parsed.submodules(module)) if known else (),
            augments=tuple(sorted(self._augments.get(module, ()))),
            augmented_by=tuple(sorted(map(parsed.module_name, self._others(module, "augmented_by")))),
            deviates=tuple(sorted(self._deviates.get(module, ()))),
            deviated_by=tuple(sorted(map(parsed.module_name, self._others(module, "deviated_by")))),
            all_features=tuple(parsed.features(module)),
            extensions=tuple(Extension(*item) for item in self.extensions(self.extension_key(extensions))),
        )

    def _label(self, module: int) -> tuple[str, str]:
        return self._parsed.module_name(module), self._memory.text(self._memory.pointer(module + 16))

    def heads(self, module: int) -> list[int]:
        """The first top-level data node, rpc and notification of an implemented module."""
        compiled, implemented = self._memory.reader("module", "compiled", "implemented")(module)
        if not (compiled and implemented):
            return []
        _, data, rpcs, notifs, _ = self._compiled(compiled)
        # libyang adds an rpc-error container to ietf-netconf, for replies; the module itself has no data (RFC 6241)
        return [0 if self._parsed.module_name(module) == "ietf-netconf" else data, rpcs, notifs]

    def extensions(self, key: tuple[int, ...], statement: int = 0) -> tuple[tuple[str, str], ...]:
        """(name, argument) of the extension statements of a node or module itself, not those in its substatements.

        `key` is what `extension_key` gave.  libyang hands those of access control (RFC 8341) down to all descendants;
        only where the node's own parsed `statement` has them they are its own.
        """
        found: list[tuple[str, str]] = []
        for at in range(0, len(key), 3):
            definition, argument, where = key[at : at + 3]
            own = where == _MODULE_STATEMENT or (0 < where < _NODE_STATEMENTS and not where & _PASSED_ON)
            if own and definition:
                full = self._extension_name(definition)
                handed = statement and full.startswith(_HANDED_DOWN)
                if not handed or full.partition(":")[2] in self._parsed.extension_names(statement):
                    found.append((full, self._memory.text(argument)))
        return tuple(found)

    def _extension_name(self, definition: int) -> str:
        found = self._extension_names.get(definition)
        if found is None:
            name, module = self._definition(definition)
            found = self._extension_names[definition] = f"{self._parsed.module_name(module)}:{self._memory.text(name)}"
        return found

    def extension_key(self, array: int) -> tuple[int, ...]:
        """Equal for two arrays of extension statements only if they say the same."""
        return self._extensions(array)

    def identities(self) -> Iterator[Identity]:
        """All identities of the set, with the direct bases that libyang only has the other way round."""
        bases: dict[int, list[str]] = {}
        found: list[tuple[int, int]] = []
        own = set(self._modules)
        for module in self._everything:
            array = self._memory.reader("module", "identities")(module)[0]
            for item in self._memory.elements(array, "identity"):
                if module in own:
                    found.append((module, item))
                for derived in self._memory.pointers(self._identity(item)[4]):
                    bases.setdefault(derived, []).append(self._identity_name(item))
        text = self._memory.text
        for module, item in found:
            _, description, reference, _, _, flags = self._identity(item)
            yield Identity(
                name=self._identity_name(item),
                bases=tuple(bases.get(item, ())),
                description=text(description),
                status="obsolete" if flags & _OBSOLETE else "deprecated" if flags & _DEPRECATED else "current",
                reference=text(reference),
                usable=self.implemented(module),
            )

    def _identity_name(self, identity: int) -> str:
        name, _, _, module, _, _ = self._identity(identity)
        return f"{self._parsed.module_name(module)}:{self._memory.text(name)}"

    def replaced_types(self) -> dict[int, Typed]:
        """Compiled leafs whose type a deviation replaced -> the type there."""
        found: dict[int, Typed] = {}
        for module in self._modules:
            for steps, new in self._parsed.replaced_types(module):
                node = self.find(steps)
                if node:
                    found[node] = (new, 0)
        return found

    def implemented(self, module: int) -> bool:
        """Whether the module's own nodes, augments and deviations count."""
        return bool(self._memory.reader("module", "implemented")(module)[0])

    def find(self, steps: list[tuple[int, str]]) -> int:
        """The compiled node at an absolute schema node identifier; 0 if it is not there."""
        if not steps:
            return 0
        memory, read = self._memory, self._memory.reader("node", "kind", "module", "next", "name")
        heads = self.heads(steps[0][0])
        found = 0
        for module, name in steps:
            found = 0
            for head in heads:
                node = head
                while node and not found:
                    _, owner, following, label = read(node)
                    found = node if owner == module and memory.text(label) == name else 0
                    node = following
            if not found:
                return 0
            heads = self._heads_below(found)
        return found

    def _heads_below(self, node: int) -> list[int]:
        kind = self._memory.reader("node", "kind")(node)[0]
        if kind in (0x01, 0x10):
            child, _, _, actions, notifs = self._memory.reader("container")(node)
            return [child, actions, notifs]
        if kind in (0x100, 0x200):
            return [node + 88, node + 184]
        return [self._memory.pointer(node + 80)] if kind in (0x02, 0x80, 0x400, 0x1000, 0x2000) else []
