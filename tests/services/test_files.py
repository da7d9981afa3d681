"""Files people open and save, schemas that fit them, and wished states out of them."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.cancel import CancelToken
from netconf_gui.config import editing
from netconf_gui.config.codec import empty, read_root, write
from netconf_gui.config.diff import diff
from netconf_gui.config.document import Document
from netconf_gui.config.plan import edit_config_xml, plan
from netconf_gui.errors import Cancelled, ConfigError, SchemaError, WorkspaceError
from netconf_gui.protocol.xml import parse
from netconf_gui.services.events import Progress
from netconf_gui.services.files import FileChangedError, OpenedFile, changed_on_disk, open_file, read_text, save_file
from netconf_gui.services.schema_choice import open_set
from netconf_gui.services.wish import deletions, wished
from netconf_gui.workspace.schema_sets import SchemaSet, SchemaSets, SetKind
from netconf_gui.yang.check import Engine
from tests.services.conftest import same

TWO = (
    b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><a xmlns="urn:a"><x>1</x></a><b xmlns="urn:b"/></config>'
)


MODULE = """module shop {
  yang-version 1.1; namespace "urn:shop"; prefix s; revision 2026-01-01;
  container shop { list item { key name; leaf name { type string; } leaf price { type uint64; } } }
}
"""
SHOP = b'<shop xmlns="urn:shop"><item><name>tea</name><price>7</price></item></shop>'


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(cache_folder=tmp_path / "cache") as made:
        yield made


@pytest.fixture
def sets(tmp_path: Path) -> SchemaSets:
    return SchemaSets(tmp_path / "sets.json")


@pytest.fixture
def shop(tmp_path: Path, engine: Engine, sets: SchemaSets) -> SchemaSet:
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "shop.yang").write_text(MODULE)
    return open_set(SchemaSet(SetKind.FOLDER, str(folder), "Shop", ""), engine, sets).found


def opened(path: Path, engine: Engine, sets: SchemaSets, **more: object) -> OpenedFile:
    return open_file(path, engine=engine, sets=sets, **more)  # type: ignore[arg-type]


def test_what_is_saved_can_be_opened(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    path = tmp_path / "new" / "config.xml"
    written = save_file(path, Document(TWO).recipe(), None)
    assert path.read_bytes() == written.data
    found = opened(path, engine, sets)
    assert same(found.document.snapshot().data, TWO) and found.kind == "xml" and found.chosen is None
    assert found.digest == written.digest and not changed_on_disk(path, found.digest)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_a_new_file_is_private_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "config.xml"
    save_file(path, Document(TWO).recipe(), None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    save_file(path, Document(TWO).recipe(), None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_was_changed_by_others_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "config.xml"
    document = Document(TWO)
    digest = save_file(path, document.recipe(), None).digest
    path.write_bytes(TWO)
    with pytest.raises(FileChangedError, match="changed by another program"):
        save_file(path, document.recipe(), None, known_digest=digest)
    assert path.read_bytes() == TWO
    save_file(path, document.recipe(), None, known_digest=digest, overwrite=True)
    path.unlink()
    save_file(path, document.recipe(), None, known_digest=digest)


def test_a_file_that_is_not_there_is_said(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        opened(tmp_path / "none.xml", engine, sets)


def test_broken_xml_names_file_line_and_column(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    path = tmp_path / "broken.xml"
    path.write_bytes(b"<config>\n  <a>\n</config>")
    with pytest.raises(ConfigError, match=r"broken\.xml") as caught:
        opened(path, engine, sets)
    assert caught.value.line == 3


def test_opening_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(b"<a>" + b"<b>some text</b>\n" * 300_000 + b"</a>")
    told: list[Progress] = []
    opened(path, engine, sets, on_event=told.append)
    read = [event.done for event in told if event.unit == "bytes"]
    assert len(read) > 4 and read[-1] == path.stat().st_size
    token = CancelToken()

    def stop(event: object) -> None:
        if len(told) < 20:
            told.append(event)  # type: ignore[arg-type]
        token.cancel()

    with pytest.raises(Cancelled):
        opened(path, engine, sets, on_event=stop, cancel=token)


def test_the_schema_used_before_is_taken_where_it_knows_all(
    tmp_path: Path, engine: Engine, sets: SchemaSets, shop: SchemaSet
) -> None:
    known, other = tmp_path / "shop.xml", tmp_path / "other.xml"
    known.write_bytes(SHOP)
    other.write_bytes(SHOP + b'<b xmlns="urn:b"/>')
    found = opened(known, engine, sets)
    assert found.chosen is not None and found.chosen.found.title == "Shop" and found.document.schema is not None
    assert opened(other, engine, sets).chosen is None


def test_json_is_opened_edited_and_saved_with_its_schema(
    tmp_path: Path, engine: Engine, sets: SchemaSets, shop: SchemaSet
) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"shop:shop": {"item": [{"name": "tea", "price": "7"}]}}')
    found = opened(path, engine, sets)
    assert found.is_json and SHOP in found.document.snapshot().data
    document = found.document
    price = next(document.root.iter("{urn:shop}price"))
    editing.set_text(document, price, "9")
    saved = save_file(path, document.recipe(), document.schema, known_digest=found.digest)
    assert '"price": "9"' in path.read_text() and b"<price>9</price>" in saved.data
    document.rebase(saved.data, saved.root)
    assert not document.is_dirty


def test_json_without_a_schema_is_said(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    path = tmp_path / "shop.json"
    path.write_text('{"shop:shop": {}}')
    with pytest.raises(ConfigError, match="cannot be read without its YANG modules"):
        opened(path, engine, sets)
    with pytest.raises(ConfigError):
        save_file(path, Document(SHOP).recipe(), None)
    assert path.read_text() == '{"shop:shop": {}}'


def test_a_set_that_is_gone_is_said(tmp_path: Path, engine: Engine, sets: SchemaSets) -> None:
    with pytest.raises(SchemaError, match="no longer in the cache"):
        open_set(SchemaSet(SetKind.DEVICE, "d", "pe1", "nothing"), engine, sets)
    assert sets.sets == ()


def test_the_shipped_set_compiles(engine: Engine, sets: SchemaSets) -> None:
    chosen = open_set(SchemaSet(SetKind.SHIPPED, "", "Standard modules", ""), engine, sets)
    assert chosen.loaded.schema is not None and chosen.loaded.schema.module("ietf-interfaces") is not None
    assert sets.sets[0] == chosen.found


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="cannot be made"):
        save_file(tmp_path / "file" / "config.xml", Document(TWO).recipe(), None)


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


def test_a_small_text_is_read_or_the_reason_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes("\ufeffdevice\n".encode())
    assert read_text(file, 100) == "device\n"
    for data, told in (
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
        (None, "No such file"),
    ):
        file.unlink()
        if data is not None:
            file.write_bytes(data)
        with pytest.raises(ConfigError, match=told):
            read_text(file, 1024 * 1024)
        file.touch()
