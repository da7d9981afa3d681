"""Who takes part: names, groups, URLs, and tables of parameters with all that can be wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from netconf_gui.errors import AppError, ConfigError
from netconf_gui.services.fleet_members import choose, members_of, read_table
from netconf_gui.workspace.inventory import InventoryStore, new_device


@pytest.fixture
def inventory(tmp_path: Path) -> InventoryStore:
    store = InventoryStore(tmp_path / "devices.toml")
    for name, group in (("r2", "edge"), ("R1", "edge"), ("core", ""), ("b1", "branch")):
        store.put(new_device(name, f"{name.lower()}.example", group=group))
    return store


def test_names_groups_and_urls_in_the_order_of_names(inventory: InventoryStore) -> None:
    found = choose(["core", "@edge", "ssh://ops@192.0.2.9:1830", "r2"], inventory)
    assert [member.name for member in found] == ["core", "ops@192.0.2.9:1830", "R1", "r2"]
    assert found[1].key == "ops@192.0.2.9:1830"
    assert found[0].values() == {"device": "core", "host": "core.example", "group": ""}


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ([], "No device was chosen"),
        (["@nowhere"], "Groups: @branch, @edge"),
        (["r9"], "no device named r9"),
        (["core", "ssh://core.example"], "the same device"),
    ],
)
def test_what_cannot_be_chosen(inventory: InventoryStore, targets: list[str], words: str) -> None:
    with pytest.raises(AppError, match=words):
        choose(targets, inventory)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table(inventory: InventoryStore, mark: str) -> None:
    text = "\ufeffdevice,mtu,text\r\nr2, 9000 ,\"a, 'b'\"\r\n\r\n@branch,1500,\r\n"
    text = text if mark == "," else text.replace("\"a, 'b'\"", "x").replace(",", mark)
    rows = read_table(text)
    assert [(row.target, row.variables["mtu"], row.line) for row in rows] == [("r2", "9000", 2), ("@branch", "1500", 4)]
    found = members_of(rows, inventory)
    assert [member.name for member in found] == ["b1", "r2"]
    assert found[1].values()["mtu"] == "9000"
    assert [member.name for member in members_of(rows, inventory, only=["r2"])] == ["r2"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "is empty"),
        ("name,mtu\nr2,1", 1, "no column device"),
        ("device,m tu\nr2,1", 1, "column 2 is called m tu"),
        ("device,mtu,mtu\nr2,1,2", 1, "two columns mtu"),
        ("device,host\nr2,1", 1, "the device's own"),
        ("device,mtu\nr2", 2, "1 values for 2 columns"),
        ("device,mtu\n\n,3", 3, "no device is named"),
        ('device,mtu\nr2,"3', 2, "line 2"),
        ("device,mtu\nr2,1\nr9,2", 3, "Line 3 of the table: There is no device named r9"),
        ("device,mtu\nr2,1\n@edge,2", 3, "names r2 twice, in lines 2 and 3"),
    ],
)
def test_what_is_wrong_in_a_table(inventory: InventoryStore, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        members_of(read_table(text), inventory)
    assert caught.value.line == line


def test_a_table_must_have_those_that_are_asked_for(inventory: InventoryStore) -> None:
    with pytest.raises(ConfigError, match="no line for R1"):
        members_of(read_table("device\nr2"), inventory, only=["@edge"])
