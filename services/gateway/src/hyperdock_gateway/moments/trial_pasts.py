"""The pasts of the trials that were asked for last: as many as memory is meant for."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from hyperdock_common.ports import EventLog
from hyperdock_gateway.moments.patience import Patience
from hyperdock_gateway.moments.trial_past import TooLong, TrialPast, TrialState

MOST_BYTES: Final = 48 * 1024 * 1024
"""Of the events of all trials that are kept. Their documents take about four times as much memory
at most, when all of them have been shown."""
MOST_TRIALS: Final = 100


class TrialPasts:
    """By trial. Thread safe."""

    def __init__(self, log: EventLog, most_bytes: int = MOST_BYTES) -> None:
        self._log = log
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._pasts: OrderedDict[str, TrialPast] = OrderedDict()
        self._too_long: dict[str, int] = {}

    def at(self, trial_id: str, position: int, patience: Patience) -> TrialState | None:
        """The trial at a position; None where it is too long for that.

        Raises:
            NotTogether: it takes too long now.
        """
        with self._lock:
            if position >= self._too_long.get(trial_id, position + 1):
                return None
            past = self._pasts.setdefault(
                trial_id, TrialPast(self._log, trial_id, self._most_bytes)
            )
            self._pasts.move_to_end(trial_id)
        try:
            found = past.at(position, patience)
        except TooLong:
            self._pass_over(trial_id, position)
            return None
        finally:
            self._make_room()
        return found

    def clear(self) -> None:
        """Forgets all: the log is another one."""
        with self._lock:
            self._pasts.clear()
            self._too_long.clear()

    def _pass_over(self, trial_id: str, position: int) -> None:
        with self._lock:
            known = self._too_long.get(trial_id, position)
            self._too_long[trial_id] = min(known, position)

    def _make_room(self) -> None:
        with self._lock:
            sizes = {name: past.size for name, past in self._pasts.items()}
            while len(sizes) > 1 and (
                sum(sizes.values()) > self._most_bytes or len(sizes) > MOST_TRIALS
            ):
                oldest = next(iter(sizes))
                del self._pasts[oldest], sizes[oldest]
