"""The demo device as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from ncclient import manager
from ncclient.transport.errors import AuthenticationError

from netconf_gui.cli.demo_device import run as main
from netconf_gui.workspace.locations import Locations

ROOT = Path(__file__).resolve().parents[2]


def start(*options: str, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "netconf_gui", "--demo-device", *options],
        cwd=ROOT,
        env={**os.environ, **extra},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    _out, err = process.communicate(timeout=30)
    return process.returncode, err


def connect(port: int, password: str):
    return manager.connect(
        host="127.0.0.1",
        port=port,
        username="demo",
        password=password,
        hostkey_verify=False,
        allow_agent=False,
        look_for_keys=False,
        timeout=20,
    )


def test_ready_line_and_end_of_input():
    process = start("--until-eof")
    line = process.stdout.readline()
    assert line.startswith("ready ssh://demo@127.0.0.1:")
    with connect(int(line.rpartition(":")[2]), "demo") as client:
        assert client.connected
    assert finish(process) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="TERM is not sent on Windows")
def test_term_ends_it_in_good_order():
    process = start()
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert finish(process) == (0, "")


def test_password_from_the_first_line_and_facts_as_json():
    process = start("--until-eof", "--json", "--password-stdin")
    process.stdin.write("a long random one\n")
    process.stdin.flush()
    facts = json.loads(process.stdout.readline())
    assert facts["user"] == "demo"
    assert facts["fingerprint"].startswith("SHA256:")
    with pytest.raises(AuthenticationError):
        connect(facts["port"], "demo")
    with connect(facts["port"], "a long random one") as client:
        assert client.connected
    assert finish(process) == (0, "")


def test_password_from_the_environment_and_the_host_key_is_kept(tmp_path):
    seen = set()
    for _ in range(2):
        process = start(
            "--until-eof", "--json", "--password-env", "SECRET", "--host-key", str(tmp_path / "k"), SECRET="x1"
        )
        facts = json.loads(process.stdout.readline())
        seen.add(facts["fingerprint"])
        with connect(facts["port"], "x1") as client:
            assert client.connected
        assert finish(process) == (0, "")
    assert len(seen) == 1


def test_faults_from_a_file(tmp_path):
    script = tmp_path / "faults.json"
    script.write_text('[{"operation": "get-config", "action": "rpc-error", "message": "Scripted."}]')
    process = start("--until-eof", "--faults", str(script))
    port = int(process.stdout.readline().rpartition(":")[2])
    with connect(port, "demo") as client, pytest.raises(Exception, match="Scripted"):
        client.get_config("running")
    assert finish(process) == (0, "")


def test_what_is_wrong_is_said(tmp_path, capsys, monkeypatch):
    script = tmp_path / "faults.json"
    script.write_text("nonsense")
    assert main(["--faults", str(script)]) == 2
    assert "not JSON" in capsys.readouterr().err
    monkeypatch.setenv("EMPTY", "")
    assert main(["--password-env", "EMPTY"]) == 2
    with pytest.raises(SystemExit):
        main(["--model", "toaster"])


@pytest.mark.parametrize("port", ["65536", "-1", "x", "²"])
def test_a_port_that_cannot_be_is_usage(port: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as stopped:
        main(["--port", port])
    assert stopped.value.code == 2
    assert "Allowed: 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--faults", "--authorized-keys"])
def test_a_file_that_cannot_be_read_is_usage(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([option, str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_its_files_are_where_all_files_of_the_program_are(tmp_path: Path):
    process = start("--until-eof", NETCONF_GUI_HOME=str(tmp_path))
    assert process.stdout is not None and process.stdout.readline().startswith("ready")
    assert finish(process) == (0, "")
    places = Locations.under(tmp_path)
    assert places.demo_host_key.is_file()
    assert list(places.schema_folder.iterdir())
    assert list(places.cache.iterdir()) == [places.schema_folder]


def test_a_port_in_use_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port), "--host-key", str(tmp_path / "key")]) == 3
    assert f"cannot listen on port {port}" in capsys.readouterr().err


def test_tls_and_calling_home_by_options(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        there = f"127.0.0.1:{listener.getsockname()[1]}"
        process = start(
            "--until-eof", "--json", "--tls-port", "0", "--tls-folder", str(tmp_path / "tls"),
            "--call-home", there, "--call-home-pause", "0.1",
        )  # fmt: skip
        facts = json.loads(process.stdout.readline())["tls"]
        assert facts["url"] == f"tls://127.0.0.1:{facts['port']}"
        with manager.connect_tls(
            host="127.0.0.1", port=facts["port"], certfile=str(tmp_path / "tls" / "demo.pem"), ca_certs=facts["ca"],
            protocol=ssl.PROTOCOL_TLS_CLIENT, timeout=20,
        ) as client:  # fmt: skip
            assert client.connected
        sock, _ = listener.accept()
        with sock:
            assert sock.recv(4) == b"SSH-"
    assert finish(process) == (0, "")


@pytest.mark.parametrize(
    "options",
    [
        ("--call-home", "nowhere"),
        ("--tls-port", "0", "--tls-key", "x"),
        ("--tls-port", "0", "--tls-user", "AB=nobody"),
        ("--tls-port", "0", "--model", "cisco-ios"),
    ],
)
def test_options_of_tls_and_calling_home_that_cannot_be(tmp_path, options, capsys):
    assert main(["--tls-folder", str(tmp_path), *options]) == 2
    assert capsys.readouterr().err
