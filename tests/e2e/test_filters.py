"""Filters made from picks, on a server that shares no code with us: what is picked is what comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from netconf_gui.config.codec import read_root
from netconf_gui.config.filter_building import FilterStep, Match, Pick, subtree_text, to_xpath
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.datastore_jobs import Configuration, EditOptions
from netconf_gui.services.filters import XPATH, FilterRequest, read
from netconf_gui.session.session import Session
from netconf_gui.yang.schema import MemorySchema, ModuleInfo
from tests.e2e.netconfd import Netconfd
from tests.session.test_netconfd import IF, interface, opened

pytestmark = pytest.mark.server

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
SAFE = EditOptions("merge", "test-then-set", "rollback-on-error")
NAMES = ("flt0", "flt1", "flt2")


def edit(operation: str) -> Configuration:
    inside = "".join(interface(name, operation=operation).decode() for name in NAMES)
    return Configuration("the edit", f'<config xmlns="{BASE}">{inside}</config>'.encode())


@pytest.fixture
def session(candidate_server: Netconfd, tmp_path: Path) -> Iterator[Session]:
    """Three interfaces in running, gone afterwards."""
    with opened(candidate_server, tmp_path) as made:
        for job in (jobs.edit(edit("merge"), "candidate", SAFE), jobs.commit()):
            job.run(made, None)
        yield made
        for job in (jobs.discard(), jobs.edit(edit("remove"), "candidate", SAFE), jobs.commit()):
            job.run(made, None)


def entry(name: str, *below: str) -> Pick:
    steps = (FilterStep(IF, "interfaces"), FilterStep(IF, "interface", (Match(IF, "name", name),)))
    return Pick((*steps, *(FilterStep(IF, one) for one in below)))


PICKS = (entry("flt0"), entry("flt2", "type"))


def shape(data: bytes) -> list[tuple[str, list[str]]]:
    """Names of entries, and of what is in them."""
    return [
        (str(one.findtext(f"{{{IF}}}name")), sorted(etree.QName(leaf).localname for leaf in one))
        for one in read_root(data).iter(f"{{{IF}}}interface")
    ]


def test_a_picked_subtree_filter_takes_the_picks(session: Session) -> None:
    found = dict(shape(read(session, FilterRequest(text=subtree_text(PICKS))).data))
    assert set(found) == {"flt0", "flt2"} and found["flt2"] == ["name", "type"]
    assert set(found["flt0"]) >= {"name", "type"}
    nothing = read(session, FilterRequest(text=subtree_text([entry("flt9")])))
    assert shape(nothing.data) == []


def test_a_picked_xpath_takes_the_picks(session: Session) -> None:
    assert session.capabilities.xpath
    # this server takes the modules' own prefixes only, whatever the XML declares
    module = ModuleInfo("ietf-interfaces", "", IF, "if")
    text, namespaces = to_xpath(PICKS, MemorySchema((), (module,)))
    assert namespaces == {"if": IF}
    answer = read(session, FilterRequest(XPATH, text, tuple(namespaces.items())))
    found = dict(shape(answer.data))
    assert set(found) == {"flt0", "flt2"} and set(found["flt2"]) <= {"name", "type"} and "type" in found["flt2"]
