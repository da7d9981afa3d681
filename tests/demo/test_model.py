"""What the device knows: its modules use all of YANG, its first configuration is valid and worth looking at."""

from __future__ import annotations

import re
from importlib.metadata import files as distribution_files

import pytest

from netconf_gui.demo import files
from netconf_gui.demo.model import STATIC_ROUTES, first_configuration, module_sources
from netconf_gui.demo.personality import PERSONALITIES, personality
from netconf_gui.errors import ConfigError
from netconf_gui.yang.schema import NodeKind
from tests.demo.talk import DEMO

OWN = "\n".join((files.module_text(name) or b"").decode() for name in files.MODULES + files.SUBMODULES)

TYPES = (
    "binary bits boolean decimal64 empty enumeration identityref instance-identifier int8 int16 int32 int64 leafref "
    "string uint8 uint16 uint32 uint64 union"
).split()
STATEMENTS = (
    "action anydata anyxml augment base belongs-to bit case choice config container default description deviate "
    "deviation enum error-app-tag error-message feature fraction-digits grouping identity if-feature import include "
    "input key leaf leaf-list length list mandatory max-elements min-elements modifier must notification ordered-by "
    "organization output path pattern position presence range reference refine require-instance revision rpc status "
    "submodule type typedef unique units uses value when yang-version"
).split()


@pytest.mark.parametrize("name", TYPES)
def test_every_type_is_used(name):
    assert re.search(rf"\btype {name}\b", OWN)


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_used(name):
    assert re.search(rf"^\s*{name}\b[^;{{]*[;{{\"]", OWN, re.MULTILINE)


def test_every_node_is_described(model):
    todo = [node for node in model.schema.roots() if node.namespace == DEMO]
    seen = 0
    while todo:
        node = todo.pop()
        seen += 1
        if node.kind not in (NodeKind.CASE, NodeKind.INPUT, NodeKind.OUTPUT):
            assert node.description or node.kind is NodeKind.CASE, node.path
        todo.extend(model.schema.children(node))
    assert seen >= 150


def test_the_feature_that_the_device_lacks_is_not_there(model):
    assert model.schema.find("/netconf-gui-demo:access-lists/access-list/name") is not None
    assert model.schema.find("/netconf-gui-demo:access-lists/access-list/offload") is None


def test_the_deviations_are_in_force(model):
    description = model.schema.find("/ietf-interfaces:interfaces/interface/description")
    assert description.type.lengths == (("0", "64"),)


def test_the_first_configuration_is_valid_as_a_whole(model):
    whole = first_configuration()
    assert model.check(whole) == ()
    routes = whole.xpath("count(//*[local-name()='static-routes']/*[local-name()='ipv4']/*)")
    assert routes == STATIC_ROUTES == 1240
    prefixes = whole.xpath("//*[local-name()='static-routes']/*[local-name()='ipv4']/*/*[1]")
    assert len({prefix.text for prefix in prefixes}) == 1240


def test_the_first_configuration_uses_what_the_module_has(model):
    """Nearly every leaf of the own module has a value somewhere, so that there is something to see."""
    whole = first_configuration(20)
    used = {node.tag.rpartition("}")[2] for node in whole.iter(f"{{{DEMO}}}*")}
    unused = set()
    todo = [node for node in model.schema.roots() if node.namespace == DEMO]
    while todo:
        node = todo.pop()
        if node.kind in (NodeKind.LEAF, NodeKind.LEAF_LIST) and node.config and node.name not in used:
            unused.add(node.name)
        todo.extend(model.schema.data_children(node))
    assert unused <= {"default-local-preference", "retries", "cache-size", "telnet", "default-route", "file"} | {
        "address-family"
    }, unused


def test_standard_modules_come_from_the_distribution_that_ships_them():
    shipped = {str(item).rpartition("/")[2] for item in distribution_files("pyang") or ()}
    for source in module_sources(personality("standard")):
        own = source.name in files.MODULES + files.SUBMODULES
        assert own or f"{source.name}.yang" in shipped


def test_modules_follow_the_capabilities():
    netconf = {source.name: source for source in module_sources(personality("minimal"))}["ietf-netconf"]
    assert netconf.features == ("writable-running",)


@pytest.mark.parametrize(
    ("name", "capability"),
    [("ietf-netconf-notifications", "notification:1.0"), ("ietf-netconf-with-defaults", "with-defaults:1.0")],
)
def test_modules_of_a_capability_come_with_it_only(name, capability):
    for kind in PERSONALITIES.values():
        listed = {source.name for source in module_sources(kind) if source.implemented}
        assert (name in listed) == any(capability in uri for uri in kind.capabilities()), kind.name


def test_other_files_are_not_given_out():
    assert files.module_text("../../../etc/passwd") is None


@pytest.mark.parametrize("name", PERSONALITIES)
def test_every_personality_has_its_name(name):
    assert personality(name).name == name


def test_an_unknown_personality():
    with pytest.raises(ConfigError, match="standard"):
        personality("toaster")
