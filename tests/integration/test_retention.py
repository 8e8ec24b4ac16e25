"""A whole system removes the logs of its targets, and says so to whoever asks for them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.integration.all_in_one import AllInOne, wait_for
from tests.unit.hyperdock_gateway.world import World

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_gateway.retention import Retention, RetentionSettings

OPTIONS = ("--no-docker", "--slots", "2", "--no-page", "--keep-logs-for", "1h")
SCRIPT = """
echo a word of job; cat "$HYPERDOCK_DIR/params.json"
sed 's/[^0-9.e-]//g' "$HYPERDOCK_DIR/params.json" > "$HYPERDOCK_DIR/loss.json"
"""


def logs_printed(state: Path, job_id: str) -> subprocess.CompletedProcess[str]:
    """What the command says of a job's log."""
    words = ["--state", str(state), "job", "logs", job_id]
    command = [sys.executable, "-m", "hyperdock_cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def swept(system: AllInOne) -> dict[str, Any] | None:
    """The limits and what came of them, once something was removed."""
    document = system.api.get("/retention").json()
    last = document["last"]
    return dict(document) if last and last["removed"] else None


def test_old_logs_go_and_the_best_ones_stays(tmp_path: Path) -> None:
    """Over the API and the command line a removed log is told to be one, with when and why."""
    state = tmp_path / "state"
    with AllInOne(state, *OPTIONS, "--retention-every", "1s") as system:
        trial_id = system.submit(
            name="retained",
            command=["sh", "-c", SCRIPT],
            space={"x": {"type": "float", "low": 0.25, "high": 0.75}},
            budget={"jobs": 4},
        )
        best = system.finished(trial_id)["best"]["job_id"]
        others = [each["job_id"] for each in system.jobs(trial_id) if each["job_id"] != best]
        assert logs_printed(state, others[0]).stdout.startswith("a word of job")
        long_ago = time.time() - 7_200
        for job_id in (best, *others):
            os.utime(state / "results" / trial_id / job_id / "log.txt", (long_ago, long_ago))
        told = wait_for(lambda: swept(system))
        assert (told["keep_logs_for"], told["every"]) == (3_600.0, 1.0)
        assert told["last"]["logs"] == 4
        assert wait_for(lambda: _all_gone(system, others))
        detail = system.api.get(f"/jobs/{others[0]}/log").json()["detail"]
        assert detail.startswith("the log of attempt 1 (")
        assert detail.endswith("UTC: logs are kept for 1 hour here")
        printed = logs_printed(state, others[0])
        assert (printed.returncode, printed.stdout) == (2, "")
        assert detail in printed.stderr
        assert logs_printed(state, best).stdout.startswith("a word of job")
        metrics = system.api.get(str(system.api.base_url.copy_with(path="/metrics"))).text
        assert "hyperdock_gateway_logs_removed_total 3.0" in metrics


@pytest.fixture
def store(mongodb: Database) -> Iterator[MongoArtifactStore]:
    """Logs in a database of their own."""
    with MongoServer(MongoSettings(url=mongodb.url_of(f"retention-{uuid4()}"))) as server:
        yield MongoArtifactStore(server)


def test_logs_in_mongodb_go_by_size(tmp_path: Path, store: MongoArtifactStore) -> None:
    """The oldest first, until the rest fits; the best one's stays, however old it is."""
    world = World(tmp_path)
    try:
        trial_id = world.add_trial()
        for number in range(1, 9):
            job_id = world.add_job(trial_id, number)
            store.append_log(trial_id, job_id, 1, 0, b"x" * 100_000)
            world.end_job(job_id, float(number))
        settings = RetentionSettings(keep_size=350_000)
        stores = (store, world.log, world.views)
        now = time.time()
        assert Retention(*stores, settings, clock=lambda: now).sweep().removed == 0
        retention = Retention(*stores, settings, clock=lambda: now + 7_200)
        sweep = retention.sweep()
        assert (sweep.problem, sweep.removed, sweep.removed_size) == ("", 5, 500_000)
        assert sorted(each.job_id for each in store.logs()) == [
            f"{trial_id}.{number}" for number in (1, 7, 8)
        ]
        assert retention.sweep().removed == 0
    finally:
        world.close()


def _all_gone(system: AllInOne, job_ids: list[str]) -> bool:
    return all(system.api.get(f"/jobs/{each}/log").status_code == 410 for each in job_ids)
