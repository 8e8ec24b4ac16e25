"""Every service as a process of its own, over real servers: started, used, probed and ended."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.integration.service_process import ServiceProcess, wait_for
from websockets.sync.client import connect

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

TRIAL: Mapping[str, Any] = {
    "name": "over the wire",
    "command": ["sh", "-c", 'echo "{\\"loss\\": 0.5}" > "$HYPERDOCK_DIR/loss.json"'],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "budget": {"jobs": 4},
}


class System:
    """All four services on these servers."""

    def __init__(self, folder: Path, broker: Broker, mongodb: Database, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._servers = (
            "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}",
            "--mongodb", mongodb.url_of(f"t{uuid4().hex[:8]}"),
        )  # fmt: skip

    def add(self, kind: str, *options: str) -> ServiceProcess:
        """One more service."""
        health = ("--health-port", "0") if kind in {"supervisor", "worker"} else ("--port", "0")
        servers = () if kind == "webui" else self._servers
        service = ServiceProcess(kind, self._folder, *servers, *health, *options)
        return self._stack.enter_context(service)

    def add_worker(self, *options: str) -> ServiceProcess:
        """A worker for plain commands."""
        words = ("--processes", "--no-docker", "--work", str(self._folder / "work"), "--slots", "2")
        return self.add("worker", *words, *options)


@pytest.fixture
def system(tmp_path: Path, broker: Broker, mongodb: Database) -> Iterator[System]:
    """A system without any service yet, on the session's servers."""
    with ExitStack() as stack:
        yield System(tmp_path / "services", broker, mongodb, stack)


def finished(api: httpx.Client, trial_id: str) -> dict[str, Any]:
    """The trial's document once it has ended."""

    def found() -> dict[str, Any] | None:
        trial: dict[str, Any] = api.get(f"/trials/{trial_id}").json()
        return trial if trial["finished_at"] is not None else None

    return wait_for(found, f"trial {trial_id} does not end")


def test_a_trial_runs_through_all_four_services(system: System) -> None:
    """Submitted and watched through the web UI's address, run by a worker; all end with 0."""
    supervisor, worker, gateway = (
        system.add("supervisor"),
        system.add_worker(),
        system.add("gateway"),
    )
    webui = system.add("webui", "--gateway", gateway.url)
    services = [supervisor, worker, gateway, webui]
    for service in services:
        assert service.wait_ready()["service"] == service.kind
        assert service.health("/livez")[1]["status"] == "alive"
    api = httpx.Client(base_url=f"{webui.url}/api/v1", timeout=30)
    feed = connect(f"ws{webui.url.removeprefix('http')}/api/v1/events?after=0", proxy=None)
    with api, feed:
        assert "<title>" in httpx.get(webui.url).text
        submitted = api.post("/trials", json=TRIAL)
        assert submitted.status_code == 201, submitted.text
        trial = finished(api, submitted.json()["trial_id"])
        assert trial["best"]["loss"] == 0.5
        head, positions = api.get("/health").json()["position"], [0]
        while positions[-1] < head:
            message = json.loads(feed.recv(30))
            positions += [message["position"]] if message["kind"] == "event" else []
    assert positions == list(range(head + 1))
    assert supervisor.health()[1]["role"] == "in charge"
    assert [service.terminate() for service in reversed(services)] == [0, 0, 0, 0]


def test_a_second_supervisor_is_ready_and_takes_over(system: System) -> None:
    """It stands by while the first is in charge, and goes on when that was killed."""
    first, worker, gateway = system.add("supervisor"), system.add_worker(), system.add("gateway")
    for service in (first, worker, gateway):
        service.wait_ready()
    with httpx.Client(base_url=f"{gateway.url}/api/v1", timeout=30) as api:
        assert finished(api, api.post("/trials", json=TRIAL).json()["trial_id"])
        second = system.add("supervisor")
        assert second.wait_ready()["role"] == "standby"
        first.kill()
        assert finished(api, api.post("/trials", json=TRIAL).json()["trial_id"])
    assert second.wait_ready()["role"] == "in charge"
    assert second.terminate() == 0


def test_services_wait_for_servers_that_are_away(tmp_path: Path, system: System) -> None:
    """A service that is started too early lives, says what it waits for, and is not ready."""
    folder = tmp_path / "early"
    nowhere = ("--mongodb", "mongodb://127.0.0.1:9/x", "--rabbitmq", "amqp://127.0.0.1:9/")
    with ServiceProcess("supervisor", folder, *nowhere, "--health-port", "0") as service:
        body = service.wait_ready(ready=False)
        wait_for(lambda: service.said("waiting_for_database"), service.log)
        wait_for(lambda: service.said("waiting_for_bus"), service.log)
        assert not body["checks"]["database"]["ok"]
        assert service.health("/livez")[0] == 200
        assert service.terminate() == 0
    assert "guest:guest" not in service.log
    del system


def test_a_broker_that_is_killed_is_seen_and_survived(tmp_path: Path, mongodb: Database) -> None:
    """Readiness goes with the broker and comes back with it; nobody ends, and work goes on."""
    with Broker(tmp_path / "broker") as broker, ExitStack() as stack:
        system = System(tmp_path / "services", broker, mongodb, stack)
        services = [system.add("supervisor"), system.add_worker(), system.add("gateway")]
        for service in services:
            service.wait_ready()
        broker.kill()
        for service in services:
            checks = service.wait_ready(ready=False)["checks"]
            assert not checks["bus"]["ok"]
            assert service.health("/livez")[0] == 200
        broker.start()
        for service in services:
            service.wait_ready()
        with httpx.Client(base_url=f"{services[2].url}/api/v1", timeout=60) as api:
            assert finished(api, api.post("/trials", json=TRIAL).json()["trial_id"])
        assert [service.terminate() for service in services] == [0, 0, 0]


def test_the_probe_command_asks_a_service(system: System) -> None:
    """What a container's health check runs tells good from bad by its exit code."""
    gateway = system.add("gateway")
    gateway.wait_ready()
    command = [sys.executable, "-m", "hyperdock_common.service.probe"]
    assert subprocess.run([*command, f"{gateway.url}/readyz"], check=False).returncode == 0
    assert subprocess.run([*command, f"{gateway.url}/nothing"], check=False).returncode == 1


@pytest.mark.parametrize("how", ["adopt", "hand-back"])
def test_a_worker_that_is_told_to_end_leaves_its_job_as_told(
    system: System, how: str, tmp_path: Path
) -> None:
    """Left for its next process, or handed back at once; the job is done either way."""
    supervisor, gateway = system.add("supervisor"), system.add("gateway")
    worker = system.add_worker("--on-stop", how)
    for service in (supervisor, gateway, worker):
        service.wait_ready()
    go = tmp_path / "go"
    command = f'while [ ! -e {go} ]; do sleep 0.1; done; echo 1 > "$HYPERDOCK_DIR/loss.json"'
    with httpx.Client(base_url=f"{gateway.url}/api/v1", timeout=30) as api:
        document = {**TRIAL, "command": ["sh", "-c", command], "budget": {"jobs": 1}}
        trial_id = api.post("/trials", json=document).json()["trial_id"]
        running = wait_for(lambda: _running(api, trial_id), "the job does not start")
        assert worker.terminate() == 0
        go.touch()
        system.add_worker("--on-stop", how)
        assert finished(api, trial_id)["best"]["loss"] == 1
        job = api.get(f"/trials/{trial_id}/jobs").json()["items"][0]
    assert job["attempt"] == (running["attempt"] if how == "adopt" else running["attempt"] + 1)


def _running(api: httpx.Client, trial_id: str) -> dict[str, Any] | None:
    jobs: list[dict[str, Any]] = api.get(f"/trials/{trial_id}/jobs").json()["items"]
    return next((job for job in jobs if job["state"] == "running"), None)
