"""Real servers for the end-to-end tests, and a person who trusts and answers what a test says."""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from netconf_gui.errors import HostKey
from netconf_gui.services.events import CredentialAnswer, CredentialRequest
from netconf_gui.workspace.inventory import CredentialPolicy, Device
from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Engine
from tests.conftest import REQUIRED
from tests.e2e.netconfd import Netconfd, available

CONFIG = 'xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'


def run_server(**options: object) -> Iterator[Netconfd]:
    if not REQUIRED:
        pytest.skip("needs a real server: set REQUIRE_SERVERS=1 (.ci/run does)")
    reason = available()
    if reason:
        pytest.fail(f"the real server cannot be started: {reason}")
    folder = Path(tempfile.mkdtemp(prefix="netconfd."))  # not pytest's: the server's user must get in
    server = Netconfd(folder, **options)  # type: ignore[arg-type]
    try:
        yield server.start()
    finally:
        server.stop()
        print((folder / "netconfd.log").read_text(errors="replace")[-3000:])  # shown where a test failed
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def candidate_server() -> Iterator[Netconfd]:
    """netconfd with :candidate."""
    yield from run_server()


@pytest.fixture(scope="session")
def running_server() -> Iterator[Netconfd]:
    """netconfd with :writable-running and :startup, without :candidate."""
    yield from run_server(target="running", startup=True)


@pytest.fixture
def fragile_server() -> Iterator[Netconfd]:
    """A netconfd of this test alone, to be killed."""
    yield from run_server()


class Person:
    """Answers the program's questions; remembers what it was asked."""

    def __init__(self, *, trust: bool = True, password: str | None = None) -> None:
        self.trust, self.password = trust, password
        self.keys: list[HostKey] = []
        self.requests: list[CredentialRequest] = []

    def host_key_unknown(self, key: HostKey) -> bool:
        self.keys.append(key)
        return self.trust

    def credentials(self, request: CredentialRequest) -> CredentialAnswer | None:
        self.requests.append(request)
        if self.password is None:
            return None
        return CredentialAnswer(self.password, policy=CredentialPolicy.ASK)

    def inform(self, text: str) -> None:
        pass


def device_of(server: Netconfd, *, key: bool = False) -> Device:
    files = (str(server.key),) if key else ()
    return Device(
        id="",
        name="box",
        host="127.0.0.1",
        port=server.port,
        username=server.user,
        use_agent=False,
        identity_files=files,
    )


@pytest.fixture
def workspace(program_home: Path) -> Workspace:
    return Workspace.open()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with_cache = Engine(cache_folder=tmp_path / "cache")
    yield with_cache
    with_cache.close()


@pytest.fixture
def witness() -> Iterator[object]:
    """Opens ncclient sessions: an independent look at the same server."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ncclient import manager
    logging.getLogger("ncclient").setLevel(logging.CRITICAL)
    opened = []

    def connect(server: Netconfd) -> object:
        session = manager.connect(
            host="127.0.0.1", port=server.port, username=server.user, key_filename=str(server.key),
            hostkey_verify=False, allow_agent=False, look_for_keys=False, timeout=30,
        )  # fmt: skip
        opened.append(session)
        return session

    yield connect
    for session in opened:
        try:
            session.close_session()
        except Exception:  # noqa: BLE001 - the server may be gone, which is the test's business
            session._session.close()
