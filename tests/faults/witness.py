"""What the Docker engine itself saw: independent of the log, and of every service."""

import subprocess
from collections import Counter
from types import TracebackType
from typing import Self

from tests.faults.system import DOCKER


class Witness:
    """Counts the starts of targets' containers while it is open, by the containers' names.

    A container is named after its attempt, so a second start is a second run of an attempt.

    Attributes:
        starts: how often each was started; complete once it is closed.
    """

    def __init__(self) -> None:
        self.starts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        """Begins to listen."""
        filters = ["type=container", "event=start", "label=hyperdock.job"]
        options = [word for each in filters for word in ("--filter", each)]
        self._events = subprocess.Popen(
            [DOCKER, "events", *options, "--format", "{{.Actor.Attributes.name}}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends listening."""
        self.close()

    def close(self) -> None:
        """Ends listening. Called again it does nothing."""
        if self._events.stdout is not None and not self._events.stdout.closed:
            self._events.terminate()
            output, _ = self._events.communicate()
            self.starts.update(output.split())

    def of(self, trial_id: str) -> dict[str, int]:
        """The starts of one trial's containers."""
        return {name: count for name, count in self.starts.items() if trial_id in name}
