"""A document: one configuration being edited, what it was when it came, and everything done to it in between.

Lives here: `Document` with its log, undo and redo, subscribers, snapshots and its state against the base.  Does not
live here: performing commands (`execute`), making them (`editing`), differences in general (`diff`).

The live tree belongs to one thread.  Others get `snapshot()`, or feed a replica with the same commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lxml import etree

from netconf_gui.config import codec
from netconf_gui.config.binding import Binder
from netconf_gui.config.comments import comments_in
from netconf_gui.config.diff import Diff, DiffEntry, settled_entry_of
from netconf_gui.config.edits import Edit, Group, describe
from netconf_gui.config.execute import Change, Executor
from netconf_gui.config.identity import ChildIndex
from netconf_gui.config.path import InstancePath, path_of
from netconf_gui.config.siblings import Siblings
from netconf_gui.config.textedit import text_edit
from netconf_gui.config.tracking import Tracker
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.schema import Schema, SchemaNode

__all__ = ["Change", "Document", "Recipe", "Snapshot"]

Subscriber = Callable[[Change], None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole document at one revision, for other threads: the wrapper element as UTF-8 text."""

    data: bytes
    revision: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the document again on another thread: what it began with, and every command since.

    Handing this over costs nothing, where a snapshot of a large document would stop its thread.
    """

    start: bytes
    edits: tuple[Edit, ...]
    name: str

    def make(self, schema: Schema | None = None) -> Document:
        """An equal document; its base is what it began with.  Raises `ConfigError` if a command cannot be done."""
        document = Document(self.start, schema, name=self.name)
        for edit in self.edits:
            document.apply(edit)
        return document


class Document:
    """One configuration under edit.

    `root` is the wrapper of the top-level nodes (another element after a reset).  `base` is what it is compared with,
    as it came.  `revision` counts every command, undo and redo included.  Opening costs one parse: schema nodes are
    looked up when asked for.  Raises `ConfigError` if `data` is no configuration; empty data is an empty one.  JSON
    (RFC 7951) needs the schema; the base is the same as XML then.
    """

    def __init__(
        self,
        data: bytes,
        schema: Schema | None = None,
        *,
        name: str = "",
        on_bytes: codec.OnBytes | None = None,
    ) -> None:
        self.name = name
        self.revision = 0
        self._start = data
        self._base = data
        self._base_root: etree._Element | None = None
        self._subscribers: list[Subscriber] = []
        self._undo: list[tuple[Edit, Edit]] = []  # (done, what takes it back)
        self._redo: list[tuple[Edit, Edit]] = []
        self._log: list[Edit] = []
        self._last: Change | None = None
        self._other_comments: bool | None = False  # None: to be looked at
        self.outside: etree._Element | None = None
        """Of a request: the configuration that its references from the top lead into."""
        self._binder = Binder(schema)
        root = codec.read_root(data, name=name, schema=schema, on_bytes=on_bytes)
        if codec.is_json(data):
            self._base = codec.write(root, pretty=False)
        self._executor = Executor(root, self._binder, self._tell)
        self._tracker = Tracker(self._binder, lambda: self.base_root, lambda: self.root)
        self._current: Edit = Group(())

    @property
    def root(self) -> etree._Element:
        return self._executor.root

    @property
    def outside_root(self) -> etree._Element:
        """Where references from the top begin."""
        return self.root if self.outside is None else self.outside

    @property
    def base(self) -> bytes:
        return self._base

    @property
    def base_root(self) -> etree._Element:
        """The wrapper of the base, parsed at the first question and never edited."""
        if self._base_root is None:
            self._base_root = codec.read_root(self._base, name=self.name)
        return self._base_root

    def prepare(self) -> None:
        """Parse the base and look through long lists: for the thread that makes a large document.

        The first edit then does not wait for either.
        """
        self._executor.index.prepare(self.root)
        self._tracker.prepare()

    @property
    def schema(self) -> Schema | None:
        return self._binder.schema

    @property
    def binder(self) -> Binder:
        """Schema look-ups with a cache, for whoever asks often."""
        return self._binder

    def schema_node(self, element: etree._Element) -> SchemaNode | None:
        """The schema node of an element of this document or of its base; None where the schema does not know it."""
        return self._binder.schema_node(element)

    def path_of(self, element: etree._Element) -> InstancePath:
        """The path of an element of this document, exact even if keys are not unique."""
        return path_of(element, self._binder, exact=True, index=self._executor.index)

    def find(self, path: InstancePath) -> etree._Element | None:
        return self._executor.find(path)

    @property
    def siblings(self) -> Siblings:
        """Places of this document's elements, kept up with every edit."""
        return self._executor.siblings

    # commands

    def apply(self, edit: Edit) -> Change:
        """Perform a command as one undo step; returns its last change.

        Raises `ConfigError` if it cannot be done; the document is then as before.
        """
        inverse = self._perform(edit)
        self._undo.append((edit, inverse))
        self._redo.clear()
        return self._done()

    def undo(self) -> Change | None:
        """Take the last command back; None if there is none."""
        return self._step_back(self._undo, self._redo)

    def redo(self) -> Change | None:
        """Do again what was undone last; None if there is nothing."""
        return self._step_back(self._redo, self._undo)

    def _step_back(self, source: list[tuple[Edit, Edit]], other: list[tuple[Edit, Edit]]) -> Change | None:
        if not source:
            return None
        done, inverse = source.pop()
        try:
            again = self._perform(inverse)
        except ConfigError:
            source.append((done, inverse))
            raise
        other.append((inverse, again))
        return self._done()

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    @property
    def undo_text(self) -> str:
        """What undo would take back, in words; '' for nothing."""
        return describe(self._undo[-1][0]) if self._undo else ""

    @property
    def redo_text(self) -> str:
        return describe(self._redo[-1][1]) if self._redo else ""

    @property
    def log(self) -> tuple[Edit, ...]:
        """Every command performed, undone and redone ones included: `log[n]` led from revision n to n + 1."""
        return tuple(self._log)

    @property
    def start_size(self) -> int:
        """The bytes that the document was made from: about how large it is."""
        return len(self._start)

    def edits_since(self, revision: int) -> tuple[Edit, ...]:
        """The commands that led from `revision` to the present one."""
        return tuple(self._log[revision:])

    def recipe(self) -> Recipe:
        """What another thread needs to make an equal document."""
        return Recipe(self._start, tuple(self._log), self.name)

    def replace_text(self, data: bytes) -> Change | None:
        """Take another text for the whole document as one undo step; None if it says the same.

        The wrapper may be left out as in files.  Raises `ConfigError` with line and column if the text is not
        well-formed; the document is untouched then.
        """
        root = codec.read(data, name="The text").root
        edit = text_edit(self, root)
        return None if edit is None else self.apply(edit)

    def _perform(self, edit: Edit) -> Edit:
        self._current = edit
        self._last = None
        self.revision += 1
        try:
            inverse = self._executor.perform(edit)
        except ConfigError:
            # what a group had done before it failed has been taken back, and was told
            if self._last is None:
                self.revision -= 1
            else:
                self._log.append(Group(()))
            raise
        self._log.append(edit)
        return inverse

    def _done(self) -> Change:
        if self._last is None:  # an empty group
            return Change(self.revision, "reset", None, None, -1, -1, self._current)
        return self._last

    def _tell(
        self,
        kind: str,
        parent: etree._Element | None,
        element: etree._Element | None,
        index: int,
        old_index: int,
        path: InstancePath,
        *,
        before: InstancePath | None = None,
        old_element: etree._Element | None = None,
        more: bool = False,
    ) -> None:
        self._tracker.note(kind, parent, element, path, before, index=self._executor.index)
        if self._other_comments is not None and kind != "value":
            # a walk over a large document takes long: only where comments come, go or move is one needed
            moved = kind in ("comments", "reset") or element is None or next(comments_in(element), None) is not None
            self._other_comments = None if moved else self._other_comments
        change = Change(
            self.revision,
            kind,
            parent,
            element,
            index,
            old_index,
            self._current,
            path,
            old_element,
            more or self._executor.more,
        )
        self._last = change
        for subscriber in tuple(self._subscribers):
            subscriber(change)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` after every change; returns a function that ends it."""
        self._subscribers.append(callback)

        def remove() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return remove

    # the whole

    def snapshot(self) -> Snapshot:
        """The document as it is now, as immutable bytes for other threads."""
        return Snapshot(serialize(self.root), self.revision)

    def text(self) -> bytes:
        """Indented text of the wrapper, as the XML view shows it; `replace_text` reads it back."""
        return serialize(self.root, pretty=True)

    def set_schema(self, schema: Schema | None) -> None:
        """Look at the same data through another schema; views hear of a reset."""
        self._binder = Binder(schema)
        self._executor.binder = self._binder
        self._executor.index = ChildIndex(self._binder, self._executor.siblings)
        untouched = self._tracker.untouched
        self._tracker = Tracker(self._binder, lambda: self.base_root, lambda: self.root)
        if not untouched:
            self._tracker.forget()
        self._reset()

    def rebase(
        self,
        new_base: bytes,
        root: etree._Element | None = None,
        *,
        revision: int | None = None,
        differences: Iterable[DiffEntry] | None = None,
    ) -> None:
        """Compare with another base from now on: what was read again, read back or saved.  The log stays.

        `root` is the base as a tree, if there is one already; it is taken over.  `revision` says of which revision of
        this document the base is a copy: if it is this one, nothing needs to be compared.  `differences` are those of
        an equal document from an equal base, found on another thread: nothing else needs to be compared then.
        """
        unchanged = revision == self.revision
        if root is None:
            root = codec.read_root(new_base, name=self.name, schema=self.schema)
        self._base_root = root
        self._base = codec.write(self._base_root, pretty=False) if codec.is_json(new_base) else new_base
        if unchanged:
            self._tracker.settle()
            self._other_comments = False
        else:
            if differences is None:
                self._tracker.forget()
            else:
                self._tracker.expect(differences, self.find)
            self._other_comments = None
        self._reset()

    def _reset(self) -> None:
        self.revision += 1
        self._log.append(Group(()))
        self._current = Group(())
        change = Change(self.revision, "reset", None, None, -1, -1, self._current)
        for subscriber in tuple(self._subscribers):
            subscriber(change)

    # against the base

    @property
    def has_base(self) -> bool:
        """Whether there is something that the document is compared with."""
        return True

    @property
    def is_dirty(self) -> bool:
        """True if the document differs from its base in meaning, or in comments."""
        return self.changes() > 0 or self.comments_changed

    @property
    def comments_changed(self) -> bool:
        """True if its comments are not those of the base; they are no changes, but saving writes them."""
        if self._other_comments is None:
            self._other_comments = list(map(str, comments_in(self.root))) != list(map(str, comments_in(self.base_root)))
        return self._other_comments

    def changes(self) -> int:
        """How many differences there are to the base."""
        return len(self._tracker.findings())

    def diff(self) -> Diff:
        """The differences to the base; only places where edits have been are looked at."""
        found = tuple(map(settled_entry_of, self._tracker.findings()))
        return Diff(found, self.base_root, self.root, self.schema)

    def state(self, element: etree._Element) -> str:
        """same, added, changed or moved: the element itself against the base, not what is below it."""
        return self._tracker.state(element)

    def changed_below(self, element: etree._Element) -> bool:
        """True if anything below the element was added, removed, changed or moved."""
        return self._tracker.changed_below(element)

    def removed_children(self, element: etree._Element) -> list[etree._Element]:
        """Elements of the base that are no longer among the children of this element, in the base's order."""
        return self._tracker.removed_children(element)

    def base_element(self, element: etree._Element) -> etree._Element | None:
        """The same node in the base, or None if it is new."""
        return self._tracker.base_element(element)
