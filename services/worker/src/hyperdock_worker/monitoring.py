"""The worker's numbers, noted at its bus and its claims: slots and attempts know nothing of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hyperdock_common.events import AttemptLost, Envelope, JobFinished, JobStarted
from hyperdock_common.events.codec import outcome_name
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import EventBus, Runner
from hyperdock_common.service.metrics import FAST, SLOW, Metrics
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker


class WorkerMonitoring:
    """What a worker tells of itself: of attempts, what reached the supervisor's inbox."""

    def __init__(self, metrics: Metrics) -> None:
        self.slots = metrics.gauge("slots", "Slots: how many jobs may run at once.")
        self.started = metrics.counter("attempts_started", "Attempts whose target was started.")
        self.ended = metrics.counter("attempts_ended", "Attempts that ended.", "outcome")
        self.seconds = metrics.histogram("attempt_seconds", "How long targets ran.", SLOW)
        self.claims_lost = metrics.counter("claims_lost", "Claims that came to nothing.")
        self.harvest = metrics.histogram(
            "harvest_seconds", "From a target's end until its result and files are stored.", FAST
        )
        self.busy: Callable[[], float] = float
        metrics.told("busy_slots", "Attempts in hand.", self._busy)

    def metered(self, stores: Stores) -> Stores:
        """The same stores, with an eye on what is published."""
        return replace(stores, bus=_MeteredBus(stores.bus, self))

    def published(self, envelope: Envelope) -> None:
        """Notes what was said."""
        match envelope.event:
            case JobStarted():
                self.started.inc()
            case AttemptLost():
                self.ended.labels("lost").inc()
            case JobFinished(outcome=outcome, runner=runner):
                self.ended.labels(outcome_name(outcome)).inc()
                self.harvest.observe(max(0.0, time.time() - envelope.occurred_at))
                if isinstance(seconds := runner.get("seconds"), int | float):
                    self.seconds.observe(seconds)
            case _:
                pass

    def _busy(self) -> float:
        return self.busy()


class MeteredWorker(Worker):
    """A worker whose slots and lost claims are told."""

    def __init__(
        self,
        monitoring: WorkerMonitoring,
        settings: WorkerSettings,
        stores: Stores,
        runners: Mapping[str, Runner],
    ) -> None:
        super().__init__(settings, monitoring.metered(stores), runners)
        self._monitoring = monitoring
        monitoring.slots.set(settings.slots)
        monitoring.busy = lambda: len(self.running)

    def _claim(self, offer: JobOffer, slot: int) -> bool:
        won = super()._claim(offer, slot)
        if not won:
            self._monitoring.claims_lost.inc()
        return won


class _MeteredBus:
    """An `EventBus` of which is noted what was published."""

    def __init__(self, bus: EventBus, monitoring: WorkerMonitoring) -> None:
        self._bus = bus
        self._monitoring = monitoring
        self.receive = bus.receive
        self.ack = bus.ack
        self.recover = bus.recover
        self.standing = bus.standing
        self.set_aside = bus.set_aside
        self.list_set_aside = bus.list_set_aside
        self.offer = bus.offer
        self.take = bus.take
        self.relay = bus.relay
        self.subscribe = bus.subscribe

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """See `Inbox.publish`."""
        self._bus.publish(batch, timeout)
        for envelope in batch:
            self._monitoring.published(envelope)
