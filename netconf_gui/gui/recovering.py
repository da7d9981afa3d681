"""Drafts that an ended program left behind: told at the start, recovered or dropped as a person says.

Lives here: the question, and opening what is recovered.  Does not live here: making the document
(`services.restoring`), keeping drafts (`drafting`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import SchemaError
from netconf_gui.gui.dialogs.list_dialog import ListDialog, ListRow, fit_to_rows
from netconf_gui.gui.dialogs.message import Choice
from netconf_gui.gui.document_context import DocumentContext
from netconf_gui.gui.tasks import Report
from netconf_gui.services.files import changed_on_disk
from netconf_gui.services.load import LoadedSchema
from netconf_gui.services.restoring import Restored, restore
from netconf_gui.services.schema_choice import from_cache
from netconf_gui.workspace.drafts import LeftDraft, TypedText

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from netconf_gui.gui.application import Program


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the job brings back; `notes` is what a person must know."""

    restored: Restored
    schema: LoadedSchema | None
    typed: TypedText | None
    notes: tuple[str, ...]


class Recovering(QObject):
    """`question()` once at the start: the dialog, or None if nothing was left behind."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program

    def question(self) -> ListDialog | None:
        left = self._program.workspace.drafts.left()
        if not left:
            return None
        many, confirmed = len(left) > 1, self._program.pending.confirmed
        dialog = ListDialog(
            self._program.window,
            "recoverDialog",
            f"{len(left)} documents were neither applied nor saved" if many else "A document was not saved",
            "The program ended before "
            + ("they were. Their drafts are" if many else "it was. Its draft is")
            + " kept. What is recovered opens as it was left, with its steps to undo.",
            ("Document", "Changed"),
            [_row(one, confirmed) for one in left],
            [Choice("discard", "Discard", "danger"), Choice("later", "Later"), Choice("recover", "Recover", "primary")],
            icon="draft",
        )
        fit_to_rows(dialog, len(left))
        dialog.answered.connect(lambda key: self._answered(key, left, dialog.checked))
        return dialog

    def _answered(self, key: str, left: tuple[LeftDraft, ...], chosen: list[object]) -> None:
        for one in left:
            if one not in chosen or key not in ("discard", "recover"):
                one.release()
            elif key == "discard":
                self._program.tasks.run(_remover(one), title="Discard a draft", quiet=True, cancellable=False)
            elif one.head.kind:
                self._program.texts.drafting.recover(one)
            else:
                self._recover(one)

    def _recover(self, left: LeftDraft) -> None:
        engine = self._program.engine
        head = left.head

        def work(cancel: CancelToken, report: Report) -> Recovered:
            content = left.read()
            notes: list[str] = []
            schema = None
            if head.schema_key:
                try:
                    schema = from_cache(head.schema_key, engine, head.schema_title or head.title)
                except SchemaError as error:
                    notes.append(error.full_text())
            restored = restore(content, schema.schema if schema else None, name=head.title)
            if restored.lost:
                notes.append(f"{restored.lost} of its steps could not be done again. {restored.reason}")
            if head.file and head.file_digest and changed_on_disk(Path(head.file), head.file_digest):
                notes.append(f"{head.file} was changed by another program since.")
            return Recovered(restored, schema, content.typed, tuple(notes))

        task = self._program.tasks.run(work, title=f"Recover {head.title}")
        task.done.connect(lambda found: self._open(left, found))
        task.failed.connect(lambda error: self._failed(left, error))

    def _failed(self, left: LeftDraft, error: BaseException) -> None:
        left.release()
        self._program.show_error(error, doing=f"recovering {left.head.title}")

    def _open(self, left: LeftDraft, found: Recovered) -> None:
        program, head = self._program, left.head
        schema = found.schema
        context = DocumentContext(
            device_id=head.device_id,
            device_name=head.device_name,
            datastore=head.datastore,
            fetched_at=head.fetched_at,
            engine=program.engine if schema is not None and schema.validated else None,
            key=schema.key if schema is not None else None,
            schema_title=head.schema_title,
            file=Path(head.file) if head.file else None,
            digest=head.file_digest,
            name="" if head.file or head.device_id else head.title,
            edit_limit=program.workspace.settings.appearance.xml_edit_limit,
        )
        pane = program.documents.add(found.restored.document, context)
        if found.typed is not None:
            pane.set_view(found.typed.view)
            pane.side.current.put_text(found.typed.text)
        # the old draft goes when the new one is on disk
        keeper = program.drafting.keeper(pane)
        task = keeper.flush()
        if task is None or not pane.document.is_dirty:
            left.remove()
        else:
            task.done.connect(lambda _result: left.remove())
            task.failed.connect(lambda _error: left.release())
        if head.device_id in program.pending.confirmed:
            # what was committed from it is on the device by now
            program.rebasing.start(pane)
        told = f"{head.title} was recovered. " + " ".join(found.notes)
        program.window.status.tell(told.strip())


def _row(left: LeftDraft, confirmed: AbstractSet[str]) -> ListRow:
    head = left.head
    known = f"{head.title} · its commit was confirmed since" if head.device_id in confirmed else head.title
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(head.changed_at)) if head.changed_at else ""
    icon = "device" if head.device_id else "file"
    return ListRow((head.file or known, when), left, icon, checked=True)


def _remover(left: LeftDraft) -> Callable[[CancelToken, Report], object]:
    return lambda cancel, report: left.remove()
