"""A small schema made by hand and a document of it, for tests of what shows and edits configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netconf_gui.config.document import Document
from netconf_gui.yang.schema import EnumItem, MemorySchema, ModuleInfo, Must, NodeKind, SchemaNode, TypeInfo

NS = "urn:example:net"
TYPES = "urn:example:types"

STRING = TypeInfo("string")
UINT16 = TypeInfo("uint16", ranges=(("68", "65535"),))
SEQ = TypeInfo("uint16", ranges=(("5", "65535"),))
UINT8 = TypeInfo("uint8", name="prefix-length", ranges=(("0", "32"),))
BOOL = TypeInfo("boolean")
LEVEL = TypeInfo(
    "enumeration", enums=(EnumItem("low", 0), EnumItem("medium", 1, "The usual one."), EnumItem("high", 2))
)
FLAGS = TypeInfo("bits", bits=(EnumItem("syn", 0), EnumItem("ack", 1), EnumItem("fin", 2)))
KIND = TypeInfo("identityref", identities=("ex-types:ethernet", "ex-types:loopback", "ex-types:tunnel"))
NAME_REF = TypeInfo("leafref", leafref_path="/ex:interfaces/ex:interface/ex:name", target=STRING)
RATE = TypeInfo("decimal64", fraction_digits=2, ranges=(("0.00", "100.00"),))
BIG = TypeInfo("uint64", ranges=(("0", "18446744073709551615"),))
EMPTY = TypeInfo("empty")
PORT = TypeInfo("union", union=(UINT16, TypeInfo("enumeration", enums=(EnumItem("any", 0), EnumItem("none", 1)))))
BINARY = TypeInfo("binary", lengths=(("1", "16"),))


class Builder:
    """Nodes in schema order; `add` returns the new node, to hang others below."""

    def __init__(self) -> None:
        self.nodes: list[SchemaNode] = []

    def add(self, parent: SchemaNode | None, kind: str, name: str, **fields: Any) -> SchemaNode:
        above = parent
        while above is not None and above.kind in (NodeKind.CHOICE, NodeKind.CASE):
            above = next((node for node in self.nodes if node.id == above.parent_id), None)
        path = f"{above.path}/{name}" if above is not None else f"/ex:{name}"
        node = SchemaNode(
            len(self.nodes) + 1, parent.id if parent else None, NodeKind(kind), name, "ex", NS, "2024-05-01", path=path
        )
        node = replace(node, **fields)
        self.nodes.append(node)
        return node

    def leaf(self, parent: SchemaNode, name: str, info: TypeInfo = STRING, **fields: Any) -> SchemaNode:
        return self.add(parent, "leaf", name, type=info, **fields)


def schema() -> MemorySchema:
    """system, interfaces (with a list), acl (ordered by user), routes (long lists)."""
    make = Builder()
    system = make.add(None, "container", "system", description="What the device is as a whole.")
    make.leaf(system, "hostname", description="The device's name.")
    make.leaf(system, "level", LEVEL, defaults=("medium",))
    make.leaf(system, "flags", FLAGS)
    make.leaf(system, "rate", RATE, units="percent")
    make.leaf(system, "big", BIG)
    make.leaf(system, "maintenance", EMPTY)
    make.leaf(system, "port", PORT)
    make.leaf(system, "blob", BINARY)
    make.leaf(system, "password")
    make.add(system, "leaf-list", "search", type=STRING, ordered_by_user=True)
    make.add(system, "container", "debug", presence=True)
    choice = make.add(system, "choice", "transport")
    udp = make.add(choice, "case", "udp")
    make.leaf(udp, "udp-port", UINT16)
    tcp = make.add(choice, "case", "tcp")
    make.leaf(tcp, "tcp-port", UINT16)
    make.leaf(tcp, "tcp-keepalive", BOOL)
    interfaces = make.add(None, "container", "interfaces")
    interface = make.add(interfaces, "list", "interface", keys=("name",))
    make.leaf(interface, "name", is_key=True, mandatory=True)
    make.leaf(interface, "description")
    make.leaf(interface, "type", KIND, mandatory=True)
    make.leaf(
        interface,
        "mtu",
        UINT16,
        units="bytes",
        description="The largest packet, in bytes, that this interface sends.",
        musts=(Must(". >= 1280 or not(../ipv6)", "IPv6 needs 1280 bytes."),),
        whens=("../type = 'ethernet'",),
    )
    make.leaf(interface, "enabled", BOOL, defaults=("true",))
    make.leaf(interface, "parent-if", NAME_REF)
    make.leaf(interface, "in-octets", BIG, config=False)
    ipv4 = make.add(interface, "container", "ipv4")
    address = make.add(ipv4, "list", "address", keys=("ip",))
    make.leaf(address, "ip", is_key=True, mandatory=True)
    make.leaf(address, "prefix-length", UINT8)
    acl = make.add(None, "container", "acl")
    entry = make.add(acl, "list", "term", keys=("seq",), ordered_by_user=True)
    make.leaf(entry, "seq", SEQ, is_key=True, mandatory=True)
    make.leaf(entry, "action", LEVEL)
    routes = make.add(None, "container", "routes")
    route = make.add(routes, "list", "route", keys=("prefix",))
    make.leaf(route, "prefix", is_key=True, mandatory=True)
    make.leaf(route, "next-hop")
    modules = (ModuleInfo("ex", "2024-05-01", NS, "ex"), ModuleInfo("ex-types", "2024-05-01", TYPES, "t"))
    return MemorySchema(make.nodes, modules)


def routes(count: int) -> str:
    return "".join(
        f"<route><prefix>10.{number // 256}.{number % 256}.0/24</prefix><next-hop>192.0.2.1</next-hop></route>"
        for number in range(count)
    )


def text(route_count: int = 1240) -> bytes:
    return f"""<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
  <system xmlns="{NS}"><hostname>pe1.fra</hostname><level>low</level>
    <search>a.example</search><search>b.example</search>
    <password>hunter2</password><udp-port>514</udp-port></system>
  <interfaces xmlns="{NS}">
    <interface><name>xe-0/0/0</name><description>Core to core2.ams</description>
      <type xmlns:t="{TYPES}">t:ethernet</type><mtu>9000</mtu></interface>
    <interface><name>xe-0/0/1</name><description>Transit</description>
      <type xmlns:t="{TYPES}">t:ethernet</type><mtu>1500</mtu><enabled>true</enabled>
      <ipv4><address><ip>198.51.100.1</ip><prefix-length>31</prefix-length></address></ipv4></interface>
    <interface><name>xe-0/0/2</name><description>Old link to rr1</description>
      <type xmlns:t="{TYPES}">t:ethernet</type></interface>
    <interface><name>lo0</name><type xmlns:t="{TYPES}">t:loopback</type></interface>
  </interfaces>
  <acl xmlns="{NS}"><term><seq>10</seq><action>low</action></term><term><seq>20</seq><action>high</action></term>
    <term><seq>30</seq></term></acl>
  <routes xmlns="{NS}">{routes(route_count)}</routes>
  <vendor xmlns="urn:example:unknown"><thing a="1">text</thing><thing>other</thing><deep><er>x</er></deep></vendor>
</config>""".encode()


def document(route_count: int = 1240) -> Document:
    return Document(text(route_count), schema(), name="pe1.fra")


def element(doc: Document, path: str) -> Any:
    """The element at a path of the sample's own short form: "interfaces/interface[xe-0/0/1]/mtu"."""
    at = doc.root
    for step in path.replace("xe-0/0/", "xe-0_0_").split("/"):
        name, _, key = step.partition("[")
        key = key.rstrip("]").replace("xe-0_0_", "xe-0/0/")
        found = [child for child in at if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name]
        if key:
            found = [child for child in found if (child[0].text if len(child) else child.text) == key]
        at = found[0]
    return at
