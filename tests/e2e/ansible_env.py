"""Real Ansible for the end-to-end tests, in an environment of its own outside the checkout.

Standard library only, so that `.ci/run` can call it before anything is installed:

    ansible_env.py install                   makes the environment, once; root where Python lacks ensurepip
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ANSIBLE = "12.3.0"
PACKAGES = (f"ansible=={ANSIBLE}", "ansible-core~=2.19.0", "ncclient>=0.7.1,<0.8")


def folder() -> Path:
    """Where the environment is."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return Path(tempfile.gettempdir()) / f"netconf-gui-ansible-{ANSIBLE}-python{python}"


def playbook_program() -> Path | None:
    """`ansible-playbook`, None where the environment has not been made."""
    program = folder() / "bin" / "ansible-playbook"
    return program if (folder() / "ready").exists() and program.exists() else None


def install() -> None:
    """Make the environment; what an earlier run left half made is made anew."""
    if playbook_program() is not None:
        return
    shutil.rmtree(folder(), ignore_errors=True)
    probe = subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True)
    if probe.returncode:
        # Debian keeps it in a package of its own
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-qy", "--no-install-recommends", package], env=env, check=True)
    subprocess.run([sys.executable, "-m", "venv", folder()], check=True)
    command = [folder() / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]
    subprocess.run(command, check=True)
    (folder() / "ready").touch()


def main() -> int:
    if sys.argv[1:] == ["install"]:
        install()
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
