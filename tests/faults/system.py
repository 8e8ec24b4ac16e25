"""A whole distributed system on this machine: broker, database, and every service a process."""

import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
from tests.faults.processes import Service

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.events import Event, RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

DOCKER = "/usr/bin/docker"
_HEARTBEAT = 2
"""Of connections to the broker, in seconds: it notices after two that a process is frozen."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many of what.

    Attributes:
        lost_after: the lease time in seconds.
        heartbeat: of the workers, in seconds.
        options: more options, by kind of service.
        containers: whether the workers run containers; else they run processes.
    """

    supervisors: int = 2
    workers: int = 2
    gateways: int = 1
    slots: int = 2
    lost_after: float = 20.0
    heartbeat: float = 2.0
    containers: bool = True
    options: Mapping[str, Sequence[str]] | None = None


class System:
    """The services over a broker and a database, which may be shared with other systems."""

    def __init__(self, folder: Path, shape: Shape, broker: Broker, database: Database) -> None:
        self.folder = folder
        self.shape = shape
        self.broker = broker
        self.database = database
        self.name = f"hd{secrets.token_hex(4)}"
        self._mongodb = database.url_of(self.name)
        self._server: MongoServer | None = None
        self._api = httpx.Client(timeout=20)
        self.supervisors = [self._supervisor(n) for n in range(1, shape.supervisors + 1)]
        self.workers = [self._worker(n) for n in range(1, shape.workers + 1)]
        self.ports = {n: free_port() for n in range(1, shape.gateways + 1)}
        self.gateways = [self._gateway(n, port) for n, port in self.ports.items()]

    @property
    def services(self) -> list[Service]:
        """All of them."""
        return [*self.supervisors, *self.gateways, *self.workers]

    def start(self) -> Self:
        """Starts everything; returns when every worker is known. The first supervisor writes."""
        first, *others = self.supervisors
        for service in (first, *self.gateways, *self.workers):
            service.start()
        wait_for(lambda: len(self.alive_workers()) == len(self.workers), what="all workers")
        for service in others:
            service.start()
        return self

    def close(self) -> None:
        """Ends everything at once, and removes what the workers left in the engine."""
        for service in self.services:
            service.kill()
        self._api.close()
        if self._server is not None:
            self._server.close()
        for worker in self.worker_ids():
            remove_containers(f"label=hyperdock.worker={worker}")
            remove_containers(f"label=hyperdock.holder={worker}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def alive_workers(self) -> list[dict[str, Any]]:
        """The documents of the workers that are there."""
        try:
            items = self.get("/workers")["items"]
        except (httpx.HTTPError, LookupError):
            return []
        return [each for each in items if each["state"] == "alive"]

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """What a gateway says, whichever answers.

        Raises:
            httpx.HTTPError: none does.
        """
        return dict(self._ask("GET", path, params=params).json())

    def post(self, path: str, document: Any = None) -> dict[str, Any]:
        """Asks a gateway for something, whichever answers."""
        return dict(self._ask("POST", path, json=document).json())

    def url(self, number: int, path: str) -> str:
        """Where a gateway answers."""
        return f"http://127.0.0.1:{self.ports[number]}/api/v1{path}"

    def submit(self, **document: Any) -> str:
        """Submits a trial; its id."""
        return str(self.post("/trials", document)["trial_id"])

    def trial(self, trial_id: str) -> dict[str, Any]:
        """The trial's document, from the views."""
        return self.views.get("trials", trial_id) or {}

    def ended(self, trial_id: str, patience: float = 120.0) -> dict[str, Any]:
        """The trial's document once it has ended."""
        over = {"completed", "stopped", "failed"}
        wait_for(lambda: self.trial(trial_id).get("state") in over, patience, "the trial's end")
        return self.trial(trial_id)

    @property
    def server(self) -> MongoServer:
        """A connection to the database of this system."""
        if self._server is None:
            self._server = MongoServer(MongoSettings(url=self._mongodb))
        return self._server

    @property
    def log(self) -> MongoEventLog:
        """The event log."""
        return MongoEventLog(self.server)

    @property
    def views(self) -> MongoViewStore:
        """The views."""
        return MongoViewStore(self.server, SCHEMAS)

    def records(self) -> Iterator[RecordedEvent]:
        """Everything that was recorded."""
        return history(self.log)

    def said(self, kind: type[Event]) -> list[Any]:
        """The recorded events of a kind."""
        return [each.event for each in self.records() if isinstance(each.event, kind)]

    def worker_ids(self) -> list[str]:
        """The identities of the workers that ran here."""
        found = self.folder.glob("work-*/*/worker-id")
        return [path.read_text("ascii").strip() for path in found]

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        problem: httpx.HTTPError | None = None
        for number, gateway in enumerate(self.gateways, 1):
            if not gateway.runs:
                continue
            try:
                return self._api.request(method, self.url(number, path), **more).raise_for_status()
            except httpx.TransportError as error:
                problem = error
        raise problem or httpx.ConnectError("no gateway runs")

    def _supervisor(self, number: int) -> Service:
        options = ["--lost-after", str(self.shape.lost_after), "--name", str(number)]
        return self._service("supervisor", number, options)

    def _worker(self, number: int) -> Service:
        options = ["--slots", str(self.shape.slots), "--name", f"worker-{number}"]
        options += ["--work", str(self.folder / f"work-{number}"), "--network", "none"]
        options += ["--heartbeat", str(self.shape.heartbeat)]
        options += [] if self.shape.containers else ["--processes", "--no-docker"]
        return self._service("worker", number, options)

    def _gateway(self, number: int, port: int) -> Service:
        return self._service("gateway", number, ["--port", str(port), "--name", f"g{number}"])

    def _service(self, kind: str, number: int, options: Sequence[str]) -> Service:
        more = (self.shape.options or {}).get(kind, ())
        return Service(
            name=f"{kind}-{number}",
            module=f"hyperdock_{kind}",
            options=[*options, *more],
            environ={
                "HYPERDOCK_MONGODB": self._mongodb,
                "HYPERDOCK_RABBITMQ": f"{self.broker.url}?heartbeat={_HEARTBEAT}",
                "HYPERDOCK_RABBITMQ_PREFIX": self.name,
                "HYPERDOCK_LOGFORMAT": "json",
            },
            log=self.folder / f"{kind}-{number}.log",
        )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(condition: Callable[[], T], patience: float = 60.0, what: str = "") -> T:
    """What `condition` says as soon as it is true; servers that are away are not there yet.

    Raises:
        TimeoutError: it did not become true in time.
    """
    deadline = time.monotonic() + patience
    problem: Exception | None = None
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except Exception as error:  # noqa: BLE001 - whatever is away may come back
            problem = error
        time.sleep(0.1)
    raise TimeoutError(f"waited {patience:g} s for {what or condition}: {problem!r}")


def containers(*filters: str) -> list[str]:
    """The names of the engine's containers, running or not, that pass the filters."""
    options = [word for each in filters for word in ("--filter", each)]
    listed = subprocess.run(
        [DOCKER, "ps", "-a", "--format", "{{.Names}}", *options],
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.split()


def remove_containers(*filters: str) -> None:
    """Removes the containers that pass the filters."""
    if Path(DOCKER).exists() and (found := containers(*filters)):
        subprocess.run([DOCKER, "rm", "-f", *found], capture_output=True, check=False)


@contextmanager
def own_servers(folder: Path) -> Iterator[tuple[Broker, Database]]:
    """A broker and a database that may be broken: nobody else uses them."""
    (folder / "broker").mkdir(parents=True, exist_ok=True)
    (folder / "database").mkdir(exist_ok=True)
    with ExitStack() as stack:
        database = stack.enter_context(Database(folder / "database"))
        broker = stack.enter_context(Broker(folder / "broker"))
        yield broker, database
