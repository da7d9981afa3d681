"""The console without a window: operations of a device, requests with placeholders, sending, what comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_request
from netconf_gui.config.document import Document
from netconf_gui.config.operation_input import RequestSchema
from netconf_gui.config.path import InstancePath
from netconf_gui.demo.faults import Action, Fault
from netconf_gui.demo.model import Model
from netconf_gui.errors import Cancelled, ConfigError, RpcError, RpcTimeout
from netconf_gui.protocol.xml import local_name, serialize
from netconf_gui.services import console
from netconf_gui.services.console import Operation, catalogue
from netconf_gui.services.console_sending import Sent, complaints, error_words, send
from netconf_gui.services.console_text import fill, has_placeholders, lenient, placeholders, without_secrets
from netconf_gui.session.session import Session
from netconf_gui.yang.check import Engine
from tests.services.conftest import Box, eventually

NS = "urn:netconf-gui:demo"
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"


@pytest.fixture
def model(model_of: Callable[[str], Model]) -> Model:
    return model_of("standard")


@pytest.fixture
def offered(model: Model) -> tuple[Operation, ...]:
    assert model.schema is not None
    return catalogue([(model.schema, model.schema_key)])


@pytest.fixture
def session(box: Box) -> Session:
    return box.connect()


def named(offered: tuple[Operation, ...], name: str) -> Operation:
    return next(one for one in offered if one.name == name)


def ask(session: Session, text: str, **more: object) -> Sent:
    return send(session, text.encode(), **more)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------------ operations


def test_rpcs_and_actions_of_the_device(offered: tuple[Operation, ...]) -> None:
    titles = [one.title for one in offered]
    assert {"ietf-netconf:get-config", "netconf-gui-demo:ping", "ietf-system:system-restart"} <= set(titles)
    assert "/netconf-gui-demo:bgp/peer/soft-reset" in titles
    assert titles == sorted(set(titles), key=titles.index)
    action = named(offered, "soft-reset")
    assert action.is_action
    assert action.where == "/netconf-gui-demo:bgp/peer"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kill-session", "ends the session of somebody else"),
        ("delete-config", "deletes a whole datastore"),
        ("edit-config", "without review"),
        ("system-restart", "By its name"),
        ("install-firmware", "By its name"),
        ("reset", "By its name"),
        ("ping", ""),
        ("get-config", ""),
        ("lock", ""),
    ],
)
def test_what_can_do_harm(offered: tuple[Operation, ...], name: str, said: str) -> None:
    danger = named(offered, name).danger
    assert said in danger
    assert bool(said) == bool(danger)


def test_factory_resets_are_known_by_name() -> None:
    assert console.danger_of("urn:vendor", "factory-reset")
    assert console.danger_of("urn:vendor", "request_reboot-now")
    assert not console.danger_of("urn:vendor", "preset-list")
    assert console.danger_of("urn:vendor", "load", writes=True)


def test_which_operations_look_into_the_configuration(offered: tuple[Operation, ...]) -> None:
    looking = {one.name for one in offered if one.looks_outside}
    assert {"clear-interface-counters", "raise-test-alarm", "soft-reset"} <= looking
    assert not looking & {"ping", "get", "collect-support-data"}


def test_an_action_begins_at_its_node(offered: tuple[Operation, ...]) -> None:
    action = named(offered, "clear-counters")
    assert action.schema is not None
    path = InstancePath.parse("/netconf-gui-demo:access-lists/access-list[name='a']/rule[name='b']", action.schema)
    root = console.new_request(action, path)
    text = serialize(root).decode()
    assert "<name>a</name><rule" in text
    assert console.instance_of(root, action) == path
    assert console.find_operation(offered, console.the_request(root)) == action
    inner = console.innermost(root, action)
    assert inner is not None
    assert local_name(inner) == "clear-counters"


def test_instances_of_an_actions_node(box: Box, offered: tuple[Operation, ...]) -> None:
    running = Document(box.read()).root
    found = [str(one) for one in console.instances(running, named(offered, "soft-reset"))]
    assert found
    assert all(one.startswith("/netconf-gui-demo:bgp/peer[address='") for one in found)
    assert len(console.instances(running, named(offered, "soft-reset"), limit=1)) == 1


def test_the_operation_of_a_text(offered: tuple[Operation, ...]) -> None:
    root = read_request(f'<ping xmlns="{NS}"/>'.encode())
    found = console.find_operation(offered, root[0])
    assert found is not None
    assert found.name == "ping"
    unknown = read_request(b'<ping xmlns="urn:other"/>')
    assert console.find_operation(offered, unknown[0]) is None
    with pytest.raises(ConfigError, match="One operation is sent at a time, not 2"):
        console.the_request(read_request(b"<a/><b/>"))


# ----------------------------------------------------------------------------------------------------------- text


def test_placeholders_are_found_and_filled() -> None:
    text = f'<ping xmlns="{NS}"><destination>{{{{ target }}}}</destination><count>{{{{ n }}}}</count></ping>'
    assert placeholders(text) == ("target", "n")
    filled = fill(text, {"target": "a<b", "n": "3"})
    assert "<destination>a&lt;b</destination><count>3</count>" in filled
    assert not has_placeholders(filled)
    assert fill("<a>{% x %}</a>", {}) == "<a>{% x %}</a>", "without placeholders nothing is a template"


def test_a_template_cannot_do_more_than_fill_in() -> None:
    with pytest.raises(ConfigError):
        fill("<a>{{ ''.__class__.__mro__ }}</a>", {})
    with pytest.raises(ConfigError):
        placeholders("<a>{{ }}</a>")


def test_secrets_become_placeholders() -> None:
    text = (
        f'<x xmlns="{NS}"><user>ada</user><password>hunter2</password><old><password>swordfish</password></old>'
        "<hash>$6$salt$abcdef</hash><!-- password: letmein --><n/></x>"
    )
    kept = without_secrets(text)
    for secret in ("hunter2", "swordfish", "abcdef", "letmein"):
        assert secret not in kept
    assert "ada" in kept
    assert set(placeholders(kept)) == {"password", "password_2", "hash"}
    assert "hunter2" not in without_secrets("<x><password>hunter2</password>")


def test_values_that_are_placeholders_are_not_judged(
    engine: Engine, model: Model, offered: tuple[Operation, ...]
) -> None:
    def judge(data: bytes) -> tuple[object, ...]:
        return engine.validate_request(model.schema_key, data)

    schema = RequestSchema(model.schema, named(offered, "ping").node)  # type: ignore[arg-type]
    text = (
        '<nc:config xmlns:nc="{}"><ping xmlns="{}"><destination>h</destination><count>{}</count>{}</ping></nc:config>'
    )
    patient = lenient(judge, schema)  # type: ignore[arg-type]
    assert patient(text.format(BASE, NS, "{{ n }}", "").encode()) == ()
    assert len(patient(text.format(BASE, NS, "{{ n }}", "<size>1</size>").encode())) == 1
    assert len(patient(text.format(BASE, NS, "900", "").encode())) == 1


# -------------------------------------------------------------------------------------------------------- sending


def test_an_answer_with_output(session: Session) -> None:
    events: list[object] = []
    sent = ask(session, f'<ping xmlns="{NS}"><destination>192.0.2.1</destination></ping>', on_event=events.append)
    assert (sent.ok, sent.has_output, sent.summary) == (True, True, "Answered")
    assert b"<sent" in sent.content
    assert sent.size > 0
    assert b"<rpc-reply" in sent.reply
    assert events


def test_an_answer_without_output(session: Session) -> None:
    sent = ask(session, f'<clear-interface-counters xmlns="{NS}"><all/></clear-interface-counters>')
    assert (sent.ok, sent.has_output, sent.summary) == (True, False, "Done")


def test_an_action(session: Session, box: Box, offered: tuple[Operation, ...]) -> None:
    action = named(offered, "soft-reset")
    where = console.instances(Document(box.read()).root, action)[0]
    root = console.new_request(action, where)
    sent = ask(session, serialize(console.the_request(root)).decode())
    assert b"refreshed-prefixes" in sent.content, sent.errors


def test_errors_are_told_at_their_parameters(session: Session, offered: tuple[Operation, ...]) -> None:
    text = f'<install-firmware xmlns="{NS}"><url>http://x/y</url></install-firmware>'
    sent = ask(session, text)
    assert sent.summary == "Refused: There is no firmware at http://x/y."
    operation = named(offered, "install-firmware")
    root = read_request(text.encode())
    document = Document(serialize(root), RequestSchema(operation.schema, operation.node))
    ((problem, element),) = complaints(sent.errors, document)
    assert element is not None
    assert local_name(element) == "url"
    assert problem.path == "/netconf-gui-demo:install-firmware/url"


def test_errors_that_only_name_an_element(session: Session, offered: tuple[Operation, ...]) -> None:
    text = f'<ping xmlns="{NS}"><destination>h</destination><count>900</count></ping>'
    sent = ask(session, text)
    document = Document(serialize(read_request(text.encode())), None)
    ((_, element),) = complaints(sent.errors, document)
    assert element is not None
    assert local_name(element) == "count"


def test_what_a_tag_means_where_the_device_says_nothing() -> None:
    assert "does not allow" in error_words(RpcError(tag="access-denied"))
    assert error_words(RpcError(tag="strange")) == "The device says strange."
    assert error_words(RpcError(message=" Too\n  late ")) == "Too late."


def test_a_slow_one_is_cancelled_and_the_session_goes_on(session: Session, box: Box) -> None:
    cancel, ended = CancelToken(), threading.Event()
    caught: list[BaseException] = []

    def work() -> None:
        try:
            ask(
                session,
                f'<collect-support-data xmlns="{NS}"><seconds>2</seconds></collect-support-data>',
                cancel=cancel,
            )
        except BaseException as error:  # noqa: BLE001 - looked at below
            caught.append(error)
        ended.set()

    threading.Thread(target=work, daemon=True).start()
    assert eventually(lambda: any(one.operation == "collect-support-data" for one in session.wire.entries()))
    cancel.cancel()
    assert ended.wait(20)
    assert isinstance(caught[0], Cancelled)
    assert ask(session, f'<ping xmlns="{NS}"><destination>h</destination></ping>').ok


def test_no_answer_in_time(session: Session, box: Box) -> None:
    box.arm(Fault("ping", Action.NEVER_REPLY))
    with pytest.raises(RpcTimeout, match="did not answer ping"):
        ask(session, f'<ping xmlns="{NS}"><destination>h</destination></ping>', timeout=0.2)


def test_what_is_sent_is_in_the_wire_record_without_its_secrets(session: Session) -> None:
    text = (
        f'<run-diagnostics xmlns="{NS}"><test>memory</test><depth>thorough</depth>'
        "<confirmation-password>hunter2-and-more</confirmation-password></run-diagnostics>"
    )
    assert ask(session, text).ok
    shown = [one.text for one in session.wire.entries() if one.operation == "run-diagnostics"]
    assert shown
    assert not any("hunter2" in one for one in shown)
