"""The schema engine of a workspace: its folder, deadlines and limits, as the settings say."""

from __future__ import annotations

from netconf_gui.workspace.workspace import Workspace
from netconf_gui.yang.check import Deadlines, Engine, EngineLimits


def open_engine(workspace: Workspace) -> Engine:
    """An engine that keeps module texts and compiled schemas in the workspace's cache; close it when done."""
    limits = workspace.settings.engine
    return Engine(
        cache_folder=workspace.locations.schema_folder,
        deadlines=Deadlines(
            compile=limits.compile_deadline,
            validate=limits.validate_deadline,
            value=limits.interactive_deadline,
            xpath=limits.xpath_deadline,
        ),
        limits=EngineLimits(contexts=limits.kept_schemas, memory=limits.worker_memory),
    )
