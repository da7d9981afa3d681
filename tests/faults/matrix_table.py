"""docs/faults.md, made from what the fault matrix saw."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from netconf_gui.errors import Outcome, Stage
from tests.faults.matrix import FAULTS, FLOWS, FaultKind, flows_of
from tests.faults.matrix_run import Seen, lies

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
_LETTERS = {
    Outcome.APPLIED.value: "A", Outcome.UNCHANGED.value: "U", Outcome.ROLLED_BACK.value: "R",
    Outcome.UNKNOWN.value: "?", "as wished": "A", "as before": "U",
}  # fmt: skip
_HELD = {"as before": "what it held", "as wished": "the change", "something else": "something else"}
_HEAD = """# When something goes wrong in the middle of an apply

Made by `RUN_ALL=1 python -m pytest tests/faults/test_matrix.py`; not written by hand.

Every stage of an apply was hit by everything in the head of the table, against the demo device behind SSH, in
{flows}.
Then what the program said was compared with what the device held, at once and when all time to confirm was over; with
the locks and edits that were left on it; with journal, history and exit status; and the draft was recovered from disk.
{number} applies were played; what was said and was not so: {lies}.

One cell has every way in which the fault can happen: before or after the device has done what it was asked, at each of
the first two requests of the stage, with the network cut so that the device notices or does not.

| sign | the program says | and the device |
| --- | --- | --- |
| A0 | applied, exit status 0 | holds the change, and keeps it |
| A3, A4 | applied, though the connection was lost (3) or the device refused (4) | holds the change, and keeps it |
| U3, U4 | unchanged; connection lost (3) or refused (4) | holds what it held |
| R3, R4 | rolled back; connection lost (3) or refused (4) | held the change for a while, and holds what it held |
| ?5 | not known, and what to look at (exit status 5) | cannot be reached any more, or takes the change back later |
| \\* | that something may be left: a lock, an edit in candidate | the same; the journal remembers it |
| A-9, U-9, R-9 | nothing: it was ended by kill -9 | is found, or left, so by the next start |

In none of them a lock or an edit in candidate stays when the session has ended, and in none the draft is lost. Where
the program was ended by kill -9 the next start reads the journal, and says what is quoted below; a commit that waits to
be confirmed is confirmed or cancelled from there. A sign with no star means that no lock, no edit in candidate and no
commit that waits was left while the session still lasted.
"""


def write_table(seen: Sequence[Seen]) -> None:
    """Write the document; cases that did not come to their fault are left out, if their cell has others."""
    lines = [_HEAD.format(flows=_flow_words(), number=len(seen), lies=sum(bool(lies(one)) for one in seen) or "none")]
    lines.append("| stage | " + " | ".join(fault.title for fault in FAULTS) + " |")
    lines.append("| --- |" + " --- |" * len(FAULTS))
    for stage in Stage:
        cells = [_signs(_cell(seen, stage, fault)) for fault in FAULTS]
        lines.append(f"| {stage.value} | " + " | ".join(cells) + " |")
    for stage in Stage:
        lines += ["", f"## {stage.value.capitalize()}", ""]
        lines += _told([one for fault in FAULTS for one in _cell(seen, stage, fault)])
    DOCUMENT.write_text("\n".join(lines) + "\n", "utf-8")


def _flow_words() -> str:
    return f"{len(FLOWS)} flows (" + ", ".join(f"{flow.name}: {flow.title}" for flow in FLOWS) + ")"


def _cell(seen: Iterable[Seen], stage: Stage, fault: FaultKind) -> list[Seen]:
    found = [one for one in seen if one.case.stage is stage and one.case.fault is fault]
    return [one for one in found if one.struck or not one.case.variant.counted or not one.case.request]


def _sign(one: Seen) -> str:
    clean = one.report is None or one.report.clean
    return f"{_LETTERS.get(one.outcome, '?')}{one.status}{'' if clean else chr(92) + '*'}"


def _signs(cell: Sequence[Seen]) -> str:
    return " ".join(sorted({_sign(one) for one in cell}))


def _told(cells: Sequence[Seen]) -> list[str]:
    """One entry for each different end of a stage."""
    ends: dict[tuple[str, ...], list[Seen]] = {}
    for one in cells:
        ends.setdefault((_sign(one), one.holds, one.later, ", ".join(one.left), _words(one.said)), []).append(one)
    lines: list[str] = []
    for (sign, holds, later, _, said), those in sorted(ends.items(), key=lambda end: end[0][0]):
        text = f"- **{sign}** {_state(those[0], holds, later)} “{said}” After {'; '.join(_causes(those))}."
        lines += textwrap.wrap(text, width=120, subsequent_indent="  ", break_on_hyphens=False)
    return lines


def _causes(those: Sequence[Seen]) -> Iterator[str]:
    for fault in FAULTS:
        ones = [one for one in those if one.case.fault is fault]
        ways = list(dict.fromkeys(_way(one) for one in ones))
        flows = list(dict.fromkeys(one.case.flow.name for one in ones))
        words = ways if len(fault.variants) > 1 or "nothing" in "".join(ways) else []
        words += flows if ones and len(flows) < len(flows_of(ones[0].case.stage)) else []
        if ones:
            yield f"{fault.title} ({', '.join(words)})" if words else fault.title


def _way(one: Seen) -> str:
    asked = one.struck or not one.case.variant.counted or one.case.fault.cuts or one.case.fault.kills
    return one.case.variant.name if asked else "nothing is asked"


def _state(one: Seen, holds: str, later: str) -> str:
    words = f"The device holds {_HELD[holds]}"
    if later != holds:
        words += f", and later {_HELD[later]}"
    left = f"; left while the session lasts: {', '.join(one.left)}" if one.left else ""
    return f"{words}{left}."


def _words(text: str) -> str:
    """What was said, without what is another each time."""
    text = re.sub(r"\d\d:\d\d:\d\d", "hh:mm:ss", text)
    text = re.sub(r"127\.0\.0\.1(?::| port )\d+", "the device", text)
    text = re.sub(r"demo@the device", "the device", text)
    return re.sub(r"session \d+", "session n", text)
