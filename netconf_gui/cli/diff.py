"""`diff`: what differs between two configurations: as a tree of nodes, text, JSON, a page, or a YANG patch."""

from __future__ import annotations

import argparse
from pathlib import PurePath

from netconf_gui.cli import texts
from netconf_gui.cli.files import add_schemas, config_of, local_schema, read_bytes, shown_name
from netconf_gui.cli.running import Command
from netconf_gui.cli.status import Status
from netconf_gui.config.codec import read_root, write
from netconf_gui.config.diff import Diff, diff, text_diff
from netconf_gui.config.diff_export import Mask, entry_line, summary_text, to_json
from netconf_gui.config.diff_html import to_html
from netconf_gui.config.yang_patch import yang_patch, yang_patch_json
from netconf_gui.services.change import masked

CONTEXT = 3  # lines of text beside each change

FORMATS = ("tree", "text", "json", "html", "yang-patch", "yang-patch-json")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Two files and the form of the answer."""
    parser.add_argument("a", metavar="A", help="a configuration in XML (- is stdin)")
    parser.add_argument("b", metavar="B", help="the other one")
    add_schemas(parser)
    parser.add_argument("--format", choices=FORMATS, default="tree", help="default: tree")
    parser.add_argument(
        "--show-secrets", action="store_true", help="write passwords and keys out; without it they are ***"
    )


def run(command: Command) -> Status:
    """Print the differences; status 1 when there are any."""
    arguments = command.arguments
    files = read_bytes(arguments.a), read_bytes(arguments.b)
    if texts.both_texts((arguments.a, arguments.b), files):
        return texts.diff(command, *files)

    def compare() -> Diff:
        with local_schema(command) as schema:
            names = (arguments.a, arguments.b)
            first, second = (config_of(data, name, schema) for data, name in zip(files, names, strict=True))
            found = diff(read_root(first), read_root(second), schema, cancel=command.cancel)
            # the entries outlive the engine's schema: what is shown of them is made here
            form = "json" if command.output.as_json else arguments.format
            mask = None if arguments.show_secrets else masked
            if form == "text":
                _print_text(command, first, second)
            elif form == "tree":
                _print_tree(command, found, mask)
            else:
                _export(command, found, form, mask)
            return found

    return Status.FINDINGS if command.run(compare) else Status.OK


def _export(command: Command, found: Diff, form: str, mask: Mask | None) -> None:
    """Write the differences in a form for others to read."""
    arguments = command.arguments
    title = f"{shown_name(arguments.a)} → {shown_name(arguments.b)}"
    patch_id = f"{PurePath(arguments.a).name}-{PurePath(arguments.b).name}"
    if form == "json":
        command.output.data(to_json(found, mask=mask).encode())
    elif form == "html":
        command.output.data(to_html(found, title, mask=mask).encode())
    elif not found:
        command.output.say("No difference.")
    elif form == "yang-patch":
        command.output.data(yang_patch(found, patch_id, comment=title, mask=mask))
    else:
        command.output.data(yang_patch_json(found, patch_id, comment=title, mask=mask).encode())


def _print_tree(command: Command, found: Diff, mask: Mask | None) -> None:
    for entry in found.entries:
        command.output.text(entry_line(entry, mask))
    command.output.say(summary_text(found, mask) if found.entries else "No difference.")


def _print_text(command: Command, first: bytes, second: bytes) -> None:
    before = write(read_root(first)).decode().splitlines()
    after = write(read_root(second)).decode().splitlines()
    blocks = text_diff(before, after)
    for number, block in enumerate(blocks):
        if block.kind == "same":
            lines = _context(before[block.a_start : block.a_end], number > 0, number + 1 < len(blocks))
            for line in lines:
                command.output.text(line)
            continue
        for line in before[block.a_start : block.a_end]:
            command.output.text(f"-{line}")
        for line in after[block.b_start : block.b_end]:
            command.output.text(f"+{line}")


def _context(lines: list[str], after_change: bool, before_change: bool) -> list[str]:
    """The few lines beside a change; what is left out is counted."""
    head = lines[:CONTEXT] if after_change else []
    tail = lines[max(len(head), len(lines) - CONTEXT) :] if before_change else []
    left = len(lines) - len(head) - len(tail)
    gap = [f"@@ {left} lines alike @@"] if left else []
    return [*(f" {line}" for line in head), *gap, *(f" {line}" for line in tail)]
