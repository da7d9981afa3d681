"""How an apply goes on a device, by what the device announces; real hellos included."""

from __future__ import annotations

import pytest

from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol.capabilities import CAPABILITY, PRIVATE_CANDIDATE, Capabilities
from netconf_gui.protocol.profiles import NETCONFD, SROS, STANDARD
from netconf_gui.services.strategy import DeployOptions, strategy


def able(*names: str) -> Capabilities:
    return Capabilities(["urn:ietf:params:netconf:base:1.1", *(CAPABILITY + name for name in names)])


def test_candidate_with_validate() -> None:
    how = strategy(able("candidate:1.0", "validate:1.1", "rollback-on-error:1.0"), STANDARD)
    assert (how.target, how.lock, how.validate) == ("candidate", ("running", "candidate"), "validate")
    assert (how.test_option, how.error_option) == (None, "rollback-on-error")


def test_netconfd_validates_with_the_edit() -> None:
    how = strategy(able("candidate:1.0", "validate:1.1"), NETCONFD)
    assert (how.validate, how.test_option) == ("test-then-set", "test-then-set")
    assert any("yuma123 netconfd loses edits" in note for note in how.notes)


def test_one_lock_is_enough_where_it_holds_both() -> None:
    how = strategy(able("candidate:1.0", "validate:1.1"), SROS)
    assert how.lock == ("candidate",)


def test_a_private_candidate_is_not_locked() -> None:
    both = able("candidate:1.0", "private-candidate:1.0")
    assert strategy(both, STANDARD).lock == ("running", "candidate")
    both.named_by_us = PRIVATE_CANDIDATE
    how = strategy(both, STANDARD)
    assert (how.private, how.lock) == (True, ("running",))


@pytest.mark.parametrize(
    ("names", "options", "stages"),
    [
        (
            ("candidate:1.0", "validate:1.1"),
            DeployOptions(),
            "precheck lock compare edit validate commit readback unlock",
        ),
        (
            ("candidate:1.0", "confirmed-commit:1.1", "startup:1.0"),
            DeployOptions(confirm_seconds=60, save_startup=True),
            "precheck lock compare edit commit probe confirm readback startup unlock",
        ),
        (
            ("writable-running:1.0", "validate:1.1"),
            DeployOptions(),
            "precheck lock compare validate edit readback unlock",
        ),
        (("writable-running:1.0",), DeployOptions(), "precheck lock compare edit readback unlock"),
    ],
)
def test_the_stages_to_expect(names: tuple[str, ...], options: DeployOptions, stages: str) -> None:
    assert " ".join(strategy(able(*names), STANDARD, options).stages) == stages


@pytest.mark.parametrize(("version", "persist"), [("1.1", True), ("1.0", False)])
def test_what_the_first_version_of_confirmed_commit_cannot_is_said_beforehand(version: str, persist: bool) -> None:
    how = strategy(able("candidate:1.0", f"confirmed-commit:{version}"), STANDARD, DeployOptions(confirm_seconds=60))
    assert how.persist is persist
    assert any("rolls back at once when this session ends" in note for note in how.notes) is not persist


def test_no_validate_is_said() -> None:
    how = strategy(able("candidate:1.0"), STANDARD)
    assert (how.validate, how.test_option, how.error_option) == ("none", None, None)
    assert "The device cannot validate: that stage is skipped." in how.notes


def test_running_is_edited_where_there_is_no_candidate() -> None:
    how = strategy(able("writable-running:1.0", "validate:1.0"), STANDARD)
    assert (how.target, how.lock, how.test_option) == ("running", ("running",), "test-then-set")
    assert how.notes[0] == "The device has no candidate: the edits go to running and are active at once."


def test_running_can_be_asked_for() -> None:
    how = strategy(able("candidate:1.0", "writable-running:1.0"), STANDARD, DeployOptions(datastore="running"))
    assert how.target == "running"
    assert how.notes[0] == "The edits go to running and are active at once."


@pytest.mark.parametrize(
    ("names", "options"),
    [
        ((), DeployOptions()),
        (("candidate:1.0",), DeployOptions(datastore="running")),
        (("writable-running:1.0",), DeployOptions(datastore="candidate")),
        (("candidate:1.0",), DeployOptions(confirm_seconds=60)),
        (("writable-running:1.0", "confirmed-commit:1.1"), DeployOptions(confirm_seconds=60)),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything(names: tuple[str, ...], options: DeployOptions) -> None:
    with pytest.raises(CapabilityMissing) as caught:
        strategy(able(*names), STANDARD, options)
    assert "Nothing was sent." in caught.value.state
    assert caught.value.advice


def test_startup_is_offered_only_where_it_is() -> None:
    wished = DeployOptions(save_startup=True)
    assert strategy(able("candidate:1.0", "startup:1.0"), STANDARD, wished).save_startup
    assert not strategy(able("candidate:1.0"), STANDARD, wished).save_startup
    assert any(
        "Startup is not written" in note for note in strategy(able("candidate:1.0", "startup:1.0"), STANDARD).notes
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (DeployOptions(confirm_seconds=9), "confirmed after the device was reached over a new session;"),
        (DeployOptions(confirm_seconds=9, probe=False), "confirmed after it was read back;"),
        (DeployOptions(confirm_seconds=9, confirm_by="person"), "confirmed by you;"),
    ],
)
def test_who_confirms_is_said(options: DeployOptions, told: str) -> None:
    how = strategy(able("candidate:1.0", "confirmed-commit:1.1"), STANDARD, options)
    assert any(told in note for note in how.notes)
