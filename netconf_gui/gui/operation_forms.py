"""Which fields each operation on a device has, from what the device offers and what the window has open.

Lives here: `Form`s, one function an operation.  Does not live here: the dialog (`dialogs/operation`), asking and doing
(`device_operations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from netconf_gui.errors import ConfigError
from netconf_gui.gui.dialogs.operation import URL, Field, Make, Values
from netconf_gui.protocol.capabilities import Capabilities
from netconf_gui.services import datastore_jobs as jobs
from netconf_gui.services.datastore_jobs import Configuration, EditOptions, Job
from netconf_gui.yang.schema import Schema

_SECONDS = 600  # RFC 6241, section 8.4.1


@dataclass(frozen=True, slots=True)
class Form:
    """An operation as a person sees it before it is done; `no` says why this device does not offer it."""

    title: str = ""
    text: str = ""
    fields: Sequence[Field] = ()
    make: Make = lambda values: jobs.discard()
    verb: str = ""
    icon: str = "datastore"
    no: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is there to be chosen from: the device, what it offers, and the document in front."""

    device: str
    offered: Capabilities
    datastores: tuple[str, ...]
    schema: Schema | None = None
    chosen: str = ""  # the datastore under the cursor
    whole: Configuration | None = None  # all of the document in front
    edit: Configuration | None = None  # the changes of the document in front
    path: str = ""  # the node under its cursor

    def places(
        self, *, among: Sequence[str], documents: Sequence[Configuration | None] = ()
    ) -> list[tuple[str, object]]:
        """Datastores, documents and URLs, as options."""
        found: list[tuple[str, object]] = [(name.capitalize(), name) for name in among]
        found += [(one.title[:1].upper() + one.title[1:], one) for one in documents if one is not None]
        if self.offered.url_schemes:
            found.append(("A URL", URL))
        return found

    def datastore(self, key: str, label: str, among: Sequence[str], *, hint: str = "") -> Field:
        value = self.chosen if self.chosen in among else (among[0] if among else "")
        return Field(key, label, options=[(name.capitalize(), name) for name in among], value=value, hint=hint)


def copy_config(here: Situation) -> Form:
    """RFC 6241, section 7.3."""
    targets = [name for name in here.datastores if name != "running" or here.offered.writable_running]
    sources = here.places(among=here.datastores, documents=[here.whole])
    if not targets and not here.offered.url_schemes:
        return Form(
            no="The device has nowhere to copy to: no candidate, no startup, no URLs, and running is not written."
        )
    fields = [
        Field("source", "From", "place", sources, here.chosen or "running", schemes=here.offered.url_schemes),
        Field(
            "target",
            "To",
            "place",
            here.places(among=targets),
            "startup" if "startup" in targets else None,
            schemes=here.offered.url_schemes,
        ),
    ]
    modes = here.offered.with_defaults.modes if here.offered.with_defaults is not None else ()
    if modes:
        options = [("As the device does", ""), *((mode, mode) for mode in modes)]
        fields.append(Field("defaults", "Values nobody set", options=options, value=""))

    def make(values: Values) -> Job:
        if values["source"] == values["target"]:
            raise ConfigError("Source and target are the same.")
        return jobs.copy(values["source"], values["target"], with_defaults=values.get("defaults") or None)

    return Form(
        f"Copy a configuration on {here.device}", "The target is replaced as a whole.", fields, make, "Copy", "copy"
    )


def delete_config(here: Situation) -> Form:
    """RFC 6241, section 7.4."""
    targets = [name for name in here.datastores if name == "startup"]
    options = here.places(among=targets)
    if not options:
        return Form(no="The device has nothing that can be deleted: no startup and no URLs.")
    fields = [Field("target", "Delete", "place", options, options[0][1], schemes=here.offered.url_schemes)]
    return Form(
        f"Delete a configuration on {here.device}",
        "Running can never be deleted.",
        fields,
        lambda values: jobs.delete(values["target"]),
        "Delete",
        "delete",
    )


def validate(here: Situation) -> Form:
    """RFC 6241, section 8.6.4.1."""
    if not here.offered.validate:
        return Form(no="The device does not validate: it did not announce the capability validate.")
    sources = here.places(among=here.datastores, documents=[here.whole])
    wish = here.chosen or ("candidate" if "candidate" in here.datastores else "running")
    fields = [Field("source", "Validate", "place", sources, wish, schemes=here.offered.url_schemes)]
    return Form(
        f"Validate on {here.device}",
        "The device checks it as a whole, by its own rules. Nothing is changed.",
        fields,
        lambda values: jobs.validate(values["source"]),
        "Validate",
        "validate",
    )


def edit_config(here: Situation) -> Form:
    """RFC 6241, section 7.2, and edit-data (RFC 8526, section 3.1.2)."""
    offered = here.offered
    targets = [
        name for name, there in (("candidate", offered.candidate), ("running", offered.writable_running)) if there
    ]
    if not targets:
        return Form(no="The device lets nobody edit: it has neither candidate nor a running that is written directly.")
    sources = here.places(among=(), documents=[here.edit, here.whole])
    if not sources:
        return Form(
            no="There is nothing to send: open a document of this device first, or use a device that reads URLs."
        )
    ways = [("edit-config", "edit-config"), *([("edit-data (NMDA)", "edit-data")] if offered.nmda else [])]
    tests: list[tuple[str, object]] = [("As the device does", "")]
    if offered.validate:
        tests += [("test-then-set: validate, then take it", "test-then-set"), ("set: take it untested", "set")]
    if offered.validate == "1.1":
        tests.append(("test-only: try it, change nothing", "test-only"))
    errors: list[tuple[str, object]] = [
        ("As the device does", ""),
        ("stop-on-error: stop at the first", "stop-on-error"),
        ("continue-on-error: do the rest", "continue-on-error"),
    ]
    if offered.rollback_on_error:
        errors.insert(1, ("rollback-on-error: all or nothing", "rollback-on-error"))
    fields = [
        Field("source", "Edit", "place", sources, sources[0][1], schemes=offered.url_schemes),
        here.datastore("target", "Datastore", targets),
        Field("way", "Operation", options=ways, value="edit-config"),
        Field("default", "Default operation", options=_DEFAULTS, value=""),
        Field(
            "test", "Test", options=tests, value="", hint="" if offered.validate else "The device does not validate."
        ),
        Field("error", "On an error", options=errors, value=errors[1][1] if offered.rollback_on_error else ""),
    ]
    return Form(
        f"Send an edit to {here.device}",
        "As it is, without comparing, locking or reading back. “Review and apply” does all of that.",
        fields,
        _edit,
        "Send",
        "apply",
    )


_DEFAULTS: list[tuple[str, object]] = [
    ("As the device does (merge)", ""),
    ("merge: add to what is there", "merge"),
    ("replace: what is not named goes", "replace"),
    ("none: only what says what to do", "none"),
]


def _edit(values: Values) -> Job:
    # the changes of a document say themselves what is to be done; everything else in them only leads there
    source, default = values["source"], values["default"]
    if values["way"] == "edit-data":
        if values["test"]:
            raise ConfigError("edit-data has no test option: choose “As the device does”.")
        return jobs.edit_by_data(source, values["target"], default)
    return jobs.edit(source, values["target"], EditOptions(default, values["test"], values["error"]))


def commit(here: Situation) -> Form:
    """RFC 6241, sections 8.3.4.1 and 8.4.5.1."""
    offered = here.offered
    if not offered.candidate:
        return Form(no="The device has no candidate: there is nothing to commit.")
    kinds: list[tuple[str, object]] = [("For good", "plain")]
    fields: list[Field] = []
    if offered.confirmed_commit:
        kinds.append(("On probation: it goes back unless a second commit follows", "confirmed"))
    fields.append(Field("kind", "Commit", options=kinds, value="plain"))
    if offered.confirmed_commit:
        fields.append(Field("seconds", "Probation", "number", value=_SECONDS, unit="s"))
    if offered.confirmed_commit == "1.1":
        persist = "With a name, the probation outlives the session; whoever knows the name confirms or cancels."
        fields += [
            Field("persist", "Name of this commit", "text", hint=persist),
            Field("persist_id", "Confirms the one named", "text"),
        ]

    def make(values: Values) -> Job:
        confirmed = values["kind"] == "confirmed"
        if not confirmed and values.get("persist"):
            raise ConfigError("Only a commit on probation has a name.")
        return jobs.commit(
            seconds=values["seconds"] if confirmed else None,
            persist=values.get("persist", ""),
            persist_id=values.get("persist_id", ""),
        )

    text = "What candidate holds becomes running. “Review and apply” compares before and reads back afterwards."
    return Form(f"Commit on {here.device}", text, fields, make, "Commit", "confirm")


def cancel_commit(here: Situation) -> Form:
    """RFC 6241, section 8.4.4.1."""
    if here.offered.confirmed_commit != "1.1":
        return Form(no="The device cannot cancel a commit: it did not announce confirmed-commit:1.1.")
    fields = [Field("persist_id", "Name of the commit", "text", hint="Empty for one of this session without a name.")]
    return Form(
        f"Cancel a confirmed commit on {here.device}",
        "The device goes back to what running was before it.",
        fields,
        lambda values: jobs.cancel_commit(values["persist_id"]),
        "Cancel the commit",
        "roll-back",
    )


def discard(here: Situation) -> Form:
    """RFC 6241, section 8.3.4.2."""
    if not here.offered.candidate:
        return Form(no="The device has no candidate: there is nothing to discard.")
    return Form(
        f"Discard what candidate of {here.device} holds?",
        "Candidate becomes what running is.",
        (),
        lambda values: jobs.discard(),
        "Discard",
        "undo",
    )


def lock(here: Situation) -> Form:
    """RFC 6241, section 7.5."""
    return Form(
        f"Lock a datastore of {here.device}",
        "Nobody else can change it until you unlock it or disconnect. An apply of yours goes on.",
        [here.datastore("target", "Datastore", here.datastores)],
        lambda values: jobs.lock(values["target"]),
        "Lock",
        "locked",
    )


def unlock(here: Situation) -> Form:
    """RFC 6241, section 7.6."""
    return Form(
        f"Unlock a datastore of {here.device}",
        "Only a lock of this session can be released.",
        [here.datastore("target", "Datastore", here.datastores)],
        lambda values: jobs.unlock(values["target"]),
        "Unlock",
        "unlocked",
    )


def lock_parts(here: Situation) -> Form:
    """RFC 5717, section 2.4.1."""
    if not here.offered.has("partial-lock"):
        return Form(no="The device locks whole datastores only: it did not announce the capability partial-lock.")
    more = " XPath is understood, too." if here.offered.xpath else ""
    said = f"One path a line, with names of modules as prefixes.{more}"
    fields = [Field("paths", "Nodes", "lines", value=here.path, hint=said)]

    def make(values: Values) -> Job:
        lines: list[str] = values["paths"]
        if not lines:
            raise ConfigError("Name at least one node.")
        chosen = [jobs.selection(line, here.schema, xpath=here.offered.xpath) for line in lines]
        return jobs.lock_parts(chosen, lines[0] if len(lines) == 1 else f"{len(lines)} parts of running")

    return Form(
        f"Lock a part of running of {here.device}",
        "Others can go on with the rest. What is locked is what is there now.",
        fields,
        make,
        "Lock",
        "locked",
    )


FORMS: dict[str, Any] = {
    "copyConfig": copy_config,
    "editConfig": edit_config,
    "validateOnDevice": validate,
    "commitCandidate": commit,
    "cancelCommit": cancel_commit,
    "discardChanges": discard,
    "lockDatastore": lock,
    "unlockDatastore": unlock,
    "lockParts": lock_parts,
    "deleteConfig": delete_config,
}
