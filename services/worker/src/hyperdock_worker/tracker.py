"""What the feed tells a worker: who won a claim, what to stop, what is no longer its business."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hyperdock_common.events import (
    AttemptLost,
    AttemptRef,
    JobClaimed,
    JobFinished,
    JobStopRequested,
    RecordedEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    WorkerDrainSet,
    WorkerLost,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.offer import JobOffer

K = TypeVar("K")

_REMEMBERED = 10_000


@dataclass(slots=True)
class Orders:
    """What is asked of a running attempt.

    Attributes:
        stop_reason: stop, and report the job as cancelled.
        give_back: stop, and let another worker run the next attempt.
        void: the lease is lost: stop, unless the target has ended by itself, and say nothing.
        job_ended: the job has ended otherwise; nobody wants this attempt's result.
    """

    stop_reason: str | None = None
    give_back: bool = False
    void: bool = False
    job_ended: bool = False

    @property
    def forbid_start(self) -> bool:
        """Whether the target, if it does not run yet, must not be started any more."""
        return self.void or self.give_back or self.stop_reason is not None


class Tracker:
    """Knows what the recorded events say, and answers the slots' questions. Thread safe."""

    def __init__(self, worker_id: str, on_lost: Callable[[], None]) -> None:
        self._worker_id = worker_id
        self._on_lost = on_lost
        self._changed = threading.Condition()
        self._claims: dict[tuple[str, int], bool | None] = {}
        self._running: dict[tuple[str, int], Orders] = {}
        self._claimed: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._halted: set[str] = set()
        self._giving_back = False
        self._drained = False

    @property
    def drained(self) -> bool:
        """Whether the worker is to take no more jobs for now."""
        return self._drained

    def drain(self, draining: bool) -> None:  # noqa: FBT001 - as the log says it
        """What the log says of it."""
        self._drained = draining

    def expect(self, offer: JobOffer) -> bool:
        """Begins to watch the claim of an offer; false where it is known to be in vain.

        The same offer to two slots is one slot's: the other is told that it is in vain.
        """
        key = (offer.job_id, offer.attempt)
        with self._changed:
            if offer.job_id in self._ended or offer.trial_id in self._halted:
                return False
            if key in self._claimed or key in self._claims or key in self._running:
                return False
            self._claims[key] = None
            return True

    def verdict(self, offer: JobOffer, timeout: float) -> bool | None:
        """Whether the watched claim was won; None if nothing is heard for `timeout` seconds."""
        key = (offer.job_id, offer.attempt)
        with self._changed:
            self._changed.wait_for(lambda: self._claims[key] is not None, timeout)
            return self._claims[key]

    def settle(self, offer: JobOffer) -> bool | None:
        """Ends the watch of a claim; whether it was won, None if nothing was heard of it."""
        key = (offer.job_id, offer.attempt)
        with self._changed:
            won = self._claims.pop(key)
            if won:  # the feed need not have told it: from here on orders may come
                _remember(self._claimed, key)
                self._new_orders(key)
            return won

    def watch(self, job_id: str, attempt: int) -> Orders:
        """The orders for a running attempt, updated as they come."""
        with self._changed:
            return self._new_orders((job_id, attempt))

    def unwatch(self, job_id: str, attempt: int, *, begun: bool = True) -> None:
        """Forgets the orders for an attempt that is over; once it was begun, it is not claimed."""
        with self._changed:
            self._running.pop((job_id, attempt), None)
            if begun:
                _remember(self._claimed, (job_id, attempt))

    @property
    def halted(self) -> Collection[str]:
        """The trials of which no offer is taken now, as far as the feed told."""
        with self._changed:
            return list(self._halted)

    def goes_on(self, trial_id: str) -> None:
        """A halted trial runs or has ended, as it turns out."""
        with self._changed:
            self._halted.discard(trial_id)

    def take_in(self, record: RecordedEvent) -> None:
        """One more recorded event."""
        with self._changed:
            self._take_in(record)
            self._changed.notify_all()
        if isinstance(record.event, WorkerLost) and record.event.worker_id == self._worker_id:
            self._on_lost()

    def given_up(self) -> None:
        """The supervisor has given this worker up, as it turns out."""
        self._on_lost()

    def take_in_job(self, ref: AttemptRef, job: JsonObject) -> None:
        """What a job's document says of an attempt in hand, for what the feed did not tell."""
        key = (ref.job_id, ref.attempt)
        with self._changed:
            if key in self._claims and self._claims[key] is None:
                self._claims[key] = _claim_verdict(ref, job, self._worker_id)
            orders = self._running.get(key)
            if orders is not None and job:
                _correct(orders, ref, job, self._worker_id)
            self._changed.notify_all()

    def give_all_back(self) -> None:
        """Every running attempt is to be ended and given back, also those still to come."""
        with self._changed:
            self._giving_back = True
            for orders in self._running.values():
                orders.give_back = True

    def _take_in(self, record: RecordedEvent) -> None:
        match record.event:
            case JobClaimed(job_id=job_id, attempt=attempt, worker_id=worker_id):
                _remember(self._claimed, (job_id, attempt))
                if (job_id, attempt) in self._claims:
                    won = worker_id == self._worker_id
                    self._claims[job_id, attempt] = won
                    if won:
                        self._new_orders((job_id, attempt))
            case JobStopRequested(job_id=job_id, reason=reason):
                for orders in self._orders_of(job_id):
                    orders.stop_reason = reason
            case AttemptLost(job_id=job_id, attempt=attempt):
                self._void(lambda key: key == (job_id, attempt))
            case JobFinished(job_id=job_id):
                _remember(self._ended, job_id)
                self._end(record.event)
            case TrialPaused(trial_id=trial_id) | TrialStopRequested(trial_id=trial_id):
                self._halted.add(trial_id)
                self._lose_claims(lambda key: key[0].rpartition(".")[0] == trial_id)
            case TrialResumed(trial_id=trial_id) | TrialFinished(trial_id=trial_id):
                self._halted.discard(trial_id)
            case WorkerDrainSet(worker_id=worker_id, draining=draining):
                self._drained = draining if worker_id == self._worker_id else self._drained
            case _:
                pass

    def _new_orders(self, key: tuple[str, int]) -> Orders:
        return self._running.setdefault(key, Orders(give_back=self._giving_back))

    def _orders_of(self, job_id: str) -> list[Orders]:
        return [orders for key, orders in self._running.items() if key[0] == job_id]

    def _end(self, event: JobFinished) -> None:
        for (job_id, attempt), orders in self._running.items():
            if job_id == event.job_id:
                ours = (event.attempt, event.worker_id) == (attempt, self._worker_id)
                orders.job_ended = not ours
        self._void(lambda key: key[0] == event.job_id)

    def _void(self, concerns: Callable[[tuple[str, int]], bool]) -> None:
        self._lose_claims(concerns)
        for key, orders in self._running.items():
            if concerns(key):
                orders.void = True

    def _lose_claims(self, concerns: Callable[[tuple[str, int]], bool]) -> None:
        for key, verdict in self._claims.items():
            if verdict is None and concerns(key):
                self._claims[key] = False


def _claim_verdict(ref: AttemptRef, job: JsonObject, worker_id: str) -> bool | None:
    """Whether the log has our claim; None while it has nobody's."""
    if not job or job["finished_at"] is not None:
        return False
    if job["worker_id"] is not None and job["attempt"] == ref.attempt:
        return bool(job["worker_id"] == worker_id)
    return False if _is_over(ref, job) else None


def _correct(orders: Orders, ref: AttemptRef, job: JsonObject, worker_id: str) -> None:
    """Sets what is known now; what was known before stays."""
    if job["finished_at"] is not None:
        ours = (job["attempt"], job["worker_id"]) == (ref.attempt, worker_id)
        orders.job_ended = orders.job_ended or not ours
        orders.void = True
    elif _is_over(ref, job):
        orders.void = True
    if isinstance(job["stop_requested"], str):
        orders.stop_reason = job["stop_requested"]


def _is_over(ref: AttemptRef, job: Mapping[str, Any]) -> bool:
    """Whether this attempt lost its lease, or never had one and a later attempt has."""
    ended = [each for each in job["attempts"] if each["attempt"] == ref.attempt]
    return bool(job["attempt"] > ref.attempt or any(each["lost"] for each in ended))


def _remember(past: OrderedDict[K, None], key: K) -> None:
    """Notes a key; the oldest are forgotten."""
    past[key] = None
    while len(past) > _REMEMBERED:
        past.popitem(last=False)
