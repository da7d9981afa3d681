"""How a target is reached, said on the command line: proxies, the system's ssh, framing, times."""

from __future__ import annotations

import argparse
import os
import shutil

import pytest

from netconf_gui.cli.reaching import add_way, with_way
from netconf_gui.errors import ConfigError
from netconf_gui.workspace.inventory import Device
from tests.cli.conftest import Run
from tests.conftest import REQUIRED
from tests.services.conftest import Box
from tests.transport.proxies import ProxyServer


def device(*words: str) -> Device:
    parser = argparse.ArgumentParser()
    add_way(parser)
    return with_way(Device("", "box", "box", proxy="http://own:1"), parser.parse_args(words))


def test_what_is_not_given_is_as_the_device_says() -> None:
    assert device() == Device("", "box", "box", proxy="http://own:1")


def test_what_is_given_is_taken() -> None:
    made = device(
        "--transport", "openssh", "--old-algorithms", "--proxy", "socks5://me@p:1080", "--jump", "a,b:22",
        "--framing", "eom", "--connect-timeout", "3", "--rpc-timeout", "9", "--keepalive", "-1",
    )  # fmt: skip
    assert (made.transport, made.old_algorithms, made.proxy, made.proxy_jump) == (
        "openssh", True, "socks5://me@p:1080", "a,b:22",
    )  # fmt: skip
    assert (made.framing, made.connect_timeout, made.rpc_timeout, made.keepalive) == ("eom", 3.0, 9.0, -1.0)
    assert device("--proxy", "").proxy == ""


WRONG = (("--proxy", "p:1"), ("--proxy", "http://a:secret@p:1"), ("--jump", "gopher://x:1"), ("--rpc-timeout", "-3"))


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as refused:
        device(*words)
    assert "secret" not in refused.value.full_text()


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_through_a_proxy(box: Box, on: Run, kind: str) -> None:
    with ProxyServer(kind=kind) as proxy:
        done = on(box, "hello", "BOX", "--proxy", proxy.url, "--framing", "eom")
        assert done.status == 0, done.err
        assert proxy.asked == [("127.0.0.1", box.server.port)]


def test_a_proxy_that_refuses_is_no_connection(box: Box, on: Run) -> None:
    with ProxyServer(refuse=5) as proxy:
        done = on(box, "hello", "BOX", "--proxy", proxy.url)
    assert done.status == 3
    assert "the connection was refused" in done.err


@pytest.mark.skipif(not REQUIRED and (os.name == "nt" or shutil.which("ssh") is None), reason="needs the system's ssh")
def test_by_the_systems_ssh(box: Box, on: Run) -> None:
    done = on(box, "hello", "BOX", "--transport", "openssh")
    assert done.status == 0, done.err


@pytest.mark.skipif(not REQUIRED and (os.name == "nt" or shutil.which("ssh") is None), reason="needs the system's ssh")
def test_old_algorithms_are_warned_of(box: Box, on: Run) -> None:
    done = on(box, "hello", "BOX", "--old-algorithms")
    assert done.status == 0, done.err
    assert "broken or weak" in done.err
