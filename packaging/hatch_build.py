"""The build hook of wheels and editable installs: what is generated is made first and goes into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GenerateHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs gen_ui and tells hatchling to take the git-ignored results along."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [word for word in self.metadata.core.dependencies if word.startswith("PySide6")]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = Path(self.root) / "packaging"
        sys.path.insert(0, str(folder))
        try:
            from gen_ui import DATA, GENERATED, generate
        finally:
            sys.path.remove(str(folder))
        generate(Path(self.root))
        build_data["artifacts"] += [f"/{DATA.as_posix()}/**", f"/{GENERATED.as_posix()}/**"]
