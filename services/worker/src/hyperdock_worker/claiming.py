"""Claiming an offered attempt: nothing of it may start before the log says whose it is."""

import threading
from collections.abc import Callable

from hyperdock_common.events import AttemptLost, AttemptRef, JobClaimed
from hyperdock_common.offer import JobOffer
from hyperdock_worker.reporter import Reporter
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.tracker import Tracker

_LOOK = 0.5
_LONGEST_LOOK = 4.0


class Claimant:
    """Makes claims for a worker's slots. Thread safe."""

    def __init__(
        self,
        settings: WorkerSettings,
        tracker: Tracker,
        reporter: Reporter,
        look_up: Callable[[AttemptRef], bool],
        listened: Callable[[float], bool],
    ) -> None:
        self._settings = settings
        self._tracker = tracker
        self._reporter = reporter
        self._look_up = look_up
        self._listened = listened

    def claim(self, offer: JobOffer, slot: int, stop: threading.Event) -> bool:
        """Claims an attempt that the tracker expects; true once the log says that it is ours.

        Where nobody says so in time, the attempt is given back: it may be ours nevertheless.
        """
        claimed = JobClaimed(
            trial_id=offer.trial_id,
            job_id=offer.job_id,
            attempt=offer.attempt,
            worker_id=self._settings.worker_id,
            slot=slot,
        )
        envelope = self._reporter.envelope(claimed, offer.job_id, offer.attempt, slot)
        said = self._reporter.say(envelope)
        self._wait(offer, said, envelope.occurred_at, stop)
        won = self._tracker.settle(offer)
        if won is None:
            reason = "stopped" if stop.is_set() else "heard nothing of its claim"
            self._give_back(offer, f"its worker {reason} before it began")
        return bool(won)

    def _wait(self, offer: JobOffer, said: int, at: float, stop: threading.Event) -> None:
        """Waits for the verdict; the time does not count while nobody can know it.

        So it is while the claim is on its way to the bus, while the log does not answer, and until
        a supervisor has listened to us since. The feed tells who won if we did; else it has to be
        looked up, more and more rarely.
        """
        patience, look = self._settings.claim_timeout, _LOOK
        while patience > 0 and not stop.is_set():
            look = min(look, patience)
            if self._tracker.verdict(offer, look) is not None:
                return
            if self._reporter.confirmed(said):
                waited, look = look, min(2 * look, _LONGEST_LOOK)
                if self._look_up(offer.ref) and self._listened(at):
                    patience -= waited

    def _give_back(self, offer: JobOffer, reason: str) -> None:
        """Says so behind the claim: it only counts where the claim did."""
        lost = AttemptLost(
            trial_id=offer.trial_id,
            job_id=offer.job_id,
            attempt=offer.attempt,
            worker_id=self._settings.worker_id,
            reason=reason,
        )
        self._reporter.say(self._reporter.envelope(lost, offer.job_id, offer.attempt))
