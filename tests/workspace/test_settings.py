"""Settings: what is saved comes back, what is wrong is said, what is not understood is kept."""

from __future__ import annotations

import stat
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from netconf_gui.workspace.settings import ConnectionSettings, Settings, SettingsStore, section_fields, sections


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_saved_settings_come_back_and_defaults_are_not_written(file: Path) -> None:
    store = SettingsStore(file)
    changed = replace(store.settings, connection=replace(store.settings.connection, rpc_timeout=7.5))
    store.save(changed)
    assert tomllib.loads(file.read_text()) == {"connection": {"rpc_timeout": 7.5}}
    assert SettingsStore(file).settings == changed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_file_and_folder_are_private(file: Path) -> None:
    SettingsStore(file).save(Settings())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_unknown_keys_are_noted_and_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("[connection]\nwarp = 9\n\n[holodeck]\nsafety = false\n")
    store = SettingsStore(file)
    assert [note.split(" is ")[0] for note in store.notes] == ["connection.warp", "holodeck"]
    store.save(replace(store.settings, connection=ConnectionSettings(rpc_timeout=5.0)))
    assert tomllib.loads(file.read_text()) == {
        "connection": {"warp": 9, "rpc_timeout": 5.0},
        "holodeck": {"safety": False},
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rpc_timeout = 0", "Allowed: 0.1 and more."),
        ('rpc_timeout = "soon"', "It must be a number."),
        ("rpc_timeout = true", "It must be a number."),
        ("rpc_timeout = nan", "Allowed: 0.1 and more."),
        ("use_ssh_config = 1", "It must be true or false."),
        ("window_size = 1.5", "It must be a whole number."),
    ],
)
def test_a_wrong_value_is_said_and_its_default_used(file: Path, line: str, words: str) -> None:
    file.parent.mkdir()
    file.write_text(f"[connection]\n{line}\nconnect_timeout = 3\n")
    store = SettingsStore(file)
    assert words in store.notes[0]
    assert store.settings.connection == ConnectionSettings(connect_timeout=3.0)
    assert store.problem is None


def test_a_choice_is_checked(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('[appearance]\ntheme = "plaid"\n')
    store = SettingsStore(file)
    assert "Allowed: system, light, dark." in store.notes[0]
    assert store.settings.appearance.theme == "system"


def test_a_broken_file_is_named_with_its_line_and_kept_on_saving(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("[connection]\nrpc_timeout = \n")
    store = SettingsStore(file)
    assert store.problem is not None
    assert str(file) in store.problem.message
    assert "line 2" in store.problem.message
    assert store.settings == Settings()
    assert file.read_text() == "[connection]\nrpc_timeout = \n"
    store.save(Settings())
    assert store.problem is None
    assert (file.parent / "settings.toml.broken").read_text() == "[connection]\nrpc_timeout = \n"


def test_bytes_that_are_not_utf8_are_a_broken_file(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe")
    assert SettingsStore(file).problem is not None


def test_every_setting_has_a_sentence_and_every_number_a_unit_or_a_bound() -> None:
    for name, section in sections():
        for item in section_fields(section):
            assert item.metadata["doc"].endswith("."), f"{name}.{item.name}"
            if isinstance(item.default, int | float) and not isinstance(item.default, bool):
                assert item.metadata["unit"] or item.metadata["least"] is not None, f"{name}.{item.name}"


def test_the_sections_are_the_fields_of_settings() -> None:
    assert [name for name, _ in sections()] == [item.name for item in fields(Settings)]


def test_listeners_hear_of_a_save_until_they_unsubscribe(file: Path) -> None:
    store = SettingsStore(file)
    heard: list[Settings] = []
    stop = store.subscribe(heard.append)
    store.save(Settings())
    stop()
    store.save(Settings())
    assert heard == [Settings()]
