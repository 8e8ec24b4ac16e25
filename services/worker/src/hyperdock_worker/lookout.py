"""Looking up what the feed may have kept from us: it tells a worker what is addressed to it.

What was missed (by a lost connection, or a claim that another worker won) is in the job's document.
"""

import random
import threading
from collections.abc import Callable, Collection

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import AttemptRef
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import trials, workers
from hyperdock_worker.job_documents import JobDocuments
from hyperdock_worker.tracker import Tracker

_log = structlog.get_logger()
_HALTED = frozenset({"paused", "stopping"})


class Lookout:
    """Compares what a worker has in hand with the log, now and then and when it is told to."""

    def __init__(
        self,
        tracker: Tracker,
        documents: JobDocuments,
        held: Callable[[], Collection[AttemptRef]],
        *,
        every: float,
    ) -> None:
        self._tracker = tracker
        self._documents = documents
        self._held = held
        self._every = every
        self._nudged = threading.Event()

    def nudge(self) -> None:
        """Something may have been missed: look soon."""
        self._nudged.set()

    def look(self, ref: AttemptRef) -> bool:
        """Looks one attempt up, and tells the tracker; false where the log does not answer."""
        try:
            job = self._documents.get(ref.trial_id, ref.job_id)
        except Exception as error:  # noqa: BLE001 - whoever asks has a claim or a target in hand
            _log.warning("job_not_looked_up", job=ref.job_id, error=repr(error))
            return not isinstance(error, StorageUnavailable)
        self._tracker.take_in_job(ref, job)
        return True

    def listened(self, worker_id: str, at: float) -> bool:
        """Whether a heartbeat that this worker gave after `at` (wall clock) has been taken in.

        Then so has everything that was said before it.
        """
        try:
            return self._documents.last_seen(worker_id) > at
        except Exception as error:  # noqa: BLE001 - whoever asks has a claim in hand
            _log.warning("heartbeat_not_looked_up", error=repr(error))
            return False

    def run(self, views: ViewStore, worker_id: str, stop: threading.Event) -> None:
        """Looks until told to stop; not all workers at the same time."""
        while not stop.is_set():
            self._nudged.wait(self._every * random.uniform(0.7, 1.3))  # noqa: S311 - no secret
            self._nudged.clear()
            if stop.is_set():
                return
            try:
                self._look_at_all(views, worker_id)
            except Exception as error:  # noqa: BLE001 - it looks again
                _log.warning("lookout_interrupted", error=repr(error))

    def _look_at_all(self, views: ViewStore, worker_id: str) -> None:
        worker = views.get(workers.SCHEMA.name, worker_id)
        if worker is not None:
            self._tracker.drain(worker["draining"] is True)
            if worker["state"] == "lost":
                self._tracker.given_up()
        for trial_id in self._tracker.halted:
            trial = views.get(trials.SCHEMA.name, trial_id)
            if trial is None or trial["state"] not in _HALTED:
                self._tracker.goes_on(trial_id)
        for ref in self._held():
            self.look(ref)
