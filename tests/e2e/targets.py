"""What the trials of the browser tests run, and how fast: tests hold the gates of their jobs."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PROGRAM: Final = Path(__file__).with_name("searched_program.py")
SPACE: Final[Mapping[str, Any]] = {
    "x": {"type": "float", "low": 0, "high": 1},
    "y": {"type": "float", "low": 0.001, "high": 1, "log": True},
    "kind": ["round", "flat"],
}


class Gates:
    """Lets jobs go on step by step; see `searched_program.py`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def command(self) -> list[str]:
        """What a trial runs whose jobs wait here."""
        return [*command(), str(self._folder)]

    def step(self, job: int, step: int) -> None:
        """Lets a job go on behind one of its steps."""
        (self._folder / f"{job}.{step}").touch()

    def job(self, number: int) -> None:
        """Lets a job run to its end."""
        (self._folder / str(number)).touch()

    def open(self) -> None:
        """Lets all jobs run to their ends."""
        (self._folder / "open").touch()


def command() -> list[str]:
    """What a trial runs whose jobs wait for nobody."""
    return [sys.executable, "-S", "-E", str(PROGRAM)]


def trial(name: str, **changes: Any) -> dict[str, Any]:
    """A trial file: a search of the valley, which proposes the same in every run of the tests."""
    return {
        "name": name,
        "command": command(),
        "space": SPACE,
        "algorithm": {"name": "random", "seed": 5},
        "budget": {"jobs": 6},
        "parallelism": 2,
        **changes,
    }
