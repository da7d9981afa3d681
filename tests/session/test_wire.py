"""The record of messages: bounded, redacted, told to subscribers."""

from __future__ import annotations

import threading

from netconf_gui.session.wire import WireEntry, WireRecord


def test_entries_in_order_with_what_is_known() -> None:
    record = WireRecord()
    record.add("out", b"<rpc/>", 6, "rpc", operation="get", message_id="1")
    record.add("in", b"<rpc-reply/>", 12, "rpc-reply", operation="get", message_id="1", note="late")
    first, second = record.entries()
    assert (first.seq, first.direction, first.text, first.operation, first.note) == (1, "out", "<rpc/>", "get", "")
    assert (second.seq, second.size, second.note) == (2, 12, "late")
    assert second.when >= first.when
    assert record.entries(after=1) == (second,)
    record.clear()
    assert record.entries() == ()
    assert record.add("in", b"", 0, "").seq == 3


def test_no_secret_reaches_it() -> None:
    record = WireRecord()
    seen: list[WireEntry] = []
    record.subscribe(seen.append)
    record.add("out", b"<rpc><edit-config><password>hunter2</password></edit-config></rpc>", 70, "rpc")
    assert "hunter2" not in repr(record.entries())
    assert "hunter2" not in repr(seen)


def test_a_long_message_says_that_it_is_cut() -> None:
    entry = WireRecord().add("in", b"<data>", 1_000_000, "rpc-reply", note="Late.")
    assert entry.note == "Late. The first 6 of 1,000,000 bytes are shown."


def test_bounded_by_number_and_by_characters() -> None:
    record = WireRecord(capacity=3, characters=1000)
    for _ in range(5):
        record.add("in", b"x" * 10, 10, "")
    assert [entry.seq for entry in record.entries()] == [3, 4, 5]
    record.add("in", b"x" * 985, 985, "")
    assert [entry.seq for entry in record.entries()] == [5, 6]
    record.add("in", b"x" * 5000, 5000, "")
    assert [entry.seq for entry in record.entries()] == [7], "the latest is kept whatever its size"


def test_unsubscribe() -> None:
    record = WireRecord()
    seen: list[int] = []
    remove = record.subscribe(lambda entry: seen.append(entry.seq))
    record.add("in", b"", 0, "")
    remove()
    record.add("in", b"", 0, "")
    assert seen == [1]


def test_threads() -> None:
    record = WireRecord(capacity=100000)
    threads = [threading.Thread(target=lambda: [record.add("in", b"x", 1, "") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in record.entries()] == list(range(1, 2001))
