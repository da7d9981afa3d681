"""Before something is pasted: what of it does not fit here, and what becomes of nodes that are there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QDialog, QListWidget, QRadioButton, QVBoxLayout, QWidget

from netconf_gui.config.pasting import Clash, Misfit, Paste, Piece
from netconf_gui.gui.forms import column, label, named, push_button, row
from netconf_gui.gui.node_words import count_words
from netconf_gui.gui.theme import theme

NEW_KEY = "new"
MOST_SHOWN = 500  # misfits in the list


class PasteDialog(QDialog):
    """Opened only where there is something to say or to decide; `go_on(answer)` gets a `Clash` value or NEW_KEY."""

    def __init__(self, plan: Paste, where: str, go_on: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        named(self, "pasteDialog", "Paste")
        self.setMinimumWidth(theme().px(560))
        self._go_on = go_on
        self._answers = QButtonGroup(self)
        clashing = [piece for piece in plan.pieces if piece.clashes]
        title = f"Paste into {where}"
        self.setWindowTitle(title)
        layout = column(self)
        body = named(QWidget(), "pasteBody", title, role="dialog-body")
        inside = column(body, margins=(20, 16, 20, 16), spacing=12)
        inside.addWidget(label(title, "pasteTitle", kind="title", wrap=True))
        if clashing:
            self._ask(inside, clashing, alone=len(plan.pieces) == 1)
        if plan.misfits:
            self._list(inside, plan.misfits, nothing_left=not plan.pieces)
        inside.addStretch(1)
        layout.addWidget(body, 1)
        layout.addWidget(self._foot(len(plan.pieces), cut=bool(plan.misfits)))

    def _ask(self, inside: QVBoxLayout, clashing: Sequence[Piece], *, alone: bool) -> None:
        first = clashing[0].node
        name = first.name if first is not None else "node"
        told = (
            f"This {name} is there already." if len(clashing) == 1 else f"{len(clashing)} of these are there already."
        )
        inside.addWidget(label(told, "pasteClash", wrap=True))
        offers = [
            (Clash.MERGE.value, "Merge: values of the copy win, everything else there stays"),
            (Clash.REPLACE.value, "Replace: afterwards it is as the copy"),
        ]
        if alone and clashing[0].can_be_renamed:
            offers.append((NEW_KEY, "Add it beside under another key…"))
        holder = named(QWidget(), "pasteOffers", "What becomes of it")
        box = column(holder, spacing=4)
        for key, words in offers:
            button = named(QRadioButton(words), f"paste_{key}", words)
            button.setProperty("answer", key)
            button.setChecked(key == Clash.MERGE.value)
            self._answers.addButton(button)
            box.addWidget(button)
        inside.addWidget(holder)

    def _list(self, inside: QVBoxLayout, misfits: Sequence[Misfit], *, nothing_left: bool) -> None:
        what = count_words(len(misfits), "part")
        does = "does not fit here and is" if len(misfits) == 1 else "do not fit here and are"
        words = f"{what} {does} left out:" if not nothing_left else "Nothing of it fits here:"
        inside.addWidget(label(words, "pasteMisfits", kind="caption", wrap=True))
        self.list = named(QListWidget(), "pasteMisfitList", "What does not fit")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setWordWrap(True)
        for misfit in misfits[:MOST_SHOWN]:
            self.list.addItem(f"{misfit.path}: {misfit.reason}")
        if len(misfits) > MOST_SHOWN:
            self.list.addItem(f"and {len(misfits) - MOST_SHOWN:,} more")
        # words may wrap: room for twice as many lines as there are parts, up to a point
        self.list.setFixedHeight(min(10, 2 * self.list.count() + 1) * theme().px(18))
        inside.addWidget(self.list)

    def _foot(self, pieces: int, *, cut: bool) -> QWidget:
        foot = named(QWidget(), "pasteFoot", "Buttons", role="dialog-foot")
        layout = row(foot, margins=(20, 12, 20, 12), spacing=8)
        layout.addStretch(1)
        cancel = push_button("Cancel" if pieces else "Close", "pasteCancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        layout.addWidget(cancel)
        if pieces:
            self.paste = push_button("Paste the rest" if cut else "Paste", "pasteButton", role="primary")
            self.paste.setDefault(True)
            self.paste.clicked.connect(self.accept)
            layout.addWidget(self.paste)
            self.paste.setFocus()
        return foot

    @property
    def answer(self) -> str:
        """What becomes of nodes that are there."""
        chosen = self._answers.checkedButton()
        return str(chosen.property("answer")) if chosen is not None else Clash.MERGE.value

    def accept(self) -> None:
        super().accept()
        self._go_on(self.answer)
