"""A model of how IOS takes commands: what a configuration holds after some were typed.

Lives here: `Interpreter`, which the laws of the plan are held against and which the demo device uses.  Does not live
here: what the demo device finds wrong with a command (`demo.cisco_rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netconf_gui.config.cli_text import CliConfig, Line, parse_cli, render
from netconf_gui.config.cli_words import (
    VRF,
    begins,
    has_sequence,
    is_permanent,
    key_of,
    kind_of,
    negated,
    numbered_list,
    opens_section,
    ordered_inside,
    shown_when_off,
    tidy,
)

Check = Callable[[tuple[str, ...], str, "Interpreter"], None]


class Node:
    """A command in a configuration that changes."""

    __slots__ = ("body", "children", "text")

    def __init__(self, text: str, body: str | None = None) -> None:
        self.text = text
        self.body = body
        self.children: list[Node] = []

    def line(self) -> Line:
        """It and what is in it, as it does not change any more."""
        return Line(self.text, tuple(child.line() for child in self.children), self.body)


def nodes_of(lines: Sequence[Line]) -> list[Node]:
    """The same commands, to be changed."""
    found = []
    for line in lines:
        node = Node(line.text, line.body)
        node.children = nodes_of(line.children)
        found.append(node)
    return found


class Interpreter:
    """A configuration and the mode that commands are typed in; `check` may refuse one by raising."""

    def __init__(self, lines: Sequence[Line] = (), check: Check | None = None) -> None:
        self._root = Node("")
        self._root.children = nodes_of(lines)
        self._path = [self._root]
        self._check = check

    @property
    def path(self) -> tuple[str, ...]:
        """The sections that are open."""
        return tuple(node.text for node in self._path[1:])

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(node.line() for node in self._root.children)

    def text(self) -> str:
        """The configuration as a device writes it."""
        return render(self.lines)

    def walk(self) -> Iterator[tuple[Node, Node]]:
        """All commands, each with the one whose section it is in."""
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            for child in node.children:
                yield node, child
                waiting.append(child)

    def do(self, command: str) -> None:
        """Take one command, as it is typed; a banner comes with its body."""
        found = parse_cli(command).lines
        text = found[0].text if found else command.strip()
        body = found[0].body if found else None
        if not text or text[0] == "!":
            return
        if text == "end":
            del self._path[1:]
            return
        if text == "exit" or text.startswith("exit-"):
            if len(self._path) > 1:
                self._path.pop()
            return
        self._find_mode(text)
        if self._check is not None:
            self._check(self.path, text, self)
        if begins(self._here.text, "interface") and key_of(text.removeprefix("default ")) in VRF:
            self._lose_addresses(text)
        if text.startswith("default "):
            self._remove(tidy(text[8:]), both=True)
        elif negated(text):
            self._negate(text)
        else:
            self._set(text, body)

    def run(self, commands: Sequence[str]) -> Interpreter:
        """Take them all."""
        for command in commands:
            self.do(command)
        return self

    # ---- modes

    def _find_mode(self, text: str) -> None:
        """Leave sections in which a command has no place: one that opens a section elsewhere, and none here."""
        bare = text[8:] if text.startswith("default ") else negated(text) or text
        while len(self._path) > 1 and not opens_section(bare, self._path[-1].text):
            outer = self._path[-2].text if len(self._path) > 2 else ""
            opens_outside = opens_section(bare, outer) if outer else opens_section(bare)
            if not opens_outside and (len(self._path) == 2 or not opens_section(bare)):
                return
            self._path.pop()

    @property
    def _here(self) -> Node:
        return self._path[-1]

    # ---- setting

    def _set(self, text: str, body: str | None) -> None:
        here, wanted = self._here, tidy(text)
        outer = here.text
        opens = opens_section(wanted, outer) if outer else opens_section(wanted)
        there = next((node for node in here.children if tidy(node.text) == wanted), None)
        if there is not None and (opens or there.children):
            self._path.append(there)
            return
        node = Node(wanted, body)
        self._place(here, node)
        if opens:
            self._path.append(node)

    def _place(self, here: Node, node: Node) -> None:
        """Put a command where it belongs: in place of the one it is about, behind those of its kind, or at the end."""
        key, siblings = key_of(node.text), here.children
        same = [one for one in siblings if key_of(one.text) == key]
        if same and not (self._ordered(node) and not has_sequence(node.text)):
            siblings[siblings.index(same[0])] = node
            for more in same[1:]:
                siblings.remove(more)
            return
        if has_sequence(node.text) and ordered_inside(self.path):
            number = int(key)
            at = next(
                (at for at, one in enumerate(siblings) if has_sequence(one.text) and int(key_of(one.text)) > number),
                None,
            )
            siblings.insert(len(siblings) if at is None else at, node)
            return
        if here is self._root and not self._ordered(node):
            kind = kind_of(node.text)
            at = max((at for at, one in enumerate(siblings) if kind_of(one.text) == kind), default=None)
            if at is not None:
                siblings.insert(at + 1, node)
                return
        if here is self._root and self._ordered(node):
            name = numbered_list(node.text)
            at = max((at for at, one in enumerate(siblings) if numbered_list(one.text) == name), default=None)
            if at is not None:
                siblings.insert(at + 1, node)
                return
        siblings.append(node)

    def _ordered(self, node: Node) -> bool:
        """Whether it stands in a list whose order counts, so that an equal one may stand there twice."""
        return ordered_inside(self.path) or (len(self._path) == 1 and bool(numbered_list(node.text)))

    # ---- taking away

    def _lose_addresses(self, text: str) -> None:
        """An interface that comes into another VRF loses its addresses."""
        here = self._here
        if not any(tidy(node.text) == tidy(text) for node in here.children):
            here.children = [node for node in here.children if not node.text.startswith(("ip address", "ipv6 address"))]

    def _negate(self, text: str) -> None:
        bare = tidy(negated(text))
        shown, gone = shown_when_off(bare), self._remove(bare)
        if shown:
            self._place(self._here, Node(f"no {shown}"))
        elif not gone and not self._is_section(bare) and not numbered_list(f"{bare} "):
            self._place(self._here, Node(f"no {bare}"))

    def _is_section(self, bare: str) -> bool:
        return opens_section(bare, self._here.text) if self._here.text else opens_section(bare)

    def _remove(self, bare: str, *, both: bool = False) -> bool:
        """Take a command away; with `both` its `no` form as well.  False when there was nothing."""
        here = self._here
        if here is self._root and begins(bare, "access-list") and len(bare.split()) >= 2:
            # IOS takes the whole list, however much of an entry is named
            name = bare.split()[1]
            kept = [node for node in here.children if numbered_list(f"{node.text} ") != name]
            found = len(kept) < len(here.children)
            here.children = kept
            return found
        for node in here.children:
            if tidy(node.text) == bare and not (is_permanent(node.text) and len(self._path) == 1):
                here.children.remove(node)
                return True
        if ordered_inside(self.path) and not bare.isdigit():
            return False
        key = key_of(bare)
        gone = [
            node
            for node in here.children
            if (both or not negated(node.text)) and (key_of(node.text) == key or begins(node.text, bare))
        ]
        here.children = [node for node in here.children if node not in gone]
        return bool(gone)


def apply_commands(config: CliConfig, commands: Sequence[str]) -> CliConfig:
    """What a configuration becomes when these commands are typed at its global level."""
    return parse_cli(Interpreter(config.lines).run(commands).text())


def split_commands(text: str) -> list[str]:
    """The commands of a block, one by one, as they would be typed; banners whole."""
    rows = text.replace("\r\n", "\n").split("\n")
    found, at = [], 0
    while at < len(rows):
        row = rows[at].strip()
        if not row or row.startswith("!"):
            at += 1
            continue
        whole = parse_cli("\n".join(rows[at:])) if begins(row, "banner") else None
        last = whole.lines[0].last if whole is not None and whole.lines else 1
        found.append("\n".join([row, *rows[at + 1 : at + last]]))
        at += max(1, last)
    return found
