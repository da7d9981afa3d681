"""Proves Linux packages on a clean system: installs, self-tests, uses and removes them, and looks for what is left.

`python packaging/check_linux.py OUT` takes the packages in OUT.  The .deb goes into a fresh debootstrap root (needs
root and debootstrap), the .rpm and the tarball are unpacked and run from where they lie; all of it without a screen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
INSIDE = """
set -e
export DEBIAN_FRONTEND=noninteractive HOME=/tmp/home QT_QPA_PLATFORM=offscreen
list() { find / -xdev \\( -path /proc -o -path /dev -o -path /tmp -o -path /var \\) -prune -o -print | sort; }
apt-get install -y -q --no-install-recommends /tmp/package.deb > /tmp/install.log
apt-get purge -y -q netconf-gui > /tmp/purge.log
list > /tmp/before
apt-get install -y -q --no-install-recommends /tmp/package.deb > /tmp/install.log
netconf-gui --self-test
netconf-gui-cli --help > /dev/null
test -f /usr/share/applications/io.github.netconf_gui.desktop
apt-get purge -y -q netconf-gui > /tmp/purge.log
list > /tmp/after
comm -13 /tmp/before /tmp/after > /tmp/rest
if [ -s /tmp/rest ]; then echo "left behind:"; cat /tmp/rest; exit 1; fi
echo "removed without rest"
"""


def check_deb(package: Path) -> None:
    """Install into a root that holds nothing but the base system, run, remove."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        print("deb: not checked, that needs root and debootstrap")
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        mirror = os.environ.get("DEBIAN_MIRROR", MIRROR)
        subprocess.run(["debootstrap", "--variant=minbase", SUITE, root, mirror], check=True, stdout=subprocess.DEVNULL)
        shutil.copy(package, root / "tmp" / "package.deb")
        mounts = [root / "proc", root / "dev"]
        subprocess.run(["mount", "-t", "proc", "proc", mounts[0]], check=True)
        subprocess.run(["mount", "--bind", "/dev", mounts[1]], check=True)
        try:
            subprocess.run(["chroot", root, "/bin/sh", "-c", INSIDE], check=True)
        finally:
            for place in mounts:
                subprocess.run(["umount", "-l", place])


def check_unpacked(kind: str, unpack: list[str], package: Path, program: str) -> None:
    """Unpack somewhere and let the program check itself there."""
    with tempfile.TemporaryDirectory() as folder:
        command = " ".join(unpack).replace("PACKAGE", str(package))
        subprocess.run(command, cwd=folder, check=True, shell=True, stdout=subprocess.DEVNULL)
        (found,) = Path(folder).glob(program)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": folder}
        subprocess.run([found, "--self-test"], check=True, env=environment)
        print(f"{kind}: unpacked and checked")


def check_rpm_needs(package: Path) -> None:
    """Every library that the package asks for is one that its program would load here too."""
    done = subprocess.run(["rpm", "-qp", "--requires", package], capture_output=True, text=True, check=True)
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    for line in done.stdout.split("\n"):
        name = line.partition("(")[0].strip()
        if ".so" in name and f"\t{name} " not in known:
            raise SystemExit(f"rpm: {name} is asked for and not known here")
    print("rpm: what it asks for is known")


def main() -> int:
    out = Path(sys.argv[1]).resolve()
    for package in out.glob("*.rpm"):
        check_rpm_needs(package)
        check_unpacked("rpm", ["rpm2archive - < PACKAGE | tar -xz"], package, "usr/bin/netconf-gui")
    for package in out.glob("*.tar.gz"):
        check_unpacked("tarball", ["tar -xzf PACKAGE"], package, "*/bin/netconf-gui")
    for package in out.glob("*.deb"):
        check_deb(package)
    return 0


if __name__ == "__main__":
    sys.exit(main())
