"""A system to try the API on: real stores, a real supervisor, a gateway on a real port.

No worker runs: a test that sends whatever comes to its mind must not run what it sends. Where a
worker would report, `ApiSystem` publishes the events.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

import httpx
from tests.integration.all_in_one import wait_for

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import (
    Envelope,
    Event,
    Failed,
    Heartbeat,
    JobClaimed,
    JobFinished,
    JobStarted,
    MetricReported,
    Outcome,
    Succeeded,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.service.metrics import Metrics
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.services import Services
from hyperdock_supervisor.bootstrap import make_supervisor
from hyperdock_supervisor.core import Stores
from hyperdock_supervisor.monitoring import SupervisorMonitoring

SPACE = {"lr": {"type": "float", "low": 0, "high": 1}, "kind": ["a", "b"]}

GRAPH: JsonObject = {
    "name": "g",
    "x_axis": "x",
    "y_axis": "y",
    "series": [{"label": "l", "x": [1], "y": [2]}],
}


class ApiSystem:
    """Everything in a folder, until it is left."""

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self._stop = threading.Event()
        self.log = SqliteEventLog(folder / "log.sqlite")
        self.views = SqliteViewStore(folder / "views.sqlite", SCHEMAS)
        self.bus = InProcessBus()
        self.artifacts = FolderArtifactStore(folder / "results")
        self.url = ""
        self.api = httpx.Client()
        self._left = folder / "left"
        self._fills = 0
        self._worker = ""

    def __enter__(self) -> Self:
        for store in (self.log, self.views, self.bus):
            self._stack.callback(store.close)
        monitoring = SupervisorMonitoring(Metrics("supervisor", "1"))
        stores = Stores(log=self.log, bus=self.bus, views=monitoring.views(self.views))
        supervisor = make_supervisor(stores, monitoring, producer="supervisor")
        thread = threading.Thread(target=supervisor.run, args=(self._stop,), name="supervisor")
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(self._stop.set)
        server = WebServer(make_app(self._services()), "127.0.0.1", 0)
        server.start()
        self._stack.callback(server.stop)
        self.url = f"{server.url}/api/v1"
        self.api = self._stack.enter_context(httpx.Client(base_url=self.url, timeout=30))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def fill(self) -> dict[str, list[str]]:
        """Trials, jobs, a worker, a log, files, a program; the ids of them, by name in paths.

        `held` are jobs that the program has. What is there already is left as it is.
        """
        self._fills += 1
        self._worker, pool = f"w-{self._fills}", f"pool-{self._fills}"
        registration = WorkerRegistered(
            worker_id=self._worker, host="h", pool=pool, slots=8, runtimes=["process"], version="1"
        )
        self.publish(registration, Heartbeat(worker_id=self._worker))
        document = {"name": "Tune", "command": ["true"], "space": SPACE, "parallelism": 3}
        document["pool"] = pool
        trials = [self._submit(**document), self._submit(**document, budget={"jobs": 2})]
        own = self._submit(name="own", external=True, space=SPACE, parallelism=100)
        jobs = [f"{trials[0]}.{number}" for number in (1, 2, 3)]
        for job_id in jobs:
            self._run(job_id)
        self._end(jobs[0], Succeeded(loss=0.5))
        self._end(jobs[1], Failed(reason="exit_code", message="it ended with 1"))
        for number in (1, 2):
            self._run(f"{trials[1]}.{number}")
            self._end(f"{trials[1]}.{number}", Succeeded(loss=float(number)))
        self._until(lambda: self.api.get(f"/trials/{trials[1]}").json()["state"] == "completed")
        evaluator, held = self._evaluate(own)
        return {
            "trial_id": [*trials, own],
            "job_id": [*jobs, f"{trials[1]}.1", *held],
            "worker_id": [self._worker],
            "evaluator_id": [evaluator],
            "held": held,
            "event": ["1", self.log.read(0, 1)[0].envelope.event_id],
            "path": ["loss.json", "out/größe 1.txt"],
        }

    def publish(self, *events: Event) -> None:
        """Publishes what a worker says."""
        self.bus.publish([_envelope(event) for event in events])

    def _services(self) -> Services:
        return Services(
            log=self.log,
            bus=self.bus,
            views=self.views,
            artifacts=self.artifacts,
            clock=time.time,
            random_bytes=os.urandom,
            version="1.2.3",
            limits=Limits(writes=10**6),
            patience=2.0,
        )

    def _submit(self, **document: Any) -> str:
        answer = self.api.post("/trials", json=document)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["trial_id"])

    def _evaluate(self, trial_id: str) -> tuple[str, list[str]]:
        """A program with some jobs of a trial, and room for more."""
        answer = self.api.post(f"/trials/{trial_id}/evaluators", json={"slots": 50})
        evaluator = str(answer.json()["evaluator_id"])
        ask = partial(self.api.post, f"/evaluators/{evaluator}/ask", json={"wait": 30})
        return evaluator, [str(ask().json()["job_id"]) for _ in range(3)]

    def _run(self, job_id: str) -> None:
        self._until(lambda: self.views.get("jobs", job_id) is not None)
        names: Any = {"trial_id": job_id.rpartition(".")[0], "job_id": job_id, "attempt": 1}
        names["worker_id"] = self._worker
        self.publish(JobClaimed(**names, slot=0))
        self._until(lambda: (self.views.get("jobs", job_id) or {})["state"] == "running")
        report = MetricReported(**names, step=1, values={"loss": 1.5})
        self.publish(JobStarted(**names, runner={"host": "h", "pid": 1}), report)
        self.artifacts.append_log(names["trial_id"], job_id, 1, 0, "größe\n".encode())
        (self._left / "out").mkdir(parents=True, exist_ok=True)
        (self._left / "loss.json").write_text("1.5")
        (self._left / "out" / "größe 1.txt").write_text("7")
        self.artifacts.put_folder(names["trial_id"], job_id, 1, self._left)

    def _end(self, job_id: str, outcome: Outcome) -> None:
        end = JobFinished(
            trial_id=job_id.rpartition(".")[0],
            job_id=job_id,
            attempt=1,
            worker_id=self._worker,
            outcome=outcome,
            metrics={"accuracy": 0.5, "text": "t"},
            graphs=[GRAPH],
            runner={"exit_code": 0},
        )
        self.publish(end)
        self._until(lambda: (self.views.get("jobs", job_id) or {})["finished_at"] is not None)

    def _until(self, holds: Callable[[], bool]) -> None:
        wait_for(lambda: holds() or None, 30.0)


def _envelope(event: Event) -> Envelope:
    return Envelope(
        event_id=os.urandom(16).hex(),
        stream=stream_of(event),
        event=event,
        occurred_at=time.time(),
        producer="test",
    )
