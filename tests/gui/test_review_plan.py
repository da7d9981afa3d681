"""The edit-config of a review: policies, subtrees sent whole, edited by hand, exports."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QToolButton

from netconf_gui.config import editing
from netconf_gui.errors import ConfigError
from netconf_gui.gui import review as review_module
from netconf_gui.gui.dialogs.message import Question
from netconf_gui.gui.review import POLICIES
from netconf_gui.gui.review_check import check_edit, read_edit
from netconf_gui.gui.review_exports import FORMATS
from netconf_gui.protocol.xml import local_name
from tests.gui import sample
from tests.gui.review_sample import PATIENCE, edited, open_review
from tests.gui.whole import shown


@pytest.fixture
def review(qtbot):
    with open_review(qtbot, edited()) as made:
        yield made


def by_hand(qtbot, made, text: str | None = None, state: str = "same") -> None:
    """Begin editing, put a text in place of the generated one, wait for the dry run."""
    if not made.plan.by_hand:
        qtbot.keyClick(made, Qt.Key.Key_F4)
    assert made.plan.by_hand
    if text is not None:
        made.plan.text.setFocus()
        made.plan.text.selectAll()
        made.plan.text.insertPlainText(text)
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == state, timeout=PATIENCE)


def answer(qtbot, button: str) -> None:
    qtbot.waitUntil(lambda: shown(Question) is not None)
    qtbot.mouseClick(shown(Question).findChild(QPushButton, button), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shown(Question) is None)


def test_the_policy_is_chosen_and_explained(review, qtbot):
    made, _ = review
    assert made.plan.policy_words.text() == POLICIES["strict"][1] and 'operation="create"' in made.review.edit_config
    made.plan.policy.setFocus()
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        qtbot.keyClick(made.plan.policy, Qt.Key.Key_Down)
    assert made.policy == "tolerant" == made.wish.policy
    assert made.plan.policy_words.text() == POLICIES["tolerant"][1]
    assert 'operation="remove"' in made.review.edit_config and 'operation="create"' not in made.review.edit_config
    assert made.plan.dry.text() == "Dry run: the result equals the draft."


def test_a_subtree_is_sent_whole_and_only_what_differs_again(review, qtbot):
    made, _ = review
    entry = made.model.row_of(made.model.changes[0]).parent
    made.tree.show_row(entry)
    assert made.actions_.replace.isEnabled()
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        qtbot.keyClick(made, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert [path.short() for path in made.replaced] == ["/interfaces/interface[xe-0/0/1]"]
    assert made.wish.replace == made.replaced
    assert 'operation="replace"' in made.review.edit_config and "198.51.100.1" in made.review.edit_config
    assert made.tree.current_row is not None and made.actions_.replace.isChecked()
    assert "sent whole" in made.model.look(made.tree.current_row).side
    drop = made.plan.findChild(QToolButton, "planReplacedDrop0")
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        qtbot.mouseClick(drop, Qt.MouseButton.LeftButton)
    assert made.replaced == () and "198.51.100.1" not in made.review.edit_config
    made.tree.show_change(2)
    assert made.tree.current_row.state == "added"
    assert not made.actions_.replace.isEnabled()


def test_an_edited_text_that_leads_to_the_draft_can_be_sent(review, qtbot):
    made, _ = review
    text = made.review.edit_config.replace('<mtu nc:operation="replace">', '<mtu nc:operation="merge">')
    by_hand(qtbot, made, text)
    assert made.plan.banner.isVisible() and not made.plan.policy.isEnabled()
    assert made.plan.dry.text() == "Dry run: the result equals the draft."
    assert made.apply_button.isEnabled()
    wish = made.wish
    assert not wish.refused and b'operation="merge"' in wish.edit and wish.default_operation == "none"
    with qtbot.waitSignal(made.apply_wanted):
        qtbot.mouseClick(made.apply_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(made.plan.back, Qt.MouseButton.LeftButton)
    answer(qtbot, "keepButton")
    assert made.plan.by_hand and made.plan.is_typed
    qtbot.keyClick(made.plan.text, Qt.Key.Key_F4)
    answer(qtbot, "dropButton")
    assert not made.plan.by_hand and not made.actions_.by_hand.isChecked() and made.plan.text.isReadOnly()
    assert made.plan.text.plain_text() == made.review.edit_config and made.wish.edit is None


def test_typing_is_tried_after_a_pause_and_undone_in_the_text(review, qtbot):
    made, pane = review
    by_hand(qtbot, made)
    before = made.plan.text.plain_text()
    cursor = made.plan.text.textCursor()
    cursor.setPosition(before.index("9192"))
    made.plan.text.setTextCursor(cursor)
    qtbot.keyClicks(made.plan.text, "1")
    assert made.plan.checked is None and not made.apply_button.isEnabled() and made.wish.refused
    qtbot.waitUntil(lambda: made.plan.checked is not None, timeout=PATIENCE)
    assert made.plan.checked.state == "other"
    changes = pane.changes
    qtbot.keyClick(made.plan.text, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert made.plan.text.plain_text() == before and pane.changes == changes
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == "same", timeout=PATIENCE)


def test_what_leads_elsewhere_is_shown_and_can_become_the_draft(review, qtbot):
    made, pane = review
    by_hand(qtbot, made, made.review.edit_config.replace("9192", "1400"), "other")
    assert "1 difference" in made.plan.dry.text() and "mtu 9192 → 1400" in made.plan.dry.text()
    assert made.plan.check.model.rowCount() == 1 and made.wish.refused
    asked = []
    made.apply_wanted.connect(lambda: asked.append(made.wish))
    qtbot.mouseClick(made.apply_button, Qt.MouseButton.LeftButton)
    answer(qtbot, "cancelButton")
    assert not asked
    qtbot.mouseClick(made.apply_button, Qt.MouseButton.LeftButton)
    answer(qtbot, "applyButton")
    qtbot.waitUntil(lambda: bool(asked))
    assert b"1400" in asked[0].edit and not asked[0].refused
    assert sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu").text == "1400"
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == "same", timeout=PATIENCE)
    pane.undo()
    assert sample.element(pane.document, "interfaces/interface[xe-0/0/1]/mtu").text == "9192", "one step"


def test_refusals_name_their_lines(review, qtbot):
    made, _ = review
    text = made.review.edit_config.replace('operation="delete"', 'operation="create"').replace("mtu", "mtuu")
    by_hand(qtbot, made, text, "refused")
    assert [(one.error.tag, one.line > 0) for one in made.plan.checked.refusals] == [
        ("data-exists", True), ("unknown-element", True),
    ]  # fmt: skip
    assert not made.apply_button.isEnabled() and made.wish.refused
    lists = made.plan.check.refusals
    index = lists.model().index(1, 0)
    assert index.data().startswith("Line ") and "mtuu" in index.data()
    lists.setCurrentIndex(index)
    lists.setFocus()
    qtbot.keyClick(lists, Qt.Key.Key_Return)
    assert "<mtuu" in made.plan.text.textCursor().block().text()


def test_a_broken_text_says_where(review, qtbot):
    made, _ = review
    by_hand(qtbot, made, made.review.edit_config.replace("</mtu>", "</mt>"), "broken")
    assert "cannot be read" in made.plan.dry.text() and made.plan.checked.line > 1
    assert made.bar.apply_button.toolTip().startswith("The dry run of the edit-config edited by hand")


def test_the_edited_text_is_tried_again_when_the_draft_changes(review, qtbot):
    made, pane = review
    by_hand(qtbot, made)
    pane.undo()
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == "other", timeout=PATIENCE)
    while pane.document.can_undo:
        pane.document.undo()
    qtbot.waitUntil(lambda: made.review.plan.empty, timeout=PATIENCE)
    assert made.plan.isVisible(), "what a person typed is not hidden"


def test_a_rebased_draft_keeps_the_edited_text_and_a_clean_document_does_not(review, qtbot):
    made, pane = review
    by_hand(qtbot, made)
    pane.document.rebase(pane.document.base.replace(b"pe1.fra", b"pe2.fra"))
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        made.refresh()
    assert made.plan.by_hand
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == "other", timeout=PATIENCE)
    assert "hostname" in made.plan.dry.text(), "it is tried on what the device holds now"
    pane.document.rebase(pane.document.snapshot().data)
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        made.refresh()
    assert not made.plan.by_hand and made.empty.isVisible()


@pytest.mark.parametrize(
    ("tolerant", "there", "state", "words"),
    [
        (False, False, "same", "still leads to the draft"),
        (True, True, "nothing", "no longer changes anything"),
        (False, True, "refused", "no longer applies"),
    ],
)
def test_an_edited_text_survives_a_rebase_and_is_tried_again(review, qtbot, tolerant, there, state, words):
    """`there`: the device holds all of the draft by now, and nothing of it is left."""
    made, pane = review
    text = made.review.edit_config.replace('<mtu nc:operation="replace">', '<mtu nc:operation="merge">')
    if tolerant:
        text = text.replace('"create"', '"merge"').replace('"delete"', '"remove"')
    by_hand(qtbot, made, text)
    told: list[str] = []
    pane.document.rebase(pane.document.snapshot().data if there else pane.document.base + b" ")
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        made.rebased(told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    assert made.plan.by_hand and made.plan.checked.state == state and words in told[0]
    assert made.plan.findChild(QLabel, "handBannerText").text() == told[0]
    made.plan.text.insertPlainText(" ")
    assert made.plan.findChild(QLabel, "handBannerText").text() != told[0]


def checked(text: str, document=None):
    document = document or edited()
    return check_edit(text, document.base, document.recipe(), document.schema)


def test_texts_of_several_forms_are_taken():
    config = f'<config><system xmlns="{sample.NS}"><hostname>other</hostname></system></config>'
    base = "urn:ietf:params:xml:ns:netconf:base:1.0"
    edit = f'<edit-config xmlns="{base}"><target><running/></target>{config}</edit-config>'
    for text in (
        edit,
        f'<rpc xmlns="{base}" message-id="1">{edit}</rpc>',
        config.replace("<config>", f'<config xmlns="{base}">'),
    ):
        found, operation = read_edit(text)
        assert local_name(found) == "config" and operation == "merge"
        assert checked(text).state == "other"
    same = config.replace("other", "pe1.fra")
    assert checked(f'<edit-config xmlns="{base}">{same}</edit-config>').state == "nothing"
    url = checked(f'<edit-config xmlns="{base}">\n<url>file:///x</url></edit-config>')
    assert url.state == "broken" and url.line == 2 and "url" in url.words
    assert checked("<other/>").state == "broken"
    assert checked("").state == "broken"
    foreign = f'<edit-config xmlns="{base}"><config><x xmlns="urn:nobody"/></config></edit-config>'
    assert checked(foreign).state == "other" and "device decides" in checked(foreign).notes[0]
    wrong = edit.replace("<target>", "<default-operation>create</default-operation><target>")
    assert [one.error.tag for one in checked(wrong).refusals] == ["invalid-value"]


def test_exports_are_copied_with_secrets_masked(qtbot):
    document = edited()
    editing.set_text(document, sample.element(document, "system/password"), "correct-horse")
    with open_review(qtbot, document) as (made, _pane):
        texts = {}
        for one in FORMATS:
            with qtbot.waitSignal(made.told, timeout=PATIENCE) as told:
                made.exports.copies[one.key].trigger()
            assert "secrets masked" in told.args[0]
            texts[one.key] = QGuiApplication.clipboard().text()
        for key, text in texts.items():
            assert "9192" in text, key
            assert "hunter2" not in text and "correct-horse" not in text, key
        assert json.loads(texts["Json"])["differences"] and json.loads(texts["PatchJson"])
        assert "source-value" in texts["Patch"] and texts["Html"].startswith("<!")
        made.exports.secrets.trigger()
        with qtbot.waitSignal(made.told, timeout=PATIENCE):
            made.exports.copies["Text"].trigger()
        assert "correct-horse" in QGuiApplication.clipboard().text()


def test_exports_are_saved_for_the_owner_only(review, qtbot, tmp_path, monkeypatch):
    made, _ = review
    path = tmp_path / "changes.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    with qtbot.waitSignal(made.told, timeout=PATIENCE):
        made.exports.saves["Html"].trigger()
    assert "9192" in path.read_text("utf-8") and path.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "no" / "x.txt"), ""))
    with qtbot.waitSignal(made.error, timeout=PATIENCE) as failed:
        made.exports.saves["Text"].trigger()
    assert "cannot" in str(failed.args[0])


def test_options_of_an_apply_are_asked_for(review, qtbot):
    made, _ = review
    with qtbot.waitSignal(made.options_wanted):
        qtbot.mouseClick(made.bar.options, Qt.MouseButton.LeftButton)


def test_a_plan_that_may_not_be_sent_says_why(review, qtbot, monkeypatch):
    made, _ = review

    def refuse(*_args, **_more):
        raise ConfigError("Nobody can say what would go with /system/users.", advice="Ask for the right to read it.")

    monkeypatch.setattr(review_module, "plan", refuse)
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        made.refresh()
    assert made.review.plan is None and not made.apply_button.isEnabled()
    assert "Nobody can say" in made.plan.dry.text() and "Nobody can say" in made.apply_button.toolTip()
    assert made.plan.counts.text() == "nothing to send" and made.count == 4, "the differences are shown all the same"


def test_nothing_is_sent_that_was_tried_on_another_draft(review, qtbot):
    made, pane = review
    by_hand(qtbot, made)
    assert not made.wish.refused and made.apply_button.isEnabled()
    editing.set_text(pane.document, sample.element(pane.document, "system/hostname"), "other")
    assert made.wish.refused and not made.apply_button.isEnabled()
    qtbot.waitUntil(lambda: made.plan.checked is not None and made.plan.checked.state == "other", timeout=PATIENCE)


def test_a_review_that_nobody_sees_is_compared_when_it_is_seen(review, qtbot):
    made, pane = review
    revision = made.review.revision
    made.hide()
    pane.undo()
    qtbot.waitUntil(lambda: made._stale, timeout=PATIENCE)
    assert made.review.revision == revision
    with qtbot.waitSignal(made.refreshed, timeout=PATIENCE):
        made.show()
    assert made.review.revision == pane.document.revision
