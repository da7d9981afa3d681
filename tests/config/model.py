"""A schema made by hand with one of everything, and short ways to write configurations of it.

`SCHEMA` has module t (namespace urn:t) and module x (urn:x), which augments it and has identities.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.yang.schema import EnumItem, MemorySchema, ModuleInfo, NodeKind, SchemaNode, TypeInfo

T, X = "urn:t", "urn:x"
STRING = TypeInfo("string")
IDENTITY = TypeInfo("identityref", identities=("x:eth", "x:fast", "t:own"))
TYPES = {
    "string": STRING,
    "u16": TypeInfo("uint16", ranges=(("0", "65535"),)),
    "bool": TypeInfo("boolean"),
    "dec": TypeInfo("decimal64", fraction_digits=2),
    "id": IDENTITY,
    "inst": TypeInfo("instance-identifier"),
    "mix": TypeInfo("union", union=(IDENTITY, STRING)),
    "color": TypeInfo("enumeration", enums=(EnumItem("red", 0), EnumItem("blue", 1))),
    "idref": TypeInfo("leafref", leafref_path="../type", target=IDENTITY),
}

# name, then words: kind, @type, key=…, flags; deeper lines are children
MODEL = """
top container
  name leaf @string
  mtu leaf @u16 default=1500
  enabled leaf @bool
  ratio leaf @dec
  type leaf @id
  ref leaf @inst
  mix leaf @mix
  color leaf @color
  idref leaf @idref
  np container
    a leaf @string
    deep container
      b leaf @string default=bee
  pres container presence
    c leaf @string
  ch choice
    one case
      one-a leaf @string
      one-b leaf @string
    two case
      two container
        z leaf @string
      two-l leaf-list @string
    three case
      inner choice
        i1 case
          i1 leaf @string
        i2 case
          i2 leaf @string
  entry list key=name
    name leaf @string
    v leaf @string
    t leaf @id
    mtu leaf @u16 default=1500
    sub container
      w leaf @string
      inner list key=id
        id leaf @string
        q leaf @string
    x:extra leaf @string
  pair list key=a,b
    a leaf @string
    b leaf @id
    v leaf @string
  ordered list key=name user
    name leaf @string
    v leaf @string
  tag leaf-list @string
  number leaf-list @u16
  olist leaf-list @string user
  any anydata
  state leaf @string ro
  log list ro
    line leaf @string ro
item list key=id
  id leaf @string
  v leaf @string
x:other container
  y leaf @string
"""


def build() -> MemorySchema:
    nodes: list[SchemaNode] = []
    stack: list[tuple[int, SchemaNode]] = []
    for line in MODEL.strip("\n").splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name, kind, *words = line.split()
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parent = stack[-1][1] if stack else None
        prefix, _, name = name.rpartition(":")
        module = prefix or (parent.module if parent is not None else "t")
        options = dict(word.split("=") for word in words if "=" in word)
        base = parent
        while base is not None and base.kind in (NodeKind.CHOICE, NodeKind.CASE):
            base = next((one for one in nodes if one.id == base.parent_id), None)
        step = name if base is not None and base.module == module else f"{module}:{name}"
        node = SchemaNode(
            id=len(nodes),
            parent_id=None if parent is None else parent.id,
            kind=NodeKind(kind),
            name=name,
            module=module,
            namespace=f"urn:{module}",
            config="ro" not in words,
            presence="presence" in words,
            keys=tuple(options["key"].split(",")) if "key" in options else (),
            is_key=parent is not None and name in parent.keys,
            ordered_by_user="user" in words,
            defaults=(options["default"],) if "default" in options else (),
            type=next((TYPES[word[1:]] for word in words if word[0] == "@"), None),
            path=f"{'' if base is None else base.path}/{step}",
        )
        nodes.append(node)
        stack.append((depth, node))
    return MemorySchema(nodes, [ModuleInfo("t", "2026-01-01", T, "t"), ModuleInfo("x", "2026-01-01", X, "x")])


SCHEMA = build()


def node(path: str) -> SchemaNode:
    """The schema node at ``/top/entry/x:extra``; module t where no prefix says otherwise."""
    found = SCHEMA.find(path if ":" in path.split("/")[1] else f"/t:{path[1:]}")
    assert found is not None, path
    return found


def top(inner: str = "", *, outside: str = "") -> bytes:
    """`<config>` with the container top (left out if nothing is in it) and what stands beside it."""
    body = f'<top xmlns="{T}" xmlns:x="{X}" xmlns:t="{T}">{inner}</top>' if inner else ""
    return f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">{body}{outside}</config>'.encode()


def tree(inner: str = "", *, outside: str = "") -> etree._Element:
    return codec.read(top(inner, outside=outside)).root


def words(element: etree._Element) -> str:
    """A tree in one line without namespaces: ``config(top(mtu=9 entry(name=a)))``."""
    name = etree.QName(element).localname
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return f"{name}={element.text}" if element.text else name
    return f"{name}({' '.join(words(child) for child in children)})"
