"""hello and the options that decide the kind of server."""

from __future__ import annotations

from tests.cli.conftest import Box, Run

HELLO = (
    '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>'
    "<capability>urn:ietf:params:netconf:base:1.0</capability>"
    "<capability>http://xml.juniper.net/netconf/junos/1.0</capability>"
    "</capabilities><session-id>7</session-id></hello>"
)


def test_hello_says_which_server_it_is_and_why(run: Run) -> None:
    done = run("hello", "--file", "-", stdin=HELLO)
    assert done.status == 0
    assert "Juniper Junos OS (junos)" in done.out
    assert "Its hello names http://xml.juniper.net/netconf/junos/1.0." in done.out
    assert "nested-errors" in done.out and "Junos puts rpc-errors inside commit-results" in done.out
    told = run("hello", "--file", "-", "--json", stdin=HELLO).json
    assert told["profile"] == "junos"
    assert told["profile_why"].startswith("Its hello names")
    assert {"name", "title", "reason"} == set(told["quirks"][0])
    assert any("Warnings come as rpc-errors" in note for note in told["notes"])


def test_profile_and_quirks_of_the_command_line(run: Run) -> None:
    done = run("hello", "--file", "-", "--json", "--profile", "huawei", "--quirk=-continued-replies", stdin=HELLO)
    assert done.json["profile"] == "huawei"
    assert [quirk["name"] for quirk in done.json["quirks"]] == ["nul-bytes"]
    assert "continued-replies off" in done.json["profile_why"]


def test_names_that_nobody_knows(run: Run, box: Box, on: Run) -> None:
    for wrong in (("--profile", "toaster"), ("--quirk", "toaster"), ("--quirk", "no-message-id")):
        assert run("hello", "--file", "-", *wrong, stdin=HELLO).status == 2
        done = on(box, "get", "BOX", *wrong)
        assert done.status == 2
        assert wrong[1] in done.err


def test_a_device_taken_for_another(box: Box, on: Run) -> None:
    done = on(box, "hello", "BOX", "--json", "--profile", "ios-xr")
    assert done.status == 0
    assert done.json["profile"] == "ios-xr"
    assert "Chosen by hand" in done.json["profile_why"]
