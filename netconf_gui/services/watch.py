"""State of a device, asked for again and again: which part, when next, and by which operation.

Lives here: the filter for some paths, readings (`StateReader`), and when to ask (`Pacer`).  Does not live here: lanes
and windows, what is done with the answer (`config.live`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.path import InstancePath, Step
from netconf_gui.config.values import clark
from netconf_gui.errors import RpcFailed
from netconf_gui.protocol.xml import NS_BASE, add_element, new_element, qn
from netconf_gui.session.datastores import get, get_data
from netconf_gui.session.session import Session

NOT_THERE = frozenset({"operation-not-supported", "unknown-element", "unknown-namespace"})
SLOWEST = 120.0  # seconds between two tries when a device keeps failing


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer: `root` holds the top-level nodes, `paths` is what was asked for (nothing: everything)."""

    root: etree._Element
    paths: tuple[InstancePath, ...]
    at: float  # seconds since the epoch, in the middle between asking and answer
    seconds: float


class StateReader:
    """Reads the state of one session's device: by get-data of operational (RFC 8526) where there is one, else by get.

    A device may announce the capability and not have the operation; it is asked once.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.origin = ""  # only configuration that comes from there (RFC 8342, section 7); "" for all of it
        self.with_defaults = ""  # a mode of RFC 6243 for `get`; "" for the device's own
        self._get_data = bool(session.capabilities.nmda)
        self._with_origin = True

    def read(self, paths: Sequence[InstancePath] = (), *, cancel: CancelToken | None = None) -> Reading:
        """Configuration and state below some paths, or all of it; raises what `Session.call` raises."""
        wanted = tuple(paths)
        began = time.time()
        data = self._ask(wanted, cancel)
        ended = time.time()
        data.tail = None
        return Reading(data, wanted, (began + ended) / 2, ended - began)

    def _ask(self, paths: tuple[InstancePath, ...], cancel: CancelToken | None) -> etree._Element:
        if self._get_data:
            try:
                return self._operational(paths, cancel)
            except RpcFailed as error:
                if not {one.tag for one in error.errors} & NOT_THERE:
                    raise
                self._get_data = False
        mode = self.with_defaults or None
        return get(self.session, filter_xml=_content(paths), with_defaults=mode, cancel=cancel)

    def _operational(self, paths: tuple[InstancePath, ...], cancel: CancelToken | None) -> etree._Element:
        """get-data with origins; without them where the device has not the feature (RFC 8526, section 3.1.1)."""
        if self._with_origin or self.origin:
            origins = (self.origin,) if self.origin else ()
            try:
                return get_data(
                    self.session,
                    "operational",
                    filter_xml=_content(paths),
                    origins=origins,
                    with_origin=True,
                    cancel=cancel,
                )
            except RpcFailed as error:
                tags = {one.tag for one in error.errors}
                named = b"origin" in b"".join(one.info_xml for one in error.errors)
                if self.origin or not (named and tags & (NOT_THERE | {"bad-element", "invalid-value"})):
                    raise
                self._with_origin = False
        return get_data(self.session, "operational", filter_xml=_content(paths), cancel=cancel)


def _content(paths: tuple[InstancePath, ...]) -> etree._Element | None:
    return subtree_filter(paths) if paths else None


def subtree_filter(paths: Iterable[InstancePath]) -> etree._Element:
    """The content of a `<filter>` that selects what is at and below the paths (RFC 6241, section 6)."""
    root = new_element(qn(NS_BASE, "filter"), {None: NS_BASE})
    known: dict[tuple[Step, ...], etree._Element] = {}
    for path in without_nested(paths):
        at = root
        for depth, step in enumerate(path.steps, 1):
            found = known.get(path.steps[:depth])
            if found is None:
                found = known[path.steps[:depth]] = _node(at, step)
            at = found
    return root


def _node(above: etree._Element, step: Step) -> etree._Element:
    """One node of a filter; keys are what its content must match."""
    made = add_element(above, step.tag, nsmap={None: step.namespace} if step.namespace else {})
    for name, value in step.keys:
        identity = clark(value)
        key = qn(step.namespace, name)
        if identity is None:
            add_element(made, key, value)
        else:
            add_element(made, key, f"id:{identity[1]}", {"id": identity[0]})
    return made


def without_nested(paths: Iterable[InstancePath]) -> list[InstancePath]:
    """Each path once, and none that is below another of them."""
    kept: list[InstancePath] = []
    for path in sorted(dict.fromkeys(paths), key=lambda one: len(one.steps)):
        # a position cannot be asked for: what is above it is
        steps = path.steps
        cut = next((at for at, step in enumerate(steps) if step.position is not None or step.value is not None), None)
        plain = path
        if cut is not None:
            plain = InstancePath((*steps[:cut], Step(steps[cut].namespace, steps[cut].name)), path.modules)
        if not any(plain.startswith(other) for other in kept):
            kept.append(plain)
    return kept


class Pacer:
    """When to ask next; times are seconds of any clock that only goes forward.

    Never while an answer is outstanding or nobody looks; after errors less and less often.
    """

    def __init__(self, interval: float | None = None) -> None:
        self.interval = interval
        self.outstanding = False
        self.looked_at = True
        self.failures = 0
        self._last: float | None = None

    @property
    def delay(self) -> float | None:
        """Seconds between two questions at present; None: only when asked for."""
        if self.interval is None:
            return None
        longest = max(SLOWEST, self.interval)
        return float(min(self.interval * 2.0 ** min(self.failures, 20), longest))

    def due_in(self, now: float) -> float | None:
        """Seconds until the next question is due (0: now); None while there will be none."""
        delay = self.delay
        if delay is None or self.outstanding or not self.looked_at:
            return None
        return 0.0 if self._last is None else max(0.0, self._last + delay - now)

    def asked(self, now: float) -> None:
        self.outstanding = True
        self._last = now

    def answered(self) -> None:
        self.outstanding = False
        self.failures = 0

    def failed(self) -> None:
        self.outstanding = False
        self.failures += 1

    def given_up(self) -> None:
        """The question was withdrawn; that says nothing about the device."""
        self.outstanding = False
