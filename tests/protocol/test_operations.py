"""Every operation as it is written on the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml.etree import _Element

from netconf_gui.errors import ConfigError
from netconf_gui.protocol import operations as op
from netconf_gui.protocol.operations import Operation
from netconf_gui.protocol.xml import NS_BASE, canonical, parse

N = f'xmlns="{NS_BASE}"'
A = parse(b"<a xmlns='urn:a'/>")

CASES: list[tuple[Operation, str]] = [
    (op.get(), f"<get {N}/>"),
    (op.get(A), f"<get {N}><filter type='subtree'><a xmlns='urn:a'/></filter></get>"),
    (
        op.get(xpath="/x:a", namespaces={"x": "urn:a"}, with_defaults="trim"),
        f"<get {N}><filter xmlns:x='urn:a' type='xpath' select='/x:a'/><with-defaults "
        "xmlns='urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults'>trim</with-defaults></get>",
    ),
    (op.get_config(), f"<get-config {N}><source><running/></source></get-config>"),
    (
        op.get_config("candidate", [A, A]),
        f"<get-config {N}><source><candidate/></source><filter type='subtree'>"
        "<a xmlns='urn:a'/><a xmlns='urn:a'/></filter></get-config>",
    ),
    (
        op.get_config("file:///x"),
        f"<get-config {N}><source><url>file:///x</url></source></get-config>",
    ),
    (
        op.get_data("operational", A, config_filter=False, max_depth=2, with_origin=True, with_defaults="explicit"),
        "<get-data xmlns='urn:ietf:params:xml:ns:yang:ietf-netconf-nmda'>"
        "<datastore xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>ds:operational</datastore>"
        "<subtree-filter><a xmlns='urn:a'/></subtree-filter><config-filter>false</config-filter>"
        "<max-depth>2</max-depth><with-origin/><with-defaults>explicit</with-defaults></get-data>",
    ),
    (
        op.compare("running", "operational", A, everything=True),
        "<compare xmlns='urn:ietf:params:xml:ns:yang:ietf-nmda-compare'>"
        "<source xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>ds:running</source>"
        "<target xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>ds:operational</target>"
        "<all/><subtree-filter><a xmlns='urn:a'/></subtree-filter></compare>",
    ),
    (
        op.compare("candidate", "other", xpath="/x:a", namespaces={"x": "urn:a"}),
        "<compare xmlns='urn:ietf:params:xml:ns:yang:ietf-nmda-compare'>"
        "<source xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>ds:candidate</source>"
        "<target xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>other</target>"
        "<xpath-filter xmlns:x='urn:a'>/x:a</xpath-filter></compare>",
    ),
    (
        op.edit_config("candidate", A, default_operation="none", test_option="set", error_option="rollback-on-error"),
        f"<edit-config {N}><target><candidate/></target><default-operation>none</default-operation>"
        "<test-option>set</test-option><error-option>rollback-on-error</error-option>"
        "<config><a xmlns='urn:a'/></config></edit-config>",
    ),
    (
        op.edit_config("running", None, url="ftp://h/x"),
        f"<edit-config {N}><target><running/></target><url>ftp://h/x</url></edit-config>",
    ),
    (
        op.edit_data("running", A, default_operation="merge"),
        "<edit-data xmlns='urn:ietf:params:xml:ns:yang:ietf-netconf-nmda'>"
        "<datastore xmlns:ds='urn:ietf:params:xml:ns:yang:ietf-datastores'>ds:running</datastore>"
        "<default-operation>merge</default-operation><config><a xmlns='urn:a'/></config></edit-data>",
    ),
    (
        op.copy_config("startup", "running"),
        f"<copy-config {N}><target><startup/></target><source><running/></source></copy-config>",
    ),
    (
        op.copy_config("candidate", A),
        f"<copy-config {N}><target><candidate/></target>"
        "<source><config><a xmlns='urn:a'/></config></source></copy-config>",
    ),
    (op.delete_config("startup"), f"<delete-config {N}><target><startup/></target></delete-config>"),
    (op.lock("candidate"), f"<lock {N}><target><candidate/></target></lock>"),
    (op.unlock("running"), f"<unlock {N}><target><running/></target></unlock>"),
    (op.validate("candidate"), f"<validate {N}><source><candidate/></source></validate>"),
    (op.validate(A), f"<validate {N}><source><config><a xmlns='urn:a'/></config></source></validate>"),
    (op.commit(), f"<commit {N}/>"),
    (
        op.commit(confirmed=True, timeout=60, persist="p"),
        f"<commit {N}><confirmed/><confirm-timeout>60</confirm-timeout><persist>p</persist></commit>",
    ),
    (op.commit(persist_id="p"), f"<commit {N}><persist-id>p</persist-id></commit>"),
    (op.cancel_commit(), f"<cancel-commit {N}/>"),
    (op.cancel_commit("p"), f"<cancel-commit {N}><persist-id>p</persist-id></cancel-commit>"),
    (op.discard_changes(), f"<discard-changes {N}/>"),
    (op.close_session(), f"<close-session {N}/>"),
    (op.kill_session(4), f"<kill-session {N}><session-id>4</session-id></kill-session>"),
    (
        op.get_schema("m", "2020-01-01"),
        "<get-schema xmlns='urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring'><identifier>m</identifier>"
        "<version>2020-01-01</version><format>yang</format></get-schema>",
    ),
    (
        op.create_subscription("NETCONF", A, start="2026-01-01T00:00:00Z", stop="2026-01-02T00:00:00Z"),
        "<create-subscription xmlns='urn:ietf:params:xml:ns:netconf:notification:1.0'><stream>NETCONF</stream>"
        "<filter type='subtree'><a xmlns='urn:a'/></filter><startTime>2026-01-01T00:00:00Z</startTime>"
        "<stopTime>2026-01-02T00:00:00Z</stopTime></create-subscription>",
    ),
    (op.custom(A), "<a xmlns='urn:a'/>"),
    (op.custom(parse(f"<rpc {N} message-id='9'> <a xmlns='urn:a'/> </rpc>".encode())), "<a xmlns='urn:a'/>"),
]


@pytest.mark.parametrize(("operation", "expected"), CASES, ids=[f"{n}-{case[0].name}" for n, case in enumerate(CASES)])
def test_on_the_wire(operation: Operation, expected: str) -> None:
    written = parse(op.rpc("1", operation))
    assert written.tag == f"{{{NS_BASE}}}rpc"
    assert written.get("message-id") == "1"
    assert len(written) == 1
    assert _tree(written[0]) == _tree(parse(expected.encode()))
    assert operation.name == written[0].tag.rpartition("}")[2]


def _tree(element: object) -> object:
    """Names, attributes, texts: what an element is, whatever its prefixes."""
    return (
        element.tag,  # type: ignore[attr-defined]
        sorted(element.attrib.items()),  # type: ignore[attr-defined]
        element.text,  # type: ignore[attr-defined]
        [_tree(child) for child in element],  # type: ignore[attr-defined]
    )


def test_what_is_handed_in_is_copied() -> None:
    config = parse(f"<config {N}><a xmlns='urn:a'/><b xmlns='urn:a'/></config>".encode())
    before = canonical(config)
    written = op.edit_config("running", config).element
    assert canonical(config) == before
    assert [child.tag for child in written[-1]] == ["{urn:a}a", "{urn:a}b"]


def test_prefixes_that_values_use_come_along() -> None:
    config = parse(f"<config {N} xmlns:t='urn:types'><a xmlns='urn:a'><type>t:ethernet</type></a></config>".encode())
    written = parse(op.rpc("1", op.edit_config("running", config)))
    leaf = written.xpath("//*[local-name()='type']")[0]
    assert leaf.nsmap["t"] == "urn:types"


def test_message_id_is_escaped() -> None:
    assert parse(op.rpc('a"<&', op.commit())).get("message-id") == 'a"<&'


def test_what_cannot_be_built() -> None:
    with pytest.raises(ConfigError, match="not both"):
        op.get(A, xpath="/a")
    with pytest.raises(ConfigError, match="either a config or a url"):
        op.edit_config("running", None)
    with pytest.raises(ConfigError, match="holds 2"):
        op.custom(parse(b"<rpc><a/><b/></rpc>"))


TWICE = b"<w xmlns='urn:a' xmlns:d='urn:a'><path xmlns:e='urn:a'>/d:x/e:y</path></w>"


@pytest.mark.parametrize(
    "build",
    [
        lambda node: op.edit_config("running", node),
        lambda node: op.get_config("running", node),
        lambda node: op.get_data("running", node),
        lambda node: op.copy_config("running", node),
        op.validate,
        lambda node: op.edit_data("running", node),
        lambda node: op.create_subscription(None, node),
        op.custom,
    ],
)
def test_a_second_prefix_for_a_namespace_stays(build: Callable[[_Element], Operation]) -> None:
    """An instance-identifier needs prefixes even for the default namespace; lxml's append would drop them."""
    leaf = parse(op.rpc("1", build(parse(TWICE)))).xpath("//*[local-name()='path']")[0]
    assert (leaf.nsmap["d"], leaf.nsmap["e"]) == ("urn:a", "urn:a")


def test_a_filter_without_namespace_stays_without_one() -> None:
    """RFC 6241, section 6.2.1: it matches in any namespace, and must not get that of the rpc."""
    written = parse(op.rpc("1", op.get([parse(b"<interfaces a='1'/>"), parse(b"<system>x</system>")])))
    assert [child.tag for child in written[0][0]] == ["interfaces", "system"]


def test_an_operation_does_not_change_with_the_tree_it_was_made_from() -> None:
    config = parse(TWICE)
    made = op.edit_config("running", config)
    config[0].text = "changed"
    assert b"changed" not in op.rpc("1", made)
    assert made.element is not made.element
