"""Has the pages built when this package is built or installed from its sources.

It runs for wheels, sdists and editable installs, and does nothing where the pages are current, so a
wheel made from an sdist needs no Node.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))  # what builds imports this by its path
from frontend_build import NODE_WHEEL, BuildFailed, Frontend, find_node


class PagesHook(BuildHookInterface[BuilderConfig]):
    """Builds the pages before they are packed."""

    def dependencies(self) -> list[str]:
        """What the build needs beyond its backend: Node, where it is wanted and there is none."""
        try:
            wanted = not Frontend(Path(self.root)).is_current() and find_node() is None
        except BuildFailed:
            return []  # the build itself says so
        return [NODE_WHEEL] if wanted else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Runs before a wheel or an sdist is packed."""
        try:
            Frontend(Path(self.root)).make()
        except BuildFailed as failure:
            self.app.abort(str(failure))
