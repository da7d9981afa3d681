"""Where the program keeps its files on each system.

Lives here: the four folders (platformdirs, or all under `NETCONF_GUI_HOME`) and the names of the files in them.
Does not live here: reading and writing those files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from netconf_gui.workspace.files import private_folder

APPLICATION = "netconf_gui"
HOME_VARIABLE = "NETCONF_GUI_HOME"
DEMO_HOST_KEY = "ssh_host_ed25519_key"


@dataclass(frozen=True, slots=True)
class Locations:
    """The four folders: what people edit, what must not be lost, what can be fetched again, what happened."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @classmethod
    def find(cls, environ: Mapping[str, str] | None = None) -> Locations:
        """The folders of this person on this system; `NETCONF_GUI_HOME` puts all four under one folder."""
        home = (os.environ if environ is None else environ).get(HOME_VARIABLE)
        if home:
            return cls.under(Path(home).expanduser())
        return cls(
            config=Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)),
            data=Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)),
            cache=Path(platformdirs.user_cache_dir(APPLICATION, appauthor=False)),
            state=Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)),
        )

    @classmethod
    def under(cls, home: Path) -> Locations:
        """All four folders under `home`."""
        return cls(config=home / "config", data=home / "data", cache=home / "cache", state=home / "state")

    def ensure(self) -> Locations:
        """Make the folders, mode 0700; raises `WorkspaceError`."""
        for folder in (self.config, self.data, self.cache, self.state):
            private_folder(folder)
        return self

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.toml"

    @property
    def inventory_file(self) -> Path:
        return self.config / "devices.toml"

    @property
    def known_hosts_file(self) -> Path:
        return self.config / "known_hosts"

    @property
    def refused_callers_file(self) -> Path:
        """Devices that called and are not to be shown again."""
        return self.config / "refused-callers.toml"

    @property
    def event_rules_file(self) -> Path:
        """What a person wants to be pointed to among notifications."""
        return self.config / "event-rules.json"

    @property
    def recent_file(self) -> Path:
        return self.state / "recent.toml"

    @property
    def apply_choices_file(self) -> Path:
        """How a person last applied to each device."""
        return self.state / "apply-choices.json"

    @property
    def journal_folder(self) -> Path:
        return self.state / "journal"

    @property
    def draft_folder(self) -> Path:
        """What was changed and neither applied nor saved."""
        return self.data / "drafts"

    @property
    def history_folder(self) -> Path:
        """What applies found and left on devices."""
        return self.data / "history"

    @property
    def console_folder(self) -> Path:
        """What was sent from the console, and favourites."""
        return self.data / "console"

    @property
    def filters_file(self) -> Path:
        """Filters kept under a name."""
        return self.data / "filters.json"

    @property
    def schema_sets_file(self) -> Path:
        return self.state / "schema-sets.json"

    @property
    def log_folder(self) -> Path:
        return self.state / "log"

    @property
    def schema_folder(self) -> Path:
        """YANG texts and compiled schemas; can be deleted at any time."""
        return self.cache / "schema"

    @property
    def demo_folder(self) -> Path:
        """The demo device's host key, made once and kept."""
        return self.data / "demo"

    @property
    def demo_host_key(self) -> Path:
        return self.demo_folder / DEMO_HOST_KEY
