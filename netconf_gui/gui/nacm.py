"""Access control of devices in the window: the page, edits of it, why something was denied, what is read-only.

Lives here: which page is of which device, the document that it edits, and the rights read from each session.  Does not
live here: how it looks (`panes/nacm_page`, `nacm_banners`), deciding (`config.nacm`), reading (`services.nacm`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from netconf_gui.cancel import CancelToken
from netconf_gui.config import nacm_edits
from netconf_gui.config.nacm import MODULE, Nacm, Rule
from netconf_gui.config.nacm_reading import read_nacm, read_rule
from netconf_gui.config.path import InstancePath
from netconf_gui.gui import nacm_words as words
from netconf_gui.gui.dialogs.nacm import MembersDialog, NacmRuleDialog
from netconf_gui.gui.forms import action
from netconf_gui.gui.nacm_words import Place
from netconf_gui.gui.panes.document import DocumentPane
from netconf_gui.gui.panes.nacm_page import AccessPage
from netconf_gui.gui.tasks import Report
from netconf_gui.services.nacm import Explanation, Rights, explain, offers_nacm, read_rights
from netconf_gui.session.session import Session

if TYPE_CHECKING:
    from netconf_gui.errors import RpcError
    from netconf_gui.gui.application import Program
    from netconf_gui.gui.connections import Link


class AccessControls(QObject):
    """`rights_changed(device id)` when it is known what its user may do."""

    rights_changed = Signal(str)

    def __init__(self, program: Program) -> None:
        super().__init__(program.window)
        self.setObjectName("accessControls")
        self._program = program
        self._pages: dict[str, AccessPage] = {}
        self._rights: dict[str, Rights] = {}
        self._read: dict[str, tuple[Session, object]] = {}  # for which session and schema
        self._followed: set[DocumentPane] = set()
        window = program.window
        made = self.action = action(
            window, "Acce&ss control", "accessControlAction", icon="guard", shortcut="Ctrl+8",
            tip="Who may do what on the device, and why",
        )  # fmt: skip
        made.triggered.connect(lambda: self._open_selected())
        window.addAction(made)
        window.menus.device.insertAction(window.menus.reading, made)
        program.devices.more_actions.append(made)
        program.applying.unreadable = self.unreadable
        program.connections.changed.connect(self._changed)
        program.applying.ended.connect(lambda device_id, _report: self._read_again(device_id))
        program.documents.pane_added.connect(self._added)
        program.devices.selection_changed.connect(self._follow)
        program.connections.changed.connect(lambda _device: self._follow())
        self._follow()

    # ------------------------------------------------------------------------------------------------ rights

    def rights(self, device_id: str) -> Rights | None:
        """What is known of the rights of the user who is signed in there."""
        return self._rights.get(device_id)

    def unreadable(self, device_id: str) -> tuple[InstancePath, ...]:
        found = self._rights.get(device_id)
        return found.unreadable if found is not None else ()

    def explain(self, device_id: str, errors: tuple[RpcError, ...], operation: str) -> Explanation | None:
        """Why a request of this program was denied; None where it was not."""
        found = self._rights.get(device_id)
        if found is None:
            return None
        pane = self._document(device_id)
        return explain(found, errors, operation=operation, root=None if pane is None else pane.document.root)

    def _changed(self, device_id: str) -> None:
        link = self._program.connections.link(device_id)
        if link is None or link.session is None:
            if self._read.pop(device_id, None) is not None:
                self._rights.pop(device_id, None)
                self.rights_changed.emit(device_id)
            self._show(device_id)
            return
        schema = link.schema.schema if link.schema is not None else None
        before = self._read.get(device_id)
        if schema is None or (before is not None and before[0] is link.session and before[1] is schema):
            return
        self._read[device_id] = (link.session, schema)
        self._start(link)

    def _read_again(self, device_id: str) -> None:
        """The rules may be others now."""
        self._read.pop(device_id, None)
        self._changed(device_id)

    def _start(self, link: Link) -> None:
        session, lane, schema = link.session, link.lane, link.schema.schema if link.schema is not None else None
        if session is None or lane is None:
            return
        user, device_id = signed_in(link), link.device.id

        def work(cancel: CancelToken, _report: Report) -> Rights:
            return read_rights(session, user, schema, cancel=cancel)

        title = f"Read what {user or 'you'} may do on {link.device.name}"
        asks = offers_nacm(session, schema)
        task = self._program.tasks.run(work, title=title, lane=lane if asks else None, quiet=True)
        task.done.connect(partial(self._arrived, device_id, session))

    def _arrived(self, device_id: str, session: Session, rights: Rights) -> None:
        link = self._program.connections.link(device_id)
        if link is None or link.session is not session:
            return
        self._rights[device_id] = rights
        self.rights_changed.emit(device_id)
        self._show(device_id)

    # ------------------------------------------------------------------------------------------------ the page

    def page(self, device_id: str) -> AccessPage | None:
        """The page of a device, if it is open."""
        found = self._pages.get(device_id)
        if found is not None and (not isValid(found) or self._program.window.documents.indexOf(found) < 0):
            del self._pages[device_id]
            return None
        return found

    def open(self, device_id: str) -> AccessPage | None:
        """The page of a device in front; the document that it edits is opened behind it."""
        link = self._program.connections.link(device_id)
        if link is None:
            return None
        tabs, there = self._program.window.documents, self.page(device_id)
        if there is None:
            there = self._pages[device_id] = AccessPage(device_id, link.device.name)
            there.wanted.connect(partial(self._do, device_id))
            there.document_wanted.connect(lambda: self._open_document(device_id))
            self._program.window.show_panes()
            tabs.add_page(there, f"{link.device.name} access", "guard", tip=f"Who may do what on {link.device.name}")
            if self._document(device_id) is None:
                self._open_document(device_id)
        else:
            tabs.setCurrentWidget(there)
        self._show(device_id)
        there.setFocus()
        return there

    def test(self, device_id: str, told: Explanation) -> None:
        """The page with the question of an explanation."""
        page, rights = self.open(device_id), self._rights.get(device_id)
        if page is None or rights is None:
            return
        if told.path is not None:
            page.set_question(rights.who.user, told.operation or "update", str(told.path))

    def _open_selected(self) -> None:
        link = self._program.devices.selected
        if link is not None:
            self.open(link.device.id)

    def _follow(self) -> None:
        self.action.setEnabled(self._program.devices.selected is not None)

    def _open_document(self, device_id: str) -> None:
        link, page = self._program.connections.link(device_id), self.page(device_id)
        if link is None or not link.connected:
            return
        task = self._program.documents.open_device(device_id)
        if task is not None and page is not None:
            tabs = self._program.window.documents
            # the document has come to the front, where the page was wanted
            task.done.connect(lambda _fetched: tabs.setCurrentWidget(page) if self.page(device_id) is page else None)

    def _document(self, device_id: str) -> DocumentPane | None:
        """The document that is edited: of the datastore that edits go to, else of running."""
        link = self._program.connections.link(device_id)
        where = (link.editable if link is not None else "") or "running"
        return self._program.documents.of_device(device_id, where) or self._program.documents.of_device(device_id)

    def _added(self, pane: DocumentPane) -> None:
        pane.state_changed.connect(lambda: self._show(pane.context.device_id))
        self._show(pane.context.device_id)

    def _show(self, device_id: str) -> None:
        page = self.page(device_id)
        if page is None:
            return
        link, pane, rights = (
            self._program.connections.link(device_id),
            self._document(device_id),
            self.rights(device_id),
        )
        if pane is None:
            connected = link is not None and link.connected
            text = "Open the configuration to see who may do what." if connected else "Connect the device first."
            page.show_nothing("No configuration is open", text, can_open=connected)
            return
        nacm = read_nacm(pane.document.root, pane.document.schema)
        schema = pane.document.schema
        module = schema.module(MODULE) if schema is not None else None
        if nacm is None and (module is None or not module.implemented):
            page.show_nothing(
                "No access control", "The device has no access control that can be read (module ietf-netconf-acm)."
            )
            return
        note = rights.words if rights is not None and not rights.known else ""
        if pane.context.read_only:
            note = f"{note} {pane.context.title} is read only: rules can be tested, not changed.".strip()
        page.show_rules(
            nacm or Nacm(),
            pane.document.schema,
            rights.who.user if rights is not None else "",
            editable=not pane.context.read_only,
            note=note,
        )
        nothing = "It is not known what you may do."
        known = rights is not None and rights.known
        page.show_rights(words.right_lines(rights) if rights is not None and known else [], nothing)

    # ------------------------------------------------------------------------------------------------ edits

    def _do(self, device_id: str, what: str, place: Place | None) -> None:
        """A button of the page: everything becomes an ordinary edit of the document."""
        pane = self._document(device_id)
        if pane is None:
            return
        if what == "add-group" or (what == "edit" and place is not None and place.kind == "group"):
            self._group(pane, place.name if place is not None and what == "edit" else "")
        elif what == "add-list" or (what == "edit" and place is not None and place.kind == "list"):
            self._list(pane, place.name if place is not None and what == "edit" else "")
        elif place is not None and what in ("add-rule", "edit"):
            self._rule(pane, place, new=what == "add-rule")
        elif place is not None:
            self._change(pane, what, place)

    def _group(self, pane: DocumentPane, name: str) -> None:
        nacm = read_nacm(pane.document.root) or Nacm()
        title = f"Change the group {name}" if name else "New group"
        dialog = MembersDialog(self._program.window, title, "Users", name, dict(nacm.groups).get(name, ()))
        dialog.kept.connect(
            lambda new, users: pane.guard(lambda: nacm_edits.put_group(pane.document, name, new, users))
        )
        dialog.open()

    def _list(self, pane: DocumentPane, name: str) -> None:
        nacm = read_nacm(pane.document.root) or Nacm()
        groups = next((rules.groups for rules in nacm.lists if rules.name == name), ())
        title = f"Change the rule list {name}" if name else "New rule list"
        dialog = MembersDialog(self._program.window, title, "Groups", name, groups, fixed=bool(name))
        dialog.kept.connect(lambda new, ones: pane.guard(lambda: nacm_edits.put_list(pane.document, name, new, ones)))
        dialog.open()

    def _rule(self, pane: DocumentPane, place: Place, *, new: bool) -> None:
        document, schema = pane.document, pane.document.schema
        there = None if new else nacm_edits.find_rule(document, place.name, place.rule)
        rule = read_rule(there, schema) if there is not None else Rule("")
        old = rule.name if there is not None else ""
        modules = sorted({one.name for one in schema.modules if one.implemented}) if schema is not None else []
        dialog = NacmRuleDialog(
            self._program.window,
            rule,
            new=new,
            modules=modules,
            completion=partial(words.completions, schema),
            keep=lambda kept: nacm_edits.put_rule(document, place.name, old, kept),
        )
        dialog.open()

    def _change(self, pane: DocumentPane, what: str, place: Place) -> None:
        document = pane.document
        if place.kind == "rule":
            element = nacm_edits.find_rule(document, place.name, place.rule)
        else:
            find = nacm_edits.find_group if place.kind == "group" else nacm_edits.find_list
            element = find(document, place.name)
        if element is None:
            return
        if what == "remove":
            pane.guard(lambda: nacm_edits.remove(document, element))
        elif place.kind != "group":
            pane.guard(lambda: nacm_edits.move(document, element, -1 if what == "up" else 1))
            page = self.page(pane.context.device_id)
            if page is not None:
                page.rules.choose(place)


def signed_in(link: Link) -> str:
    """The name by which the device knows the user, as far as this end can tell."""
    peer = link.session.stream.peer.username if link.session is not None else ""
    return peer or link.device.username
