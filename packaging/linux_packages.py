"""Linux packages of the frozen program: .deb, .rpm, a tarball, and the folder that an AppImage is made of.

`python packaging/linux_packages.py FROZEN OUT [--only deb,rpm,tar,appdir]`: FROZEN is what PyInstaller made.  Every
package holds the same tree (`install_tree`); what it needs from the system is read from the program's own libraries.
With SOURCE_DATE_EPOCH set the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAME, APP_ID = "netconf-gui", "io.github.netconf_gui"
SUMMARY = "see, edit and safely change the configuration of NETCONF devices"
MAINTAINER = "The netconf_gui project <netconf-gui@users.noreply.github.com>"
DESCRIPTION = """\
A desktop program for people who configure network devices: it shows a
device's configuration as a tree that knows its YANG modules, shows exactly
what will change, and applies it as one safe transaction over NETCONF."""
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
# what every system has that starts a dynamically linked program
LOADER = re.compile(r"^(ld-linux.*|lib(c|m|dl|pthread|rt|util|resolv|nsl|crypt)\.so(\.\d+)?|linux-vdso.*)$")
# libraries that are opened by name, so that no file says it needs them: Qt's window plugin
OPENED = ("libxcb-cursor.so.0", "libEGL.so.1", "libGL.so.1", "libfontconfig.so.1", "libxkbcommon-x11.so.0")
# on Debian: the package of each library (both names where one was renamed for 64-bit time)
DEBIAN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdrm.so.2": "libdrm2",
    "libgbm.so.1": "libgbm1",
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-dri2.so.0": "libxcb-dri2-0",
    "libxcb-dri3.so.0": "libxcb-dri3-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libz.so.1": "zlib1g",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
    "libexpat.so.1": "libexpat1",
    "libuuid.so.1": "libuuid1",
}


FONTS = ("fontconfig-config", "fonts-dejavu-core | fonts-noto-core | fonts-liberation | fonts-freefont-ttf")


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def moment() -> int:
    """Seconds since the epoch that files in packages carry."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or (ROOT / "CHANGELOG.md").stat().st_mtime)


# ----------------------------------------------------------------------------------------------------- the tree


def install_tree(frozen: Path, root: Path) -> None:
    """All that is installed, below `root`: the program in /usr/lib, links in /usr/bin, the rest in /usr/share."""
    home, binaries, share = root / "usr/lib" / NAME, root / "usr/bin", root / "usr/share"
    shutil.copytree(frozen, home, symlinks=True)
    binaries.mkdir(parents=True)
    for program in (NAME, f"{NAME}-cli"):
        (binaries / program).symlink_to(f"../lib/{NAME}/{program}")
    _put(HERE / "linux" / f"{APP_ID}.desktop", share / "applications" / f"{APP_ID}.desktop")
    _put(HERE / "linux" / f"{APP_ID}.metainfo.xml", share / "metainfo" / f"{APP_ID}.metainfo.xml")
    _put(HERE / "linux" / f"{APP_ID}.mime.xml", share / "mime/packages" / f"{APP_ID}.xml")
    _put(ROOT / "resources/logo.svg", share / "icons/hicolor/scalable/apps" / f"{APP_ID}.svg")
    _put(ROOT / "LICENSE", share / "doc" / NAME / "copyright")
    _pictures(share / "icons/hicolor")
    _manuals(share)
    _settle(root)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _pictures(folder: Path) -> None:
    from pictures import draw

    for size, data in draw(ICON_SIZES).items():
        place = folder / f"{size}x{size}" / "apps" / f"{APP_ID}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _manuals(share: Path) -> None:
    from manuals import CONSOLE, WINDOW, bash, commands, fish, page, zsh

    known = list(commands())
    for one in known:
        place = share / "man/man1" / f"{one.name}.1.gz"
        place.parent.mkdir(parents=True, exist_ok=True)
        text = page(one, [two for two in known if two is not one]).encode()
        place.write_bytes(gzip.compress(text, mtime=0))
    for place, text in (
        (share / "bash-completion/completions" / CONSOLE, bash(known)),
        (share / "zsh/vendor-completions" / f"_{CONSOLE}", zsh(known)),
        (share / "fish/vendor_completions.d" / f"{CONSOLE}.fish", fish(known)),
    ):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    (share / "bash-completion/completions" / WINDOW).symlink_to(CONSOLE)


def _settle(root: Path) -> None:
    """Plain permissions and one time for all, whatever the checkout had."""
    at = moment()
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (at, at), follow_symlinks=False)


# ----------------------------------------------------------------------------------------- what the system must have


def needed(tree: Path) -> set[str]:
    """The libraries that files in the tree need and the tree does not hold."""
    files = [path for path in tree.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)]
    there = {path.name for path in files} | {path.name for path in tree.rglob("*.so*")}
    wanted = set(OPENED)
    for path in files:
        wanted |= set(_needs(path))
    return {name for name in wanted if name not in there and not LOADER.match(name)}


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _needs(path: Path) -> Iterator[str]:
    done = subprocess.run(["objdump", "-p", str(path)], capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == "NEEDED":
            yield words[1]


def glibc(tree: Path) -> str:
    """The newest version of the C library that a file in the tree asks for: the oldest system it runs on."""
    newest = (2, 17)
    for path in tree.rglob("*"):
        if path.is_file() and not path.is_symlink() and _is_elf(path):
            done = subprocess.run(["objdump", "-T", str(path)], capture_output=True, text=True)
            for found in re.findall(r"GLIBC_2\.(\d+)", done.stdout):
                newest = max(newest, (2, int(found)))
    return ".".join(map(str, newest))


# ------------------------------------------------------------------------------------------------------ packages


def deb(tree: Path, out: Path, scratch: Path) -> Path:
    """A package for Debian and its relatives, by dpkg-deb."""
    libraries = needed(tree)
    unknown = sorted(libraries - set(DEBIAN))
    if unknown:
        raise SystemExit(f"deb: nothing is known of {', '.join(unknown)}: add their packages to DEBIAN")
    depends = sorted({f"libc6 (>= {glibc(tree)})", *FONTS, *(DEBIAN[name] for name in libraries)})
    folder = scratch / "deb"
    shutil.copytree(tree, folder, symlinks=True)
    size = sum(path.lstat().st_size for path in folder.rglob("*")) // 1024
    control = folder / "DEBIAN" / "control"
    control.parent.mkdir()
    described = "\n".join(f" {line}" for line in DESCRIPTION.splitlines())
    control.write_text(
        f"Package: {NAME}\nVersion: {version()}\nArchitecture: amd64\nMaintainer: {MAINTAINER}\n"
        f"Installed-Size: {size}\nDepends: {', '.join(depends)}\n"
        "Recommends: openssh-client, gnome-keyring | kwalletmanager\n"
        f"Section: net\nPriority: optional\nDescription: {SUMMARY}\n{described}\n",
        "utf-8",
    )
    _settle(folder)
    made = out / f"{NAME}_{version()}_amd64.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(moment())}
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", folder, made], check=True, env=environment)
    return made


def rpm(tree: Path, out: Path, scratch: Path) -> Path:
    """A package for Fedora, openSUSE and their relatives, by rpmbuild; libraries are asked for by name."""
    top = scratch / "rpm"
    (top / "SPECS").mkdir(parents=True)
    requires = "\n".join(f"Requires: {name}()(64bit)" for name in sorted(needed(tree)))
    files = "\n".join(
        f'"/{path.relative_to(tree)}"' for path in sorted(tree.rglob("*")) if path.is_symlink() or path.is_file()
    )
    spec = top / "SPECS" / f"{NAME}.spec"
    spec.write_text(
        f"""Name: {NAME}
Version: {version()}
Release: 1
Summary: {SUMMARY}
License: Apache-2.0
AutoReqProv: no
Requires: libc.so.6(GLIBC_{glibc(tree)})(64bit)
{requires}
%global __os_install_post %{{nil}}
%global debug_package %{{nil}}
%global _build_id_links none
%description
{DESCRIPTION}
%install
mkdir -p %{{buildroot}}
cp -a {tree}/. %{{buildroot}}/
%files
%defattr(-,root,root,-)
%dir /usr/lib/{NAME}
{files}
""",
        "utf-8",
    )
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(moment())}
    flags = ["--define", f"_topdir {top}", "--define", "use_source_date_epoch_as_buildtime 1", "--target", "x86_64"]
    subprocess.run(["rpmbuild", "-bb", *flags, spec], check=True, env=environment, stdout=subprocess.DEVNULL)
    (built,) = (top / "RPMS").rglob("*.rpm")
    return Path(shutil.copy(built, out / built.name))


def tarball(tree: Path, out: Path, scratch: Path) -> Path:
    """A folder to unpack anywhere: bin/netconf-gui starts it."""
    made = out / f"{NAME}-{version()}-linux-x86_64.tar.gz"
    top = f"{NAME}-{version()}"

    def plain(item: tarfile.TarInfo) -> tarfile.TarInfo:
        item.uid = item.gid = 0
        item.uname = item.gname = "root"
        return item

    raw = scratch / "package.tar"
    with tarfile.open(raw, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted((tree / "usr").rglob("*")):
            archive.add(path, f"{top}/{path.relative_to(tree / 'usr')}", recursive=False, filter=plain)
    with (
        raw.open("rb") as source,
        made.open("wb") as target,
        gzip.GzipFile("", "wb", 9, target, mtime=moment()) as zipped,
    ):
        shutil.copyfileobj(source, zipped)
    return made


def appdir(tree: Path, out: Path, scratch: Path) -> Path:
    """The folder of an AppImage; `packaging/linux/appimage.sh` makes one file of it where appimagetool is."""
    made = out / "netconf_gui.AppDir"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(tree, made, symlinks=True)
    _put(HERE / "linux" / f"{APP_ID}.desktop", made / f"{APP_ID}.desktop")
    _put(ROOT / "resources/logo.svg", made / f"{APP_ID}.svg")
    run = made / "AppRun"
    run.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/usr/bin/netconf-gui" "$@"\n', "utf-8")
    _settle(made)
    run.chmod(0o755)
    return made


KINDS: dict[str, Callable[[Path, Path, Path], Path]] = {"deb": deb, "rpm": rpm, "tar": tarball, "appdir": appdir}


def main() -> int:
    sys.path.insert(0, str(HERE))
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("frozen", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--only", default=",".join(KINDS), help="which, separated by commas")
    given = options.parse_args()
    scratch = given.out.resolve() / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    tree = scratch / "tree"
    tree.mkdir(parents=True)
    install_tree(given.frozen.resolve(), tree)
    for kind in given.only.split(","):
        print(KINDS[kind](tree, given.out.resolve(), scratch))
    shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
