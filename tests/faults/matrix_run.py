"""Playing one case of the fault matrix, and comparing what the program says with what the device holds.

Lives here: `play`, what it saw (`Seen`), and `lies`, which is empty when all that was said is true.  Does not live
here: the table (`matrix`), the device and its network (`matrix_lab`).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from netconf_gui.cli.apply import status_of_report
from netconf_gui.cli.status import Status
from netconf_gui.errors import Outcome, Stage
from netconf_gui.services.deploy import DeployOptions, DeployReport, deploy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.services.load import read_datastore
from netconf_gui.services.pending import Pending, pending, settle
from netconf_gui.services.words import DRAFT_KEPT
from netconf_gui.session import datastores
from netconf_gui.workspace.journal import JournalFolder, Unfinished
from tests.faults.matrix import PACE, Case, Flow
from tests.faults.matrix_draft import begin_draft, recovered
from tests.faults.matrix_lab import LONGEST, Lab
from tests.services.conftest import PASSWORD, edited, eventually, same

ROOT = Path(__file__).resolve().parents[2]
CHANGES = (
    (b"<hostname>demo-edge-1</hostname>", b"<hostname>box-2</hostname>"),
    (b"<description>Core to core1.fra</description>", b"<description>Core to the moon</description>"),
)
EDIT = (
    b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
    b'<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system"><hostname>box-2</hostname></system></config>'
)


@dataclass
class Seen:
    """What a case showed.  `holds`: as before, as wished or something else, at once and when all time is over."""

    case: Case
    holds: str
    later: str
    status: int
    said: str
    left: list[str]  # on the device, as long as the program's sessions were open
    left_later: list[str]  # when they had ended
    draft: bool  # it can be recovered, and says what was wished
    struck: bool
    report: DeployReport | None = None
    history: str | None = None  # the outcome in the history
    journal: tuple[Unfinished, ...] = ()
    pending: tuple[Pending, ...] = ()
    startup: str = ""
    requests: dict[Stage, int] = field(default_factory=dict)  # of the stages before the fault
    begun: list[Stage] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """In a word, for the table."""
        return self.report.outcome.value if self.report is not None else self.later


def options_of(flow: Flow, lab: Lab) -> DeployOptions:
    return DeployOptions(
        datastore="candidate" if flow.datastore == "candidate" else "running",
        confirm_seconds=PACE.confirm if flow.guarded else None,
        save_startup=flow.startup,
        device_name="box",
        device_id="box1",
        commit_timeout=lab.patience,
        cleanup_timeout=lab.patience,
        reconnect_pause=PACE.pause,
        expiry_slack=0.5,
        history=lab.workspace.snapshots,
    )


class Trap:
    """Lets the fault happen where its stage begins, and takes it away where the stage ends."""

    def __init__(self, case: Case, lab: Lab) -> None:
        self._case, self._lab = case, lab
        self.begun: list[Stage] = []
        self.requests: dict[Stage, int] = {}  # that a stage made, the first time it came
        self._set = False
        self._ended = False
        self._from = 0

    def __call__(self, event: Event) -> None:
        if not isinstance(event, StageEvent):
            return
        if event.state is StageState.RUNNING:
            self.begun.append(event.stage)
            self._from = self._lab.faults.requests
            if event.stage is self._case.stage and not self._set:
                self._set = True
                self._lab.faults.hit.clear()
                self._case.variant.strike(self._lab, self._case.request)
            return
        if not self._set:
            self.requests[event.stage] = self._lab.faults.requests - self._from
        if event.stage is self._case.stage and self._set and not self._ended:
            self._ended = True
            self._lab.faults.clear()
            if self._case.fault.cuts and not self._lab.faults.hit.is_set():
                self._lab.network.cut()


def play(case: Case, lab: Lab) -> Seen:
    """One apply with one fault, from the connection to the state of everything when it is over."""
    lab.faults.arm(*case.ways)
    return _play_killed(case, lab) if case.fault.kills else _play_here(case, lab)


def _play_here(case: Case, lab: Lab) -> Seen:
    session = lab.connect()
    base = read_datastore(session, "running", with_defaults=datastores.editing_with_defaults(session.capabilities))
    mine = edited(base, *CHANGES)
    draft = begin_draft(lab.workspace, base, mine)
    trap = Trap(case, lab)
    journal = JournalFolder(lab.workspace.locations.journal_folder)
    report = deploy(
        session,
        base=base,
        mine=mine,
        schema=lab.device.model.schema,
        options=options_of(case.flow, lab),
        on_event=trap,
        journal=journal,
        reconnect=lab.connect,
    )
    lab.faults.clear()
    if report.clean:
        lab.in_order()
    seen = _look(case, lab, CHANGES)
    draft.close()
    unfinished = journal.unfinished()
    entries = lab.workspace.snapshots.entries("box1").entries
    return _look_later(
        replace(
            seen,
            status=int(status_of_report(report)),
            said=report.text,
            report=report,
            begun=trap.begun,
            requests=trap.requests,
            journal=unfinished,
            history=entries[0].outcome if entries else None,
        ),
        lab,
        CHANGES,
        mine,
    )


def _play_killed(case: Case, lab: Lab) -> Seen:
    """The command line in a process of its own, which is ended in the stage; then what the next start finds."""
    changes = CHANGES[:1]
    mine = edited(lab.before, *changes)
    begun, status, _ = _run_command(case, lab, mine, confirm=PACE.confirm * 4)
    lab.faults.clear()
    lab.network.cut()
    assert eventually(lambda: not list(lab.device.sessions)), "the device keeps sessions of a process that has ended"
    seen = _look(case, lab, changes)
    journal = JournalFolder(lab.workspace.locations.journal_folder)
    unfinished, left = journal.unfinished(), pending(journal)
    said = " ".join(str(entry) for entry in unfinished) or "nothing: there is nothing to be said"
    for one in left:
        # what a person chooses at the next start; each way in turn
        decision: Literal["confirm", "cancel"] = "confirm" if case.variant.name.startswith("after") else "cancel"
        report = settle(one, lab.connect(), decision, journal=journal, history=lab.workspace.snapshots)
        seen.report, said = report, report.text
        if report.clean and report.outcome is not Outcome.UNKNOWN and journal.unfinished():
            said += " AND THE JOURNAL STILL OWES"
    entries = lab.workspace.snapshots.entries("box1").entries
    seen = replace(
        seen,
        said=said,
        status=status,
        journal=unfinished,
        pending=left,
        begun=begun,
        history=entries[0].outcome if entries else None,
    )
    return _look_later(seen, lab, changes, mine)


def play_command(case: Case, lab: Lab) -> tuple[int, dict[str, Any], str]:
    """The command line in a process of its own, to its end: exit status, what it wrote, what the device holds."""
    lab.faults.arm(*case.ways)
    mine = edited(lab.before, *CHANGES[:1])
    _, status, out = _run_command(case, lab, mine, confirm=PACE.confirm)
    lab.faults.clear()
    lab.everybody_leaves()
    lab.clock.jump(PACE.confirm * 5)
    return status, json.loads(out), _state(lab.read("running"), lab.before, CHANGES[:1])


def _run_command(case: Case, lab: Lab, mine: bytes, *, confirm: int) -> tuple[list[Stage], int, bytes]:
    """Run it, with the fault in its place; the stages that it began, its exit status, its stdout."""
    for name, data in {"base": lab.before, "mine": mine, "edit": EDIT}.items():
        (lab.home / name).write_bytes(data)
    words = ["apply", str(lab.home / "edit"), lab.url, "--datastore", case.flow.datastore, "--password-stdin", "--json"]
    words += ["--accept-host-key", lab.server.host_key_fingerprint]
    words += ["--confirmed", str(confirm)] if case.flow.guarded else []
    words += ["--save-startup"] if case.flow.startup else []
    hear_it, tell = os.pipe()
    hear, tell_it = os.pipe()
    command = [sys.executable, "-m", "tests.faults.killed_apply", str(tell), str(hear)]
    process = subprocess.Popen(
        [*command, str(lab.home / "base"), str(lab.home / "mine"), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "NETCONF_GUI_HOME": str(lab.home)},
        pass_fds=(tell, hear),
    )
    os.close(tell)
    os.close(hear)
    late = threading.Timer(LONGEST, process.kill)
    late.start()
    try:
        assert process.stdin is not None
        process.stdin.write(PASSWORD.encode() + b"\n")
        process.stdin.close()
        process.stdin = None
        with os.fdopen(hear_it) as lines:
            begun = _follow(case, lab, process, lines, tell_it)
        if case.fault.kills:
            process.kill()
        out, error = process.communicate()
        status = process.returncode
        assert status >= 0 or (case.fault.kills and status == -signal.SIGKILL), error.decode()
    finally:
        late.cancel()
        process.kill()
        process.wait()
        os.close(tell_it)
    return begun, status, out


def _follow(case: Case, lab: Lab, process: subprocess.Popen[bytes], lines: Iterable[str], go_on: int) -> list[Stage]:
    """Let the fault happen in its stage; returns when the process is to be ended there, or has ended."""
    begun: list[Stage] = []
    for line in lines:
        stage, begins = Stage(line[1:].strip()), line[0] == "+"
        here = stage is case.stage and begun.count(stage) <= 1
        if begins:
            begun.append(stage)
            if here and case.fault.kills and case.variant.name.startswith("before"):
                break
            if here and begun.count(stage) == 1:
                lab.faults.hit.clear()
                case.variant.strike(lab, case.request)
                if case.fault.kills:
                    lab.faults.once_done(process.kill)
            os.write(go_on, b".")
        elif here:
            if case.fault.kills:
                break  # nothing is asked in the stage
            lab.faults.clear()
    return begun


def _state(data: bytes, before: bytes, changes: tuple[tuple[bytes, bytes], ...]) -> str:
    if same(data, before):
        return "as before"
    return "as wished" if same(data, edited(before, *changes)) else "something else"


def _look(case: Case, lab: Lab, changes: tuple[tuple[bytes, bytes], ...]) -> Seen:
    holds = _state(lab.read("running"), lab.before, changes)
    return Seen(case, holds, holds, 0, "", lab.left_behind(), [], draft=False, struck=lab.faults.hit.is_set())


def _look_later(seen: Seen, lab: Lab, changes: tuple[tuple[bytes, bytes], ...], mine: bytes) -> Seen:
    """When all sessions have ended, and all time to confirm anything is over."""
    lab.everybody_leaves()
    waiting = lab.device.commits.pending_session is not None
    lab.clock.jump(PACE.confirm * 5)
    seen.left_later = [one for one in lab.left_behind() if not (waiting and "confirmed" in one)]
    seen.later = _state(lab.read("running"), lab.before, changes)
    seen.startup = _state(lab.read("startup"), lab.before_startup, changes)
    found = recovered(lab.workspace)
    seen.draft = found is not None and same(found, mine)
    return seen


# ---- what must be true


def lies(seen: Seen, *, came: bool = True) -> list[str]:
    """All that was said and is not so, and all that was not said; `came`: the stage must have come."""
    found = _lies_of_killed(seen) if seen.case.fault.kills else _lies_of_report(seen)
    if seen.left_later:
        found.append(f"left behind for good: {', '.join(seen.left_later)}")
    if not seen.draft:
        found.append("the draft cannot be recovered")
    if came and seen.case.stage not in seen.begun:
        found.append("the stage never came: tell matrix.WAYS what leads there")
    found += [
        f"{stage.value} asks more than once: tell matrix.SEVERAL"
        for stage, number in seen.requests.items()
        if number > 1 and not seen.case.flow.several(stage)
    ]
    return found


_TRUE = {
    Outcome.APPLIED: ("as wished",),
    Outcome.UNCHANGED: ("as before",),
    Outcome.ROLLED_BACK: ("as before",),
}


def _lies_of_report(seen: Seen) -> list[str]:
    report, found = seen.report, list[str]()
    assert report is not None
    gone = seen.case.fault.unreachable
    if report.outcome in _TRUE:
        if seen.holds not in _TRUE[report.outcome]:
            found.append(f"says {report.outcome.value}, and the device holds what is {seen.holds}")
        if seen.later not in _TRUE[report.outcome]:
            found.append(f"says {report.outcome.value}, and the device ends with what is {seen.later}")
    elif not gone and not report.pending:
        found.append(f"says that it cannot know, though the device can be reached (it holds what is {seen.holds})")
    elif report.pending and not gone and seen.later != "as before":
        found.append(f"says that the device takes it back, and it ends with what is {seen.later}")
    if report.clean and seen.left:
        found.append(f"says that all is in order, and there is: {', '.join(seen.left)}")
    if not report.clean and not gone and not report.pending and not seen.left:
        found.append("says that something is left behind, and nothing is")
    settled = report.clean and report.outcome is not Outcome.UNKNOWN
    if settled == bool(seen.journal):
        found.append("the journal owes something to a device in order" if settled else "the journal owes nothing")
    if report.outcome is Outcome.UNKNOWN and not re.search(r"Check |Read the config", report.text):
        found.append("does not say what to look at")
    if report.outcome is not Outcome.APPLIED and DRAFT_KEPT not in report.text:
        found.append("does not say that the draft is kept")
    found += _lies_of_status(seen, report) + _lies_of_history(seen, report)
    return found


def _lies_of_status(seen: Seen, report: DeployReport) -> list[str]:
    status, found = Status(seen.status), list[str]()
    if (status is Status.OK) != (report.outcome is Outcome.APPLIED and report.ok):
        found.append(f"exit status {int(status)} for {report.outcome.value}")
    if (status is Status.UNKNOWN) != (report.outcome is Outcome.UNKNOWN):
        found.append(f"exit status {int(status)} for {report.outcome.value}")
    written = next((one for one in reversed(report.stages) if one.stage is Stage.STARTUP), None)
    if written is not None and written.state is StageState.OK and seen.startup != "as wished":
        found.append(f"says that startup was written, and it is {seen.startup}")
    return found


def _lies_of_history(seen: Seen, report: DeployReport) -> list[str]:
    if seen.history is None or seen.history == report.outcome.value:
        return []
    return [f"the history says {seen.history} and the report {report.outcome.value}"]


def _lies_of_killed(seen: Seen) -> list[str]:
    """The next start knows of everything that was left or may have been done, and settles what can be settled."""
    found = list[str]()
    if seen.report is not None:
        if seen.later not in _TRUE.get(seen.report.outcome, (seen.later,)):
            found.append(f"says {seen.report.outcome.value}, and the device ends with what is {seen.later}")
        if seen.report.outcome is Outcome.UNKNOWN:
            found.append("a commit that waits could not be settled")
    if "STILL OWES" in seen.said:
        found.append("what was settled is still in the journal")
    if seen.history not in (None, Outcome.UNKNOWN.value) and seen.later not in _TRUE[Outcome(seen.history)]:
        found.append(f"the history says {seen.history}, and the device ends with what is {seen.later}")
    before_end = Stage.SNAPSHOT not in seen.begun
    if before_end and seen.holds != "as before" and not seen.journal:
        found.append(f"the device holds what is {seen.holds}, and the next start does not know of it")
    if "a commit to be confirmed" in seen.left and not seen.pending:
        found.append("a commit waits to be confirmed, and the next start does not know of it")
    rest = [one for one in seen.left if "confirmed" not in one]
    if rest:
        found.append(f"the end of the process left behind: {', '.join(rest)}")
    return found
