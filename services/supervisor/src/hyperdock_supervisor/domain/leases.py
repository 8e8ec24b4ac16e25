"""Who was heard of last and when: the clocks behind leases, on the supervisor's monotonic clock.

Not a fold: after a restart nobody has been silent yet, so every lease begins afresh. So it does
after a time during which the supervisor itself did not run or could not listen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hyperdock_common.events import AttemptRef

K = TypeVar("K")
Lease: TypeAlias = tuple[str, int, str | None]
"""A job's id, the attempt's number, and the worker that has it: only that one renews it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long one may be silent, in seconds, and how long a pause of our own goes unexplained."""

    lost_after: float = 60.0
    own_pause: float = 5.0


class Leases:
    """The last sign of life of each worker and each leased attempt."""

    def __init__(self, silence: Silence, now: float) -> None:
        self._silence = silence
        self._workers: dict[str, float] = {}
        self._attempts: dict[Lease, float] = {}
        self._looked_at = now

    def saw_worker(self, worker_id: str, now: float) -> None:
        """The worker gave a sign of life."""
        self._workers[worker_id] = now

    def saw_attempts(self, worker_id: str, attempts: Iterable[AttemptRef], now: float) -> None:
        """A worker named these attempts as those that it has in hand."""
        for ref in attempts:
            self._attempts[ref.job_id, ref.attempt, worker_id] = now

    def listen(self, now: float, *, deaf: bool = False) -> None:
        """Says that the supervisor listens now; its own pause before is held against nobody.

        After a pause every lease has its full time: it is noticed late that nobody can get through,
        and afterwards it takes the workers a while to come back.

        Args:
            now: the monotonic clock.
            deaf: nobody could get through since the last time, so that counts as a pause too.
        """
        if deaf or now - self._looked_at > self._silence.own_pause:
            self._workers = dict.fromkeys(self._workers, now)
            self._attempts = dict.fromkeys(self._attempts, now)
        self._looked_at = now

    def silent_workers(self, known: Iterable[str], now: float) -> list[str]:
        """Those of the known workers that were silent for too long; forgets all others."""
        self._workers = {key: self._workers.get(key, now) for key in known}
        return self._silent(self._workers, now)

    def expired(self, held: Iterable[Lease], now: float) -> list[Lease]:
        """Those of the held leases that nobody renewed in time; forgets all others."""
        self._attempts = {key: self._attempts.get(key, now) for key in held}
        return self._silent(self._attempts, now)

    def _silent(self, seen: Mapping[K, float], now: float) -> list[K]:
        return [key for key, at in seen.items() if now - at > self._silence.lost_after]
