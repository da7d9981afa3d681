"""The compiled schema as plain data: nodes, types, modules.

Lives here: frozen records only, the same whether they come from the engine's database or from a test.  Does not live
here: how they are looked up (`lookup`), stored (`store`) or made (`engine`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class NodeKind(StrEnum):
    """What a schema node is; the values are YANG's own keywords."""

    CONTAINER = "container"
    LIST = "list"
    LEAF = "leaf"
    LEAF_LIST = "leaf-list"
    CHOICE = "choice"
    CASE = "case"
    ANYDATA = "anydata"
    ANYXML = "anyxml"
    RPC = "rpc"
    ACTION = "action"
    INPUT = "input"
    OUTPUT = "output"
    NOTIFICATION = "notification"


DATA_KINDS = frozenset(
    {NodeKind.CONTAINER, NodeKind.LIST, NodeKind.LEAF, NodeKind.LEAF_LIST, NodeKind.ANYDATA, NodeKind.ANYXML}
)
"""Kinds of which instances appear in a datastore."""

SCHEMA_ONLY_KINDS = frozenset({NodeKind.CHOICE, NodeKind.CASE})
"""Kinds that leave no element in instance data."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One `pattern` (RFC 7950, section 9.4.5); the expression is an XSD one, which only the engine can evaluate."""

    expr: str
    inverted: bool = False
    message: str = ""


@dataclass(frozen=True, slots=True)
class EnumItem:
    """One `enum` with its value, or one `bit` with its position."""

    name: str
    value: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A compiled type: restrictions of all typedefs on the way are already combined.

    `base` is YANG's built-in type (``int8`` … ``union``), `name` the typedef it was used by, or "".  `ranges` and
    `lengths` are pairs of canonical texts, both ends included.  `identities` are ``module:name`` of every identity
    that may be used, `bases` those that an identityref names.  `target` is the type a leafref ends at.  `typedefs`
    are all typedefs on the way as ``module:name``, from the one the leaf names inwards; not known for a `target`.
    """

    base: str
    name: str = ""
    ranges: tuple[tuple[str, str], ...] = ()
    lengths: tuple[tuple[str, str], ...] = ()
    patterns: tuple[Pattern, ...] = ()
    enums: tuple[EnumItem, ...] = ()
    bits: tuple[EnumItem, ...] = ()
    fraction_digits: int = 0
    identities: tuple[str, ...] = ()
    leafref_path: str = ""
    require_instance: bool = True
    union: tuple[TypeInfo, ...] = ()
    target: TypeInfo | None = None
    typedefs: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()

    def all_identities(self) -> Iterator[str]:
        """The `identities` of the type itself, of a union's members and of what a leafref ends at."""
        yield from self.identities
        for member in self.union:
            yield from member.all_identities()
        if self.target is not None:
            yield from self.target.all_identities()


@dataclass(frozen=True, slots=True)
class Identity:
    """One `identity` (RFC 7950, section 7.18); `name` and `bases` are ``module:name``, `bases` the direct ones only.

    `usable` is False where its module is only imported: such an identity cannot be a value.
    """

    name: str
    bases: tuple[str, ...] = ()
    description: str = ""
    status: str = "current"
    reference: str = ""
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Extension:
    """One statement that an extension defines (RFC 7950, section 7.19), kept for display.

    `name` is ``module:keyword`` with the name of the module that defines it; `argument` is "" if there is none.
    """

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Must:
    """One `must` (RFC 7950, section 7.5.3); prefixes in `xpath` are those of the module that wrote it."""

    xpath: str
    message: str = ""
    app_tag: str = ""


# tuples, made once: quicker than a look at the enumeration each time
_TERM = (NodeKind.LEAF, NodeKind.LEAF_LIST)
_INNER = (NodeKind.CONTAINER, NodeKind.LIST)


@dataclass(frozen=True, slots=True, eq=False)
class SchemaNode:
    """One node of the compiled schema tree, choices and cases included.

    Two nodes are equal when id and path are: nodes are dictionary keys in hot places.

    `id` is unique within one schema; `parent_id` is None at the top level.  `path` is the data path with module
    names as prefixes where the module changes (``/mod:a/b/other:c``): choices and cases are left out of the paths of
    data nodes; their own paths name every schema node on the way.  `defaults` holds the default values of a leaf or
    leaf-list in canonical form (identities as ``module:name``), and the default case's name of a choice.
    `max_elements` None means unbounded.  `if_features` are the node's own `if-feature` expressions as they are
    written, all of them true.
    """

    id: int
    parent_id: int | None
    kind: NodeKind
    name: str
    module: str
    namespace: str
    revision: str = ""
    config: bool = True
    description: str = ""
    reference: str = ""
    status: str = "current"
    mandatory: bool = False
    presence: bool = False
    keys: tuple[str, ...] = ()
    is_key: bool = False
    ordered_by_user: bool = False
    min_elements: int = 0
    max_elements: int | None = None
    unique: tuple[tuple[str, ...], ...] = ()
    defaults: tuple[str, ...] = ()
    units: str = ""
    type: TypeInfo | None = None
    musts: tuple[Must, ...] = ()
    whens: tuple[str, ...] = ()
    path: str = ""
    extensions: tuple[Extension, ...] = ()
    if_features: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SchemaNode) and self.id == other.id and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def is_data(self) -> bool:
        """True if instances of this node appear in instance data (not for choice, case, rpc, input …)."""
        return self.kind in DATA_KINDS

    @property
    def is_term(self) -> bool:
        """True for leaf and leaf-list."""
        return self.kind in _TERM

    @property
    def is_inner(self) -> bool:
        """True for container and list."""
        return self.kind in _INNER


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """One YANG module of a schema; `features` are the enabled ones of `all_features`.

    `imports` and `submodules` are pairs of name and revision ("" where the text names none).  `augments`, `deviates`
    and their opposites name modules; all that this module augments are there, also those of its submodules.
    `extensions` are the extension statements directly in the module.  `source` is a word on where the text is from.
    """

    name: str
    revision: str
    namespace: str
    prefix: str = ""
    implemented: bool = True
    features: tuple[str, ...] = ()
    description: str = ""
    yang_version: str = "1"
    organization: str = ""
    contact: str = ""
    reference: str = ""
    imports: tuple[tuple[str, str], ...] = ()
    submodules: tuple[tuple[str, str], ...] = ()
    augments: tuple[str, ...] = ()
    augmented_by: tuple[str, ...] = ()
    deviates: tuple[str, ...] = ()
    deviated_by: tuple[str, ...] = ()
    all_features: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class BrokenModule:
    """A module that could not be loaded or compiled, and why; its subtree is shown without a schema."""

    name: str
    revision: str
    reason: str
