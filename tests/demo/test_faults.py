"""The fault script: its form, and how it counts."""

from __future__ import annotations

import pytest

from netconf_gui.demo.faults import Action, Fault, Faults
from netconf_gui.errors import ConfigError


def test_script_from_json():
    faults = Faults.from_json('[{"operation": "commit", "action": "drop", "when": "after", "skip": 1}]')
    assert faults.script == [Fault("commit", Action.DROP, "after", skip=1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("{}", "list"),
        ("[1]", "object"),
        ('[{"operation": "get"}]', "action"),
        ('[{"operation": "get", "action": "explode"}]', "explode"),
        ('[{"operation": "get", "action": "drop", "colour": "red"}]', "colour"),
        ('[{"operation": "get", "action": "drop", "when": "never"}]', "never"),
        ('[{"operation": "hello", "action": "wrong-hello", "kind": "rude"}]', "rude"),
        ('[{"operation": "get", "action": "delay", "seconds": -1}]', "negative"),
    ],
)
def test_what_is_wrong_with_a_script_is_said(text, said):
    with pytest.raises(ConfigError, match=said):
        Faults.from_json(text)


def test_unreadable_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        Faults.from_file(tmp_path / "none.json")


def test_strikes_after_skip_and_only_so_often():
    faults = Faults([Fault("get", Action.DROP, skip=2, count=2)])
    hits = [bool(faults.take("get")) for _ in range(6)]
    assert hits == [False, False, True, True, False, False]
    assert len(faults.struck) == 2


def test_count_zero_means_always_and_other_operations_do_not_count():
    faults = Faults([Fault("get", Action.DROP, count=0)])
    assert not faults.take("lock")
    assert all(faults.take("get") for _ in range(5))


def test_star_is_every_rpc_but_not_the_hello():
    faults = Faults([Fault("*", Action.DROP, count=0)])
    assert faults.take("get")
    assert faults.take("anything")
    assert not faults.take("hello")


def test_arm_and_clear_while_running():
    faults = Faults()
    assert not faults.take("get")
    faults.arm(Fault("get", Action.LIE))
    assert faults.take("get").get(Action.LIE) is not None
    faults.arm(Fault("get", Action.LIE))
    faults.clear()
    assert not faults.take("get")
