"""A refused operation says what state things are in and what to do."""

from __future__ import annotations

from netconf_gui.errors import RpcError, RpcFailed
from netconf_gui.services.operation_advice import explain


def test_a_refused_unlock_says_where_the_holder_is_found() -> None:
    error = RpcFailed("The device refused unlock.", [RpcError()], operation="unlock")
    explain(error)
    assert error.state == "Nothing was changed by it."
    assert "device page tells which one" in error.advice


def test_an_edit_may_be_done_in_part() -> None:
    error = RpcFailed("The device refused edit-config.", [RpcError(tag="data-missing")], operation="edit-config")
    explain(error)
    assert "a part of it may be done" in error.state
    assert error.advice.startswith("Check the name")


def test_what_an_error_says_itself_stays() -> None:
    error = RpcFailed("No.", [RpcError(tag="lock-denied")], operation="lock", state="So it is.", advice="Do this.")
    explain(error)
    assert (error.state, error.advice) == ("So it is.", "Do this.")
    explain(ValueError("no business of ours"))


def test_a_sentence_of_the_device_goes_on_with_the_tag() -> None:
    error = RpcFailed("The device refused unlock: There is no lock. (operation-failed).", [RpcError()])
    explain(error)
    assert error.message == "The device refused unlock: There is no lock (operation-failed)."
