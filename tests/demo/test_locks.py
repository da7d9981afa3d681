"""The table of datastore locks."""

from __future__ import annotations

import pytest

from netconf_gui.demo.locks import Locks
from netconf_gui.demo.replies import RefusedError


def refusal(call, *arguments):
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value.errors[0]


def test_a_lock_names_its_holder():
    locks = Locks()
    locks.acquire("running", 3, 100.0)
    assert locks.holder("running") == 3
    error = refusal(locks.acquire, "running", 4, 101.0)
    assert (error.tag, error.session_id, error.type) == ("lock-denied", 3, "protocol")
    assert refusal(locks.acquire, "running", 3, 101.0).session_id == 3
    locks.acquire("candidate", 4, 101.0)


def test_only_the_holder_unlocks():
    locks = Locks()
    assert refusal(locks.release, "running", 3).tag == "operation-failed"
    locks.acquire("running", 3, 100.0)
    assert refusal(locks.release, "running", 4).session_id == 3
    locks.release("running", 3)
    assert locks.holder("running") is None


def test_the_end_of_a_session_frees_its_locks_only():
    locks = Locks()
    locks.acquire("running", 3, 100.0)
    locks.acquire("candidate", 3, 100.0)
    locks.acquire("startup", 4, 100.0)
    assert set(locks.release_all(3)) == {"running", "candidate"}
    assert locks.holder("startup") == 4


def test_writing_past_a_lock():
    locks = Locks()
    locks.check_writable("running", 4)
    locks.acquire("running", 3, 100.0)
    locks.check_writable("running", 3)
    assert refusal(locks.check_writable, "running", 4).tag == "in-use"
