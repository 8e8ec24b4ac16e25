"""A log moves from an all-in-one system to services and back: the same bytes, and work goes on."""

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
import zstandard
from tests.integration.all_in_one import AllInOne, wait_for
from tests.integration.service_process import ServiceProcess

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

JOBS = 12
TRIAL: Mapping[str, Any] = {
    "name": "on the move",
    "command": ["sh", "-c", 'sleep 0.2; echo "{\\"loss\\": 0.5}" > "$HYPERDOCK_DIR/loss.json"'],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "budget": {"jobs": JOBS},
    "parallelism": 2,
}


class Services:
    """Supervisor, worker and gateway on these servers."""

    def __init__(self, folder: Path, broker: Broker, mongodb: str, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._servers = (
            "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}",
            "--mongodb", mongodb,
        )  # fmt: skip

    def add(self, kind: str, *options: str) -> ServiceProcess:
        """One more service."""
        service = ServiceProcess(kind, self._folder, *self._servers, *options)
        return self._stack.enter_context(service)


@pytest.fixture
def database(mongodb: Database) -> str:
    """The URL of a new database."""
    return mongodb.url_of(f"t{uuid4().hex[:8]}")


@pytest.fixture
def services(tmp_path: Path, broker: Broker, database: str) -> Iterator[Services]:
    """No service yet."""
    with ExitStack() as stack:
        yield Services(tmp_path / "services", broker, database, stack)


def events(*words: str) -> str:
    """Runs `hyperdock events` with these words; what it printed."""
    command = [sys.executable, "-m", "hyperdock_cli", "events", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def facts(path: Path) -> list[bytes]:
    """The lines of the facts in an exported file."""
    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        return reader.read().splitlines(keepends=True)[1:-1]


def ended_jobs(api: httpx.Client, trial_id: str) -> int:
    """How many jobs of the trial have succeeded."""
    return int(api.get(f"/trials/{trial_id}").json()["jobs"]["succeeded"])


def finished(api: httpx.Client, trial_id: str) -> dict[str, Any]:
    """The trial once it has ended."""

    def found() -> dict[str, Any] | None:
        trial: dict[str, Any] = api.get(f"/trials/{trial_id}").json()
        return trial if trial.get("finished_at") is not None else None  # not folded yet: no trial

    return wait_for(found)


def test_a_log_moves_there_and_back(
    tmp_path: Path, state: Path, services: Services, database: str
) -> None:
    """Identical facts in SQLite, MongoDB and SQLite; the trial of the one ends in the other."""
    files = [tmp_path / f"{number}.ndjson.zst" for number in range(4)]
    archive, back = tmp_path / "archive", tmp_path / "back"
    in_database = ("--mongodb", database, "--archive", str(archive))
    options = ("--no-docker", "--slots", "2")

    with AllInOne(state, *options) as system:
        trial_id = system.submit(**TRIAL)
        wait_for(lambda: ended_jobs(system.api, trial_id) >= 3)
        system.kill()
    events("export", "--state", str(state), "-o", str(files[0]))
    events("import", str(files[0]), "--mongodb", database)
    events("export", "--mongodb", database, "-o", str(files[1]))
    moved = facts(files[0])
    assert len(moved) > 10
    assert facts(files[1]) == moved

    events("archive", *in_database, "--keep-last", "5")
    lost = services.add("supervisor")
    wait_for(lambda: lost.said("service_broke"))
    assert "positions 1 to" in lost.log
    assert "name it with --archive" in lost.log

    health = ("--archive", str(archive), "--health-port", "0")
    services.add("supervisor", *health, "--lost-after", "2").wait_ready()
    work = ("--processes", "--no-docker", "--slots", "2", "--work", str(tmp_path / "work"))
    services.add("worker", *health, *work).wait_ready()
    gateway = services.add("gateway", "--archive", str(archive), "--port", "0")
    gateway.wait_ready()
    with httpx.Client(base_url=f"{gateway.url}/api/v1", timeout=30) as api:
        trial = finished(api, trial_id)
        assert (trial["state"], trial["jobs"]["succeeded"]) == ("completed", JOBS)
        assert api.get("/events/1").json()["type"] == "worker.registered.v1"
        first = json.loads(moved[1])["id"]
        assert api.get(f"/events/{first}").json()["position"] == 2
    events("verify", *in_database)
    events("export", *in_database, "-o", str(files[2]))
    gone_on = facts(files[2])
    assert gone_on[: len(moved)] == moved
    assert len(gone_on) > len(moved)

    events("import", str(files[2]), "--state", str(back))
    events("archive", "--state", str(back), "--keep-last", "3")
    with AllInOne(back, *options) as system:
        wait_for(lambda: system.api.get(f"/trials/{trial_id}").status_code == 200)
        assert system.trial(trial_id)["jobs"]["succeeded"] == JOBS
        second = system.submit(**{**TRIAL, "budget": {"jobs": 2}})
        assert system.finished(second)["state"] == "completed"
        events("archive", "--state", str(back), "--keep-last", "2")
        third = system.submit(**{**TRIAL, "budget": {"jobs": 2}})
        assert system.finished(third)["state"] == "completed"
        events("export", "--state", str(back), "-o", str(files[3]))
    assert facts(files[3])[: len(gone_on)] == gone_on
    events("verify", "--state", str(back))
