"""Many sessions, threads and split points at once: no reply is lost, mixed up or waited for in vain."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from netconf_gui.protocol import operations as op
from netconf_gui.protocol.connection import RpcReceived
from netconf_gui.protocol.replies import build_notification, reply_data
from netconf_gui.protocol.xml import parse
from netconf_gui.session.session import Session
from tests.protocol.talk import BASE10
from tests.session.device import Device

EVENT = parse(b"<tick xmlns='urn:a'/>")


class Shuffling(Device):
    """Answers in odd pieces, with notifications between them."""

    def __init__(self, seed: int, **kind: object) -> None:
        self._random = random.Random(seed)
        super().__init__(**kind)  # type: ignore[arg-type]
        self.on("get-schema", self._answer)

    def _answer(self, rpc: RpcReceived) -> bytes | None:
        assert rpc.operation is not None
        name = rpc.operation.findtext("{*}identifier")
        reply = reply_data(rpc.message_id, rpc.attributes, list(parse(f"<x><t>{name}</t></x>".encode())))
        framed = self.connection.send(reply)
        if self._random.random() < 0.2:
            framed = self.connection.send(build_notification("2026-01-01T00:00:00Z", EVENT)) + framed
        while framed:
            cut = self._random.randint(1, len(framed))
            self.stream.write(framed[:cut])
            framed = framed[cut:]
        return None


def ask(session: Session, name: str) -> bool:
    data = session.call(op.get_schema(name), timeout=30).data
    return data is not None and data[0].text == name


@pytest.mark.parametrize("kind", [{}, {"bases": [BASE10]}])
def test_threads_on_one_session(kind: dict[str, object]) -> None:
    device = Shuffling(1, **kind)
    with device.session() as session, ThreadPoolExecutor(8) as pool:
        ticks: list[object] = []
        session.on_notification(ticks.append)
        assert all(pool.map(lambda number: ask(session, f"m{number}"), range(800)))
    assert ticks


def test_many_sessions_one_after_the_other_and_at_once() -> None:
    before = threading.active_count()

    def life(seed: int) -> bool:
        device = Shuffling(seed)
        with device.session() as session:
            futures = [session.submit(op.get_schema(f"m{number}")) for number in range(6)]
            first = session.call(op.get_config(), timeout=30).ok
            texts = [future.result(30).data for future in futures]
        return first and [data[0].text for data in texts if data is not None] == [f"m{n}" for n in range(6)]

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(life, range(300)))
    for thread in threading.enumerate():
        if thread.name.startswith("reader"):
            thread.join(10)
    assert threading.active_count() <= before
