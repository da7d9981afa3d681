"""Manual pages and shell completion, made from the programs' own argument parsers: they cannot tell something else.

`python packaging/manuals.py FOLDER` writes `man/` (troff), `bash/`, `zsh/` and `fish/`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netconf_gui import gui_main
from netconf_gui.cli import main as cli
from netconf_gui.demo import main as demo

DATE = "2026"
WINDOW, CONSOLE = "netconf-gui", "netconf-gui-cli"


@dataclass(frozen=True, slots=True)
class Command:
    """One page: the whole program, or one of its commands."""

    name: str  # netconf-gui-cli-apply
    words: str  # as it is typed
    about: str
    parser: argparse.ArgumentParser


def commands() -> Iterator[Command]:
    """All pages, the two programs first."""
    window = gui_main._parser()
    yield Command(WINDOW, WINDOW, window.description or "", window)
    whole = cli.parser()
    yield Command(CONSOLE, CONSOLE, whole.description or "", whole)
    for entry in cli.COMMANDS:
        parser = subparsers(cli.parser(entry.name))[entry.name]
        yield Command(f"{CONSOLE}-{entry.name}", f"{CONSOLE} {entry.name}", entry.help, parser)
    device = demo.parser()
    yield Command(f"{CONSOLE}-{cli.DEMO}", f"{CONSOLE} {cli.DEMO}", device.description or "run the demo device", device)


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser that has some."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


# ------------------------------------------------------------------------------------------------- manual pages


def escaped(text: str) -> str:
    """As troff reads it: nothing of it is a command."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").splitlines()
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in lines)


def page(command: Command, others: list[Command]) -> str:
    """The page in the man macros."""
    parser = command.parser
    title = command.name.upper().replace("-", "\\-")
    usage = " ".join(parser.format_usage().removeprefix("usage:").split())
    usage = command.words + usage.removeprefix(parser.prog)
    out = [
        f'.TH "{title}" 1 "{DATE}" "netconf_gui" "User Commands"',
        ".SH NAME",
        f"{escaped(command.name)} \\- {escaped(' '.join(command.about.rstrip('.').split()))}",
        ".SH SYNOPSIS",
        f".nh\n{escaped(usage)}\n.hy",
    ]
    if parser.description and parser.description.strip() != command.about:
        out += [".SH DESCRIPTION", escaped(" ".join(parser.description.split()))]
    options = [action for action in parser._actions if action.help is not argparse.SUPPRESS]
    out.append(".SH OPTIONS")
    for action in options:
        if isinstance(action, argparse._SubParsersAction):
            continue
        out += [".TP", f"\\fB{escaped(heading(action))}\\fR", escaped(help_of(action, parser)) or "\\&"]
    if parser.epilog:
        out += [".SH EXIT STATUS", escaped(" ".join(parser.epilog.split()))]
    if others:
        out.append(".SH SEE ALSO")
        out.append(", ".join(f"\\fB{escaped(one.name)}\\fR(1)" for one in others))
    return "\n".join(out) + "\n"


def heading(action: argparse.Action) -> str:
    """The option as it is typed, with the word for its value."""
    value = ""
    if action.nargs != 0:
        value = str(action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper())
    if not action.option_strings:
        return value
    return ", ".join(f"{name} {value}".strip() for name in action.option_strings)


def help_of(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    values = {**vars(action), "prog": parser.prog}
    return " ".join((action.help or "").split()) % values if action.help else ""


# ---------------------------------------------------------------------------------------------------- completion


def options_of(parser: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """Every option with its help."""
    return [(name, help_of(action, parser)) for action in parser._actions for name in action.option_strings]


def bash(all_commands: list[Command]) -> str:
    """For bash: commands, then the options of the chosen one, else files."""
    cases = "\n".join(
        f'    {one.words.split()[1]}) words="{" ".join(name for name, _ in options_of(one.parser))}" ;;'
        for one in all_commands
        if " " in one.words
    )
    names = " ".join(one.words.split()[1] for one in all_commands if " " in one.words)
    window = " ".join(name for name, _ in options_of(all_commands[0].parser))
    return f"""# completion of {WINDOW} and {CONSOLE} for bash
_netconf_gui_cli() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{names} --help" -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{cases}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
_netconf_gui() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}"
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "{window}" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}}
complete -o filenames -F _netconf_gui_cli {CONSOLE}
complete -o filenames -F _netconf_gui {WINDOW}
"""


def zsh(all_commands: list[Command]) -> str:
    """For zsh: commands with what they do, options with their help."""

    def quoted(text: str) -> str:
        return text.replace("'", "").replace(":", "\\:").replace("[", "(").replace("]", ")")

    names = "\n".join(f"    '{one.words.split()[1]}:{quoted(one.about)}'" for one in all_commands if " " in one.words)
    cases = "\n".join(
        f"    {one.words.split()[1]}) _arguments "
        + " ".join(f"'{name}[{quoted(text)}]'" for name, text in options_of(one.parser))
        + " '*:file:_files' ;;"
        for one in all_commands
        if " " in one.words
    )
    window = " ".join(f"'{name}[{quoted(text)}]'" for name, text in options_of(all_commands[0].parser))
    return f"""#compdef {WINDOW} {CONSOLE}
# completion of {WINDOW} and {CONSOLE} for zsh
if [[ "$service" == {WINDOW} ]]; then
  _arguments {window} '*:file:_files'
  return
fi
if (( CURRENT == 2 )); then
  local -a commands=(
{names}
  )
  _describe command commands
  return
fi
local command="$words[2]"
shift words
(( CURRENT-- ))
case "$command" in
{cases}
esac
"""


def fish(all_commands: list[Command]) -> str:
    """For fish: one line an option."""

    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def flag(name: str) -> str:
        return f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"

    out = [f"# completion of {WINDOW} and {CONSOLE} for fish"]
    for one in all_commands:
        parts = one.words.split()
        if len(parts) == 2:
            out.append(f"complete -c {CONSOLE} -n __fish_use_subcommand -a {parts[1]} -d {quoted(one.about)}")
            seen = f" -n '__fish_seen_subcommand_from {parts[1]}'"
        else:
            seen = ""
        if one.words == CONSOLE:
            continue
        for name, text in options_of(one.parser):
            out.append(f"complete -c {parts[0]}{seen} {flag(name)} -d {quoted(text)}")
    return "\n".join(out) + "\n"


def write(folder: Path) -> None:
    """All of it, in a folder for each kind."""
    all_commands = list(commands())
    for name, file, text in (
        *(
            (("man"), f"{one.name}.1", page(one, [two for two in all_commands if two is not one]))
            for one in all_commands
        ),
        ("bash", CONSOLE, bash(all_commands)),
        ("zsh", f"_{CONSOLE}", zsh(all_commands)),
        ("fish", f"{CONSOLE}.fish", fish(all_commands)),
    ):
        place = folder / name / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
