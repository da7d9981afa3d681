"""Module lists from every source devices have, and get-schema."""

from __future__ import annotations

import pytest

from netconf_gui.errors import MalformedMessage, RpcError, RpcFailed
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.xml import parse
from netconf_gui.session import yanglib
from netconf_gui.session.schemas import get_schema, list_modules
from netconf_gui.session.yanglib import ModuleRef
from tests.session.device import CAP, Device

YL = "urn:ietf:params:xml:ns:yang:ietf-yang-library"
MON = "urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring"

LIBRARY = f"""
<yang-library xmlns="{YL}" xmlns:ds="urn:ietf:params:xml:ns:yang:ietf-datastores">
  <module-set><name>config</name>
    <module><name>shop</name><revision>2020-02-02</revision><namespace>urn:shop</namespace>
      <submodule><name>shop-types</name><revision>2020-02-01</revision></submodule>
      <submodule><name>shop-more</name></submodule>
      <feature>sales</feature><feature>rent</feature><deviation>shop-dev</deviation></module>
    <module><name>shop-dev</name><namespace>urn:shop-dev</namespace></module>
    <import-only-module><name>types</name><revision>2013-07-15</revision><namespace>urn:types</namespace></import-only-module>
    <import-only-module><name>types</name><revision>2019-01-01</revision><namespace>urn:types</namespace></import-only-module>
  </module-set>
  <module-set><name>state</name>
    <module><name>only-state</name><revision>2020-02-02</revision><namespace>urn:only</namespace></module>
  </module-set>
  <schema><name>conventional</name><module-set>config</module-set></schema>
  <schema><name>all</name><module-set>config</module-set><module-set>state</module-set></schema>
  <datastore><name>ds:running</name><schema>conventional</schema></datastore>
  <datastore><name>ds:operational</name><schema>all</schema></datastore>
  <content-id>1</content-id>
</yang-library>"""

STATE = f"""
<modules-state xmlns="{YL}"><module-set-id>1</module-set-id>
  <module><name>shop</name><revision>2020-02-02</revision><namespace>urn:shop</namespace>
    <feature>sales</feature>
    <deviation><name>shop-dev</name><revision>2020-03-03</revision></deviation>
    <conformance-type>implement</conformance-type>
    <submodule><name>shop-types</name><revision>2020-02-01</revision></submodule></module>
  <module><name>types</name><revision/><namespace>urn:types</namespace>
    <conformance-type>import</conformance-type></module>
</modules-state>"""

SCHEMAS = f"""
<netconf-state xmlns="{MON}"><schemas>
  <schema><identifier>shop</identifier><version>2020-02-02</version><format>yang</format>
    <namespace>urn:shop</namespace><location>NETCONF</location></schema>
  <schema><identifier>shop</identifier><version>2020-02-02</version><format>yin</format>
    <namespace>urn:shop</namespace><location>NETCONF</location></schema>
  <schema><identifier>shop-types</identifier><version/><format xmlns:m="{MON}">m:yang</format>
    <namespace>urn:shop</namespace></schema>
  <schema><identifier>picture</identifier><version/><format>rng</format><namespace>urn:p</namespace></schema>
</schemas></netconf-state>"""

V11 = f"{CAP}yang-library:1.1?revision=2019-01-04&content-id=1"
V10 = f"{CAP}yang-library:1.0?revision=2016-06-21&module-set-id=1"
SHOP = "urn:shop?module=shop&revision=2020-02-02&features=sales&deviations=shop-dev"


class Library(Device):
    """A device that has some of the sources; what it has not, it refuses or leaves out."""

    def __init__(self, *uris: str, refuse: tuple[str, ...] = (), **content: str) -> None:
        super().__init__(*uris)
        self.content = content
        self.refuse = refuse
        self.asked: list[str] = []
        self.on("get", self.answer)
        self.on("get-data", self.answer)

    def answer(self, rpc: RpcReceived) -> bytes:
        assert rpc.operation is not None
        top = rpc.operation.xpath("*[local-name()='filter' or local-name()='subtree-filter']/*")[0]
        name = top.tag.rpartition("}")[2]
        kind = rpc.operation.tag.rpartition("}")[2]
        self.asked.append(f"{kind} {name}")
        if kind in self.refuse or name in self.refuse:
            return self.errors(rpc, RpcError(tag="operation-not-supported"))
        return self.data(rpc, self.content.get(name.replace("-", "_"), ""))


def names(refs: tuple[ModuleRef, ...] | list[ModuleRef]) -> list[str]:
    return [f"{ref.name}@{ref.revision}{'' if ref.implemented else ' import'}" for ref in refs]


def test_yang_library_11() -> None:
    device = Library(V11, yang_library=LIBRARY)
    with device.session() as session:
        found = list_modules(session)
    assert device.asked == ["get yang-library"]
    assert names(found.refs) == [
        "shop@2020-02-02",
        "shop-dev@None",
        "types@2013-07-15 import",
        "types@2019-01-01 import",
    ], "the module set of operational alone is not running's"
    shop = found.find("shop")
    assert shop == ModuleRef(
        "shop",
        "2020-02-02",
        "urn:shop",
        ("sales", "rent"),
        ("shop-dev",),
        (("shop-types", "2020-02-01"), ("shop-more", None)),
        True,
        "yang-library 1.1",
        ("operational", "running"),
    )
    assert found.find("nothing") is None
    assert found.notes == ()


def test_yang_library_11_when_get_is_refused() -> None:
    device = Library(V11, refuse=("get",), yang_library=LIBRARY)
    with device.session() as session:
        found = list_modules(session)
    assert device.asked == ["get yang-library", "get-data yang-library"]
    assert len(found.refs) == 4
    assert found.notes == ()  # what was refused matters to nobody: the list was had


def test_yang_library_11_when_only_the_old_list_is_there() -> None:
    device = Library(V11, modules_state=STATE)
    with device.session() as session:
        found = list_modules(session)
    assert device.asked == ["get yang-library", "get-data yang-library", "get modules-state"]
    assert names(found.refs) == ["shop@2020-02-02", "types@None import"]
    assert found.notes == ()


def test_yang_library_10() -> None:
    device = Library(V10, SHOP, modules_state=STATE)
    with device.session() as session:
        found = list_modules(session)
    assert device.asked == ["get modules-state"]
    shop = found.find("shop")
    assert shop is not None
    assert shop.features == ("sales",)
    assert shop.deviations == ("shop-dev",)
    assert shop.submodules == (("shop-types", "2020-02-01"),)
    assert names(found.refs) == ["shop@2020-02-02", "types@None import"]


def test_netconf_state_when_there_is_no_library() -> None:
    device = Library(SHOP, "urn:x?module=x", netconf_state=SCHEMAS)
    with device.session() as session:
        found = list_modules(session)
    assert device.asked == ["get netconf-state"]
    assert names(found.refs) == ["shop@2020-02-02", "shop-types@None", "x@None"]
    shop = found.find("shop")
    assert shop is not None
    assert (shop.source, shop.features, shop.deviations) == ("netconf-state", ("sales",), ("shop-dev",))
    types = found.find("shop-types")
    assert types is not None
    assert types.features is None, "not said there, so not known"


def test_all_sources_refused_leaves_the_hello() -> None:
    device = Library(V10, SHOP, refuse=("get",))
    with device.session() as session:
        found = list_modules(session)
    assert names(found.refs) == ["shop@2020-02-02"]
    assert found.refs[0].source == "hello"
    assert len(found.notes) == 3
    assert device.received[-1] == "close-session", "the session goes on"


def test_a_device_that_says_nothing_at_all() -> None:
    with Library().session() as session:
        found = list_modules(session)
    assert found.refs == ()
    assert "names no YANG module" in found.notes[-1]


def test_a_broken_reply_is_noted() -> None:
    device = Library(V10, SHOP)
    device.on("get", lambda rpc: f"<rpc-reply message-id='{rpc.message_id}'><data></rpc-reply>".encode())
    with device.session() as session:
        found = list_modules(session)
    assert names(found.refs) == ["shop@2020-02-02"]
    assert "not well-formed" in found.notes[0]


def test_a_library_whose_datastore_names_no_schema() -> None:
    found = yanglib.from_yang_library(parse(LIBRARY.replace("ds:running", "ds:other").encode()))
    assert len(found) == 5, "better all sets than none"


def test_hello_without_features_means_none() -> None:
    (ref,) = yanglib.from_hello(Capabilities(["urn:x?module=x&revision=2020-01-01"]))
    assert ref == ModuleRef("x", "2020-01-01", "urn:x", (), (), (), True, "hello")


YANG = 'module shop { namespace "urn:shop"; prefix s; description "a < b & c"; }'


@pytest.mark.parametrize("form", ["escaped", "cdata"])
def test_get_schema(form: str) -> None:
    device = Device()
    text = f"<![CDATA[{YANG}]]>" if form == "cdata" else YANG.replace("&", "&amp;").replace("<", "&lt;")
    sent: list[str] = []

    def answer(rpc: RpcReceived) -> bytes:
        sent.append("/".join(str(item) for item in rpc.element.xpath(".//text()")))
        return f"<rpc-reply message-id='{rpc.message_id}'><data xmlns='{MON}'>\n{text}\n</data></rpc-reply>".encode()

    device.on("get-schema", answer)
    with device.session() as session:
        assert get_schema(session, "shop", "2020-02-02") == YANG.encode() + b"\n"
        assert get_schema(session, "shop") == YANG.encode() + b"\n"
    assert sent == ["shop/2020-02-02/yang", "shop/yang"]


def test_get_schema_that_is_not_there() -> None:
    device = Device()
    device.on("get-schema", lambda rpc: device.errors(rpc, RpcError(tag="invalid-value")))
    with device.session() as session, pytest.raises(RpcFailed):
        get_schema(session, "shop")
    device = Device()
    device.on("get-schema", lambda rpc: device.data(rpc, ""))
    with device.session() as session, pytest.raises(MalformedMessage, match="no YANG text"):
        get_schema(session, "shop")
