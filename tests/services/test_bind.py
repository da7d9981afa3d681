"""Bringing documents to devices: what is not there is listed, the rest becomes a wish."""

from __future__ import annotations

from netconf_gui.config.codec import read_root
from netconf_gui.config.diff import diff
from netconf_gui.services.bind import Bringing, brought, fit
from netconf_gui.yang.schema import MemorySchema
from tests.config.model import SCHEMA, top

FOREIGN = '<other xmlns="urn:o"><x>1</x></other>'


def changes(before: bytes, after: bytes, schema: MemorySchema = SCHEMA) -> list[str]:
    return [f"{entry.kind} {entry.path}" for entry in diff(read_root(before), read_root(after), schema).entries]


def test_what_the_device_does_not_know_is_listed_and_left_out() -> None:
    found = fit(top("<name>n</name><nowhere><a/></nowhere><np><deep><c>1</c></deep></np>", outside=FOREIGN), SCHEMA)
    assert found.unknown == ("/t:top/nowhere", "/t:top/np/deep/c", "/o:other")
    assert not found.is_whole and found.misfits == ()
    assert b"nowhere" not in found.content and b"urn:o" not in found.content and b"<name>n</name>" in found.content


def test_a_document_that_fits_is_whole() -> None:
    assert fit(top("<name>n</name>"), SCHEMA).is_whole


def test_merging_leaves_what_the_document_does_not_say() -> None:
    base, mine = top("<mtu>1</mtu><name>n</name>"), top("<mtu>2</mtu>")
    assert changes(base, brought(base, mine, SCHEMA, Bringing.MERGE)) == ["changed /t:top/mtu"]
    replaced = changes(base, brought(base, mine, SCHEMA, Bringing.REPLACE))
    assert replaced == ["changed /t:top/mtu", "removed /t:top/name"]
