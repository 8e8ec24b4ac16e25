"""The single writer: takes events in, lets the decider decide, commits, and only then acks.

One step: receive a batch from the inbox; drop duplicates; decide; append all of it as one commit;
fold it into the views; relay it; ack; offer the jobs that wait.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from hyperdock_common.errors import Conflict, StorageUnavailable
from hyperdock_common.events import Envelope, JobClaimed, RecordedEvent
from hyperdock_common.ports import Delivery, EventBus, EventLog, ViewStore
from hyperdock_common.projections import (
    HEARTBEATS,
    PROJECTIONS,
    catch_up,
    catch_up_pulses,
    project,
)
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.offers import make_offer

_log = structlog.get_logger()

DeciderFactory: TypeAlias = Callable[[], Decider]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the supervisor goes about it; seconds where not said otherwise.

    Attributes:
        tick: at least so often it looks at its clocks.
        batch: how many deliveries it takes at once.
        offer_again: an offer that nobody claimed is made again after this.
        keep_pulses: how long heartbeats are kept.
        retry: between two tries of a store that does not answer.
    """

    tick: float = 0.5
    batch: int = 500
    offer_again: float = 120.0
    keep_pulses: float = 3600.0
    retry: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the supervisor reads and writes."""

    log: EventLog
    bus: EventBus
    views: ViewStore


class Supervisor:
    """The log's single writer. One thread calls `run`."""

    def __init__(
        self, stores: Stores, decider: DeciderFactory, clocks: Clocks, pace: Pace | None = None
    ) -> None:
        self._log = stores.log
        self._bus = stores.bus
        self._views = stores.views
        self._clocks = clocks
        self._pace = pace or Pace()
        self._new_decider = decider
        self._decider = decider()
        self._head = 0
        self._offered: dict[tuple[str, int], float] = {}
        self.problem: str | None = None

    def run(self, stop: threading.Event) -> None:
        """Recovers, then steps until told to stop; goes through outages of its stores.

        Raises:
            Conflict: another writer has been at the log; nothing more is done here, and what was
                received and not recorded is not acked.
        """
        recovered = False
        while not stop.is_set():
            try:
                if not recovered:
                    self.recover()
                    recovered = True
                self.step(self._pace.tick, stop)
            except StorageUnavailable as error:
                self._note_problem(error)
                recovered = False
                stop.wait(self._pace.retry)
            else:
                self.problem = None

    def recover(self) -> None:
        """Rebuilds everything from the log, as after a crash."""
        self._decider = self._new_decider()
        self._head = self._decider.rebuild(self._log)
        catch_up(PROJECTIONS, self._views, self._log)
        self._offered = {}
        self._bus.recover()
        _log.info("supervisor_ready", position=self._head)

    def step(self, timeout: float, stop: threading.Event | None = None) -> None:
        """One turn: waits up to `timeout` for events, deals with them and with what is due.

        Raises:
            Conflict: another writer has been at the log; this one must not go on.
            StorageUnavailable: call `recover` before the next step.
        """
        patience = 0.0 if self._decider.in_a_hurry else timeout
        deliveries = self._bus.receive(self._pace.batch, patience)
        poison = self._take_in(deliveries)
        commit = self._decider.decide()
        records = self._append(commit.facts, stop or threading.Event())
        for projection in PROJECTIONS:
            project(projection, self._views, records)
        if commit.pulses:
            self._log.append_pulses(commit.pulses, self._pace.keep_pulses)
            catch_up_pulses(HEARTBEATS, self._views, self._log)
        if records:
            self._bus.relay(records)
        self._bus.ack([each for each in deliveries if each.tag not in poison])
        self._offer_waiting()

    def _take_in(self, deliveries: Sequence[Delivery]) -> set[int]:
        """Lets the decider take in what is new; sets aside what it cannot digest."""
        ids = {each.envelope.event_id for each in deliveries}
        seen = self._log.known(ids) if ids else set()
        poison: set[int] = set()
        for delivery in deliveries:
            if delivery.envelope.event_id in seen:
                continue
            seen.add(delivery.envelope.event_id)
            if isinstance(delivery.envelope.event, JobClaimed):
                self._offer_anew(delivery.envelope.event)
            try:
                self._decider.take_in(delivery.envelope)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must block nothing
                _log.exception("event_set_aside", event_id=delivery.envelope.event_id)
                self._bus.set_aside(delivery, f"{type(error).__name__}: {error}")
                poison.add(delivery.tag)
        return poison

    def _append(self, facts: Sequence[Envelope], stop: threading.Event) -> Sequence[RecordedEvent]:
        """Appends, however long the store is away; it is the same commit each time."""
        while facts:
            try:
                records = self._log.append(self._head, facts)
            except StorageUnavailable as error:
                self._note_problem(error)
                if stop.wait(self._pace.retry):
                    raise
            except Conflict:
                records = self._appended_before(facts)
                if not records:
                    raise
                return self._advance(records)
            else:
                return self._advance(records)
        return []

    def _appended_before(self, facts: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """The records of a commit whose outcome was unknown and that is in the log after all."""
        records = self._log.read(self._head, len(facts))
        ours = [_mark(each.envelope) for each in records] == [_mark(each) for each in facts]
        return records if ours else []

    def _advance(self, records: Sequence[RecordedEvent]) -> Sequence[RecordedEvent]:
        self._head = records[-1].position
        return records

    def _offer_waiting(self) -> None:
        """Offers what waits for a worker and was not offered lately."""
        now = self._clocks.monotonic()
        offered: dict[tuple[str, int], float] = {}
        for trial, job in self._decider.waiting_jobs():
            key = (job.job_id, job.attempt)
            at = self._offered.get(key)
            if at is None or now - at > self._pace.offer_again:
                self._bus.offer(make_offer(trial, job))
                at = now
            offered[key] = at
        self._offered = offered

    def _offer_anew(self, claim: JobClaimed) -> None:
        """The offer was taken: should the claim be rejected, the job needs another one at once."""
        self._offered.pop((claim.job_id, claim.attempt), None)

    def _note_problem(self, error: StorageUnavailable) -> None:
        if self.problem != str(error):
            _log.error("storage_unavailable", error=str(error), remedy="trying again")
        self.problem = str(error)


def _mark(envelope: Envelope) -> tuple[str, str, float]:
    """Tells our events from those of another supervisor, who decides the same under the same id."""
    return (envelope.event_id, envelope.producer, envelope.occurred_at)
