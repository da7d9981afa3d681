"""Puts a demo device together: modules, engine, first configuration.

Lives here: `load_model`, which compiles, and `build`, which makes a device that was just unpacked.  Does not live
here: what a device does, and the engine, which the caller owns and closes.
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.demo.clock import Clock
from netconf_gui.demo.device import Device
from netconf_gui.demo.model import STATIC_ROUTES, Model, first_configuration, module_sources
from netconf_gui.demo.nacm_rules import first_rules
from netconf_gui.demo.personality import Personality, personality
from netconf_gui.errors import SchemaError
from netconf_gui.protocol.xml import serialize
from netconf_gui.yang.check import Engine
from netconf_gui.yang.problem import Problem
from netconf_gui.yang.resolver import ResolvedSet


def load_model(engine: Engine, *, kind: Personality | None = None, routes: int = STATIC_ROUTES) -> Model:
    """Compile the device's modules, with so many static routes in the first configuration.

    Raises `SchemaError` if a module lacks or the engine cannot compile them.
    """
    sources = module_sources(kind or personality("standard"))
    compiled = engine.compile(ResolvedSet(sources))
    if compiled.broken:
        first = compiled.broken[0]
        raise SchemaError(f"The demo device's module {first.name} cannot be compiled: {first.reason}.")

    def check(tree: etree._Element) -> tuple[Problem, ...]:
        return engine.validate(compiled.key, serialize(tree), content="config")

    def check_values(config: etree._Element) -> tuple[Problem, ...]:
        return engine.validate(compiled.key, serialize(config), content="edit")

    initial = first_configuration(routes)
    if kind is not None and kind.nacm:
        initial.append(first_rules())
    return Model(initial, sources, engine.schema(compiled), compiled.key, check, check_values)


def build(
    engine: Engine, *, model: str = "standard", routes: int = STATIC_ROUTES, clock: Clock | None = None
) -> Device:
    """A device that was just unpacked; raises `ConfigError` for an unknown model, else as `load_model`."""
    kind = personality(model)
    return Device(load_model(engine, kind=kind, routes=routes), kind=kind, clock=clock)
