"""Random schemas, documents and edits: a `World` is two YANG modules, from which documents are made and changed.

A document is a tree of `Inst`; the same one can be written in many notations, all of which mean the same.  Everything
follows from seeds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

A, B = "urn:wa", "urn:wb"
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
SPACES = {"a": A, "b": B}
TYPES = {
    "string": "type string;",
    "uint8": "type uint8;",
    "dec": "type decimal64 { fraction-digits 3; }",
    "boolean": "type boolean;",
    "enum": "type enumeration { enum red; enum blue; enum green; }",
    "bits": "type bits { bit x; bit y; bit z; }",
    "identity": "type identityref { base a:base; }",
    "path": "type instance-identifier { require-instance false; }",
    "binary": "type binary;",
    "empty": "type empty;",
    "union": "type union { type uint8; type identityref { base a:base; } type string; }",
}
STRINGS = ["", "x", "y y", " padded ", "b:not-an-identity", "<&>", "\u00e4\u00fc", "it's", 'say "hi"', "+7"]
NAMES = ["k1", "k2", "e0/1.5", "it's", 'say "hi"', "\u00e4 \u00f6", "a:b", "7", "z"]
IDENTITIES = ["a:one", "a:two", "b:three"]
PATHS = ["/a:root", "/a:root/a:mark", "/a:root/a:peer[a:id='it']/a:note"]


@dataclass(eq=False)
class Node:
    """A schema node; `cases` groups children of a choice, which itself is no node of documents."""

    kind: str
    name: str
    module: str
    type: str = ""
    default: str = ""
    presence: bool = False
    user: bool = False
    keys: list[Node] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    cases: list[list[Node]] = field(default_factory=list)

    def data(self) -> list[Node]:
        """The data nodes below, choices flattened."""
        return [one for child in self.children for one in flat(child)]


def flat(node: Node) -> list[Node]:
    if node.kind != "choice":
        return [node]
    return [one for case in node.cases for child in case for one in flat(child)]


@dataclass(eq=False)
class Inst:
    """A node of a document; `value` in canonical form."""

    node: Node
    value: str = ""
    children: list[Inst] = field(default_factory=list)

    def copy(self) -> Inst:
        return Inst(self.node, self.value, [child.copy() for child in self.children])

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(one.value for key in self.node.keys for one in self.children if one.node is key)


class World:
    """Two modules by chance: wb augments wa and has identities of its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._count = 0
        self.tops: list[Node] = [Node("container", "root", "a", children=self._children("a", 3))]
        self.tops[0].children += [Node("leaf", "mark", "a", "string"), self._list("a", 1), self._choice("a", 1)]
        peer = Node("leaf", "id", "a", "string")
        inside = [peer, Node("leaf", "note", "a", "string")]
        self.tops[0].children.append(Node("list", "peer", "a", keys=[peer], children=inside))
        if self.random.random() < 0.5:
            self.tops.append(self._list("a", 2))

    def _name(self, start: str) -> str:
        self._count += 1
        return f"{start}{self._count}"

    def _children(self, module: str, depth: int) -> list[Node]:
        found = []
        for _ in range(self.random.randint(2, 5)):
            inside = "b" if module == "a" and self.random.random() < 0.2 else module
            found.append(self._node(inside, depth))
        return found

    def _node(self, module: str, depth: int) -> Node:
        chance = self.random.random()
        if depth > 0 and chance < 0.16:
            presence = self.random.random() < 0.4
            name = self._name("pres" if presence else "np")
            return Node("container", name, module, presence=presence, children=self._children(module, depth - 1))
        if depth > 0 and chance < 0.34:
            return self._list(module, depth - 1)
        if depth > 0 and chance < 0.44:
            return self._choice(module, depth - 1)
        if chance < 0.58:
            kind = self.random.choice(["string", "uint8", "identity", "union", "enum", "dec"])
            return Node("leaf-list", self._name("ll"), module, kind, user=self.random.random() < 0.5)
        if chance < 0.63:
            return Node("anydata", self._name("any"), module)
        kind = self.random.choice(list(TYPES))
        default = {"uint8": "5", "boolean": "true", "dec": "1.5", "enum": "red", "string": "dflt"}.get(kind, "")
        return Node("leaf", self._name("l"), module, kind, default=default if self.random.random() < 0.3 else "")

    def _list(self, module: str, depth: int) -> Node:
        kinds = self.random.choice([["string"], ["uint8"], ["identity"], ["string", "uint8"], ["enum", "string"]])
        keys = [Node("leaf", self._name("k"), module, kind) for kind in kinds]
        children = [*keys, *self._children(module, depth)]
        return Node("list", self._name("list"), module, user=self.random.random() < 0.5, keys=keys, children=children)

    def _choice(self, module: str, depth: int) -> Node:
        cases = [
            [self._node(module, depth) for _ in range(self.random.randint(1, 2))]
            for _ in range(self.random.randint(2, 3))
        ]
        return Node("choice", self._name("ch"), module, cases=cases)

    # as YANG

    def write_yang(self, folder: Path) -> None:
        augments: list[str] = []
        body = "".join(self._yang(node, "", augments) for node in self.tops)
        (folder / "wa.yang").write_text(
            f'module wa {{ yang-version 1.1; namespace "{A}"; prefix a; revision 2026-01-01; identity base;\n'
            f"identity one {{ base base; }} identity two {{ base base; }}\n{body} }}\n"
        )
        (folder / "wb.yang").write_text(
            f'module wb {{ yang-version 1.1; namespace "{B}"; prefix b; import wa {{ prefix a; }}\n'
            f"revision 2026-01-01; identity three {{ base a:base; }}\n{''.join(augments)} }}\n"
        )

    def _yang(self, node: Node, path: str, augments: list[str]) -> str:
        here = f"{path}/{node.module}:{node.name}"
        if node.kind == "choice":
            cases = ""
            for number, case in enumerate(node.cases):
                inside = "".join(self._yang(child, f"{here}/{node.module}:c{number}", augments) for child in case)
                cases += f"case c{number} {{ {inside} }}\n"
            return f"choice {node.name} {{ {cases} }}\n"
        if node.kind == "anydata":
            return f"anydata {node.name};\n"
        words = "ordered-by user; " if node.user else ""
        if node.kind in ("leaf", "leaf-list"):
            kind = TYPES[node.type].replace("a:base", "base") if node.module == "a" else TYPES[node.type]
            default = f'default "{node.default}"; ' if node.default else ""
            return f"{node.kind} {node.name} {{ {kind} {words}{default}}}\n"
        if node.kind == "list":
            words += f'key "{" ".join(key.name for key in node.keys)}"; '
        if node.presence:
            words += 'presence "it is there"; '
        inside = ""
        for child in node.children:
            if child.module == node.module:
                inside += self._yang(child, here, augments)
            else:
                augments.append(f'augment "{here}" {{ {self._yang(child, here, augments)} }}\n')
        return f"{node.kind} {node.name} {{ {words}{inside} }}\n"

    # documents

    def document(self, seed: int, density: float) -> list[Inst]:
        chance = random.Random(seed)
        return [one for node in self.tops for one in self.instances(node, chance, density)]

    def instances(self, node: Node, chance: random.Random, density: float, *, must: bool = False) -> Iterator[Inst]:
        if node.kind == "choice":
            for child in chance.choice(node.cases):
                yield from self.instances(child, chance, density)
        elif node.kind in ("list", "leaf-list"):
            known: set[tuple[str, ...]] = set()
            for _ in range(chance.randint(1, 5) if must or chance.random() < density + 0.2 else 0):
                one = self.entry(node, chance, density)
                name = one.key if node.kind == "list" else (one.value,)
                if name not in known:
                    known.add(name)
                    yield one
        elif must or chance.random() < density:
            yield self.entry(node, chance, density)

    def entry(self, node: Node, chance: random.Random, density: float) -> Inst:
        """One instance of a data node."""
        if node.kind in ("leaf", "leaf-list", "anydata"):
            return Inst(node, value_of(node, chance))
        inside = [Inst(key, value_of(key, chance, key=True)) for key in node.keys]
        for child in node.children:
            if child not in node.keys:
                inside += self.instances(child, chance, density)
        return Inst(node, children=inside)

    # edits that do not overlap

    def edited(self, document: list[Inst], seed: int, count: int) -> tuple[list[Inst], int]:
        """A copy with at most `count` edits, none inside another's node, and how many they are."""
        chance = random.Random(seed)
        holder = Inst(Node("container", "config", "a", children=self.tops), children=[one.copy() for one in document])
        made = 0
        used: set[Inst] = set()
        moved: set[tuple[Inst, Node]] = set()
        for _ in range(count * 4):
            if made == count:
                break
            places = [one for one in walk(holder) if one not in used]
            made += self._edit(chance.choice(places), chance, used, moved)
        return holder.children, made

    def _edit(self, at: Inst, chance: random.Random, used: set[Inst], moved: set[tuple[Inst, Node]]) -> int:
        """Change something among the children of `at`; 1 if that worked."""
        if any(one in used for one in walk(at)) and at in used:
            return 0
        plain = [node for node in at.node.children if node.kind != "choice" and node not in at.node.keys]
        fixed = [one for one in at.children if one.node not in at.node.keys and one not in used]
        what = chance.choice(["change", "remove", "add", "move"])
        if what == "change":
            leafs = [one for one in fixed if one.node.kind in ("leaf", "anydata")]
            if leafs:
                leaf = chance.choice(leafs)
                old, leaf.value = leaf.value, value_of(leaf.node, chance)
                used.add(leaf)
                return int(old != leaf.value)
        elif what == "remove":
            held = used | {holder for holder, _ in moved}
            going = [one for one in fixed if not any(below in held for below in walk(one)) and not is_np(one.node)]
            going = [one for one in going if (at, one.node) not in moved]
            if going:
                gone = chance.choice(going)
                at.children.remove(gone)
                moved.add((at, gone.node))
                return 1
        elif what == "add":
            nodes = [node for node in plain if not is_np(node) and (at, node) not in moved]
            if nodes:
                return self._add(at, chance.choice(nodes), chance, used, moved)
        else:
            return self._move(at, chance, used, moved)
        return 0

    def _add(self, at: Inst, node: Node, chance: random.Random, used: set[Inst], moved: set[tuple[Inst, Node]]) -> int:
        same = [one for one in at.children if one.node is node]
        new = self.entry(node, chance, 0.4)
        if node.kind in ("list", "leaf-list"):
            if any((one.key, one.value) == (new.key, new.value) for one in same):
                return 0
        elif same:
            return 0
        # not before what is there: what was taken out and comes again would be one edit, of another kind
        used.update(walk(new))
        moved.add((at, node))
        at.children.insert(chance.randint(len(at.node.keys), len(at.children)), new)
        return 1

    def _move(self, at: Inst, chance: random.Random, used: set[Inst], moved: set[tuple[Inst, Node]]) -> int:
        nodes = {one.node for one in at.children if one.node.user and (at, one.node) not in moved}
        lists = sorted((node for node in nodes), key=lambda node: node.name)
        lists = [node for node in lists if sum(one.node is node for one in at.children) > 1]
        if not lists:
            return 0
        node = chance.choice(lists)
        places = [place for place, one in enumerate(at.children) if one.node is node]
        entries = [at.children[place] for place in places]
        entry = entries.pop(chance.randrange(len(entries)))
        old = places.index(next(place for place in places if at.children[place] is entry))
        new = chance.choice([place for place in range(len(places)) if place != old])
        entries.insert(new, entry)
        for place, one in zip(places, entries, strict=True):
            at.children[place] = one
        moved.add((at, node))
        used.add(entry)
        return 1


def is_np(node: Node) -> bool:
    return node.kind == "container" and not node.presence


def walk(inst: Inst) -> Iterator[Inst]:
    yield inst
    for child in inst.children:
        yield from walk(child)


def value_of(node: Node, chance: random.Random, *, key: bool = False) -> str:
    """A canonical value; identities and paths with the modules' own prefixes."""
    kind = node.type
    if node.kind == "anydata":
        return chance.choice(["", "<p xmlns='urn:q'>1</p>", "<p xmlns='urn:q'>2</p>", "<q xmlns='urn:q'><r/></q>"])
    if kind == "string":
        if node.kind == "leaf-list":
            # not the empty one: libyang's own differences misplace what comes after it in a list that the user orders
            return chance.choice(STRINGS[1:])
        return chance.choice(NAMES if key else STRINGS)
    if kind == "uint8":
        return str(chance.randint(0, 9))
    if kind == "dec":
        return chance.choice(["0.0", "1.5", "-2.25", "7.0"])
    if kind == "boolean":
        return chance.choice(["true", "false"])
    if kind == "enum":
        return chance.choice(["red", "blue", "green"])
    if kind == "bits":
        return chance.choice(["", "x", "x z", "y z", "x y z"])
    if kind == "identity":
        return chance.choice(IDENTITIES)
    if kind == "path":
        return chance.choice(PATHS)
    if kind == "binary":
        return chance.choice(["", "AAEC", "/+8="])
    if kind == "union":
        return chance.choice(["3", "42", *IDENTITIES, "free text", "999"])
    return ""


def notation(inst: Inst, chance: random.Random) -> tuple[str, str]:
    """Declarations and text of a value, in one of the ways to write it."""
    kind, value = inst.node.type, inst.value
    if kind == "union" and value in IDENTITIES:
        kind = "identity"
    elif kind == "union" and value.isdecimal() and int(value) < 256:
        kind = "uint8"
    if kind == "uint8":
        return "", chance.choice([value, f"+{value}"])
    if kind == "dec":
        return "", value + chance.choice(["", "0"])
    if kind == "bits":
        names = value.split()
        chance.shuffle(names)
        return "", " ".join(names)
    if kind == "identity":
        module, name = value.split(":")
        prefix = chance.choice([module, "p", "z9"])
        return f' xmlns:{prefix}="{SPACES[module]}"', f"{prefix}:{name}"
    if kind == "path":
        prefix = chance.choice(["a", "q"])
        text = value.replace("a:", f"{prefix}:")
        return f' xmlns:{prefix}="{A}"', text.replace("'", '"') if chance.random() < 0.5 else text
    return "", value


def xml(document: list[Inst], seed: int) -> bytes:
    """The document as `<config>`, in a notation by chance: order where it means nothing, prefixes, numbers."""
    chance = random.Random(seed)
    inside = "".join(_write(one, "", chance) for one in shuffled(document, chance))
    return f'<config xmlns="{NC}">{inside}</config>'.encode()


def shuffled(children: list[Inst], chance: random.Random) -> list[Inst]:
    """In another order that means the same."""
    found = list(children)
    chance.shuffle(found)
    users = {one.node for one in children if one.node.user}
    for node in users:
        entries = iter([one for one in children if one.node is node])
        found = [next(entries) if one.node is node else one for one in found]
    return found


def _write(inst: Inst, around: str, chance: random.Random) -> str:
    node, space = inst.node, SPACES[inst.node.module]
    prefix = chance.choice(["", "", "m"])
    name = f"{prefix}:{node.name}" if prefix else node.name
    declared = f' xmlns:{prefix}="{space}"' if prefix else ("" if around == space else f' xmlns="{space}"')
    inner = around if prefix else space
    if node.kind == "anydata":
        return f"<{name}{declared}>{inst.value}</{name}>"
    if node.kind in ("leaf", "leaf-list"):
        more, text = notation(inst, chance)
        return f"<{name}{declared}{more}>{escape(text)}</{name}>"
    keys = [one for key in node.keys for one in inst.children if one.node is key]
    rest = shuffled([one for one in inst.children if one not in keys], chance)
    inside = "".join(_write(one, inner, chance) for one in (*keys, *rest))
    return f"<{name}{declared}>{inside}</{name}>"
