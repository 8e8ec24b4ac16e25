"""A system without workers, for programs that ask and tell: real stores, supervisor and gateways.

Gateways come and go, and so does the supervisor; the stores stay. `Program` is such a program as
a few lines of any language would have it.
"""

import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from tests.integration.all_in_one import wait_for

from hyperdock_cli.checking_proposals import check_proposals
from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import System, check_system
from hyperdock_common.events import TrialSubmitted
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog, StoredViews
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.service.metrics import Metrics
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_gateway.auth.limits import Limits
from hyperdock_gateway.services import Services
from hyperdock_supervisor.bootstrap import make_supervisor
from hyperdock_supervisor.core import Stores
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_supervisor.monitoring import SupervisorMonitoring

SPACE = {"x": {"type": "float", "low": 0, "high": 1}, "kind": ["a", "b"]}
E = TypeVar("E")


class Laboratory:
    """Everything in a folder, until it is left.

    Args:
        folder: where the stores are.
        lost_after: after how many seconds of silence a lease ends.
        views: the kind of view store.
        changes: other services for the gateways.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lost_after: float = 60.0,
        views: type[SqliteViewStore] = SqliteViewStore,
        **changes: Any,
    ) -> None:
        self.log = SqliteEventLog(folder / "log.sqlite")
        self.views = views(folder / "views.sqlite", SCHEMAS)
        self.bus = InProcessBus()
        self.artifacts = FolderArtifactStore(folder / "results")
        self._silence = Silence(lost_after=lost_after)
        self._changes = changes
        self._stack = ExitStack()
        self._supervisor = ExitStack()
        self.api = httpx.Client()

    def __enter__(self) -> Self:
        for store in (self.log, self.views, self.bus):
            self._stack.callback(store.close)
        self.start_supervisor()
        self._stack.callback(self.stop_supervisor)
        self.api = self.gateway()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start_supervisor(self) -> None:
        """A supervisor that knows nothing but the log."""
        monitoring = SupervisorMonitoring(Metrics("supervisor", "1"))
        stores = Stores(log=self.log, bus=self.bus, views=monitoring.views(self.views))
        supervisor = make_supervisor(
            stores, monitoring, producer="supervisor", silence=self._silence
        )
        stop = threading.Event()
        thread = threading.Thread(target=supervisor.run, args=(stop,), name="supervisor")
        thread.start()
        self._supervisor.callback(thread.join)
        self._supervisor.callback(stop.set)

    def stop_supervisor(self) -> None:
        """Nothing is decided until the next one."""
        self._supervisor.close()

    def gateway(self) -> tuple[WebServer, httpx.Client]:
        """One more gateway, and who calls it."""
        services = Services(
            log=self.log,
            bus=self.bus,
            views=self.views,
            artifacts=self.artifacts,
            clock=time.time,
            random_bytes=os.urandom,
            version="1.2.3",
            limits=Limits(writes=10**6),
            **self._changes,
        )
        server = WebServer(make_app(services), "127.0.0.1", 0)
        server.start()
        self._stack.callback(server.stop)
        limits = httpx.Limits(max_connections=None)
        client = httpx.Client(base_url=f"{server.url}/api/v1", timeout=60, limits=limits)
        return server, self._stack.enter_context(client)

    def submit(self, **fields: Any) -> str:
        """Submits a trial whose jobs are for programs; its id."""
        document = {"name": "own", "external": True, "space": SPACE, "algorithm": "random"}
        return str(posted(self.api, "/trials", {**document, **fields})["trial_id"])

    def trial(self, trial_id: str) -> dict[str, Any]:
        """The trial's document."""
        return dict(self.api.get(f"/trials/{trial_id}").json())

    def job(self, job_id: str) -> dict[str, Any]:
        """The job's document."""
        return dict(self.api.get(f"/jobs/{job_id}").json())

    def jobs(self, trial_id: str) -> list[dict[str, Any]]:
        """The trial's jobs, by number."""
        return list(self.api.get(f"/trials/{trial_id}/jobs?limit=500").json()["items"])

    def worker(self, worker_id: str) -> dict[str, Any]:
        """The worker's document."""
        return dict(self.api.get(f"/workers/{worker_id}").json())

    def ends(self, trial_id: str) -> dict[str, Any]:
        """The trial once it has ended."""
        return wait_for(lambda: _ended(self.trial(trial_id)), 60.0)

    def recorded(self, *kinds: type[E]) -> list[E]:
        """The recorded events of these kinds."""
        return [each.event for each in history(self.log) if isinstance(each.event, kinds)]

    def check(self, *, settled: bool = True) -> None:
        """Makes sure that it is whole."""
        check(self.log, self.views, settled=settled)


def check(log: EventLog, views: StoredViews, *, settled: bool) -> None:
    """All that must always hold does, and the optimizers propose the same again."""
    report = check_system(System(log=log, views=views, settled=settled))
    assert report.findings == ()
    events = [record.event for record in history(log)]
    trials = [each.trial_id for each in events if isinstance(each, TrialSubmitted)]
    assert check_proposals(log, trials, lambda *_: None).findings == ()


class Program:
    """A program that evaluates jobs of one trial, through whatever gateway it calls."""

    def __init__(self, api: httpx.Client, trial_id: str, slots: int = 1) -> None:
        self.api = api
        answer = posted(api, f"/trials/{trial_id}/evaluators", {"name": "p", "slots": slots})
        self.id = str(answer["evaluator_id"])

    def call(self, verb: str, **body: Any) -> httpx.Response:
        """Anything."""
        return self.api.post(f"/evaluators/{self.id}/{verb}", json=body)

    def ask(self, wait: float = 0) -> dict[str, Any] | None:
        """The next job; None: there is none now."""
        answer = self.call("ask", wait=wait)
        assert answer.status_code in {200, 204}, answer.text
        return dict(answer.json()) if answer.status_code == 200 else None

    def has(self, wait: float = 30) -> dict[str, Any]:
        """The next job, which there is."""
        job = self.ask(wait)
        assert job is not None
        return job

    def tell(self, job: dict[str, Any], **body: Any) -> httpx.Response:
        """Tells of a job that it had."""
        return self.call("tell", **named(job), **body)

    def beat(self, *jobs: dict[str, Any]) -> dict[str, Any]:
        """Keeps the leases of these jobs; what it is to give up."""
        answer = self.call("heartbeat", attempts=[named(job) for job in jobs])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def leave(self) -> httpx.Response:
        """Goes."""
        return self.api.delete(f"/evaluators/{self.id}")


def named(job: dict[str, Any]) -> dict[str, Any]:
    """The names of an attempt."""
    return {name: job[name] for name in ("job_id", "attempt")}


def posted(api: httpx.Client, path: str, body: Any = None, **options: Any) -> dict[str, Any]:
    """What was made."""
    answer = api.post(path, json=body, **options)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _ended(trial: dict[str, Any]) -> dict[str, Any] | None:
    return trial if trial["finished_at"] is not None else None
