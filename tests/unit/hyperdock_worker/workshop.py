"""What an attempt is lived with, and attempts that live on threads, for the unit tests."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.unit.hyperdock_worker.fake_runner import FakeEngine, FakeRunner, FakeTarget
from tests.unit.hyperdock_worker.recorder import Recorder
from tests.unit.hyperdock_worker.taps import Tap, tapped
from tests.unit.hyperdock_worker.waiting import SOON, until

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.events import (
    AttemptLost,
    Event,
    Failed,
    JobFinished,
    Outcome,
    Succeeded,
)
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import Order
from hyperdock_common.testing.builders import recorded
from hyperdock_worker.attempt import Attempt
from hyperdock_worker.folders import AttemptFolders
from hyperdock_worker.logs import LogShipper
from hyperdock_worker.reporter import Reporter
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.tools import Tools
from hyperdock_worker.tracker import Tracker

SETTINGS: Mapping[str, Any] = {
    "worker_id": "w1",
    "host": "here",
    "version": "1",
    "heartbeat": 0.05,
    "grace": 0.1,
    "look": 0.01,
    "look_up": 0.05,
}
"""Settings under which nothing takes long."""


def offer(number: int = 1, *, attempt: int = 1, trial_id: str = "tune-aaaaaa") -> JobOffer:
    """An offer as the supervisor makes it."""
    return JobOffer(
        trial_id=trial_id,
        job_id=f"{trial_id}.{number}",
        number=number,
        attempt=attempt,
        pool="default",
        runtime="process",
        params={"x": number / 10},
        command=("train",),
    )


_JOB = offer()
LOST = AttemptLost(
    trial_id=_JOB.trial_id, job_id=_JOB.job_id, attempt=1, worker_id="w1", reason="silent"
)
"""Its lease was lost."""

ENDED = JobFinished(
    trial_id=_JOB.trial_id,
    job_id=_JOB.job_id,
    attempt=2,
    worker_id="w2",
    outcome=Succeeded(loss=1.0),
)
"""Another attempt of the job has decided it."""


class Workshop:
    """The tools of a worker `w1` whose runner is a fake; everything else is real."""

    def __init__(self, recorder: Recorder, folder: Path, stop: threading.Event) -> None:
        self.recorder = recorder
        self.engine = FakeEngine()
        self.artifacts = FolderArtifactStore(folder / "results")
        self.folders = AttemptFolders(folder / "work")
        self.stop = stop
        self.tracker = Tracker("w1", lambda: None)
        self.tools = Tools(
            settings=WorkerSettings(work=folder / "work", **SETTINGS),
            runners={"process": FakeRunner(self.engine)},
            artifacts=self.artifacts,
            folders=self.folders,
            reporter=Reporter(recorder.bus, "w1", retry=0.01),
            tracker=self.tracker,
            shipper=LogShipper(self.artifacts, every=0.01),
            tidy=lambda chore: chore(),
        )
        self.tools.reporter.start()
        self._threads: list[threading.Thread] = []

    def close(self) -> None:
        """Waits for what was begun; the stop is set."""
        for thread in self._threads:
            thread.join(SOON)
        self.tools.reporter.close(0.1)

    def configure(self, **settings: Any) -> None:
        """Changes settings of the attempts to come."""
        self.tools = replace(self.tools, settings=replace(self.tools.settings, **settings))

    def defer_chores(self) -> None:
        """From now on no chore is done."""
        self.tools = replace(self.tools, tidy=lambda _: None)

    def tap_artifacts(self, tap: Tap) -> None:
        """Puts a tap on the store of the attempts to come."""
        artifacts = tapped(self.artifacts, tap)
        shipper = LogShipper(artifacts, every=0.01)
        self.tools = replace(self.tools, artifacts=artifacts, shipper=shipper)

    def tap_folders(self, tap: Tap) -> None:
        """Puts a tap on the folders of the attempts to come."""
        self.tools = replace(self.tools, folders=tapped(self.folders, tap))

    def tell(self, event: Event) -> None:
        """Lets the tracker know of a recorded event."""
        (record,) = recorded([event])
        self.tracker.take_in(record)

    def live(
        self, offered: JobOffer | None = None, life: Callable[[Attempt], None] = Attempt.run
    ) -> Attempt:
        """Begins to live an attempt on a thread of its own."""
        return self.live_order(self.folders.create(offered or offer(), 0), life)

    def live_order(self, order: Order, life: Callable[[Attempt], None] = Attempt.run) -> Attempt:
        """Begins to live an attempt whose folder is there."""
        attempt = Attempt(order, self.tools, self.stop)
        thread = threading.Thread(target=life, args=[attempt], daemon=True)
        self._threads.append(thread)
        thread.start()
        return attempt

    def spawn(self, target: Callable[[], None]) -> None:
        """Runs something else on a thread of its own."""
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def target(self, count: int = 1) -> FakeTarget:
        """The target that was started as number `count`; waits for it."""
        until(lambda: len(self.engine.started) >= count, "a target was started")
        return self.engine.started[count - 1]

    def nothing_is_left(self) -> bool:
        """Whether no folder and no trace of a target is left; waits for it."""
        return until(lambda: not (self.folders.orders() or self.engine.traces), "the clean-up")

    def files(self, offered: JobOffer | None = None) -> set[str]:
        """What the store has of an attempt's files."""
        job = offered or offer()
        files = self.artifacts.list(job.trial_id, job.job_id, job.attempt)
        return {each.path for each in files}

    def log(self, offered: JobOffer | None = None) -> str:
        """What the store has of an attempt's log."""
        job = offered or offer()
        raw = self.artifacts.read_log(job.trial_id, job.job_id, job.attempt, 0, 1 << 20)
        return raw.decode()


def outcome(workshop: Workshop) -> Outcome:
    """How the job was said to have ended; there is nothing left then."""
    said = workshop.recorder.hears(JobFinished).outcome
    workshop.nothing_is_left()
    return said


def reason(workshop: Workshop) -> str:
    """Why the job was said to have failed."""
    said = outcome(workshop)
    assert isinstance(said, Failed)
    return said.reason
