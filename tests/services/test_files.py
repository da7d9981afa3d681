"""Files people open and save, and wished states out of them."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from netconf_gui.config.codec import empty, read_root, write
from netconf_gui.config.diff import diff
from netconf_gui.config.plan import edit_config_xml, plan
from netconf_gui.errors import ConfigError, WorkspaceError
from netconf_gui.protocol.xml import parse
from netconf_gui.services.files import open_xml, save_xml
from netconf_gui.services.wish import deletions, wished
from tests.services.conftest import same

TWO = (
    b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><a xmlns="urn:a"><x>1</x></a><b xmlns="urn:b"/></config>'
)


def test_what_is_saved_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.xml"
    written = save_xml(path, TWO)
    assert path.read_bytes() == written
    opened = open_xml(path)
    assert same(opened.data, TWO)
    assert opened.kind == "config"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "config.xml"
    save_xml(path, TWO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    save_xml(path, TWO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        open_xml(tmp_path / "none.xml")


def test_broken_xml_names_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_bytes(b"<config>\n  <a>\n</config>")
    with pytest.raises(ConfigError, match=r"broken\.xml") as caught:
        open_xml(path)
    assert caught.value.line == 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot be made"):
        save_xml(tmp_path / "file" / "config.xml", TWO)


def test_top_level_nodes_of_a_file_replace_their_namesakes_only() -> None:
    given = read_root(b'<a xmlns="urn:a"><x>2</x></a>')
    result = write(wished(read_root(TWO), given), pretty=False)
    assert b"<x>2</x>" in result
    assert b"<x>1</x>" not in result
    assert b"urn:b" in result


def test_whole_means_that_the_rest_goes_and_is_named() -> None:
    given = read_root(b'<a xmlns="urn:a"><x>1</x></a>')
    mine = write(wished(read_root(TWO), given, whole=True), pretty=False)
    assert b"urn:b" not in mine
    assert len(deletions(TWO, mine, None)) == 1
    assert "b" in deletions(TWO, mine, None)[0]


INSTANCE = '<m xmlns="urn:netconf-gui:demo"><w xmlns:d="urn:netconf-gui:demo">/d:m/d:w</w></m>'


def test_prefixes_that_only_values_use_reach_the_device() -> None:
    """lxml drops a declaration that repeats the default namespace when an element is moved."""
    given = read_root(INSTANCE.encode())
    for base in (empty(), given):
        result = wished(base, given)
        (held,) = result.xpath("//*[local-name()='w']")
        assert held.nsmap["d"] == "urn:netconf-gui:demo"
    (kept,) = wished(given, read_root(b'<other xmlns="urn:o"/>')).xpath("//*[local-name()='w']")
    assert kept.nsmap["d"] == "urn:netconf-gui:demo"
    made = plan(diff(empty(), given))
    for pretty in (True, False):
        (shown,) = parse(edit_config_xml(made, pretty=pretty)).xpath("//*[local-name()='w']")
        assert shown.nsmap["d"] == "urn:netconf-gui:demo"
