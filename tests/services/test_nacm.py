"""Rights read from a device, refusals explained by its rules, and plans that keep clear of what is hidden."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.nacm import NS_NACM, Who
from netconf_gui.errors import Outcome, RpcError, RpcFailed
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.deploy import DeployOptions, deploy
from netconf_gui.services.nacm import Rights, explain, operations_of, read_only_words, read_rights, rights_of
from netconf_gui.session.datastores import get_config
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import Schema
from tests.services.conftest import Box

IF = "urn:ietf:params:xml:ns:yang:ietf-interfaces"


@pytest.fixture
def guarded(box_of: Callable[..., Box]) -> Box:
    return box_of("access-control")


def schema_of(box: Box) -> Schema:
    found = box.device.model.schema
    assert found is not None
    return found


def rights(box: Box, user: str) -> tuple[Session, Rights]:
    session = box.connect(user)
    return session, read_rights(session, user, schema_of(box))


def test_rights_are_read_and_summed_up(guarded: Box) -> None:
    _, reader = rights(guarded, "guest")
    assert reader.known and not reader.writing.possible
    assert read_only_words(reader) == (
        "guest: You may not change anything. The rule read-only of the rule list readers denies create, update, delete "
        "to everything."
    )
    assert [str(path) for path in reader.unreadable] == [
        "/ietf-system:system/authentication",
        "/netconf-gui-demo:tunnels/tunnel/encryption",
    ]
    _, admin = rights(guarded, "demo")
    assert admin.writing.possible and admin.unreadable == () and read_only_words(admin) == ""
    denied = [name for _, name, decision in operations_of(reader) if not decision.permitted]
    assert "install-firmware" in denied and "kill-session" in denied and "get-config" not in denied


def test_whom_the_device_shows_hidden_rules_is_not_bound_by_them(guarded: Box) -> None:
    shown = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><nacm xmlns="%s">%s</nacm></config>'
    for inside in (b"", b"<enable-nacm>true</enable-nacm>", b"<write-default>deny</write-default>"):
        found = rights_of(read_root(shown % (NS_NACM.encode(), inside)), Who("root"), schema_of(guarded))
        assert found.known and read_only_words(found) == "" and found.unreadable == ()
        assert "do not bind root" in found.words


def test_a_device_without_rules_says_so(box: Box) -> None:
    _, plain = rights(box, "guest")
    assert not plain.known and "no access control that could be read" in plain.words
    told = explain(plain, [RpcError(tag="access-denied")], operation="edit-config")
    assert told is not None and told.words.startswith("The device denied it.")
    assert explain(plain, [RpcError(tag="invalid-value")]) is None


def test_a_refusal_is_explained_by_the_rule_that_made_it(guarded: Box) -> None:
    session, mine = rights(guarded, "technician")
    edit = read_root(
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><interfaces xmlns="{IF}"><interface>'
        "<name>eth1</name><description>x</description></interface></interfaces></config>".encode()
    )
    with pytest.raises(RpcFailed) as caught:
        session.call(operations.edit_config("candidate", edit))
    told = explain(mine, caught.value.errors, operation="edit-config")
    assert told is not None and told.decision is not None and told.decision.rule is not None
    assert told.decision.rule.name == "uplinks" and "create or update or delete" in told.words
    assert "/ietf-interfaces:interfaces/interface[name='eth1']/description" in told.words


def test_a_refused_operation_is_explained_too(guarded: Box) -> None:
    session, mine = rights(guarded, "technician")
    with pytest.raises(RpcFailed) as caught:
        session.call(operations.kill_session(999))
    told = explain(mine, caught.value.errors, operation="kill-session")
    assert told is not None and told.decision is not None and told.decision.reason == "careful"


def test_what_the_rules_do_not_explain_is_not_made_up(guarded: Box) -> None:
    _, admin = rights(guarded, "demo")
    told = explain(admin, [RpcError(tag="access-denied")], operation="edit-config")
    assert told is not None and told.decision is None and "another reason" in told.words


def test_rules_that_are_hidden() -> None:
    empty = read_root(b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"/>')
    assert "shows no rules" in rights_of(empty, Who("bob"), None).words


def test_nothing_is_deleted_over_what_may_not_be_read(guarded: Box) -> None:
    session, mine = rights(guarded, "technician")
    data = get_config(session, "running")
    base = guarded.read()
    shown = read_root(serialize(data))
    shown.tag = "{urn:ietf:params:xml:ns:netconf:base:1.0}config"
    before = serialize(shown)
    for node in list(shown.iterchildren("{urn:netconf-gui:demo}tunnels")):
        shown.remove(node)
    report = deploy(
        session, base=before, mine=serialize(shown), schema=schema_of(guarded),
        options=DeployOptions(unreadable=mine.unreadable),
    )  # fmt: skip
    assert report.outcome is Outcome.UNCHANGED and report.error is not None
    assert "You may not read /netconf-gui-demo:tunnels/tunnel/encryption" in report.error.message
    assert guarded.read() == base
