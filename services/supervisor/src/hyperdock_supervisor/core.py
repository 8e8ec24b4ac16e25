"""The single writer: takes events in, lets the decider decide, commits, and only then acks.

One step: receive a batch from the inbox; drop duplicates; decide; append all of it as one commit;
fold it into the views; relay it; ack; offer the jobs that wait.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from hyperdock_common.errors import (
    AlreadyRecorded,
    BusUnavailable,
    Conflict,
    StorageUnavailable,
)
from hyperdock_common.events import (
    Envelope,
    Event,
    JobClaimed,
    RecordedEvent,
    TrialResumed,
    WorkerRegistered,
)
from hyperdock_common.history import history
from hyperdock_common.ports import Delivery, EventBus, EventLog, Standing, ViewStore
from hyperdock_common.projections import PROJECTIONS, catch_up, keep_up
from hyperdock_supervisor.decided import Clocks, in_commits
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.offers import make_offer
from hyperdock_supervisor.pulses import Pulses
from hyperdock_supervisor.recorded import Recorded

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
        most_pulses: how many of them.
        pulses_every: how often those that came are written.
        retry: between two tries of a store that does not answer.
        look: how often a supervisor that stands by looks whether it is in charge.
    """

    tick: float = 0.5
    batch: int = 500
    offer_again: float = 30.0
    keep_pulses: float = 3600.0
    most_pulses: int = 1_000_000
    pulses_every: float = 1.0
    retry: float = 1.0
    look: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the supervisor reads and writes.

    Attributes:
        forget_views: drops what the view store holds in memory: another writer was at it.
        views_problem: why the views cannot be written now, where they are written later.
    """

    log: EventLog
    bus: EventBus
    views: ViewStore
    forget_views: Callable[[], None] = lambda: None
    views_problem: Callable[[], str | None] = lambda: None


class Supervisor:
    """The log's single writer. One thread calls `run`.

    Attributes:
        problem: what is in its way, in a sentence.
        standing: how it stands with the inbox: of several supervisors one is in charge.
        turned_at: when its loop last turned, on the monotonic clock.
    """

    def __init__(
        self, stores: Stores, decider: DeciderFactory, clocks: Clocks, pace: Pace | None = None
    ) -> None:
        self._log = stores.log
        self._bus = stores.bus
        self._views = stores.views
        self._forget_views = stores.forget_views
        self._clocks = clocks
        self._pace = pace or Pace()
        self._new_decider = decider
        self._decider = decider()
        self._head = 0
        self._whole = False
        self._recorded = Recorded()
        self._offered: dict[tuple[str, int], float] = {}
        self._pulses = Pulses(
            stores.log, stores.views, self._pace.keep_pulses, self._pace.most_pulses
        )
        self.problem: str | None = None
        self.standing = Standing.STANDBY
        self.turned_at = clocks.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Stands by until it is in charge, then recovers and steps; until told to stop.

        Goes through outages of its stores. A writer that lost its place (another one has been at
        the log) throws away what it decided on an old head, and begins anew if it is in charge.
        """
        ready = False
        while not stop.is_set():
            self.turned_at = self._clocks.monotonic()
            try:
                ready = self._turn(stop, ready=ready)
            except (Conflict, AlreadyRecorded) as error:
                _log.warning("writer_lost_its_place", error=str(error))
                ready = False
            except (StorageUnavailable, BusUnavailable) as error:
                self._note_problem(error)
                ready = False
                stop.wait(self._pace.retry)
            else:
                self.problem = None

    def recover(self) -> None:
        """Rebuilds everything from the log, as after a crash.

        Nothing of it is needed where no one has written since the last step, which went well.
        """
        if not (self._whole and self._log.head() == self._head):
            self._forget_views()
            self._decider = self._new_decider()
            self._head = self._decider.rebuild(self._log, self._remembered(history(self._log)))
            self._whole = True
        catch_up(PROJECTIONS, self._views, self._log)
        self._offered = {}
        self._bus.recover()
        _log.info("supervisor_ready", position=self._head)

    def _turn(self, stop: threading.Event, *, ready: bool) -> bool:
        """Stands by or steps; whether it is ready for the next step."""
        standing = self._bus.standing()
        if standing is not self.standing:
            _log.info("supervisor_standing", standing=standing.value)
            self.standing = standing
        if standing is Standing.STANDBY:
            stop.wait(self._pace.look)
            return False
        if not ready:
            self.recover()
        self.step(self._pace.tick, stop)
        return True

    def _remembered(self, records: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
        for record in records:
            self._recorded.add(record.envelope.event_id)
            yield record

    def step(self, timeout: float, stop: threading.Event | None = None) -> None:
        """One turn: waits up to `timeout` for events, deals with them and with what is due.

        Raises:
            Conflict, AlreadyRecorded: another writer has been at the log; call `recover` before
                the next step.
            StorageUnavailable, BusUnavailable: call `recover` before the next step.
        """
        patience = 0.0 if self._decider.in_a_hurry else timeout
        deliveries = self._bus.receive(self._pace.batch, patience)
        self._whole = False
        poison = self._take_in(deliveries)
        commit = self._decider.decide(deaf=self.standing is Standing.DEAF)
        records = self._append_all(commit.facts, stop or threading.Event())
        self._offer_waiting()
        keep_up(PROJECTIONS, self._views, self._log, records, self._head)
        if records:
            self._bus.relay(records)
            self._note_dropped_offers(records)
        self._bus.ack([each for each in deliveries if each.tag not in poison])
        self._whole = True
        now = self._clocks.monotonic()
        self._pulses.add(commit.pulses)
        self._pulses.write(now, self._pace.pulses_every)

    def _take_in(self, deliveries: Sequence[Delivery]) -> set[int]:
        """Lets the decider take in what is new; sets aside what it cannot digest."""
        ids = {each.envelope.event_id for each in deliveries}
        seen = self._recorded.among(ids, self._log) if ids else set()
        poison: set[int] = set()
        for delivery in deliveries:
            if delivery.envelope.event_id in seen:
                _log.info("duplicate_dropped", event_id=delivery.envelope.event_id)
                continue
            seen.add(delivery.envelope.event_id)
            self._note_taken_offers(delivery.envelope.event)
            try:
                self._decider.take_in(delivery.envelope)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must block nothing
                _log.exception("event_set_aside", event_id=delivery.envelope.event_id)
                self._bus.set_aside(delivery, f"{type(error).__name__}: {error}")
                poison.add(delivery.tag)
        return poison

    def _append_all(
        self, facts: Sequence[Envelope], stop: threading.Event
    ) -> Sequence[RecordedEvent]:
        """Appends in one commit, or in several where it is too long for one.

        Ending between two of them does no harm: what followed from the first follows again, and
        what came from outside comes again.
        """
        records: list[RecordedEvent] = []
        for part in in_commits(facts):
            records += self._append(part, stop)
        return records

    def _append(self, facts: Sequence[Envelope], stop: threading.Event) -> Sequence[RecordedEvent]:
        """Appends, however long the store is away; it is the same commit each time."""
        while facts:
            self.turned_at = self._clocks.monotonic()
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
            except AlreadyRecorded:
                self._recorded.doubt()
                raise
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
        return list(self._remembered(records))

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

    def _note_taken_offers(self, event: Event) -> None:
        """Offers that were taken are made again at once, should their jobs wait nevertheless.

        A claim says which: it may be rejected. A worker that begins may have died with some.
        """
        match event:
            case JobClaimed():
                self._offered.pop((event.job_id, event.attempt), None)
            case WorkerRegistered():
                self._offered.clear()
            case _:
                pass

    def _note_dropped_offers(self, records: Iterable[RecordedEvent]) -> None:
        """Makes all offers again in the next step where a trial was resumed.

        This step's may have reached workers that had not heard of it, and so threw them away.
        """
        if any(isinstance(each.event, TrialResumed) for each in records):
            self._offered.clear()

    def _note_problem(self, error: StorageUnavailable | BusUnavailable) -> None:
        if self.problem != str(error):
            _log.error("supervisor_waits", error=str(error), remedy="trying again")
        self.problem = str(error)


def _mark(envelope: Envelope) -> tuple[str, str, float]:
    """Tells our events from those of another supervisor, who decides the same under the same id."""
    return (envelope.event_id, envelope.producer, envelope.occurred_at)
