"""A wall clock that tests can set for one process; its monotonic clock is left alone.

The usual library for that breaks `time.sleep` of today's Python, so it is a page of C here.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("wall_clock.c")


class WallClock:
    """What a process that has `environ` takes for the time of day.

    Args:
        folder: for the library and the file that says how far off it is; exists.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "offset"
        self._library = folder / "wall_clock.so"
        files = ["-o", str(self._library), str(_SOURCE), "-ldl"]
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-Wall", *files], check=True)
        self.jump(0)

    def jump(self, seconds: int) -> None:
        """Puts it so many seconds ahead of the true time, or behind it."""
        temporary = self._file.with_suffix(".new")
        temporary.write_text(f"{seconds}\n", "ascii")
        temporary.replace(self._file)

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that bind a process to it."""
        return {"LD_PRELOAD": str(self._library), "WALL_CLOCK_FILE": str(self._file)}
