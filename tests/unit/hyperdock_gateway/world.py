"""A world for the gateway's tests: the embedded adapters and a recorder in the supervisor's place.

The recorder decides nothing: whatever is published is recorded, folded, relayed and acked.
"""

import asyncio
import json
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from starlette.routing import BaseRoute
from websockets.sync.client import ClientConnection, connect

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import (
    Envelope,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    Outcome,
    Succeeded,
    TrialSubmitted,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, project
from hyperdock_common.spec import dump_trial, parse_trial, seeded
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.feed import Pace
from hyperdock_gateway.services import Services

BASE = "http://127.0.0.1:8080"
DEADLINE = 30.0
NOW = 1_700_000_000.0
DOCUMENT = {
    "name": "Tune it!",
    "command": ["true"],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
}


class World:
    """The adapters in a folder, with the recorder at work."""

    def __init__(self, folder: Path) -> None:
        self.log = SqliteEventLog(folder / "log.sqlite")
        self.bus = InProcessBus()
        self.views = SqliteViewStore(folder / "views.sqlite", SCHEMAS)
        self.artifacts = FolderArtifactStore(folder / "results")
        self.services = Services(
            log=self.log,
            bus=self.bus,
            views=self.views,
            artifacts=self.artifacts,
            clock=lambda: NOW,
            random_bytes=random.Random(1).randbytes,  # noqa: S311
            version="1.2.3",
        )
        self._ids = random.Random(2)  # noqa: S311
        self._recorder = threading.Thread(target=self._record, name="recorder")
        self._recorder.start()

    def close(self) -> None:
        """Ends the recorder and lets go of the files."""
        self.bus.close()
        self._recorder.join()
        self.views.close()
        self.log.close()

    def publish(self, *events: Event) -> None:
        """Publishes events; they are recorded when this returns."""
        self.bus.publish([self.envelope(event) for event in events])

    def envelope(self, event: Event) -> Envelope:
        """An event on its way."""
        return Envelope(
            event_id=f"{self._ids.getrandbits(128):032x}",
            stream=stream_of(event),
            event=event,
            occurred_at=NOW,
            producer="test",
        )

    def add_trial(self, trial_id: str = "tune-aaaaaa", **fields: object) -> str:
        """Records a trial."""
        spec = dump_trial(seeded(parse_trial({**DOCUMENT, **fields}), 7))
        self.publish(TrialSubmitted(trial_id=trial_id, spec=spec))
        return trial_id

    def add_job(self, trial_id: str, number: int, *, claimed: bool = False) -> str:
        """Records a proposed job of a trial, claimed by worker `w` if asked for."""
        job_id = f"{trial_id}.{number}"
        proposal = JobProposed(
            trial_id=trial_id, job_id=job_id, number=number, params={"x": number / 10}
        )
        self.publish(proposal)
        if claimed:
            self.add_worker("w")
            claim = JobClaimed(trial_id=trial_id, job_id=job_id, attempt=1, worker_id="w", slot=0)
            self.publish(claim)
        return job_id

    def add_worker(self, worker_id: str) -> None:
        """Records a worker."""
        self.publish(
            WorkerRegistered(
                worker_id=worker_id,
                host="h",
                pool="default",
                slots=2,
                runtimes=["process"],
                version="1",
            )
        )

    def end_job(self, job_id: str, outcome: Outcome | float) -> None:
        """Records the end of a job; a number means that it succeeded with this loss."""
        if not isinstance(outcome, Outcome):
            outcome = Succeeded(loss=outcome)
        trial_id = job_id.rpartition(".")[0]
        self.publish(
            JobFinished(
                trial_id=trial_id, job_id=job_id, attempt=1, worker_id=None, outcome=outcome
            )
        )

    def _record(self) -> None:
        while deliveries := self.bus.receive(100, 3600.0):
            known = self.log.known([each.envelope.event_id for each in deliveries])
            fresh: dict[str, Envelope] = {}
            for each in deliveries:
                if each.envelope.event_id not in known:
                    fresh.setdefault(each.envelope.event_id, each.envelope)
            if fresh:
                records = self.log.append(self.log.head(), list(fresh.values()))
                for projection in PROJECTIONS:
                    project(projection, self.views, records)
                self.bus.relay(records)
            self.bus.ack(deliveries)


class Api:
    """Calls an app in process, each call in an event loop of its own."""

    def __init__(self, services: Services, mounts: Sequence[BaseRoute] = ()) -> None:
        self._services = services
        self._mounts = mounts

    def with_services(self, **changes: Any) -> "Api":
        """The same with some services exchanged."""
        return Api(replace(self._services, **changes), self._mounts)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """GET below /api/v1."""
        return self.call("GET", f"/api/v1{path}", **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """POST below /api/v1."""
        return self.call("POST", f"/api/v1{path}", **options)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request."""
        return asyncio.run(self._call(method, path, options))

    async def _call(self, method: str, path: str, options: Mapping[str, Any]) -> httpx.Response:
        app = make_app(self._services, mounts=self._mounts)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await client.request(method, path, **options)


class Site:
    """The app on a real port of this machine."""

    def __init__(
        self, services: Services, mounts: Sequence[BaseRoute] = (), pace: Pace | None = None
    ) -> None:
        self.app = make_app(services, mounts=mounts, pace=pace)
        self.server = WebServer(self.app, "127.0.0.1", 0)
        self.server.start()

    @contextmanager
    def connect(self, query: str = "", **options: Any) -> Iterator[ClientConnection]:
        """A WebSocket to the live feed."""
        address = self.server.url.replace("http", "ws", 1)
        with connect(f"{address}/api/v1/events{query}", proxy=None, **options) as socket:
            yield socket

    def positions(self, socket: ClientConnection, count: int) -> list[int]:
        """The positions of the next events."""
        return [self.next(socket, "event")["position"] for _ in range(count)]

    def next(self, socket: ClientConnection, *kinds: str) -> dict[str, Any]:
        """The next message of one of these kinds; others are passed over."""
        while True:
            message: dict[str, Any] = json.loads(socket.recv(timeout=DEADLINE))
            if message["kind"] in kinds:
                return message
