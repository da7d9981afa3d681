"""A document that follows a device: readings, whole and in part, become as few commands as possible."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from netconf_gui.config import codec
from netconf_gui.config.live import LiveDocument
from netconf_gui.config.path import InstancePath
from netconf_gui.protocol.xml import canonical
from tests.gui import sample


def reading(text: bytes):
    return codec.read_root(text)


def live(text: bytes | None = None) -> LiveDocument:
    return LiveDocument(text or sample.text(3), sample.schema())


def path(document: LiveDocument, text: str) -> InstancePath:
    return InstancePath.parse(text, document.schema)


def test_only_values_that_changed_are_set():
    document = live()
    changes = []
    document.subscribe(changes.append)
    before = sample.element(document, "interfaces/interface[xe-0/0/0]/mtu")
    found = document.take(reading(sample.text(3).replace(b"<mtu>9000<", b"<mtu>9192<")))
    assert found == (before,) and before.text == "9192" and [one.kind for one in changes] == ["value"]
    assert document.take(reading(sample.text(3).replace(b"<mtu>9000<", b"<mtu>9192<"))) == ()
    assert not document.can_undo and not document.log and not document.is_dirty
    assert document.state(before) == "same" and not document.changed_below(document.root)


def test_entries_come_and_go():
    document = live()
    text = sample.text(3)
    start = text.index(b"<interface><name>xe-0/0/2")
    end = text.index(b"<interface><name>lo0")
    other = text[:start] + b"<interface><name>ge-1</name></interface>" + text[end:]
    document.take(reading(other))
    assert [one[0].text for one in sample.element(document, "interfaces")] == ["xe-0/0/0", "xe-0/0/1", "lo0", "ge-1"]


def test_a_part_leaves_the_rest_alone():
    document = live()
    part = reading(
        f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><interfaces xmlns="{sample.NS}"><interface>'
        "<name>xe-0/0/1</name><mtu>1400</mtu></interface></interfaces></config>".encode()
    )
    wanted = path(document, "/ex:interfaces/interface[name='xe-0/0/1']")
    (leaf,) = document.take(part, [wanted])
    assert leaf.text == "1400" and len(document.find(wanted)) == 2
    assert len(sample.element(document, "interfaces")) == 4
    document.take(reading(b""), [wanted])
    assert document.find(wanted) is None and len(sample.element(document, "interfaces")) == 3
    new = path(document, "/ex:system/debug")
    document.take(
        reading(sample.text(1).replace(b"<password>", f'<debug xmlns="{sample.NS}"/><password>'.encode())), [new]
    )
    assert document.find(new) is not None


def test_what_is_not_there_yet_comes_with_what_is_above_it():
    document = live(b"")
    wanted = path(document, "/ex:interfaces/interface[name='lo0']")
    document.take(reading(sample.text(1)), [wanted])
    assert document.find(wanted) is not None


def test_identities_and_entries_without_keys():
    document = live()
    text = sample.text(3).replace(b">t:loopback<", b">t:tunnel<").replace(b"<thing>other</thing>", b"")
    document.take(reading(text))
    assert sample.element(document, "interfaces/interface[lo0]/type").text.endswith("tunnel")
    assert (
        canonical(document.root) == canonical(LiveDocument(text, sample.schema()).root)
        or len(sample.element(document, "vendor")) == 2
    )


def test_very_much_at_once_replaces_the_whole():
    document = live(sample.text(0))
    kinds = []
    document.subscribe(lambda change: kinds.append(change.kind))
    document.take(reading(sample.text(5000)))
    assert kinds == ["reset"] and len(sample.element(document, "routes")) == 5000


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_it_becomes_what_was_read(seed):
    chance = random.Random(seed)

    def some() -> bytes:
        rows = "".join(
            f"<route><prefix>{name}</prefix><next-hop>{chance.randrange(9)}</next-hop></route>"
            for name in chance.sample("abcdefgh", chance.randrange(1, 8))
        )
        things = "".join(f"<thing>{chance.randrange(4)}</thing>" for _ in range(chance.randrange(5)))
        return (
            f'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><routes xmlns="{sample.NS}">{rows}</routes>'
            f'<v xmlns="urn:v">{things}<deep><x>{chance.randrange(3)}</x></deep></v></config>'
        ).encode()

    document = live(some())
    for _ in range(4):
        text = some()
        document.take(reading(text))
        assert _plain(document.root) == _plain(reading(text))


def _plain(root) -> list:
    """The tree as nested tuples, children by name, routes by their keys: other order means nothing here."""
    found = [(child.tag, (child.text or "").strip(), _plain(child)) for child in root]
    return sorted(found, key=lambda one: (one[0], str(one[2]) if one[0].endswith("route") else ""))
