"""What changed between two texts of a module beside its nodes, judged by RFC 7950, section 11.

Lives here: the header, typedefs, groupings, identities, features and extensions, as the texts write them.  Does not
live here: the nodes of the compiled tree (`compatibility`).
"""

from __future__ import annotations

from collections.abc import Iterator

from netconf_gui.yang.node_changes import is_mandatory, node_changes, words_changes
from netconf_gui.yang.nodes import Must, NodeKind, SchemaNode
from netconf_gui.yang.source_index import SourceIndex, SourceSet
from netconf_gui.yang.statements import Statement
from netconf_gui.yang.type_changes import type_changes
from netconf_gui.yang.typedefs import TypeBuilder
from netconf_gui.yang.update_rules import Finding, allowed, doubtful, forbidden

_KINDS = {str(kind): kind for kind in NodeKind}
_TRUE = "true"


class Texts:
    """All texts of one revision of a module, with its submodules' definitions as its own."""

    def __init__(self, sources: SourceSet, module: str) -> None:
        self.sources = sources
        self.parts = sources.parts(module)
        self.types = TypeBuilder(sources)

    @property
    def main(self) -> SourceIndex | None:
        return self.parts[0] if self.parts else None

    def definitions(self) -> dict[tuple[str, str], tuple[SourceIndex, Statement]]:
        """(keyword, name) → where it is defined."""
        return {(item.keyword, item.argument): (part, item) for part in self.parts for item in part.definitions()}

    def used_groupings(self) -> set[str]:
        """Names of own groupings that the module's own nodes use: their changes show at these nodes."""
        return {
            item.argument.rpartition(":")[2]
            for part in self.parts
            for item in part.root.walk()
            if item.keyword == "uses"
        }


def text_changes(old: Texts, new: Texts) -> Iterator[Finding]:
    """The findings about all that is not a node of the tree."""
    if old.main is None or new.main is None:
        return
    yield from _header(old.main, new.main)
    before, after = old.definitions(), new.definitions()
    used = old.used_groupings() & new.used_groupings()
    for (keyword, name), (index, statement) in before.items():
        path = f"{keyword} {name}"
        there = after.get((keyword, name))
        if there is None:
            yield forbidden(path, f"The {keyword} was removed.", "obsolete-stays")
            continue
        pair = _Pair(path, old, new, index, statement, *there)
        yield from pair.words()
        if keyword == "typedef":
            yield from pair.typedef()
        elif keyword == "identity":
            yield from pair.identity()
        elif keyword == "grouping" and name not in used:
            yield from pair.grouping()
        elif keyword == "feature":
            yield from pair.conditions()
        elif keyword == "extension":
            yield from pair.extension()
    for keyword, name in after.keys() - before.keys():
        yield allowed(f"{keyword} {name}", f"A new {keyword}.", "new-definition")


def _header(old: SourceIndex, new: SourceIndex) -> Iterator[Finding]:
    path = f"module {old.name}"
    if old.name != new.name:
        yield forbidden(path, "The name of the module is another.", "namespace", old.name, new.name)
    for keyword, rule in (("namespace", "namespace"), ("prefix", "prefix")):
        before, after = old.root.text(keyword), new.root.text(keyword)
        if before == after:
            continue
        if rule == "prefix":
            yield allowed(path, "The prefix is another.", rule, before, after)
        else:
            yield forbidden(path, "The namespace is another.", rule, before, after)
    revisions = [{item.argument for item in index.root.every("revision")} for index in (old, new)]
    if old.text != new.text and not max(revisions[1], default="") > max(revisions[0], default=""):
        latest = max(revisions[1], default="none")
        yield forbidden(path, "The text is another, and has no newer revision.", "revision", latest, latest)


class _Pair:
    """One definition in both texts."""

    def __init__(
        self,
        path: str,
        old: Texts,
        new: Texts,
        old_index: SourceIndex,
        old_statement: Statement,
        new_index: SourceIndex,
        new_statement: Statement,
    ) -> None:
        self._path = path
        self._texts = old, new
        self._indexes = old_index, new_index
        self._statements = old_statement, new_statement

    def words(self) -> Iterator[Finding]:
        before, after = (
            (item.text("status", "current"), item.text("description"), item.text("reference"))
            for item in self._statements
        )
        yield from words_changes(self._path, before, after)

    def typedef(self) -> Iterator[Finding]:
        old, new = (self._node(side, self._statements[side]) for side in (0, 1))
        if old.type is not None and new.type is not None and old.type != new.type:
            yield from type_changes(self._path, old.type, new.type)
        for finding in node_changes(self._path, old, new):
            if finding.rule in ("default", "units"):
                yield finding

    def identity(self) -> Iterator[Finding]:
        old, new = self._statements
        before = {item.argument.rpartition(":")[2] for item in old.every("base")}
        after = {item.argument.rpartition(":")[2] for item in new.every("base")}
        if before - after:
            yield forbidden(
                self._path, "A base was removed from the identity.", "otherwise", ", ".join(sorted(before - after))
            )
        if after - before:
            yield allowed(
                self._path, "A base was added to the identity.", "identity-base", "", ", ".join(sorted(after - before))
            )
        yield from self.conditions()

    def conditions(self) -> Iterator[Finding]:
        """if-feature of features and identities."""
        old, new = ({item.argument for item in each.every("if-feature")} for each in self._statements)
        if new - old:
            yield forbidden(
                self._path, "It depends on another feature.", "otherwise", ", ".join(sorted(old - new)),
                ", ".join(sorted(new - old)),
            )  # fmt: skip
        elif old - new:
            yield allowed(self._path, "It does not depend on a feature any more.", "if-feature", ", ".join(old - new))

    def extension(self) -> Iterator[Finding]:
        before, after = (item.text("argument") for item in self._statements)
        if before != after:
            yield forbidden(self._path, "The argument of the extension is another.", "otherwise", before, after)

    def grouping(self) -> Iterator[Finding]:
        """The nodes that a grouping names itself; what it uses of others is compared where that is defined."""
        old, new = (dict(self._nodes(side, self._statements[side], "")) for side in (0, 1))
        for name, node in old.items():
            twin = new.get(name)
            if twin is None:
                yield forbidden(f"{self._path}{name}", "The node was removed.", "obsolete-stays")
            else:
                yield from node_changes(f"{self._path}{name}", node, twin)
        for name in new.keys() - old.keys():
            node = new[name]
            if is_mandatory(node):
                yield forbidden(f"{self._path}{name}", f"A new {node.kind}, mandatory.", "new-node")
            elif name.rpartition("/")[0] in ("", *old):
                yield allowed(f"{self._path}{name}", f"A new {node.kind}.", "new-node")
        before, after = ([item.argument for item in each.every("uses")] for each in self._statements)
        if before != after:
            yield doubtful(
                self._path, "It uses other groupings: are they the same nodes?", "otherwise", ", ".join(before),
                ", ".join(after),
            )  # fmt: skip

    def _nodes(self, side: int, statement: Statement, above: str) -> Iterator[tuple[str, SchemaNode]]:
        for child in statement.children:
            if child.keyword in _KINDS:
                path = f"{above}/{child.argument or child.keyword}"
                yield path, self._node(side, child)
                yield from self._nodes(side, child, path)

    def _node(self, side: int, statement: Statement) -> SchemaNode:
        """A statement as the node it would make."""
        index, kind = self._indexes[side], statement.first("type")
        most = statement.text("max-elements", "unbounded")
        least = statement.text("min-elements", "0")
        return SchemaNode(
            id=0,
            parent_id=None,
            kind=_KINDS.get(statement.keyword, NodeKind.LEAF),
            name=statement.argument,
            module=index.module,
            namespace="",
            config=statement.text("config", _TRUE) == _TRUE,
            description=statement.text("description"),
            reference=statement.text("reference"),
            status=statement.text("status", "current"),
            mandatory=statement.text("mandatory") == _TRUE,
            presence=statement.first("presence") is not None,
            keys=tuple(statement.text("key").split()),
            ordered_by_user=statement.text("ordered-by") == "user",
            min_elements=int(least) if least.isdigit() else 0,
            max_elements=int(most) if most.isdigit() else None,
            unique=tuple(tuple(item.argument.split()) for item in statement.every("unique")),
            defaults=tuple(item.argument for item in statement.every("default")),
            units=statement.text("units"),
            type=None if kind is None else self._texts[side].types.read(index, kind),
            musts=tuple(Must(item.argument) for item in statement.every("must")),
            whens=tuple(item.argument for item in statement.every("when")),
            if_features=tuple(item.argument for item in statement.every("if-feature")),
        )
