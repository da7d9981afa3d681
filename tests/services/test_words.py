"""The sentences an apply ends with."""

from __future__ import annotations

import pytest

from netconf_gui.config.codec import read_root
from netconf_gui.config.compare import ReadbackItem, Verdict, verify
from netconf_gui.config.diff import diff
from netconf_gui.errors import ConnectionLost, RpcError, RpcFailed, RpcTimeout, Stage
from netconf_gui.services import words
from netconf_gui.services.change import Change, make_change, overlapping

BASE = b'<a xmlns="urn:a"><x>1</x><y>1</y><z><v>1</v></z></a>'


def change(mine: bytes) -> Change:
    return make_change(BASE, mine, None)


def test_a_lock_holder_as_far_as_it_is_known() -> None:
    error = RpcError(tag="lock-denied", info=(("session-id", "4119"),))
    assert words.holder("candidate", error, "ops", "192.0.2.50", "10:40") == (
        "Candidate is locked by session 4119 (ops, 192.0.2.50) since 10:40."
    )
    assert words.holder("running", error) == "Running is locked by session 4119."
    zero = RpcError(tag="lock-denied", info=(("session-id", "0"),))
    assert "not a NETCONF session" in words.holder("running", zero)
    assert words.holder("candidate", RpcError(tag="in-use", message="busy")) == (
        "Candidate cannot be locked: busy (in-use)."
    )


@pytest.mark.parametrize(
    ("stage", "undone", "start"),
    [
        (Stage.EDIT, True, "The device refused 1 of 7 edits and undid the rest: no (invalid-value)."),
        (Stage.EDIT, False, "The device refused 1 of 7 edits: no (invalid-value)."),
        (Stage.VALIDATE, True, "The device found the result invalid: no (invalid-value)."),
        (Stage.COMMIT, True, "The device refused the commit: no (invalid-value)."),
    ],
)
def test_a_refusal(stage: Stage, undone: bool, start: str) -> None:
    failed = RpcFailed("", [RpcError(tag="invalid-value", message="no"), RpcError(severity="warning", message="w")])
    assert words.refusal(stage, failed, 7, undone) == start


def test_more_than_a_few_reasons_are_counted() -> None:
    failed = RpcFailed("", [RpcError(message=f"no {number}") for number in range(5)])
    assert words.refusal(Stage.EDIT, failed, 5, True).endswith("and 2 more.")


def test_how_to_see_whether_it_was_applied() -> None:
    assert words.hint(change(BASE.replace(b"<x>1</x>", b"<x>9192</x>"))) == "Check /a/x: 9192 means applied."
    assert "not applied" in words.hint(change(BASE.replace(b"<x>1</x>", b"")))


def test_what_a_loss_looked_like() -> None:
    assert words.lost(ConnectionLost("x")) == "Connection lost"
    assert words.lost(RpcTimeout("x")) == "No answer came"


def test_only_what_lies_at_above_or_below_a_path_touches_it() -> None:
    entries = diff(read_root(BASE), read_root(BASE.replace(b"<x>1</x>", b"<x>2</x>").replace(b"<y>1</y>", b""))).entries
    paths = {entry.path.name: entry.path for entry in entries}
    assert [entry.path.name for entry in overlapping(entries, [paths["x"]])] == ["x"]
    assert len(overlapping(entries, [paths["x"].parent])) == 2
    assert overlapping(entries, []) == ()


def test_a_change_asks_only_for_the_top_level_nodes_it_touches() -> None:
    filters = change(BASE.replace(b"<x>1</x>", b"<x>2</x>")).filters()
    assert filters is not None
    assert [str(one.tag) for one in filters] == ["{urn:a}a"]
    assert make_change(b"<a/>", b"<a><x>1</x></a>", None).filters() is None  # no namespace, no filter


def test_no_sentence_tells_a_secret_or_a_page() -> None:
    old = b'<a xmlns="urn:a"><password>hunter1</password><x>1</x></a>'
    changed = make_change(old, old.replace(b"hunter1", b"hunter2"), None)
    after = read_root(old.replace(b"hunter1", b"$6$hunter3"))
    texts = [
        words.hint(changed),
        words.entries_text(changed.difference.entries),
        words.read_back(
            [ReadbackItem(changed.difference.entries[0].path, Verdict.NORMALISED, "hunter2", "$6$hunter3")]
        ),
        words.read_back(verify(changed.difference, after)),
        changed.difference.summary(),
    ]
    assert "/a/password: *** → ***" in texts[1]
    assert "/a/password: *** → ***" in texts[2]
    assert texts[3] == "Read back. The device wrote 1 value in its own way: /a."
    assert not any("hunter" in text for text in texts)
    long = make_change(old, old.replace(b"<x>1<", b"<x>" + b"9" * 5000 + b"<"), None)
    assert len(words.hint(long)) < 100
