"""The workspace of a person in one object: folders, settings, devices, credentials, recent files.

Lives here: only the assembly.  Reading a broken settings or inventory file never stops the program: the store's
`problem` says what is wrong and defaults are used.
"""

from __future__ import annotations

from dataclasses import dataclass

from netconf_gui.workspace.apply_choices import ApplyChoices
from netconf_gui.workspace.console_history import ConsoleHistory
from netconf_gui.workspace.credentials import CredentialStore
from netconf_gui.workspace.drafts import DraftFolder
from netconf_gui.workspace.event_rules import EventRules
from netconf_gui.workspace.filter_favourites import FilterFavourites
from netconf_gui.workspace.inventory import InventoryStore
from netconf_gui.workspace.locations import Locations
from netconf_gui.workspace.recent import RecentFiles
from netconf_gui.workspace.refused_callers import RefusedCallers
from netconf_gui.workspace.schema_sets import SchemaSets
from netconf_gui.workspace.settings import Settings, SettingsStore
from netconf_gui.workspace.snapshots import SnapshotStore


@dataclass(frozen=True, slots=True)
class Workspace:
    """`open()` makes it; all parts are thread-safe."""

    locations: Locations
    settings_store: SettingsStore
    inventory: InventoryStore
    credentials: CredentialStore
    recent: RecentFiles
    refused_callers: RefusedCallers
    drafts: DraftFolder
    schema_sets: SchemaSets
    snapshots: SnapshotStore
    apply_choices: ApplyChoices
    console_history: ConsoleHistory
    event_rules: EventRules
    filters: FilterFavourites

    @classmethod
    def open(cls, locations: Locations | None = None) -> Workspace:
        """Make the folders and read the files; raises `WorkspaceError` only when a folder cannot be made."""
        found = (locations or Locations.find()).ensure()
        settings_store = SettingsStore(found.settings_file)
        return cls(
            locations=found,
            settings_store=settings_store,
            inventory=InventoryStore(found.inventory_file),
            credentials=CredentialStore(),
            recent=RecentFiles(found.recent_file, settings_store.settings.appearance.recent_files),
            refused_callers=RefusedCallers(found.refused_callers_file),
            drafts=DraftFolder(found.draft_folder),
            schema_sets=SchemaSets(found.schema_sets_file),
            snapshots=SnapshotStore(found.history_folder, lambda: settings_store.settings.history),
            apply_choices=ApplyChoices(found.apply_choices_file),
            console_history=ConsoleHistory(found.console_folder),
            event_rules=EventRules(found.event_rules_file),
            filters=FilterFavourites(found.filters_file),
        )

    @property
    def settings(self) -> Settings:
        return self.settings_store.settings
