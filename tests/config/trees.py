"""Random configurations of the test model, and what a configuration means, worked out independently of the program.

Trees come from a seed and a density that hypothesis draws: small densities first, so that what fails is small.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from lxml import etree

from tests.config.model import SCHEMA, node, tree

NAMES = ["a", "b", "c", "d", "e0/1.5", "it's", 'say "hi"', "ä ö"]
TEXTS = ["", "1", "two", " spaced ", "x:eth", "<&>", "a:b:c", "ü"]
# equal values in different words; what stands in braces is declared on the leaf
IDENTITIES = [
    "x:eth",
    '{xmlns:o="urn:x"}o:eth',
    "x:fast",
    "t:own",
    "own",
    '{xmlns:o="urn:t"}o:own',
    '{xmlns:t="urn:x"}t:fast',
]
REFERENCES = ["/t:top/t:name", '{xmlns:k="urn:t"}/k:top/k:name', "/t:top/t:entry[t:name='a:b']"]
ANYS = [
    "<any/>",
    "<any><p>1</p></any>",
    '<any><q xmlns="urn:q"><r>1</r></q></any>',
    '<any><p xmlns="urn:q">2</p></any>',
]


class Maker:
    """Writes XML by chance: each part is there with the probability `density`."""

    def __init__(self, seed: int, density: float) -> None:
        self.random = random.Random(seed)
        self.density = density

    def maybe(self, make: Callable[[], str]) -> str:
        return make() if self.random.random() < self.density else ""

    def leaf(self, name: str, values: Sequence[str]) -> str:
        def text() -> str:
            value = self.random.choice(values)
            declared, _, rest = value[1:].partition("}") if value[:1] == "{" else ("", "", value)
            return f"<{name} {declared}>{escape(rest)}</{name}>"

        return self.maybe(text)

    def wrap(self, name: str, inner: Callable[[], str]) -> str:
        return self.maybe(lambda: f"<{name}>{inner()}</{name}>")

    def names(self, most: int) -> list[str]:
        count = sum(self.random.random() < self.density for _ in range(most))
        return self.random.sample(NAMES, count)

    def entries(self, name: str, key: str, inner: Callable[[], str], most: int = 4) -> str:
        return "".join(f"<{name}><{key}>{escape(one)}</{key}>{inner()}</{name}>" for one in self.names(most))

    def values(self, name: str) -> str:
        return "".join(f"<{name}>{escape(one)}</{name}>" for one in self.names(5))

    def pairs(self) -> str:
        keys = {(self.random.choice(NAMES), self.random.choice(["x:eth", "x:fast", "t:own"])) for _ in self.names(3)}
        return "".join(f"<pair><a>{escape(a)}</a><b>{b}</b>{self.leaf('v', TEXTS)}</pair>" for a, b in sorted(keys))

    def choice(self) -> str:
        case = self.random.randrange(5)
        if case == 0:
            return self.leaf("one-a", TEXTS) + self.leaf("one-b", TEXTS)
        if case == 1:
            return self.wrap("two", lambda: self.leaf("z", TEXTS)) + self.values("two-l")
        return self.leaf(("i1", "i2", "i1")[case - 2], TEXTS)

    def sub(self) -> str:
        return self.leaf("w", TEXTS) + self.entries("inner", "id", lambda: self.leaf("q", TEXTS), 3)

    def entry(self) -> str:
        return (
            self.leaf("v", TEXTS)
            + self.leaf("t", IDENTITIES)
            + self.leaf("mtu", ["1500", "9000"])
            + self.wrap("sub", self.sub)
            + self.leaf("x:extra", TEXTS)
        )

    def top(self) -> str:
        return "".join(
            [
                self.leaf("name", TEXTS),
                self.leaf("mtu", ["1500", "1", "9000", "+1"]),
                self.leaf("enabled", ["true", "false"]),
                self.leaf("ratio", ["1", "1.0", "1.50", "2.5"]),
                self.leaf("type", IDENTITIES),
                self.leaf("ref", REFERENCES),
                self.leaf("mix", [*IDENTITIES, "no: identity"]),
                self.leaf("idref", IDENTITIES),
                self.wrap("np", lambda: self.leaf("a", TEXTS) + self.wrap("deep", lambda: self.leaf("b", TEXTS))),
                self.wrap("pres", lambda: self.leaf("c", TEXTS)),
                self.choice(),
                self.entries("entry", "name", self.entry),
                self.pairs(),
                self.entries("ordered", "name", lambda: self.leaf("v", TEXTS), 6),
                self.values("tag"),
                self.values("olist"),
                self.maybe(lambda: self.random.choice(ANYS)),
            ]
        )

    def outside(self) -> str:
        items = "".join(f'<item xmlns="urn:t"><id>{escape(one)}</id></item>' for one in self.names(3))
        return items + self.maybe(lambda: f'<x:other xmlns:x="urn:x">{self.leaf("x:y", TEXTS)}</x:other>')

    def config(self) -> etree._Element:
        return tree(self.top(), outside=self.outside())


DENSITIES = st.sampled_from([0.05, 0.15, 0.3, 0.6, 0.9])
CONFIGS = st.builds(lambda seed, density: Maker(seed, density).config(), st.integers(0, 2**32), DENSITIES)


def meaning(element: etree._Element, path: str = "") -> Any:
    """What is there, as nested tuples: equal if and only if two configurations mean the same."""
    if not path:
        paths = [f"/{tag_path(child)}" for child in element]
        return ordered([meaning(child, below) for child, below in zip(element, paths, strict=True)], [""] * len(paths))
    known = SCHEMA.find(path)
    if known is None or known.kind in ("anydata", "anyxml"):
        return (element.tag, xml(element))
    if known.is_term:
        return (element.tag, value(element, known))
    children = [(child, f"{path}/{tag_path(child)}") for child in element]
    found = [meaning(child, below) for child, below in children]
    users = [below if node(below).ordered_by_user else "" for _, below in children]
    inside = ordered(found, users)
    if known.kind == "container" and not known.presence and not inside:
        return None
    return (element.tag, inside)


def ordered(found: Sequence[Any], users: Sequence[str]) -> tuple[Any, ...]:
    """Everything in an order of its own but entries that the user orders, which stay in turn."""
    system = sorted(repr(one) for one, user in zip(found, users, strict=True) if one is not None and not user)
    lists = {name: tuple(one for one, user in zip(found, users, strict=True) if user == name) for name in users if name}
    return (*system, *sorted(lists.items()))


def tag_path(element: etree._Element) -> str:
    name = etree.QName(element)
    return f"{name.namespace.rpartition(':')[2]}:{name.localname}"


def value(leaf: etree._Element, known: Any) -> str:
    text, kind = leaf.text or "", known.type.base
    if kind in ("uint16", "decimal64"):
        return str(float(text))
    if kind == "instance-identifier":
        body, quoted, rest = text.partition("[")
        prefix = body[1:].partition(":")[0]
        return f"{body.replace(prefix + ':', leaf.nsmap[prefix])}{quoted}{rest.replace(prefix + ':name', 'name')}"
    if kind in ("identityref", "leafref") or (kind == "union" and (text == "own" or (":" in text and " " not in text))):
        prefix, _, name = text.rpartition(":")
        return f"{{{leaf.nsmap[prefix or None]}}}{name}"
    return text


def xml(element: etree._Element) -> Any:
    return (element.tag, element.text or "", tuple(xml(child) for child in element))
