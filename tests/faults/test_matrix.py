"""Every stage of an apply × everything that can go wrong in it: what the program says is what the device holds.

An ordinary run plays a third of the cells, chosen by a seed; with RUN_ALL all of them, in all flows, and docs/faults.md
is written from what was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture
def lab_of(model: Model, key: Path, tmp_path: Path) -> Iterator[MakeLab]:
    made: list[Lab] = []

    def make(case: Case, *, slowly: bool = False) -> Lab:
        patience = case.fault.patience * (10 if slowly else 1)
        made.append(Lab(model, key, tmp_path / str(len(made)), patience=patience, pause=PACE.pause))
        return made[-1]

    yield make
    for lab in made:
        lab.close()


@pytest.mark.parametrize("case", chosen(), ids=str)
def test_what_is_said_is_what_the_device_holds(lab_of: MakeLab, case: Case) -> None:
    seen = play(case, lab_of(case))
    if case.stage not in seen.begun and not lies(seen, came=False):
        # a machine that was too slow for our patience
        seen = play(case, lab_of(case, slowly=True))
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
    ended, told, found = play_command(case, lab_of(case))
    assert (ended, told["outcome"], found) == (status, outcome, holds), told["text"]


def test_the_table_has_every_stage_and_every_fault() -> None:
    if ALL:
        write_table(SEEN)
    text = DOCUMENT.read_text("utf-8")
    for stage in Stage:
        row = next((line for line in text.splitlines() if line.startswith(f"| {stage.value} |")), "")
        cells = [cell.strip() for cell in row.strip("| ").split("|")][1:]
        assert len(cells) == len(FAULTS), f"no row, or no whole row, for {stage.value}"
        assert all(cells), f"a cell of {stage.value} is empty"
