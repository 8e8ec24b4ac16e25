"""What the process runner keeps in an attempt's folder, beside what the target sees."""

import json
import os
from dataclasses import asdict, dataclass

from hyperdock_common.ports.runner import AttemptFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The record of the one start of an attempt.

    Attributes:
        pid: of the shim, which leads the target's process group.
        identity: tells it from a later process with the same pid.
        at: seconds since the epoch.
    """

    pid: int
    identity: str
    at: float


class AttemptFiles:
    """Names and contents of the runner's own files in an attempt's folder."""

    def __init__(self, folder: AttemptFolder) -> None:
        self._folder = folder.path.absolute()
        self._record = self._folder / "process.json"
        self._killed = self._folder / "killed"
        self.target = folder.target.absolute()
        self.log = folder.log
        self.output = self._folder / "output"
        self.exit_code = self._folder / "exit_code"

    def record(self, started: Started) -> None:
        """Records the start.

        Raises:
            FileExistsError: a start is recorded already.
        """
        draft = self._record.with_name(f"process.{started.pid}.new")
        draft.write_text(json.dumps(asdict(started)))
        try:
            # Unlike a rename it replaces nothing, unlike a new file it is never half there.
            os.link(draft, self._record)
        finally:
            draft.unlink()

    def recorded(self) -> Started | None:
        """The recorded start, None if there was none."""
        try:
            return Started(**json.loads(self._record.read_text()))
        except FileNotFoundError:
            return None

    def mark_killed(self, why: str) -> None:
        """Notes that it is we who kill, before we do: the shim cannot tell its end then."""
        self._killed.write_text(why)

    def killed(self) -> str | None:
        """Why we killed it, None if we did not."""
        try:
            return self._killed.read_text()
        except FileNotFoundError:
            return None

    def ended_at(self) -> float | None:
        """When the exit code was written."""
        try:
            return self.exit_code.stat().st_mtime
        except FileNotFoundError:
            return None
