"""What the system's ssh runs to ask us: for secrets (`SSH_ASKPASS`), host keys (`KnownHostsCommand`), `ProxyCommand`.

A program of its own: it hands each question to the socket of `openssh_questions` and the answer back to ssh.  Standard
library only, nothing of this program is imported; no secret is in its arguments, its environment or a file.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence

ASK, HOST_KEY, WAY = "ask", "host-key", "way"


def main(argv: Sequence[str]) -> int:
    """`argv`: the socket's path, what is asked (one of the three), and what ssh adds."""
    path, kind, *words = argv
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.connect(path)
        question = {"kind": kind, "words": words, "hint": os.environ.get("SSH_ASKPASS_PROMPT", "")}
        sock.sendall(json.dumps(question).encode() + b"\n")
        if kind == WAY:
            return _pass_on(sock)
        answer = _line(sock)
    if not answer:
        return 1
    reply = json.loads(answer)
    os.write(1, (reply["text"] + "\n").encode("utf-8", "surrogateescape"))
    return int(reply["status"])


def _line(sock: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\n"):
        piece = sock.recv(65536)
        if not piece:
            return b""
        data += piece
    return data


def _pass_on(sock: socket.socket) -> int:
    """The connected socket, to ssh's own (`ProxyUseFdpass` of ssh_config(5))."""
    _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
    if not descriptors:
        return 1
    with socket.socket(fileno=os.dup(1)) as output:
        socket.send_fds(output, [b"\0"], descriptors)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
