"""The program's icon in the forms that systems want: PNG of every size, ICO for Windows, ICNS for macOS.

`python packaging/pictures.py FOLDER` draws them from `resources/logo.svg`.  Both containers hold PNGs as they are.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
# Apple's names of the sizes that ICNS holds as PNG
ICNS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}


def draw(sizes: tuple[int, ...] = SIZES) -> dict[int, bytes]:
    """The logo as PNG, by size in px."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(ROOT / "resources" / "logo.svg"))
    found: dict[int, bytes] = {}
    for size in sizes:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        text = QByteArray()
        buffer = QBuffer(text)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        found[size] = bytes(text.data())
    del app
    return found


def ico(pictures: dict[int, bytes]) -> bytes:
    """Windows' icon file; sizes above 256 do not exist there."""
    chosen = sorted((size, data) for size, data in pictures.items() if size <= 256)
    head = struct.pack("<HHH", 0, 1, len(chosen))
    at = len(head) + 16 * len(chosen)
    entries, body = b"", b""
    for size, data in chosen:
        side = size % 256  # 0 stands for 256
        entries += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), at + len(body))
        body += data
    return head + entries + body


def icns(pictures: dict[int, bytes]) -> bytes:
    """macOS' icon file."""
    body = b"".join(
        name + struct.pack(">I", len(pictures[size]) + 8) + pictures[size]
        for size, name in ICNS.items()
        if size in pictures
    )
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    pictures = draw()
    for size, data in pictures.items():
        (folder / f"netconf-gui-{size}.png").write_bytes(data)
    (folder / "netconf-gui.ico").write_bytes(ico(pictures))
    (folder / "netconf-gui.icns").write_bytes(icns(pictures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
