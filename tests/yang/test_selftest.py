"""A library whose structs lie otherwise than the table says is refused, never used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine import locate
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.layout import STRUCTS
from netconf_gui.yang.engine.selftest import self_test

# run apart: with a wrong layout the test may well die of a segmentation fault, which is a refusal too
PROBE = """
import sys
from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.layout import STRUCTS
from netconf_gui.yang.engine.locate import find_library
from netconf_gui.yang.engine.selftest import self_test
struct, field, offset = sys.argv[1], sys.argv[2], int(sys.argv[3])
size, fields = STRUCTS[struct]
fields = {**fields, field: (fields[field][0], offset)}
try:
    self_test(LibYang(find_library(), {**STRUCTS, struct: (size, fields)}))
except SchemaError as error:
    print("refused:", error.message)
else:
    print("taken")
"""


def test_the_library_of_the_wheel_is_taken():
    yang = LibYang(locate.find_library())
    self_test(yang)
    for struct, (size, fields) in STRUCTS.items():
        assert yang.ffi.sizeof(f"struct {struct}") == size
        for field, (_, offset) in fields.items():
            assert yang.ffi.offsetof(f"struct {struct}", field) == offset, (struct, field)


@pytest.mark.parametrize(
    ("struct", "field", "offset"),
    [
        ("lys_module", "revision", 24),
        ("lysc_module", "notifs", 40),
        ("lysc_node", "name", 48),
        ("lysc_node", "nodetype", 4),
        ("lysc_node_leaf", "units", 64),
        ("lysc_node_leaf", "dflt", 64),
        ("lysc_node_list", "max", 124),
        ("lysc_node_leaflist", "dflts", 72),
        ("lysc_must", "emsg", 40),
        ("lysc_type", "basetype", 28),
        ("lysc_type_dec", "fraction_digits", 33),
        ("lysc_type_bitenum_item", "value", 36),
        ("lysc_range_part", "max_64", 0),
        ("lysc_pattern", "inverted", 52),
        ("ly_err_item", "data_path", 48),
        ("lysc_type_leafref", "require_instance", 57),
        ("lyd_node_term", "value", 48),
    ],
)
def test_a_changed_layout_is_refused(struct: str, field: str, offset: int):
    command = [sys.executable, "-c", PROBE, struct, field, str(offset)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.startswith("refused:") or done.returncode != 0, done.stdout
    assert "taken" not in done.stdout


MEMORY_PROBE = """
import sys
from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine import memory
from netconf_gui.yang.engine.binding import LibYang
from netconf_gui.yang.engine.locate import find_library
from netconf_gui.yang.engine.selftest import self_test
struct, field, offset = sys.argv[1], sys.argv[2], int(sys.argv[3])
size, fields = memory.STRUCTS[struct]
moved = {**fields, field: (fields[field][0], offset)}
memory.STRUCTS[struct] = (size, dict(sorted(moved.items(), key=lambda item: item[1][1])))
try:
    self_test(LibYang(find_library()))
except SchemaError as error:
    print("refused:", error.message)
except Exception as error:
    print("refused:", type(error).__name__)
else:
    print("taken")
"""


@pytest.mark.parametrize(
    ("struct", "field", "offset"),
    [
        ("node", "flags", 4),
        ("node", "reference", 104),
        ("leaf", "units", 120),
        ("list", "uniques", 136),
        ("module", "contact", 80),
        ("identity", "reference", 8),
        ("parsed-node", "if_features", 56),
        ("parsed-module", "version", 121),
        ("parsed-type", "module", 72),
        ("extension", "statement", 44),
    ],
)
def test_structs_that_are_read_from_memory_are_checked_too(struct: str, field: str, offset: int):
    command = [sys.executable, "-c", MEMORY_PROBE, struct, field, str(offset)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.startswith("refused:") or done.returncode != 0, done.stdout
    assert "taken" not in done.stdout


def test_a_table_that_cannot_be_is_refused():
    size, fields = STRUCTS["lysc_must"]
    with pytest.raises(SchemaError, match="layout table is wrong"):
        LibYang(locate.find_library(), {**STRUCTS, "lysc_must": (size, {**fields, "emsg": ("char *", 4)})})


def test_the_library_is_found_as_each_system_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    places = {
        "linux": "oopt_gnpy_libyang.libs/libyang-aac525a8.so.4.5.5",
        "darwin": "oopt_gnpy_libyang/.dylibs/libyang.4.5.5.dylib",
        "win32": "oopt_gnpy_libyang.libs/yang-0123abcd.dll",
    }
    monkeypatch.delenv(locate.LIBRARY_VARIABLE, raising=False)
    for platform, place in places.items():
        for frozen in (True, False):
            base = tmp_path / platform / str(frozen)
            path = base / place
            path.parent.mkdir(parents=True)
            path.write_bytes(b"")
            (path.parent / path.name.replace("yang", "yang-cpp")).write_bytes(b"")
            monkeypatch.setattr(locate.sys, "platform", platform)
            monkeypatch.setattr(locate.sys, "_MEIPASS", str(base) if frozen else "", raising=False)
            origin = type("Spec", (), {"origin": str(base / "oopt_gnpy_libyang.so")})
            monkeypatch.setattr(locate.importlib.util, "find_spec", lambda _name, spec=origin: spec)
            assert locate.find_library() == path
    monkeypatch.setattr(locate.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(locate.sys, "_MEIPASS", "", raising=False)
    with pytest.raises(SchemaError, match="not installed"):
        locate.find_library()


def test_the_identity_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "libyang.so"
    path.write_bytes(b"1")
    monkeypatch.setenv(locate.LIBRARY_VARIABLE, str(path))
    one = locate.library_identity()
    path.write_bytes(b"22")
    assert one.startswith("libyang.so-")
    assert locate.library_identity() != one
