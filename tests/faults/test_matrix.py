"""Every stage of an apply × everything that can go wrong in it: what the program says is what the device holds.

An ordinary run plays a third of the cells, chosen by a seed; with RUN_ALL all of them, in all flows, and docs/faults.md
is written from what was seen.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from netconf_gui.demo.model import Model
from netconf_gui.errors import Stage
from tests.faults.matrix import ALL, FAULTS, FLOWS, PACE, Case, chosen
from tests.faults.matrix_lab import Lab
from tests.faults.matrix_run import Seen, lies, play, play_command
from tests.faults.matrix_table import DOCUMENT, write_table

SEEN: list[Seen] = []


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("matrix") / "host_key"


MakeLab = Callable[..., Lab]


@pytest.fixture(scope="module")
def lab_of(model: Model, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeLab]:
    """A lab for a case; whoever asks for it closes it."""
    homes = tmp_path_factory.mktemp("labs")
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(homes))
        yield lambda case, slowly=False: Lab(
            model,
            key,
            homes / str(next(numbers)),
            patience=case.fault.patience * (10 if slowly else 1),
            pause=PACE.pause,
        )


def play_one(lab_of: MakeLab, case: Case) -> Seen:
    """Play a case; once more if the machine was too slow for our patience."""
    with contextlib.closing(lab_of(case)) as lab:
        seen = play(case, lab)
    if case.stage in seen.begun or lies(seen, came=False):
        return seen
    with contextlib.closing(lab_of(case, slowly=True)) as lab:
        return play(case, lab)


@pytest.fixture(scope="module")
def played(lab_of: MakeLab, request: pytest.FixtureRequest) -> dict[str, Future[Seen]]:
    """All of the matrix, some at a time: most of it is waiting.  A part of it is played by the tests themselves."""
    if not ALL:
        return {}
    cases = [item.callspec.params["case"] for item in request.session.items if "holds[" in item.nodeid]
    found: dict[str, Future[Seen]] = {}
    # the processes that are killed come last: one that begins holds every file for a moment, locks of drafts too
    for workers, killing in ((4, False), (1, True)):
        with ThreadPoolExecutor(workers) as pool:
            for case in cases:
                if case.fault.kills is killing:
                    found[str(case)] = pool.submit(play_one, lab_of, case)
    return found


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize("case", chosen(), ids=str)
def test_what_is_said_is_what_the_device_holds(lab_of: MakeLab, played: dict[str, Future[Seen]], case: Case) -> None:
    seen = played[str(case)].result() if ALL else play_one(lab_of, case)
    SEEN.append(seen)
    assert not lies(seen), f"{lies(seen)}; it said: {seen.said}"


def _case(stage: Stage, fault: str, variant: str, flow: str) -> Case:
    kind = next(one for one in FAULTS if one.title == fault)
    way = next(one for one in kind.variants if one.name == variant)
    return Case(stage, kind, way, next(one for one in FLOWS if one.name == flow))


@pytest.mark.parametrize(
    ("case", "status", "outcome", "holds"),
    [
        (_case(Stage.LOCK, "connection reset", "before it is done", "plain"), 3, "unchanged", "as before"),
        (_case(Stage.VALIDATE, "rpc-error", "not done", "plain"), 4, "unchanged", "as before"),
        (_case(Stage.COMMIT, "truncated reply", "half of the answer", "plain"), 0, "applied", "as wished"),
        (_case(Stage.COMMIT, "server killed", "after it is done", "plain"), 5, "unknown", "as wished"),
        (_case(Stage.CONFIRM, "rpc-error", "not done", "guarded"), 4, "rolled-back", "as before"),
    ],
    ids=str,
)
def test_a_command_ends_with_the_status_of_what_happened(
    lab_of: MakeLab, case: Case, status: int, outcome: str, holds: str
) -> None:
    with contextlib.closing(lab_of(case)) as lab:
        ended, told, found = play_command(case, lab)
    assert (ended, told["outcome"], found) == (status, outcome, holds), told["text"]


def test_the_table_has_every_stage_and_every_fault() -> None:
    if ALL and len(SEEN) == len(chosen()) and not any(lies(seen) for seen in SEEN):
        write_table(SEEN)
    text = DOCUMENT.read_text("utf-8")
    for stage in Stage:
        row = next((line for line in text.splitlines() if line.startswith(f"| {stage.value} |")), "")
        cells = [cell.strip() for cell in row.strip("| ").split("|")][1:]
        assert len(cells) == len(FAULTS), f"no row, or no whole row, for {stage.value}"
        assert all(cells), f"a cell of {stage.value} is empty"
