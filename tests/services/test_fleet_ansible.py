"""The exported Ansible project: what is in its files, and what must not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.demo.model import Model
from netconf_gui.errors import ConfigError
from netconf_gui.services.ansible import export, other_way, project
from netconf_gui.services.ansible_playbook import readme
from netconf_gui.services.ansible_text import Secrets, as_template, yaml_of
from netconf_gui.services.fleet import FleetChange, FleetOptions, FleetPlan, prepare_fleet
from netconf_gui.services.templates import render
from netconf_gui.workspace.inventory import Device
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.services.fleet_boxes import Boxes
from tests.services.fleet_fakes import fleet_of, planned

SYSTEM = 'xmlns="urn:ietf:params:xml:ns:yang:ietf-system"'
NC = 'xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"'
CHANGE = f"""<config {NC}><system {SYSTEM}>
  <contact>a &amp; b {{% raw %}}{{{{ c }}}}{{% endraw %}}</contact>
  <hostname>{{{{ device | replace(' ', '-') }}}}</hostname>
  <location nc:operation="remove"/>
  <authentication><user><name>demo</name><password>$0$very-secret</password></user></authentication>
</system></config>"""


@pytest.fixture
def plan(
    model_of: Callable[[str], Model], workspace: Workspace, engine: Engine, tmp_path: Path
) -> Iterator[Callable[..., FleetPlan]]:
    boxes = Boxes(workspace)
    for name, kind in (("r 1", "standard"), ("r2", "writable-running")):
        boxes.add(name, model_of(kind), kind, tmp_path / "host_key")

    def make(**options: object) -> FleetPlan:
        change = FleetChange("edit", CHANGE.encode(), template=True, name="Names: 2026")
        chosen = FleetOptions(**options)  # type: ignore[arg-type]
        return prepare_fleet(boxes.members(), change, connect=boxes.connect, engine=engine, options=chosen)

    yield make
    boxes.close()


def test_the_files(plan: Callable[..., FleetPlan], tmp_path: Path) -> None:
    written = export(plan(), tmp_path / "out")
    names = {path.relative_to(tmp_path / "out").as_posix() for path in written}
    assert names == {
        "README.md", "ansible.cfg", "edits/r-1.xml.j2", "edits/r2.back.xml.j2", "edits/r2.xml.j2",
        "group_vars/netconf.yml", "host_vars/r-1.yml", "host_vars/r2.yml", "inventory.yml", "playbook.yml",
    }  # fmt: skip
    for path in written:
        text = path.read_text("utf-8")
        assert "very-secret" not in text
    edit = (tmp_path / "out/edits/r-1.xml.j2").read_text("utf-8")
    again = render(edit, {"netconf_secret_1": "$0$very-secret"})
    assert b"$0$very-secret" in again.encode()
    assert "a &amp; b {{ c }}" in again
    hosts = (tmp_path / "out/host_vars/r-1.yml").read_text("utf-8")
    assert '- [contact, !unsafe "a &amp; b {{ c }}"]' in hosts
    assert "netconf_absent:\n  - location\n" in hosts
    assert "netconf_confirmed: true" in hosts
    assert "netconf_confirmed: false" in (tmp_path / "out/host_vars/r2.yml").read_text("utf-8")
    assert 'netconf_secrets: ["{{ netconf_secret_1 }}"' in (tmp_path / "out/group_vars/netconf.yml").read_text("utf-8")
    assert "NETCONF_SECRET_1" in (tmp_path / "out/README.md").read_text("utf-8")


def test_ways_that_ansible_does_not_follow_are_said() -> None:
    plain = Device("", "r1", "h", proxy_jump="j1")
    assert other_way(plain) == ""
    assert other_way(replace(plain, proxy_jump="j1,socks5://p:1")) == "r1: through a proxy"
    assert other_way(replace(plain, transport="tls", call_home=True)) == "r1: it calls home, by TLS"
    assert other_way(replace(plain, old_algorithms=True)) == "r1: by the system's ssh"
    assert "- r1: by TLS\n" in readme("T", 1, (), ("r1: by TLS",))
    assert "reached otherwise" not in readme("T", 1, ())


def test_batches_that_stand_for_themselves(plan: Callable[..., FleetPlan]) -> None:
    assert "serial" not in project(plan(batch=1))["playbook.yml"]
    assert "  serial: [1, 1]\n" in project(plan(canary=1, scope="wave"))["playbook.yml"]


def test_what_cannot_be_exported() -> None:
    for made in (fleet_of(planned("a", operations=0)), fleet_of()):
        with pytest.raises(ConfigError, match="changes nothing"):
            project(made)


@pytest.mark.parametrize(
    "text",
    [
        "<a xmlns='urn:x'><b>{{ x }} {% y %} {# z #}</b></a>",
        "<a xmlns='urn:x'><b>it's '{{'</b></a>",
        "<a xmlns='urn:x' xmlns:p='urn:p'><type>p:thing</type><key-string>&lt;{{&amp;</key-string></a>",
        "<a xmlns='urn:x'><url>https://me:word@example.net</url></a>",
        "<a xmlns='urn:x'><credentials><value>word-1</value></credentials></a>",
    ],
)
def test_a_template_gives_the_edit_again(text: str) -> None:
    config, secrets = read_root(text.encode()), Secrets()
    template = as_template(config, secrets)
    values = {f"netconf_secret_{number}": value for value, number in secrets._number_of.items()}
    wrapped = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">' + text.encode() + b"</config>"
    assert not diff(read_root(render(template, values).encode()), read_root(wrapped)).entries
    for value in secrets._number_of:
        assert value not in template


def test_yaml() -> None:
    text = yaml_of({"a": {"b": 1, "on": True, "e": {}}, "l": ["x", [1, "y z"]], "m": [], "t": 'a "\\\n\x85\u2028ä€😀'})
    assert text == (
        '---\na:\n  b: 1\n  "on": true\n  e: {}\nl:\n  - x\n  - [1, "y z"]\nm: []\n'
        't: "a \\"\\\\\\u000a\\u0085\\u2028ä€😀"\n'
    )
