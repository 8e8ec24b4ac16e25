"""A world for the worker's tests: the real supervisor on the embedded adapters, and a fake engine.

Only the optimizer is made up: it proposes the same job after the other.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from tests.unit.hyperdock_worker.fake_runner import FakeEngine, FakeRunner, FakeTarget
from tests.unit.hyperdock_worker.taps import Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until
from tests.unit.hyperdock_worker.workshop import SETTINGS

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import Envelope, Event, JobFinished, TrialSubmitted, stream_of
from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Runner
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.spec import dump_trial, parse_trial, seeded
from hyperdock_supervisor.core import Pace, Supervisor
from hyperdock_supervisor.core import Stores as SupervisorStores
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker

E = TypeVar("E", bound=Event)

TRIAL = "tune-aaaaaa"
DOCUMENT: Mapping[str, Any] = {
    "name": "Tune it!",
    "command": ["train"],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
}


class OneAfterTheOther:
    """An optimizer that does not care."""

    def ask(self, number: int) -> JsonObject | None:
        """Proposes."""
        return {"x": number / 1000}

    def tell(self, number: int, loss: float | None) -> None:
        """Learns nothing."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Learns nothing."""


class World:
    """A folder of state, with a supervisor at work on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = SqliteEventLog(folder / "log.sqlite")
        self.bus = InProcessBus()
        self.views = SqliteViewStore(folder / "views.sqlite", SCHEMAS)
        self.artifacts = FolderArtifactStore(folder / "results")
        self.engine = FakeEngine()
        self.silence = Silence(lost_after=60.0)
        self._workers: list[Worker] = []
        self._stop_supervisor = threading.Event()
        self._supervisor: threading.Thread | None = None

    def close(self) -> None:
        """Stops what works, and lets go of the files."""
        for worker in self._workers:
            worker.stop()
        self.stop_supervisor()
        self.bus.close()
        self.views.close()
        self.log.close()

    def start_supervisor(self) -> None:
        """A supervisor begins."""
        clocks = Clocks(wall=time.time, monotonic=time.monotonic)

        def decider() -> Decider:
            return Decider(
                lambda _spec, _generation: OneAfterTheOther(),
                clocks,
                producer="supervisor",
                silence=self.silence,
                versions={},
            )

        stores = SupervisorStores(log=self.log, bus=self.bus, views=self.views)
        pace = Pace(tick=0.05, offer_again=0.3, retry=0.02)
        supervisor = Supervisor(stores, decider, clocks, pace)
        self._stop_supervisor = threading.Event()
        self._supervisor = threading.Thread(
            target=supervisor.run, args=[self._stop_supervisor], name="supervisor"
        )
        self._supervisor.start()

    def stop_supervisor(self) -> None:
        """The supervisor ends, if there is one."""
        self._stop_supervisor.set()
        if self._supervisor is not None:
            self._supervisor.join(SOON)
        self._supervisor = None

    @property
    def stores(self) -> Stores:
        """What workers are given."""
        return Stores(log=self.log, bus=self.bus, views=self.views, artifacts=self.artifacts)

    def settings(self, worker_id: str = "w1", **changes: Any) -> WorkerSettings:
        """Settings of a worker."""
        changed = {**SETTINGS, "worker_id": worker_id, "work": self.folder / worker_id, **changes}
        return WorkerSettings(**changed)

    def worker(
        self,
        worker_id: str = "w1",
        *,
        stores: Stores | None = None,
        runner: Runner | None = None,
        **changes: Any,
    ) -> Worker:
        """A worker that is stopped at the end; it is not started yet."""
        runners = {"process": runner or FakeRunner(self.engine, worker_id)}
        settings = self.settings(worker_id, **changes)
        made = Worker(settings, stores or self.stores, runners)
        self._workers.append(made)
        return made

    def started_worker(self, worker_id: str = "w1", **changes: Any) -> Worker:
        """A worker at work."""
        made = self.worker(worker_id, **changes)
        made.start()
        return made

    def stops(self, worker: Worker) -> None:
        """A worker ends in good order."""
        self._workers.remove(worker)
        worker.stop()

    def publish(self, *events: Event) -> None:
        """Publishes events; they are dealt with when this returns."""
        self.bus.publish(
            [
                Envelope(
                    event_id=str(uuid4()),
                    stream=stream_of(event),
                    event=event,
                    occurred_at=time.time(),
                    producer="test",
                )
                for event in events
            ]
        )

    def submit(self, jobs: int = 1, trial_id: str = TRIAL, **fields: Any) -> None:
        """Submits a trial of so many jobs."""
        document = {**DOCUMENT, "budget": {"jobs": jobs}, "parallelism": jobs, **fields}
        spec = dump_trial(seeded(parse_trial(document), 7))
        self.publish(TrialSubmitted(trial_id=trial_id, spec=spec))

    def said(self, kind: type[E]) -> list[E]:
        """The recorded events of a kind."""
        return [each.event for each in history(self.log) if isinstance(each.event, kind)]

    def hears(self, kind: type[E], count: int = 1) -> E:
        """The recorded event of a kind that is its number `count`; waits for it."""
        until(lambda: len(self.said(kind)) >= count, f"{count} times {kind.__name__}")
        return self.said(kind)[count - 1]

    def target(self, count: int = 1) -> FakeTarget:
        """The target that was started as number `count`; waits for it."""
        until(lambda: len(self.engine.started) >= count, f"{count} targets were started")
        return self.engine.started[count - 1]

    def job(self, number: int = 1) -> JsonObject:
        """A job's document."""
        return self.views.get("jobs", f"{TRIAL}.{number}") or {}

    def attempt_log(self, number: int = 1, attempt: int = 1) -> str:
        """What the store has of an attempt's log."""
        return self.artifacts.read_log(TRIAL, f"{TRIAL}.{number}", attempt, 0, 1 << 20).decode()

    def files(self, number: int = 1) -> set[str]:
        """What the store has of the files of a job's deciding attempt."""
        attempt = int(str(self.job(number)["attempt"]))
        files = self.artifacts.list(TRIAL, f"{TRIAL}.{number}", attempt)
        return {each.path for each in files}

    def assert_well_ended(self, jobs: int = 1, worker_id: str = "w1") -> None:
        """Invariants 1, 2 and 8: each job ended once, no attempt began twice, nothing is left."""
        until(lambda: len(self.said(JobFinished)) >= jobs, "the end of every job")
        until(lambda: not list((self.folder / worker_id).iterdir()), "the folders' clean-up")
        until(lambda: not self.engine.traces, "the targets' clean-up")
        ends = Counter(each.job_id for each in self.said(JobFinished))
        assert ends == {f"{TRIAL}.{number}": 1 for number in range(1, jobs + 1)}
        starts = Counter(each.key for each in self.engine.started)
        assert set(starts.values()) <= {1}
        assert self.engine.running == []


def succeeds(target: FakeTarget) -> None:
    """What a good target does."""
    target.prints("text\n")
    target.reports(1, 1.0)
    target.succeeds()


def tapped_stores(world: World, port: str, tap: Tap) -> Stores:
    """A worker's stores, one of them with a tap."""
    stores = {"log": world.log, "bus": world.bus, "views": world.views}
    stores["artifacts"] = world.artifacts
    stores[port] = tapped(stores[port], tap)
    return Stores(**stores)  # type: ignore[arg-type]
