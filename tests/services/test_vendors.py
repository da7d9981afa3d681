"""The demo device as each of the known servers: connect, read, change, apply; the result is right and nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.personality import VENDORS
from netconf_gui.errors import ConfigError, ConnectFailed, MalformedMessage, Outcome, RpcError, RpcFailed, Stage
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.review import make_review
from netconf_gui.protocol import operations
from netconf_gui.protocol.capabilities import BASE11, CAPABILITY, Capabilities
from netconf_gui.protocol.profiles import PROFILES, STANDARD, profile_named
from netconf_gui.protocol.replies import parse_reply
from netconf_gui.protocol.xml import parse
from netconf_gui.services.change import make_change
from netconf_gui.services.deploy import DeployReport
from netconf_gui.services.load import load_schema
from netconf_gui.services.placing import place
from netconf_gui.services.strategy import strategy
from netconf_gui.session import datastores
from netconf_gui.session.continuing import whole
from netconf_gui.session.session import Session
from netconf_gui.yang.check import Engine
from tests.services.conftest import Box, edited, same
from tests.services.deploying import HOSTNAME, QUICK, apply, assert_applied, fetch, sent

BoxOf = Callable[..., Box]


def notes(session: Session) -> str:
    return " ".join(entry.note for entry in session.wire.entries())


def changed(box: Box, session: Session, **more: object) -> DeployReport:
    """Apply the usual change, which replaces, and one that adds and removes."""
    return apply(box, session=session, reconnect=partial(box.connect_as, box.entry()), **more)


def placed(box: Box, error: RpcError) -> str:
    """The node that the error is about."""
    data = box.read()
    change = make_change(data, edited(data, HOSTNAME), box.device.model.schema)
    return place([error], change)[0]


def test_each_profile_has_a_model_to_try_it_on() -> None:
    models = {item.name for item in VENDORS}
    assert {item.name for item in PROFILES} - models == {"netconfd", "cisco-ios"}, "netconfd itself is in tests/e2e"


@pytest.mark.parametrize("name", [item.name for item in VENDORS if item.name != "sloppy"])
def test_open_edit_apply(box_of: BoxOf, name: str) -> None:
    box = box_of(name)
    session = box.connect()
    assert session.profile.name == name
    assert "Its hello names" in session.profile_choice.why
    before = fetch(session)
    assert b"<hostname>demo-edge-1</hostname>" in before
    report = changed(box, session)
    assert_applied(box, report)
    assert "Core to the moon" in box.read().decode()
    # and back, which is another change with what was read as its base
    report = apply(box, (HOSTNAME[1], HOSTNAME[0]), session=session)
    assert report.outcome is Outcome.APPLIED
    assert box.leaf("system/hostname") == "demo-edge-1"


def test_the_sloppy_device(box_of: BoxOf) -> None:
    """All that is let pass from everyone, at once."""
    box = box_of("sloppy")
    session = box.connect()
    assert session.profile.name == "standard"
    report = apply(
        box,
        (b"<description>Core to core1.fra</description>", "<description>Kölner Straße</description>".encode()),
        HOSTNAME,
        session=session,
    )
    assert_applied(box, report)
    assert "Kölner Straße" in box.read().decode()
    assert "Kölner Straße" in fetch(session).decode()
    datastores.lock(session, "running")
    with pytest.raises(RpcFailed):
        datastores.lock(session, "running")
    told = notes(session)
    assert "in the namespace 'urn:ietf:params:netconf:base:1.0' instead of" in told
    assert "no message-id: it answers the oldest request" in told
    assert "count characters instead of octets" in told
    assert "says ok beside errors" in told


def test_notifications_before_the_reply(box_of: BoxOf) -> None:
    session = box_of("sloppy").connect()
    heard: list[object] = []
    session.on_notification(heard.append)
    session.call(operations.create_subscription(start="2020-01-01T00:00:00Z"))
    assert heard, "the replay came before the reply"
    assert "It came before the reply to create-subscription." in notes(session)


# ---------------------------------------------------------------------------------------------------- one by one


def test_junos_reads_only_configuration(box_of: BoxOf) -> None:
    box = box_of("junos")
    session = box.connect()
    data = fetch(session)
    assert b"database-status" not in data and b"commit-user" not in data
    assert b"database-status" in " ".join(entry.text for entry in session.wire.entries()).encode()
    assert same(data.replace(b' xmlns:junos="http://xml.juniper.net/junos/24.2R1/junos"', b""), box.read())


def test_junos_warnings_are_success_and_errors_in_results_are_not(box_of: BoxOf) -> None:
    box = box_of("junos")
    session = box.connect()
    report = changed(box, session)
    assert report.outcome is Outcome.APPLIED
    assert any("no effect" in (one.message or "") for one in report.warnings)
    base = fetch(session)
    report = apply(box, (HOSTNAME[1], b"<hostname>not a name!</hostname>"), base=base, session=session)
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None and report.error.errors
    box.assert_clean()


def test_junos_error_paths_in_brackets_lead_to_the_node(box_of: BoxOf) -> None:
    fault = Fault("commit", Action.RPC_ERROR, error_path="/interfaces/interface[name='eth1']", tag="invalid-value")
    box = box_of("junos", fault)
    report = changed(box, box.connect())
    assert report.error is not None
    [error] = report.error.errors
    assert error.path == "[edit interfaces interface eth1]"
    assert placed(box, error) == "/ietf-interfaces:interfaces/interface[name='eth1']"


def test_a_commit_takes_minutes(box_of: BoxOf) -> None:
    """The profile allows for more than the settings do."""
    box = box_of("junos", Fault("commit", Action.DELAY, when="after", seconds=1.0))
    report = changed(box, box.connect(), options=replace(QUICK, commit_timeout=0.3))
    assert_applied(box, report)


def test_junos_deletes_with_default_operation_none(box_of: BoxOf) -> None:
    box = box_of("junos")
    session = box.connect()
    report = apply(box, (b"<description>Core to core1.fra</description>", b""), session=session)
    assert report.outcome is Outcome.APPLIED
    assert "Core to core1.fra" not in box.read().decode()
    assert "<default-operation>none" in " ".join(entry.text for entry in session.wire.entries())


def test_ios_xe_synchronises_and_keeps_running(box_of: BoxOf) -> None:
    box = box_of("ios-xe")
    session = box.connect()
    assert session.capabilities.validate == "1.1", "announced twice"
    report = changed(box, session, options=replace(QUICK, save_startup=True))
    assert_applied(box, report)
    asked = sent(session)
    assert asked.count("lock") > 1, "tried again"
    assert "save-config" in asked and "copy-config" not in asked
    assert box.device.memory["saved"] == 1


def test_a_lock_of_somebody_else_is_not_waited_for(box_of: BoxOf) -> None:
    box = box_of("confd")
    box.device.memory["lock tries"] = 99
    other = box.connect()
    datastores.lock(other, "running")
    report = changed(box, box.connect())
    assert report.outcome is Outcome.UNCHANGED
    assert report.error is not None and report.error.stage is Stage.LOCK
    datastores.unlock(other, "running")


def test_ios_xr_says_hello_at_length_in_folded_lines(box_of: BoxOf) -> None:
    session = box_of("ios-xr").connect()
    assert len(session.capabilities.uris) > 1000
    assert not any(" " in uri or "\n" in uri for uri in session.capabilities.uris)
    assert "folded over several lines were put together" in notes(session)


def test_comment_and_label_go_with_the_commit(box_of: BoxOf) -> None:
    box = box_of("ios-xr")
    session = box.connect()
    given = replace(QUICK, comment="moved to the moon", label="MOON1")
    assert_applied(box, changed(box, session, options=given))
    assert box.device.told == {"comment": "moved to the moon", "label": "MOON1"}
    session.close()
    box.device.told.clear()
    guarded = replace(given, confirm_seconds=60, comment="back")
    report = apply(box, (HOSTNAME[1], HOSTNAME[0]), session=box.connect(), options=guarded)
    assert report.outcome is Outcome.APPLIED
    assert box.device.told["comment"] == "back"


def test_ios_xr_dislikes_prefixes(box_of: BoxOf) -> None:
    """What somebody wrote with prefixes is sent without; the same content without the quirk is refused."""
    box = box_of("ios-xr")
    edit = (
        b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><s:system xmlns:s="urn:ietf:params:xml:ns:yang:'
        b'ietf-system"><s:hostname>box-2</s:hostname></s:system></config>'
    )
    session = box.connect()
    base = fetch(session)
    report = apply(box, HOSTNAME, session=session, base=base, edit=edit)
    assert_applied(box, report)
    plain = box.connect_as(box.entry(quirks=("-plain-elements",)))
    with pytest.raises(RpcFailed, match="Unknown element"):
        datastores.edit_config(plain, "candidate", etree.fromstring(edit))


def test_nx_os_is_reached_by_another_subsystem_and_read_with_a_filter(box_of: BoxOf) -> None:
    box = box_of("nx-os")
    session = box.connect()
    assert b"<hostname>" in fetch(session)
    assert "cisco-nx-os-device" in session.wire.entries()[-2].text
    unfiltered = box.connect_as(box.entry(quirks=("-filter-needed",)))
    with pytest.raises(RpcFailed, match="unsupported operation"):
        fetch(unfiltered)
    with pytest.raises(ConnectFailed, match="no netconf subsystem"):
        box.connect_as(box.entry(profile="standard"))


def test_huawei_sends_nul_bytes_and_parts(box_of: BoxOf) -> None:
    box = box_of("huawei")
    session = box.connect()
    data = fetch(session)
    assert same(data, box.read()), "put together as if it had come at once"
    assert sent(session).count("get-next") > 5
    assert "NUL bytes in the message were left out." in notes(session)


def test_sros_locks_both_with_one(box_of: BoxOf) -> None:
    box = box_of("sros")
    session = box.connect()
    report = changed(box, session, options=replace(QUICK, comment="as agreed"))
    assert_applied(box, report)
    assert sent(session).count("lock") == 1
    assert box.device.told == {"comment": "as agreed"}


def test_arista_asks_by_keyboard_interactive(box_of: BoxOf) -> None:
    box = box_of("eos")
    assert box.server.device.kind.ways_in == "keyboard-interactive"
    assert box.connect().session_id > 0


def test_comware_changes_nothing_with_default_operation_none(box_of: BoxOf) -> None:
    box = box_of("comware")
    session = box.connect()
    assert_applied(box, changed(box, session))
    wire = " ".join(entry.text for entry in session.wire.entries())
    assert "<default-operation>merge" in wire and "xc:operation" in wire and "nc:operation" not in wire
    naive = box.connect_as(box.entry(quirks=("-merge-by-default",)))
    report = apply(box, (HOSTNAME[1], HOSTNAME[0]), session=naive)
    assert report.outcome is not Outcome.APPLIED, "said ok, did nothing, and was found out"
    assert box.leaf("system/hostname") == "box-2"


def test_clixon_says_too_much_and_too_little(box_of: BoxOf) -> None:
    box = box_of("clixon")
    other, session = box.connect(), box.connect()
    datastores.lock(other, "running")
    report = changed(box, session)
    assert report.outcome is Outcome.UNCHANGED
    assert report.holder is not None and report.holder.session_id == other.session_id
    assert "no message-id" in notes(session)
    datastores.unlock(other, "running")


def test_confd_writes_keys_in_braces(box_of: BoxOf) -> None:
    fault = Fault("commit", Action.RPC_ERROR, error_path="/interfaces/interface[name='eth1']/mtu", tag="invalid-value")
    box = box_of("confd", fault)
    report = changed(box, box.connect())
    assert report.error is not None
    assert report.error.errors[0].path == "/interfaces/interface{eth1}/mtu"
    assert placed(box, report.error.errors[0]).startswith("/ietf-interfaces:interfaces/interface[name='eth1']")


def test_what_is_too_large_is_not_sent(box_of: BoxOf) -> None:
    box = box_of()
    session = box.connect_as(box.entry(quirks=("max-message",)))
    long = b"<hostname>" + b"x" * (1 << 20) + b"</hostname>"
    with pytest.raises(ConfigError, match="takes messages of at most 1,048,576") as refused:
        datastores.edit_config(
            session,
            "candidate",
            etree.fromstring(b'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system">' + long + b"</system>"),
        )
    assert "not sent" in refused.value.state
    assert "edit-config" not in sent(session)


def test_some_modules_are_never_asked_for(box_of: BoxOf, tmp_path: Path) -> None:
    """netconfd ends at the second get-schema of either; that profile was chosen by hand here."""
    box = box_of()
    session = box.connect_as(box.entry(profile="netconfd", quirks=("-slow-start",)))
    with Engine(cache_folder=tmp_path / "fresh") as engine:
        load_schema(session, engine=engine)
    asked = " ".join(entry.text for entry in session.wire.entries() if entry.operation == "get-schema")
    assert "<identifier>ietf-interfaces<" in asked and "<identifier>ietf-netconf<" not in asked


def test_a_private_candidate_on_sros(box_of: BoxOf) -> None:
    """By capability, where the device's settings ask for one: running is locked then, and nothing else."""
    box = box_of("sros")
    session = box.connect_as(box.entry(private_candidate=True))
    assert session.capabilities.private_candidate
    report = changed(box, session)
    assert_applied(box, report)
    locks = [entry.text for entry in session.wire.entries() if entry.operation == "lock" and entry.direction == "out"]
    assert len(locks) == 1 and "<running" in locks[0]


def test_roots_of_one_name_in_two_namespaces_stay_apart() -> None:
    """SR OS has `configure` of the old and of the new models, Junos the configuration beside OpenConfig."""
    old, new = "urn:alcatel-lucent.com:sros:ns:yang:conf-r13", "urn:nokia.com:sros:ns:yang:sr:conf"
    wrapped = '<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><configure xmlns="{}"><name>a</name></configure>'
    base = (wrapped + '<configure xmlns="{}"><name>a</name></configure></config>').format(old, new).encode()
    mine = base.replace(b"<name>a</name></configure></config>", b"<name>b</name></configure></config>")
    change = make_change(base, mine, None)
    [touched] = change.filters() or []
    assert touched.tag == f"{{{new}}}configure"
    assert {child.tag for child in change.config} == {f"{{{new}}}configure"}


@pytest.mark.parametrize(("candidate", "target"), [(True, "candidate"), (False, "running")])
def test_ios_xe_with_and_without_its_candidate_feature(candidate: bool, target: str) -> None:
    names = [f"{CAPABILITY}{name}" for name in ("writable-running:1.0", "validate:1.0", "validate:1.1")]
    able = Capabilities([BASE11, *names, *([f"{CAPABILITY}candidate:1.0"] if candidate else [])])
    how = strategy(able, profile_named("ios-xe"), replace(QUICK, save_startup=True))
    assert how.target == target
    assert how.save_startup
    assert "Running is kept (save-config) at the end." in how.notes
    assert any("holds itself is tried again for 30 s" in note for note in how.notes)


def test_the_review_speaks_of_a_message_that_is_too_large() -> None:
    context = DocumentContext(
        device_name="box",
        capabilities=Capabilities([BASE11, f"{CAPABILITY}writable-running:1.0"]),
        profile=replace(STANDARD, max_message=100),
    )
    base = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><a xmlns="urn:a"><b>1</b></a></config>'
    made = make_review(base, base.replace(b">1<", b">" + b"x" * 200 + b"<"), 1, None, context)
    assert any("takes messages of at most 100" in note for note in made.notes)
    assert made.notes[-1].startswith("The edit has ")


def test_a_comment_that_the_device_does_not_take_is_said_beforehand() -> None:
    able = Capabilities([BASE11, f"{CAPABILITY}candidate:1.0"])
    notes = strategy(able, STANDARD, replace(QUICK, comment="moved")).notes
    assert "The device takes no comment with a change: yours is not sent." in notes
    assert not any(
        "comment" in note for note in strategy(able, profile_named("sros"), replace(QUICK, comment="x")).notes
    )


def test_parts_that_never_end_are_given_up() -> None:
    """A device that says "more" for ever."""
    reply = parse_reply(parse(b'<rpc-reply xmlns="urn:x" set-id="1"><data><a xmlns="urn:a"/></data></rpc-reply>'))
    with pytest.raises(MalformedMessage, match="parts of one reply"):
        whole(reply, profile_named("huawei"), lambda _operation: reply)


def test_a_device_that_has_no_room_for_a_lock_yet_is_asked_again(box_of: BoxOf) -> None:
    busy = Fault("lock", Action.RPC_ERROR, count=2, tag="resource-denied", message="Sync is in progress.")
    box = box_of("ios-xe", busy)
    box.device.memory["lock tries"] = 99
    session = box.connect()
    assert_applied(box, changed(box, session))
    assert sent(session).count("lock") > 2
