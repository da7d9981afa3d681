"""What one change means on each of several demo devices, and what stands against it before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.config.codec import read_root
from netconf_gui.demo.model import Model
from netconf_gui.errors import Cancelled, ConfigError, Stage
from netconf_gui.services.events import StageEvent, StageState
from netconf_gui.services.fleet import (
    FleetChange,
    FleetEvent,
    FleetOptions,
    FleetPlan,
    FleetStep,
    Member,
    dry_run,
    prepare_fleet,
)  # fmt: skip
from netconf_gui.services.fleet_report import to_html, to_json
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.services.conftest import edited
from tests.services.fleet_boxes import Boxes

SYSTEM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-system"'
INTERFACES = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-interfaces"'
IP = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-ip"'


def name_change(template: str = "{{ device }}.example") -> FleetChange:
    text = f"<config><system {SYSTEM}><hostname>{template}</hostname></system></config>"
    return FleetChange("edit", text.encode(), template=True, name="names.xml")


@pytest.fixture
def boxes(model_of: Callable[[str], Model], workspace: Workspace, tmp_path: Path) -> Iterator[Boxes]:
    made = Boxes(workspace)
    for name, kind in (("r1", "standard"), ("r2", "standard"), ("r3", "writable-running")):
        made.add(name, model_of(kind), kind, tmp_path / "host_key")
    yield made
    made.close()


@pytest.fixture
def planned(boxes: Boxes, engine: Engine) -> Callable[..., FleetPlan]:
    def make(change: FleetChange, *members: Member, **options: object) -> FleetPlan:
        return prepare_fleet(
            members or boxes.members(), change, connect=boxes.connect, engine=engine,
            options=FleetOptions(**options),  # type: ignore[arg-type]
        )  # fmt: skip

    return make


def test_a_template_is_another_edit_on_each_device(boxes: Boxes, engine: Engine) -> None:
    events: list[FleetEvent | FleetStep] = []
    plan = prepare_fleet(boxes.members(), name_change(), connect=boxes.connect, engine=engine, on_event=events.append)
    assert plan.ok
    assert [device.name for device in plan.devices] == ["r1", "r2", "r3"]
    for device in plan.devices:
        assert f"<hostname>{device.name}.example</hostname>" in device.edit_config
        assert f"{device.name}.example".encode() in device.mine
        assert "hostname demo-edge-1" in device.summary
        assert device.operations == 1
    assert "<candidate/>" in plan.devices[0].edit_config
    assert "<running/>" in plan.devices[2].edit_config
    assert [device.guarded for device in plan.devices] == [True, True, False]
    assert any("cannot confirm a commit" in note for note in plan.devices[2].notes)
    assert any("r3 cannot confirm a commit: it comes last" in note for note in plan.notes())
    assert [[device.name for device in wave] for wave in plan.waves()] == [["r1", "r2", "r3"]]
    cells = [event for event in events if isinstance(event, FleetEvent) and isinstance(event.event, StageEvent)]
    assert {event.device_id for event in cells} == {"id-r1", "id-r2", "id-r3"}
    assert {event.event.state for event in cells} == {StageState.RUNNING, StageState.OK}
    assert all(event.event.stage is Stage.PRECHECK for event in cells)
    assert boxes.leaves("/system/hostname") == dict.fromkeys(("r1", "r2", "r3"), "demo-edge-1")
    assert not boxes.left_behind()


def test_problems_are_those_of_their_device(boxes: Boxes, planned: Callable[..., FleetPlan]) -> None:
    text = (
        f"<config><interfaces {INTERFACES}><interface><name>eth1</name>"
        f"<ipv4 {IP}><mtu>{{{{ mtu }}}}</mtu></ipv4></interface></interfaces></config>"
    )
    change = FleetChange("edit", text.encode(), template=True, name="mtu.xml")
    values = {"r1": {"mtu": "1500"}, "r2": {"mtu": "12"}, "r3": {}}
    plan = planned(change, *(Member(boxes.device(name), given) for name, given in values.items()))
    assert not plan.ok
    one, two, three = plan.devices
    assert one.ok, one.problems
    assert [problem.path for problem in two.problems] != [""]
    assert "12" in two.problems[0].message
    (missing,) = three.problems
    assert missing.message.startswith("mtu.xml, line 1: the variable mtu has no value.")
    assert (missing.source, missing.line) == ("template", 1)
    assert plan.summary() == "1 device to change with 1 edit, 2 with problems."
    assert plan.without(["id-r2", "id-r3"]).ok


def test_what_the_device_would_refuse_is_a_problem(planned: Callable[..., FleetPlan]) -> None:
    text = (
        f'<config xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><system {SYSTEM}>'
        '<hostname nc:operation="create">x</hostname></system></config>'
    )
    plan = planned(FleetChange("edit", text.encode()))
    assert all("The device would refuse this" in device.problems[0].message for device in plan.devices)


def test_a_wished_state_and_nothing_to_do(boxes: Boxes, planned: Callable[..., FleetPlan]) -> None:
    data = boxes["r1"].read()
    other = boxes["r2"].device
    with other.lock:
        other.datastores.write("running", read_root(edited(data, (b"demo-edge-1", b"x"))))
    plan = planned(FleetChange("target", data))
    assert [device.empty for device in plan.devices][:2] == [True, False]
    assert "hostname x → demo-edge-1" in plan.devices[1].summary


def test_a_difference_is_rebased_on_what_each_device_holds(boxes: Boxes, planned: Callable[..., FleetPlan]) -> None:
    base = boxes["r1"].read()
    mine = edited(base, (b"<mtu>9000</mtu>", b"<mtu>9100</mtu>"), (b">demo-edge-1<", b">edge<"))
    one, two = boxes["r2"].device, boxes["r3"].device
    with one.lock:  # another place: that stays
        one.datastores.write("running", read_root(edited(base, (b">Europe/Berlin<", b">Europe/Paris<"))))
    with two.lock:  # the same place
        two.datastores.write("running", read_root(edited(base, (b"demo-edge-1", b"mine"))))
    plan = planned(FleetChange("diff", mine, base))
    assert [device.operations for device in plan.devices] == [2, 2, 0]
    assert b"Europe/Paris" in plan.devices[1].mine
    assert "9100" in plan.devices[1].edit_config
    assert "Paris" not in plan.devices[1].edit_config
    (conflict,) = plan.devices[2].problems
    assert conflict.message == "The change makes edge of demo-edge-1, but the device holds mine."
    assert conflict.path.endswith("/hostname")
    assert [path.name for path in plan.devices[2].conflicts] == ["hostname"]
    assert plan.devices[2].summary == "1 conflict with what the device holds."


def test_a_device_that_cannot_be_reached_is_a_problem(boxes: Boxes, planned: Callable[..., FleetPlan]) -> None:
    members = boxes.members()
    boxes["r2"].server.stop()
    plan = planned(name_change(), *members)
    assert [device.ok for device in plan.devices] == [True, False, True]
    assert plan.devices[1].problems[0].source == "device"


def test_a_cancel_ends_planning(boxes: Boxes, engine: Engine) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        prepare_fleet(boxes.members(), name_change(), connect=boxes.connect, engine=engine, cancel=cancel)


@pytest.mark.parametrize(
    ("options", "words"), [({"parallel": 0}, "parallel"), ({"canary": -1}, "canary"), ({"confirm_seconds": 0}, "0 s")]
)
def test_options_that_cannot_be(planned: Callable[..., FleetPlan], options: dict[str, int], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        planned(name_change(), **options)


def test_the_report_of_a_dry_run_tells_no_secret(boxes: Boxes, planned: Callable[..., FleetPlan]) -> None:
    text = (
        f"<config><system {SYSTEM}><contact>{{{{ admin_password }}}}</contact><authentication><user><name>demo</name>"
        "<password>$0$very-secret</password></user></authentication></system></config>"
    )
    change = FleetChange("edit", text.encode(), template=True, name="a <b> & c")
    members = boxes.members(admin_password=lambda name: "hunter2&", site=lambda name: "fra")
    plan = planned(change, *members)
    report = dry_run(plan)
    page, document = to_html(report), str(to_json(report))
    assert "hunter2&amp;" in plan.devices[0].edit_config
    for word in ("very-secret", "hunter2"):
        assert word not in page
        assert word not in document
    assert "a &lt;b&gt; &amp; c" in page
    assert "<script" not in page
    assert "http" not in page.replace("urn:", "").split("</style>")[0]
    assert to_json(report)["dry_run"] is True


def test_devices_that_are_alike_share_their_schema(planned: Callable[..., FleetPlan]) -> None:
    plan = planned(name_change())
    schemas = {id(device.schema) for device in plan.devices[:2]}
    assert len(schemas) == 1
