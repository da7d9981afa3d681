"""Plans on a server that is not ours: netconfd holds what was wished after a plan is committed and read back.

Seeded documents of the test modules, one after the other on the same server, by all three policies.  Entries of lists
that the user orders keep their order and new ones come last, since this server answers ok to moves and does nothing
(`test_netconfd.py` shows it), and are left out of tolerant plans, where it refuses the place of a new entry with an
unknown-namespace error.  Also left out is what it answers ok to and does not do, or refuses, whoever asks: changing the
value of a leaf of bits, setting a leaf to its default, deleting a leaf that is a union (it refuses that), and
deleting one of two leafs with defaults, which resets the other.  Everything else is by chance.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from netconf_gui.config.apply import edit_config
from netconf_gui.config.codec import read, write
from netconf_gui.config.diff import diff
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.plan import Policy, plan
from netconf_gui.protocol.xml import parse
from netconf_gui.services.connect import connect
from netconf_gui.session import datastores
from netconf_gui.session.session import Session
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from netconf_gui.yang.library import ModuleLibrary
from netconf_gui.yang.resolver import WantedModule, resolve
from netconf_gui.yang.schema import SqliteSchema
from tests.e2e.conftest import Person, device_of
from tests.e2e.netconfd import MODULES, Netconfd

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

CASES = 320
NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
BOX = "urn:netconf-gui:e2e-box"
TYPES = "urn:netconf-gui:types"
FILTER = [parse(f'<box xmlns="{BOX}"/>'.encode()), parse(f'<types xmlns="{TYPES}"/>'.encode())]
VALUES = {
    "int8": ["-128", "0", "127"],
    "int64": ["-9223372036854775808", "5"],
    "uint8": ["0", "255"],
    "uint64": ["18446744073709551615", "1"],
    "decimal64": ["1.5", "-10.0", "20.0"],
    "lines": ["one\ntwo", "x < y & z", "\u00e4\u00f6\u00fc", 'say "it\'s"', "a:b"],
    "binary": ["AAEC", "/+8="],
}


class Author:
    """Documents by chance; entries that the user orders follow one order in all of them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._steps: list[str] = []
        self._resolvers: list[str] = []
        self._made = 0
        self.growing = True  # whether lists that the user orders get new entries

    def maybe(self, make: Callable[[], str], chance: float = 0.5) -> str:
        return make() if self._random.random() < chance else ""

    def leaf(self, name: str, values: Sequence[str]) -> str:
        return self.maybe(lambda: f"<{name}>{escape(self._random.choice(values))}</{name}>")

    def ordered(self, known: list[str], start: str) -> list[str]:
        """Some of the entries that are there, in their order, and new ones behind them."""
        known[:] = [name for name in known if self._random.random() < 0.7]
        for _ in range(self._random.randrange(3) if self.growing else 0):
            self._made += 1
            known.append(f"{start}{self._made}")
        return list(known)

    def box(self) -> str:
        groups = [number for number in (3, 7, 9) if self._random.random() < 0.6]
        group = "".join(f"<group><id>{one}</id><title>{self._random.choice('xyz')}</title></group>" for one in groups)
        ports = ""
        for slot, name in self._random.sample([(1, "a"), (1, "b"), (2, "a"), (3, "e 0/1")], self._random.randrange(5)):
            inside = self.leaf("mtu", ["68", "9216"])
            inside += self.maybe(lambda: '<medium xmlns:m="urn:netconf-gui:e2e-box">m:fibre</medium>')
            if groups and self._random.random() < 0.5:
                inside += f"<group>{self._random.choice(groups)}</group>"
            else:
                inside += self.leaf("on", ["false"])
            ports += f"<port><slot>{slot}</slot><name>{name}</name>{inside}</port>"
        uplink = self._random.choice(
            [self.leaf("wire-name", ["w1", "w2"]), self.leaf("channel", ["1", "2"]), "<channel>9</channel>"]
        )
        beacon = self.maybe(lambda: f"<beacon><colour>{self._random.choice(['red', 'green'])}</colour></beacon>")
        resolver = "".join(f"<resolver>{one}</resolver>" for one in self.ordered(self._resolvers, "r"))
        steps = "".join(
            f"<step><name>{one}</name>{self.leaf('seconds', ['5', '7'])}</step>"
            for one in self.ordered(self._steps, "s")
        )
        plain = self.leaf("label", ["first", "second <2>"]) + self.leaf("fan-limit", ["60", "20"])
        return f'<box xmlns="{BOX}">{plain}{resolver}{beacon}{uplink}{ports}{group}{steps}</box>'

    def types(self) -> str:
        inside = "".join(self.leaf(name, values) for name, values in VALUES.items())
        return f'<types xmlns="{TYPES}">{inside}{self.maybe(lambda: "<empty/>")}</types>'

    def document(self) -> etree._Element:
        inside = self.maybe(self.box, 0.95) + self.maybe(self.types, 0.8)
        return read(f'<config xmlns="{NC}">{inside}</config>'.encode()).root

    def some_nodes(self, root: etree._Element, schema: SqliteSchema) -> list[InstancePath]:
        """Nodes to be replaced as a whole: any but the entries that the user orders, and leafs of which some."""
        nodes = [path_of(one, schema) for one in root.iter(etree.Element) if one is not root]
        known = [one for one in nodes if "step" not in str(one) and "resolver" not in str(one)]
        return self._random.sample(known, min(len(known), self._random.randint(1, 2)))


@dataclass
class Server:
    session: Session
    schema: SqliteSchema
    engine: Engine
    key: str

    def running(self) -> etree._Element:
        data = datastores.get_config(self.session, "running", filter_xml=FILTER)
        return read(write(data)).root

    def commit(self, config: etree._Element, default_operation: str) -> None:
        """By test-then-set: a validate before the commit would lose the edits here."""
        datastores.edit_config(
            self.session, "candidate", config, default_operation=default_operation, test_option="test-then-set"
        )
        datastores.commit(self.session)


@pytest.fixture
def server(candidate_server: Netconfd, workspace: Workspace, engine: Engine) -> Iterator[Server]:
    resolved = resolve([WantedModule("e2e-box"), WantedModule("netconf-gui-types")], _library().fetch)
    compiled = engine.compile(resolved)
    assert not compiled.broken
    session = connect(device_of(candidate_server, key=True), Person(), workspace)
    try:
        made = Server(session, engine.schema(compiled), engine, compiled.key)
        datastores.discard_changes(session)
        empty = f'<config xmlns="{NC}" xmlns:nc="{NC}">{{}}</config>'
        gone = f'<box xmlns="{BOX}" nc:operation="remove"/><types xmlns="{TYPES}" nc:operation="remove"/>'
        made.commit(parse(empty.format(gone).encode()), "none")
        yield made
    finally:
        session.close()


def _library() -> ModuleLibrary:
    return ModuleLibrary.of_folder(MODULES)


def test_netconfd_holds_what_was_wished(server: Server) -> None:
    author = Author(4711)
    now = server.running()
    operations = 0
    for case in range(CASES):
        policy: Policy = "tolerant" if case % 3 == 1 else "strict"
        author.growing = policy == "strict"
        wish = author.document()
        difference = diff(now, wish, server.schema)
        chosen = author.some_nodes(wish, server.schema) if case % 3 == 2 and len(wish) else []
        made = plan(difference, policy, chosen)
        if not made.empty:
            server.commit(made.config, made.default_operation)
        held = server.running()
        left = diff(held, wish, server.schema)
        assert not left, (case, policy, left.summary(), write(made.config).decode())
        assert server.engine.equal(server.key, write(held), write(wish)), (case, policy)
        dry = edit_config(now, made.config, server.schema, default_operation="none")
        assert not diff(dry, held, server.schema), (case, policy)
        operations += made.operations
        now = held
    assert operations > 5 * CASES
