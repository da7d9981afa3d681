"""How an apply goes on a device, by what the device announces; real hellos included."""

from __future__ import annotations

import pytest

from netconf_gui.errors import CapabilityMissing
from netconf_gui.protocol.capabilities import CAPABILITY, Capabilities
from netconf_gui.protocol.profiles import NETCONFD, STANDARD
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
