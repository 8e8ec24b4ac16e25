"""A worker: registers, keeps its leases alive, and gives every slot a thread.

No target starts before its claim is in the log; a slot without a job waits for an offer, claims
it, and goes on only when the recorded claim names this worker.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import structlog

from hyperdock_common.errors import RunnerUnavailable
from hyperdock_common.events import AttemptRef, Heartbeat, WorkerLeft, WorkerRegistered
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import (
    ArtifactStore,
    EventBus,
    EventLog,
    Order,
    Runner,
    Subscription,
    ViewStore,
)
from hyperdock_worker.adoption import Adopted, find_adopted, resume
from hyperdock_worker.attempt import Attempt
from hyperdock_worker.chores import Chores
from hyperdock_worker.claiming import Claimant
from hyperdock_worker.folders import AttemptFolders
from hyperdock_worker.job_documents import JobDocuments
from hyperdock_worker.logs import LogShipper
from hyperdock_worker.lookout import Lookout
from hyperdock_worker.reporter import Reporter
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.tools import Tools
from hyperdock_worker.tracker import Tracker

_log = structlog.get_logger()
_OFFER_WAIT = 1.0
_ENGINE_WAIT = 2.0
_PATIENCE = 15.0
_LISTEN = 1.0
_BREATH = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What a worker reads and writes."""

    log: EventLog
    bus: EventBus
    views: ViewStore
    artifacts: ArtifactStore


class Worker:
    """Runs jobs in its slots until it is stopped; running targets outlive it."""

    def __init__(
        self, settings: WorkerSettings, stores: Stores, runners: Mapping[str, Runner]
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._runners = runners
        self._stop = threading.Event()
        self._draining = threading.Event()
        self._emptied = threading.Condition()
        self._held: dict[tuple[str, int], AttemptRef] = {}
        self._ill: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._chores = Chores()
        self._registered = threading.Event()
        self.turned_at = time.monotonic()  # when its listening loop last turned
        self._tools = Tools(
            settings=settings,
            runners=runners,
            artifacts=stores.artifacts,
            folders=AttemptFolders(settings.work),
            reporter=Reporter(stores.bus, settings.worker_id),
            tracker=Tracker(settings.worker_id, self._register_again),
            shipper=LogShipper(stores.artifacts),
            tidy=self._chores.add,
        )
        self._documents = JobDocuments(stores.views, stores.log)
        self._lookout = Lookout(
            self._tools.tracker, self._documents, lambda: self.running, every=settings.look_up
        )
        self._claimant = Claimant(
            settings,
            self._tools.tracker,
            self._tools.reporter,
            self._lookout.look,
            partial(self._lookout.listened, settings.worker_id),
        )

    @property
    def running(self) -> Sequence[AttemptRef]:
        """The attempts that this worker has in hand now."""
        return list(self._held.values())

    def start(self) -> None:
        """Finds the targets of an earlier process, registers, and opens the slots.

        Waits for stores and engines that are away; `stop` ends that.
        """
        self._tools.reporter.start()
        subscription = self._stores.bus.subscribe(self._settings.worker_id)
        self._spawn("worker-tracker", lambda: self._track(subscription))
        self._spawn("worker-logs", lambda: self._tools.shipper.run(self._stop))
        self._spawn("worker-tidy", lambda: self._chores.run(self._stop))
        adopted = find_adopted(self._tools, self._documents, self._stop)
        if adopted is None:
            return
        self._held |= {_key(found.order.offer): found.order.offer.ref for found in adopted}
        self._registered.set()
        self._register(self.running)
        self._spawn("worker-heartbeat", self._beat)
        self._spawn("worker-lookout", self._look_out)
        for slot in range(self._settings.slots):
            mine = [each for each in adopted if each.order.slot % self._settings.slots == slot]
            self._spawn(f"worker-slot-{slot}", partial(self._run_slot, slot, mine))

    def drain(self, timeout: float) -> bool:
        """Takes no more jobs, and waits for the running ones to end; whether they all did."""
        self._leave()
        with self._emptied:
            return self._emptied.wait_for(lambda: not self._held or self._stop.is_set(), timeout)

    def stop(self, *, hand_back: bool = False) -> None:
        """Takes no more jobs, says goodbye, and ends.

        Args:
            hand_back: end the running targets and give their attempts back, for other workers to
                run; else they go on, and this worker's next process looks after them.
        """
        self._leave()
        if hand_back:
            self._tools.tracker.give_all_back()
            self.drain(self._settings.grace + _PATIENCE)
        self._stop.set()
        self._lookout.nudge()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._chores.finish()
        self._tools.reporter.close()
        for runner in self._runners.values():
            runner.close()

    def _leave(self) -> None:
        """Says goodbye; leases of what goes on are kept by heartbeats, as long as they come."""
        if self._draining.is_set():
            return
        self._draining.set()
        reporter = self._tools.reporter
        left = WorkerLeft(worker_id=self._settings.worker_id)
        reporter.say(reporter.envelope(left, uuid4()))

    def _spawn(self, name: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _track(self, subscription: Subscription) -> None:
        """Listens to the feed; where it may have missed something, it is looked up."""
        while not self._stop.is_set():
            self.turned_at = since = time.monotonic()
            try:
                news = subscription.next(_LISTEN)
                for record in news:
                    self._tools.tracker.take_in(record)
            except Exception as error:  # noqa: BLE001 - one that hears nothing must not look alive
                _log.warning("feed_interrupted", error=repr(error))
                news = []
            if not news and time.monotonic() - since < _LISTEN / 2:
                self._lookout.nudge()
                self._stop.wait(_BREATH)
        subscription.close()

    def _look_out(self) -> None:
        self._lookout.run(self._stores.views, self._settings.worker_id, self._stop)

    def _register(self, attempts: Sequence[AttemptRef]) -> None:
        registered = WorkerRegistered(
            worker_id=self._settings.worker_id,
            host=self._settings.host,
            pool=self._settings.pool,
            slots=self._settings.slots,
            gpus=self._settings.gpus,
            runtimes=sorted(self._runners),
            version=self._settings.version,
            attempts=list(attempts),
        )
        self._tools.reporter.say(self._tools.reporter.envelope(registered, uuid4()))

    def _register_again(self) -> None:
        """The supervisor had given this worker up: it is here again."""
        if not self._registered.is_set() or self._draining.is_set():
            return  # what goes on is not known yet, and will be said; or it takes no more
        _log.warning("worker_was_given_up", remedy="registering again")
        self._register(self.running)

    def _beat(self) -> None:
        reporter = self._tools.reporter
        said = 0
        while not self._stop.wait(self._settings.heartbeat):
            if reporter.confirmed(said):  # else the bus is away: one beat is enough to come
                beat = Heartbeat(worker_id=self._settings.worker_id, attempts=list(self.running))
                said = reporter.say(reporter.envelope(beat, uuid4()))

    def _run_slot(self, slot: int, adopted: Sequence[Adopted]) -> None:
        self._go_on(adopted)
        while not (self._stop.is_set() or self._draining.is_set()):
            try:
                self._take_turn(slot)
            except Exception:  # noqa: BLE001 - whatever it was, the next turn may go well
                _log.exception("slot_stumbled", slot=slot)
                self._stop.wait(_ENGINE_WAIT)

    def _go_on(self, adopted: Sequence[Adopted]) -> None:
        """Lives a slot's adopted attempts; they may be several, where there were more slots."""
        threads = [
            self._spawn(f"worker-adopted-{found.order.offer.job_id}", partial(self._resume, found))
            for found in adopted
        ]
        for thread in threads:
            thread.join()

    def _resume(self, found: Adopted) -> None:
        self._live(found.order, partial(resume, found))

    def _take_turn(self, slot: int) -> None:
        """Waits for an offer, claims it, and lives it."""
        runtimes = self._ready_runtimes()
        if not runtimes or self._tools.tracker.drained:
            self._stop.wait(_ENGINE_WAIT)
            return
        lines = self._settings.lines(runtimes)
        offer = self._stores.bus.take(self._settings.pool, lines, _OFFER_WAIT)
        if offer is None or self._draining.is_set() or not self._tools.tracker.expect(offer):
            return
        order = self._make_room(offer, slot)
        if order is not None and self._claim(offer, slot):
            self._live(order, Attempt.run)
        elif order is not None:
            self._tools.folders.remove(order)

    def _make_room(self, offer: JobOffer, slot: int) -> Order | None:
        """The attempt's folder, made before the claim: a full disk must cost no attempt."""
        while not self._stop.is_set():
            try:
                return self._tools.folders.create(offer, slot)
            except OSError as error:
                _log.error("no_room_for_an_attempt", job=offer.job_id, error=str(error))
                self._stop.wait(_ENGINE_WAIT)
        return None

    def _ready_runtimes(self) -> Sequence[str]:
        """The runtimes whose engine answers; only asked anew after it once did not."""
        for runtime in sorted(self._ill):
            try:
                self._runners[runtime].check()
            except RunnerUnavailable:
                continue
            self._ill.discard(runtime)
        return [runtime for runtime in self._runners if runtime not in self._ill]

    def _claim(self, offer: JobOffer, slot: int) -> bool:
        """Claims an offered attempt; heartbeats name it from now on, if it is not lost."""
        self._held[_key(offer)] = offer.ref
        won = self._claimant.claim(offer, slot, self._stop)
        if not won:
            self._drop(offer)
        return won

    def _live(self, order: Order, life: Callable[[Attempt], None]) -> None:
        """Lives one attempt on this slot's thread; nothing that goes wrong there ends the slot."""
        attempt = Attempt(order, self._tools, self._stop)
        try:
            life(attempt)
        except Exception as error:  # noqa: BLE001 - a slot must outlive whatever an attempt does
            _log.exception("attempt_broke", job=order.offer.job_id)
            attempt.abandon(f"the worker failed: {type(error).__name__}: {error}")
        finally:
            if attempt.engine_away:
                self._ill.add(order.offer.runtime)
            if not self._stop.is_set():
                self._drop(order.offer)

    def _drop(self, offer: JobOffer) -> None:
        with self._emptied:
            self._held.pop(_key(offer), None)
            self._emptied.notify_all()


def _key(offer: JobOffer) -> tuple[str, int]:
    return (offer.job_id, offer.attempt)
