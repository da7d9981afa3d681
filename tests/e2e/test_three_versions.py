"""Changes by others on a real server: announced, taken over into a draft, and applied together with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from netconf_gui.config.document import Document
from netconf_gui.errors import Outcome
from netconf_gui.services.outdated import ConfigChange, follow
from netconf_gui.services.rebase import DraftState, refresh, settled
from tests.e2e.netconfd import Netconfd
from tests.e2e.test_netconfd import BOX, NC, Job, box_of, draft, job, text

__all__ = ["job"]  # a fixture

pytestmark = [pytest.mark.server, pytest.mark.timeout(120)]


def by_somebody_else(witness: Callable[[Netconfd], Any], server: Netconfd, inside: str) -> None:
    session = witness(server)
    session.edit_config(target="candidate", config=f'<config xmlns="{NC}"><box xmlns="{BOX}">{inside}</box></config>')
    session.commit()


def test_a_change_by_others_is_announced_and_comes_into_the_draft(
    job: Job, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    heard: list[ConfigChange] = []
    arrived = threading.Event()

    def told(change: ConfigChange) -> None:
        heard.append(change)
        arrived.set()

    assert follow(job.session, told) is not None
    loaded = job.loaded
    began = time.time()
    by_somebody_else(witness, candidate_server, "<label>theirs</label>")
    assert arrived.wait(30)
    assert heard[0].session_id not in (None, job.session.session_id) and heard[0].datastore == "running"
    assert heard[0].at is not None and abs(heard[0].at - began) < 3600

    document = Document(loaded.data, loaded.schema.schema)
    document.replace_text(draft(loaded, ("<mtu>1500</mtu>", "<mtu>9000</mtu>")))
    state = DraftState(document.base, document.recipe(), document.revision, loaded.schema.schema)
    found = refresh(job.session, loaded.datastore, state)
    assert found.merge.disjoint and [one.path.name for one in found.merge.taken] == ["label"]
    done = settled(found)
    assert done.edit is not None
    document.apply(done.edit)
    document.rebase(done.base, done.base_root, differences=done.left)
    heard.clear()
    job.loaded = replace(loaded, data=document.base)
    report = job.apply(document.snapshot().data)
    assert report.outcome is Outcome.APPLIED, report.text
    box = box_of(witness, candidate_server)
    assert (text(box, "b:label"), text(box, "b:port/b:mtu")) == ("theirs", "9000")
    assert not heard, "our own changes are not told"


def test_a_conflict_ends_an_apply_before_anything_is_sent(
    job: Job, candidate_server: Netconfd, witness: Callable[[Netconfd], Any]
) -> None:
    loaded = job.loaded
    mine = draft(loaded, ("<label>first</label>", "<label>mine</label>"))
    by_somebody_else(witness, candidate_server, "<label>theirs</label>")
    report = job.apply(mine)
    assert report.outcome is Outcome.UNCHANGED
    (conflict,) = report.conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("first", "mine", "theirs")
    assert text(box_of(witness, candidate_server), "b:label") == "theirs"
