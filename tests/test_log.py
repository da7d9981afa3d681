"""The log file: private, rotating, and without the credentials in use."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from netconf_gui import log


@pytest.fixture(autouse=True)
def _closed() -> object:
    yield
    log.shutdown()


def test_a_guarded_credential_is_struck_out_even_of_tracebacks(tmp_path: Path) -> None:
    log.configure(tmp_path)
    with log.guard("s3cret-pass"):
        log.get("x").warning("tried %s", "s3cret-pass")
        try:
            raise ValueError("bad s3cret-pass")
        except ValueError:
            log.get("x").exception("failed")
    text = (tmp_path / "netconf_gui.log").read_text()
    assert "s3cret-pass" not in text
    assert text.count(log.STRUCK) == 3


def test_guards_nest(tmp_path: Path) -> None:
    with log.guard("abcdef"):
        with log.guard("abcdef"):
            pass
        assert log.strike("xabcdef") == "x" + log.STRUCK
    assert log.strike("xabcdef") == "xabcdef"


def test_the_file_belongs_to_its_owner(tmp_path: Path) -> None:
    log.configure(tmp_path / "logs")
    log.get("x").info("hello")
    assert stat.S_IMODE((tmp_path / "logs" / "netconf_gui.log").stat().st_mode) == 0o600


def test_libraries_do_not_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(None)
    logging.getLogger("paramiko.transport").error("Exception (client): secret stuff")
    log.shutdown()
    logging.getLogger("paramiko.transport").error("Socket exception: a thread that ends late")
    assert capsys.readouterr() == ("", "")
