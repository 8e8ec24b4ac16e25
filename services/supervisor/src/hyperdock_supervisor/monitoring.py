"""The supervisor's numbers, noted at its ports: the writer and the decider know nothing of it."""

import threading
import time
from collections import Counter as Counts
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import structlog

from hyperdock_common.events import AttemptLost, Envelope, Event, RecordedEvent
from hyperdock_common.events.codec import type_name
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Delivery, EventBus, EventLog, Standing, ViewStore
from hyperdock_common.projections import PROJECTIONS
from hyperdock_common.service.metrics import FAST, Counter, Metrics
from hyperdock_supervisor.core import Stores
from hyperdock_supervisor.decided import Commit
from hyperdock_supervisor.decider import Decider

_BATCHES: Final = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0)
_COUNT_EVERY: Final = 1.0
_LIST_EVERY: Final = 60.0
_FOLDED: Final = frozenset(each.schema.name for each in PROJECTIONS)

_log = structlog.get_logger()


class SupervisorMonitoring:
    """What a supervisor tells of itself."""

    def __init__(self, metrics: Metrics) -> None:
        self.recorded = metrics.counter("events_recorded", "Facts appended to the log.", "type")
        self.lost = metrics.counter("attempts_lost", "Attempts recorded as lost.")
        self.batch = metrics.histogram("inbox_batch_size", "Events taken at once.", _BATCHES)
        self.commit = metrics.histogram("commit_seconds", "Appending a commit to the log.", FAST)
        self.decide = metrics.histogram("decide_seconds", "Deciding what follows.", FAST)
        self.in_charge = metrics.gauge("in_charge", "Whether this one is in charge: 1, else 0.")
        self.trials = metrics.gauge("open_trials", "Trials that have not ended.")
        self.waiting = metrics.gauge("waiting_jobs", "Jobs that wait for a worker.")
        self.leases = metrics.gauge("leases", "Jobs that a worker holds.")
        self.set_aside = metrics.counter("set_aside", "Events that could not be digested.")
        self.aside = metrics.gauge("set_aside_messages", "Messages that are set aside now.")
        self.head = 0
        self._counts: dict[type[Event], Counter] = {}
        self.positions: dict[str, int] = {}
        metrics.told("log_position", "The log's last position, as far as known.", self._head)
        metrics.told("view_lag_events", "How far the slowest view is behind the log.", self._lag)

    def metered(self, stores: Stores) -> Stores:
        """The same stores, with an eye on log and bus; for the views see `views`."""
        return replace(stores, bus=_MeteredBus(stores.bus, self), log=_MeteredLog(stores.log, self))

    def views(self, views: ViewStore) -> ViewStore:
        """The same views, with an eye on the positions that everybody sees."""
        return _MeteredViews(views, self.positions)

    def watch_set_aside(self, bus: EventBus, stop: threading.Event) -> None:
        """Counts what is set aside now and then, until told to stop; on a thread of its own."""
        while not stop.is_set():
            try:
                self.aside.set(len(bus.list_set_aside()))
            except Exception as error:  # noqa: BLE001 - nobody ends for a number
                _log.debug("set_aside_not_counted", reason=repr(error))
            stop.wait(_LIST_EVERY)

    def appended(self, records: Sequence[RecordedEvent], seconds: float) -> None:
        """Notes a commit."""
        self.commit.observe(seconds)
        self.head = records[-1].position
        for each in records:
            cls = type(each.event)
            if cls not in self._counts:
                name = type_name(each.event).rpartition(".v")[0]
                self._counts[cls] = self.recorded.labels(name)
        for cls, count in Counts(type(each.event) for each in records).items():
            self._counts[cls].inc(count)
            if cls is AttemptLost:
                self.lost.inc(count)

    def _head(self) -> float:
        return self.head

    def _lag(self) -> float:
        positions = list(self.positions.values())
        return max(0, self.head - min(positions)) if positions else 0


class MeteredDecider(Decider):
    """A decider that is timed, and whose state is counted at most once a second."""

    def __init__(self, monitoring: SupervisorMonitoring, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._monitoring = monitoring
        self._counted_at = float("-inf")

    def decide(self, *, deaf: bool = False) -> Commit:
        """See `Decider.decide`."""
        began = time.perf_counter()
        try:
            return super().decide(deaf=deaf)
        finally:
            now = time.perf_counter()
            self._monitoring.decide.observe(now - began)
            if now - self._counted_at >= _COUNT_EVERY:
                self._counted_at = now
                self._count()

    def _count(self) -> None:
        self._monitoring.trials.set(len(self._trials))
        self._monitoring.waiting.set(sum(1 for _ in self.waiting_jobs()))
        self._monitoring.leases.set(len(self._held()))


class _MeteredLog:
    """An `EventLog` whose appends are counted and timed."""

    def __init__(self, log: EventLog, monitoring: SupervisorMonitoring) -> None:
        self._log = log
        self._monitoring = monitoring
        self.read = log.read
        self.known = log.known
        self.find = log.find
        self.append_pulses = log.append_pulses
        self.read_pulses = log.read_pulses

    def append(self, expected: int, batch: Sequence[Envelope]) -> Sequence[RecordedEvent]:
        """See `EventLog.append`."""
        began = time.perf_counter()
        records = self._log.append(expected, batch)
        self._monitoring.appended(records, time.perf_counter() - began)
        return records

    def head(self) -> int:
        """See `EventLog.head`."""
        self._monitoring.head = head = self._log.head()
        return head


class _MeteredBus:
    """An `EventBus` of which is noted what comes in, and how the supervisor stands with it."""

    def __init__(self, bus: EventBus, monitoring: SupervisorMonitoring) -> None:
        self._bus = bus
        self._monitoring = monitoring
        self.publish = bus.publish
        self.ack = bus.ack
        self.recover = bus.recover
        self.list_set_aside = bus.list_set_aside
        self.offer = bus.offer
        self.take = bus.take
        self.relay = bus.relay
        self.subscribe = bus.subscribe

    def receive(self, limit: int, timeout: float) -> Sequence[Delivery]:
        """See `Inbox.receive`."""
        deliveries = self._bus.receive(limit, timeout)
        if deliveries:
            self._monitoring.batch.observe(len(deliveries))
        return deliveries

    def standing(self) -> Standing:
        """See `Inbox.standing`."""
        standing = self._bus.standing()
        self._monitoring.in_charge.set(standing is not Standing.STANDBY)
        return standing

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """See `Inbox.set_aside`."""
        self._bus.set_aside(delivery, reason)
        self._monitoring.set_aside.inc()


class _MeteredViews:
    """A `ViewStore` whose positions are noted."""

    def __init__(self, views: ViewStore, positions: dict[str, int]) -> None:
        self._views = views
        self._positions = positions
        self.folded = views.folded
        self.get = views.get
        self.get_many = views.get_many
        self.texts = views.texts
        self.page = views.page
        self.clear = views.clear

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        position = self._views.position(view)
        self._note(view, position)
        return position

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        self._views.save(view, documents, position)
        self._note(view, position)

    def _note(self, view: str, position: int) -> None:
        if view in _FOLDED:
            self._positions[view] = position
