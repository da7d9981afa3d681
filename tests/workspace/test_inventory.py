"""The inventory: devices and groups survive, ids stay, a broken file is not lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netconf_gui.errors import WorkspaceError
from netconf_gui.workspace.inventory import CredentialPolicy, Device, Group, InventoryStore, new_device


@pytest.fixture(params=["devices.toml", "devices.json"])
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / str(request.param)


def test_devices_and_groups_come_back_as_they_were(file: Path) -> None:
    store = InventoryStore(file)
    full = new_device(
        "pe1.fra", "2001:db8::1", port=22, username="ops", group="Frankfurt", use_agent=False,
        identity_files=("~/.ssh/id", "k2"), proxy_jump="jump", credential_policy=CredentialPolicy.KEYRING, note="4",
    )  # fmt: skip
    store.put(full)
    store.put(new_device("pe2", "192.0.2.2"))
    store.put_group(Group("Empty", "for later"))
    again = InventoryStore(file)
    assert again.devices == store.devices
    assert again.devices[0] == full
    assert again.groups == (Group("Empty", "for later"), Group("Frankfurt"))
    assert again.problem is None


def test_an_id_survives_a_new_name(file: Path) -> None:
    store = InventoryStore(file)
    device = store.put(new_device("old", "h"))
    store.put(replace(device, name="new"))
    assert [item.name for item in InventoryStore(file).devices] == ["new"]
    assert InventoryStore(file).device(device.id) == store.named("new")


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(file: Path) -> None:
    store = InventoryStore(file)
    store.put(new_device("a", "h"))
    before = file.read_bytes()
    with pytest.raises(WorkspaceError, match="already a device named a"):
        store.put(new_device("a", "other"))
    assert file.read_bytes() == before
    assert len(store.devices) == 1


def test_how_a_device_is_reached_comes_back_as_it_was(file: Path) -> None:
    full = new_device(
        "old", "192.0.2.7", transport="openssh", call_home=True, old_algorithms=True, proxy="socks5://me@p:1080",
        certificate="c.pem", private_key="k.pem", ca_file="ca.pem", server_name="n", pinned_certificate="SHA256:x",
        profile="junos", quirks=("one", "-two"), framing="eom", max_sessions=4, connect_timeout=2.5, rpc_timeout=7,
        keepalive=-1.0, reconnect=False, proxy_jump="a,socks5://[::1]:1080,b:22",
    )  # fmt: skip
    InventoryStore(file).put(full)
    again = InventoryStore(file)
    assert (again.devices, again.notes) == ((full,), ())


def test_a_plain_device_says_nothing_of_how_it_is_reached(tmp_path: Path) -> None:
    InventoryStore(tmp_path / "devices.json").put(new_device("a", "h"))
    assert json.loads((tmp_path / "devices.json").read_text())["device"][0].keys() == {"id", "name", "host", "port"}


WAYS_THAT_CANNOT_BE: tuple[dict[str, object], ...] = (
    {"transport": "telnet"}, {"framing": "none"}, {"proxy": "p:1080"}, {"proxy": "ftp://p:1"},
    {"proxy": "socks5://p:0"}, {"proxy_jump": "a,gopher://b:1"}, {"max_sessions": -1}, {"rpc_timeout": -1.0},
    {"connect_timeout": 1e9}, {"keepalive": -2.0}, {"quirks": ("A b",)},
)  # fmt: skip


@pytest.mark.parametrize("values", WAYS_THAT_CANNOT_BE)
def test_a_way_that_cannot_be_is_refused(file: Path, values: dict[str, object]) -> None:
    with pytest.raises(WorkspaceError):
        InventoryStore(file).put(replace(new_device("n", "h"), **values))


def test_a_way_that_cannot_be_is_left_out_of_a_device_that_can(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    entry = {"host": "h", "transport": "telnet", "keepalive": True, "reconnect": 1, "max_sessions": 2, "rpc_timeout": 5}
    file.write_text(json.dumps({"device": [entry]}))
    store = InventoryStore(file)
    (device,) = store.devices
    assert (device.transport, device.keepalive, device.reconnect) == ("ssh", 0.0, True)
    assert (device.max_sessions, device.rpc_timeout) == (2, 5.0)
    assert len(store.notes) == 3


def test_the_password_of_a_proxy_is_neither_kept_nor_repeated(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    file.write_text(json.dumps({"device": [{"host": "h", "proxy": "http://me:hunter2@p:3128"}]}))
    store = InventoryStore(file)
    assert store.devices[0].proxy == ""
    assert "kept in no file" in store.notes[0]
    assert "hunter2" not in store.notes[0]
    with pytest.raises(WorkspaceError, match="kept in no file") as refused:
        store.put(new_device("n", "h", proxy_jump="a,http://me:hunter2@p:3128"))
    assert "hunter2" not in refused.value.full_text()


@pytest.mark.parametrize("values", [{"name": " "}, {"host": ""}, {"host": "a b"}, {"port": 70000}, {"port": -1}])
def test_what_can_be_no_device_is_refused(file: Path, values: dict[str, object]) -> None:
    with pytest.raises(WorkspaceError):
        InventoryStore(file).put(replace(new_device("n", "h"), **values))
    assert not file.exists()


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = InventoryStore(tmp_path / "devices.toml")
    store.put(new_device("a", "h"))
    (tmp_path / "blocked").write_text("a file, not a folder")
    store.path = tmp_path / "blocked" / "devices.toml"
    with pytest.raises(WorkspaceError):
        store.put(new_device("b", "h"))
    assert [device.name for device in store.devices] == ["a"]


def test_groups_take_their_devices_along(file: Path) -> None:
    store = InventoryStore(file)
    device = store.put(new_device("a", "h", group="West"))
    store.rename_group("West", "East")
    assert store.device(device.id) == replace(device, group="East")
    assert [group.name for group in store.groups] == ["East"]
    store.put_group(Group("North"))
    with pytest.raises(WorkspaceError, match="already a group"):
        store.rename_group("East", "North")
    store.remove_group("East")
    assert InventoryStore(file).devices == (replace(device, group=""),)


def test_a_removed_device_is_gone(file: Path) -> None:
    store = InventoryStore(file)
    device = store.put(new_device("a", "h"))
    store.remove(device.id)
    store.remove("never there")
    assert InventoryStore(file).devices == ()


def test_a_broken_file_leaves_an_empty_inventory_and_is_kept(file: Path) -> None:
    file.write_text("[[device\n")
    store = InventoryStore(file)
    assert store.problem is not None
    assert str(file) in store.problem.message
    assert "line 1" in store.problem.message
    assert store.devices == ()
    store.put(new_device("a", "h"))
    assert file.with_name(file.name + ".broken").read_text() == "[[device\n"
    assert [device.name for device in InventoryStore(file).devices] == ["a"]


def test_what_a_newer_program_wrote_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    entry = {"id": "i1", "name": "a", "host": "h", "port": 830, "colour": "blue"}
    file.write_text(json.dumps({"version": 9, "device": [entry]}))
    store = InventoryStore(file)
    store.put(new_device("b", "h"))
    raw = json.loads(file.read_text())
    assert raw["version"] == 9
    assert raw["device"][0] == entry


def test_single_entries_that_make_no_sense_are_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "devices.json"
    entries = [{"name": "x"}, {"host": "h", "port": "many"}, {"id": "1", "name": "h", "host": "other"}]
    file.write_text(json.dumps({"device": entries}))
    store = InventoryStore(file)
    assert [(device.name, device.port) for device in store.devices] == [("h", 830)]
    assert len(store.notes) == 3


def test_no_field_can_hold_a_password() -> None:
    names = set(Device.__dataclass_fields__)
    assert not [name for name in names if "password" in name or "secret" in name or "passphrase" in name]


def test_listeners_hear_every_change(file: Path) -> None:
    store = InventoryStore(file)
    heard: list[int] = []
    stop = store.subscribe(lambda: heard.append(len(store.devices)))
    store.put(new_device("a", "h"))
    stop()
    store.put(new_device("b", "h"))
    assert heard == [1]


@given(name=st.text(min_size=1).filter(str.strip), note=st.text(), host=st.from_regex(r"[a-z0-9.:\-]+", fullmatch=True))
def test_any_text_survives_the_file(tmp_path_factory: pytest.TempPathFactory, name: str, note: str, host: str) -> None:
    file = tmp_path_factory.mktemp("inventory") / "devices.toml"
    device = InventoryStore(file).put(new_device(name, host, note=note))
    assert InventoryStore(file).devices == (device,)
