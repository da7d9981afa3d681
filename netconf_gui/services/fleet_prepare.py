"""From one change to a plan for each device, with every problem that can be known before anything is sent.

Lives here: `prepare_fleet`: rendering, reading, rebasing, planning, the dry run, validation.  Does not live here: the
types (`fleet_plan`), who takes part (`fleet_members`), sending (`fleet_run`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree

from netconf_gui.cancel import CancelToken
from netconf_gui.config.apply import edit_config
from netconf_gui.config.codec import read_root, write
from netconf_gui.config.diff import diff
from netconf_gui.config.merge import Merge, three_way
from netconf_gui.config.plan import plan
from netconf_gui.errors import AppError, CapabilityMissing, ConfigError, EditRefused, SchemaError, Stage
from netconf_gui.protocol import operations
from netconf_gui.protocol.xml import serialize
from netconf_gui.services.deploy import Strategy, strategy
from netconf_gui.services.events import Event, StageEvent, StageState
from netconf_gui.services.fleet_crew import Crew
from netconf_gui.services.fleet_events import FleetEvent, FleetPhase, FleetSink, FleetStep
from netconf_gui.services.fleet_members import Member
from netconf_gui.services.fleet_plan import DevicePlan, FleetChange, FleetOptions, FleetPlan
from netconf_gui.services.load import Loaded, LoadedSchema, load, load_schema
from netconf_gui.services.templates import TemplateFault, render
from netconf_gui.services.wish import wished
from netconf_gui.services.words import count
from netconf_gui.session.session import Session
from netconf_gui.workspace.inventory import Device
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.schema import Schema

Connect = Callable[[Device], Session]
CLOSE_SECONDS = 2.0


def prepare_fleet(
    members: Sequence[Member],
    change: FleetChange,
    *,
    connect: Connect,
    engine: Engine,
    options: FleetOptions | None = None,
    on_event: FleetSink | None = None,
    cancel: CancelToken | None = None,
) -> FleetPlan:
    """The plan of each device; blocking, several at a time.

    What is wrong on one device is among its problems.  Raises `ConfigError` for a change or options that cannot be,
    and `Cancelled`.
    """
    options, cancel = (options or FleetOptions()).checked(), cancel or CancelToken()
    tell = _Sink(on_event)
    making = _Making(change.checked(), options, connect, engine, tell, cancel)
    keys = tuple(member.key for member in members)
    by_key = {member.key: member for member in members}
    tell(FleetStep(FleetPhase.PLAN, StageState.RUNNING, f"Planning {len(keys)} devices", keys))
    crew = Crew(keys, options.parallel)
    try:
        done = crew.each(keys, lambda key: making.plan(by_key[key]), cancel=cancel)
    finally:
        crew.close()
    cancel.check()
    plans = tuple(one.value or _failed(by_key[one.key], one.error or AppError("No plan was made.")) for one in done)
    made = FleetPlan(change, options, plans)
    tell(FleetStep(FleetPhase.PLAN, StageState.OK if made.ok else StageState.FAILED, made.summary(), keys))
    return made


class _Sink:
    """Hands events on, one at a time."""

    def __init__(self, on_event: FleetSink | None) -> None:
        self._on_event, self._lock = on_event, threading.Lock()

    def __call__(self, event: FleetEvent | FleetStep) -> None:
        if self._on_event is not None:
            with self._lock:
                self._on_event(event)


@dataclass
class _Making:
    """What the plans of all devices share."""

    change: FleetChange
    options: FleetOptions
    connect: Connect
    engine: Engine
    tell: _Sink
    cancel: CancelToken

    def __post_init__(self) -> None:
        self._first = threading.Lock()
        self._fetched = False

    def plan(self, member: Member) -> DevicePlan:
        """One device's plan; raises nothing but `Cancelled`."""
        started = time.monotonic()
        self._told(member, StageState.RUNNING, "Planning")
        try:
            self.cancel.check()
            change = self._texts(member)
            loaded, how, notes = self._read(member)
            made = self._planned(member, change, loaded, how, notes)
        except AppError as error:
            self.cancel.check()
            made = _failed(member, error)
        made = replace(made, seconds=time.monotonic() - started)
        first = next((problem for problem in made.problems if problem.is_error), None)
        state = StageState.FAILED if first else StageState.WARNING if made.problems else StageState.OK
        text = first.message if first else made.summary
        self._told(member, state, text, made.seconds)
        return made

    def _told(self, member: Member, state: StageState, text: str, seconds: float = 0.0) -> None:
        self.tell(FleetEvent(member.key, StageEvent(Stage.PRECHECK, state, text, seconds)))

    def _texts(self, member: Member) -> FleetChange:
        """The change with the variables of the device; before anything is connected."""
        change = self.change
        if not change.template:
            return change
        values = member.values()
        text = render(_text(change.text, change.name), values, name=change.name).encode()
        base = change.base
        if base is not None:
            base = render(_text(base, "The base"), values, name="The base").encode()
        return replace(change, text=text, base=base, template=False)

    def _read(self, member: Member) -> tuple[Loaded, Strategy, tuple[str, ...]]:
        def heard(event: Event) -> None:
            self.tell(FleetEvent(member.key, event))

        session = self.connect(member.device)
        try:
            how, notes = _strategy(session, self.options)
            folders = [Path(folder) for folder in member.device.schema_folders]
            schema = self._schema(session, folders, heard)
            loaded = load(session, engine=self.engine, schema=schema, cancel=self.cancel, on_event=heard)
        except BaseException:
            session.abort()
            raise
        session.close(CLOSE_SECONDS)
        return loaded, how, notes

    def _schema(self, session: Session, folders: Sequence[Path], heard: Callable[[Event], None]) -> LoadedSchema:
        """The device's schema; the first device fetches the texts, so that the others like it need not."""

        def get() -> LoadedSchema:
            return load_schema(session, engine=self.engine, folders=folders, cancel=self.cancel, on_event=heard)

        with self._first:
            if not self._fetched:
                self._fetched = True
                return get()
        return get()

    def _planned(
        self, member: Member, change: FleetChange, loaded: Loaded, how: Strategy, notes: tuple[str, ...]
    ) -> DevicePlan:
        schema = loaded.schema.schema
        base, given = read_root(loaded.data), read_root(change.text, name=change.name)
        begun = DevicePlan(member, loaded.data, loaded.data, None, schema, loaded.with_defaults, strategy=how)
        edit = change.text if change.kind == "edit" else None
        deploy = self.options.deploy
        try:
            if change.base is not None:
                merge = three_way(read_root(change.base, name="The base"), given, base, schema, cancel=self.cancel)
                if merge.conflicts:
                    return _in_conflict(replace(begun, notes=notes), merge)
                mine = merge.merged()
            elif change.kind == "target":
                mine = wished(base, given)
            else:
                mine = self._edited(base, given, schema)
            difference = diff(base, mine, schema, cancel=self.cancel, defaults=loaded.with_defaults)
            planned = plan(difference, deploy.policy, deploy.replace, message_limit=how.max_message or None)
            if edit is None:
                mine = edit_config(base, planned.config, schema, default_operation="none", accept_unknown=True)
        except EditRefused as refused:
            problem = Problem("error", refused.path, f"The device would refuse this: {refused.message}", source="edit")
            return replace(begun, problems=(problem,), notes=notes, summary="Would be refused.")
        text = write(mine, pretty=False)
        sent, default_operation = planned.config, "none"
        if edit is not None:
            sent, default_operation = given, deploy.edit_default_operation
        return replace(
            begun,
            mine=text,
            edit=write(given, pretty=False) if edit is not None and planned.operations else None,
            difference=difference,
            operations=planned.operations,
            summary=difference.summary() if planned.operations else "Nothing to do.",
            edit_config=_shown(how, sent, default_operation) if planned.operations else "",
            notes=(*notes, *planned.notes),
            problems=self._checked(loaded, text) if planned.operations else (),
        )

    def _edited(self, base: etree._Element, given: etree._Element, schema: Schema | None) -> etree._Element:
        return edit_config(
            base,
            given,
            schema,
            default_operation=self.options.deploy.edit_default_operation,
            accept_unknown=True,
            cancel=self.cancel,
        )

    def _checked(self, loaded: Loaded, mine: bytes) -> tuple[Problem, ...]:
        """What the device's modules say of the result; what is wrong already is no fault of the change."""
        key = loaded.schema.key
        if key is None or not loaded.schema.validated:
            text = "The device's modules cannot be used to check the result; the device itself decides."
            return (Problem("warning", "", text, source="yang"),)
        try:
            found = [one for one in self.engine.validate(key, mine, cancel=self.cancel) if one.is_error]
            if not found:
                return ()
            before = {(one.path, one.message) for one in self.engine.validate(key, loaded.data, cancel=self.cancel)}
        except SchemaError as error:
            return (Problem("warning", "", f"The result could not be checked: {error.message}", source="yang"),)
        return tuple(
            replace(one, severity="warning", message=f"Wrong already before the change: {one.message}")
            if (one.path, one.message) in before
            else one
            for one in found
        )


def _strategy(session: Session, options: FleetOptions) -> tuple[Strategy, tuple[str, ...]]:
    """How the device is going to be changed, and what to know of it; without a guard where it has none.

    Raises `ConfigError` for a device whose configuration is text: the change is XML.
    """
    if session.profile.cli_text:
        raise ConfigError(
            "The configuration of this device is the text of a command line; the change is XML.",
            state="Nothing was sent.",
            advice="Leave it out, and apply commands to it alone.",
        )
    asked = options.confirm_seconds is not None
    guard = replace(options.deploy, confirm_seconds=options.confirm_seconds)
    try:
        how = strategy(session.capabilities, session.profile, guard)
    except CapabilityMissing:
        if not asked:
            raise
        how = strategy(session.capabilities, session.profile, replace(options.deploy, confirm_seconds=None))
    if how.confirmed:
        return how, how.notes
    why = "The device cannot confirm a commit" if asked else "The commit is not guarded"
    bare = f"{why}: it is changed last, and if another device fails, the opposite edits are sent."
    return how, (*how.notes, bare)


def _in_conflict(begun: DevicePlan, merge: Merge) -> DevicePlan:
    """The plan of a device that holds something else where the change is made."""
    problems = []
    for one in merge.conflicts:
        base, mine, theirs = (one.shown(side) or "nothing" for side in ("base", "mine", "theirs"))
        text = f"The change makes {mine} of {base}, but the device holds {theirs}."
        problems.append(Problem("error", str(one.path), text, source="conflict"))
    summary = f"{count(len(problems), 'conflict')} with what the device holds."
    return replace(
        begun, problems=tuple(problems), conflicts=tuple(one.path for one in merge.conflicts), summary=summary
    )


def _shown(how: Strategy, config: etree._Element, default_operation: str) -> str:
    """The `<edit-config>` that would be sent, for people."""
    operation = operations.edit_config(
        how.target,
        config,
        default_operation=how.default_operation if default_operation == "none" else default_operation,
        test_option=how.test_option,
        error_option=how.error_option,
    )
    return serialize(operation.element, pretty=True).decode()


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8, as a template must be: {error.reason}.") from None


def _failed(member: Member, error: AppError) -> DevicePlan:
    """The plan of a device that there is no plan for, and why."""
    source = "template" if isinstance(error, TemplateFault) else "device"
    line = error.line if isinstance(error, ConfigError) else 0
    message = " ".join(part for part in (error.message, error.advice) if part)
    return DevicePlan(
        member, summary=error.message, problems=(Problem("error", "", message, source=source, line=line),)
    )
