"""Views are rebuilt while a system runs and the rebuild is killed: they are right, nothing is lost.

With the servers and services of a deployment, and in one process.
"""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from tests.integration import rebuild_in_steps
from tests.integration.all_in_one import AllInOne
from tests.integration.service_process import ServiceProcess, wait_for

from hyperdock_cli.state_folder import StateFolder
from hyperdock_cli.testing.history import TRIAL, WORKER, begun, ended, finished, registered
from hyperdock_cli.testing.history import submitted as submission
from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import System, check_system
from hyperdock_common.events import Event, MetricReported, Succeeded, WorkerLeft
from hyperdock_common.ports import EventLog, RebuildableViews, Role, StoredViews, ViewStore
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.testing.builders import envelopes
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

PAST_JOBS: Final = 120
STEPS: Final = 20
KILLS: Final = 3
DAMAGED: Final = f"{TRIAL}.7"
WORK: Final[dict[str, Any]] = {
    "name": "load",
    "command": ["sh", "-c", 'echo "{\\"loss\\": 0.5}" > "$HYPERDOCK_DIR/loss.json"'],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "parallelism": 2,
}


def past() -> Iterator[Event]:
    """A trial of long ago, so that a rebuild has something to do."""
    yield registered()
    yield submission(budget={"jobs": PAST_JOBS})
    for number in range(1, PAST_JOBS + 1):
        yield from begun(number)
        for step in range(STEPS):
            yield MetricReported(
                trial_id=TRIAL,
                job_id=f"{TRIAL}.{number}",
                attempt=1,
                worker_id=WORKER,
                step=step,
                values={"loss": 1 / (step + number)},
            )
        yield ended(number, Succeeded(loss=1 / number))
    yield finished()
    yield WorkerLeft(worker_id=WORKER)


def fill(log: EventLog, views: ViewStore) -> int:
    """Makes the past; where it ends."""
    batch = envelopes(past())
    for start in range(0, len(batch), 500):
        log.append(start, batch[start : start + 500])
    catch_up(PROJECTIONS, views, log)
    return len(batch)


class Rebuild:
    """A rebuild as a process of its own.

    Args:
        where: `--state` or `--mongodb`, and which.
        views: shows how far it is.
    """

    def __init__(self, where: Sequence[str], views: RebuildableViews) -> None:
        self._where = where
        self._views = views

    def killed_at(self, position: int) -> None:
        """Starts it, and kills it when it is there; it may get further, even to its end."""
        program = [sys.executable, str(Path(rebuild_in_steps.__file__)), *self._where]
        process = subprocess.Popen(program, stderr=subprocess.PIPE)
        try:
            wait_for(lambda: self._reached() >= position or process.poll() is not None)
        finally:
            process.kill()
            _, problem = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), problem.decode()

    def _reached(self) -> int:
        beside = [
            each.position
            for each in self._views.generations.generations()
            if each.role is Role.BESIDE
        ]
        return min(beside) if len(beside) == len(PROJECTIONS) else -1

    def run(self, *words: str) -> str:
        """Lets a command of `hyperdock replay` do its work; what it said."""
        command = [sys.executable, "-m", "hyperdock_cli", "replay", *words, *self._where]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def rebuild_under_fire(rebuild: Rebuild, end: int) -> None:
    """Kills it at random points, lets it end, and compares."""
    points = sorted(random.SystemRandom().sample(range(1, end), KILLS))
    for point in points:
        rebuild.killed_at(point)
    assert "are live" in rebuild.run("rebuild", "--all")
    assert "no difference" in rebuild.run("diff")


def assert_nothing_lost(log: EventLog, views: StoredViews) -> None:
    """All that must always hold holds, and no job is open."""
    report = check_system(System(log=log, views=views, settled=True))
    assert [str(each) for each in report.findings] == []


@contextmanager
def mongodb_stores(url: str) -> Iterator[tuple[MongoEventLog, MongoViewStore]]:
    """A process' own connection."""
    with MongoServer(MongoSettings(url=url)) as server:
        yield MongoEventLog(server), MongoViewStore(server, SCHEMAS)


def test_views_are_rebuilt_while_services_run(
    tmp_path: Path, broker: Broker, mongodb: Database
) -> None:
    """Over real servers, under load: killed thrice, switched, equal; every job ends once."""
    url = mongodb.url_of(f"rebuild-{uuid4()}")
    servers = (
        "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}", "--mongodb", url
    )  # fmt: skip
    health = ("--health-port", "0")
    working = ("--processes", "--no-docker", "--work", str(tmp_path / "work"), "--slots", "2")
    with mongodb_stores(url) as (log, views), ExitStack() as stack:
        end = fill(log, views)

        def add(kind: str, *options: str) -> ServiceProcess:
            service = ServiceProcess(kind, tmp_path / "services", *servers, *options)
            return stack.enter_context(service)

        services = [add("supervisor", *health), add("worker", *health, *working)]
        services.append(add("gateway", "--port", "0"))
        for service in services:
            service.wait_ready()
        with httpx.Client(base_url=f"{services[-1].url}/api/v1", timeout=30) as api:
            work = {**WORK, "budget": {"jobs": 100_000}}
            trial_id = api.post("/trials", json=work).json()["trial_id"]
            damage_in_mongodb(url, DAMAGED)
            assert api.get(f"/jobs/{DAMAGED}").json()["loss"] == -1
            rebuild_under_fire(Rebuild(("--mongodb", url), views), end)
            head = log.head()
            wait_for(lambda: views.position("jobs") > head + 20, "the load has ended")
            assert api.get(f"/jobs/{DAMAGED}").json()["loss"] == pytest.approx(1 / 7)
            api.post(f"/trials/{trial_id}/stop")
            wait_for(lambda: api.get(f"/trials/{trial_id}").json()["finished_at"])
            trial = api.get(f"/trials/{trial_id}").json()
            assert trial["jobs"]["succeeded"] > 10
            settled(log, views)
            assert_nothing_lost(log, views)


def settled(log: EventLog, views: StoredViews) -> None:
    """Waits until the views show all that happened."""
    names = [each.schema.name for each in PROJECTIONS]
    wait_for(lambda: all(views.position(name) == log.head() for name in names))


def damage_in_mongodb(url: str, job_id: str) -> None:
    """Changes a stored document behind everybody's back."""
    with MongoServer(MongoSettings(url=url)) as server:
        stored = server.database["view_jobs"].find_one({"_id": job_id})
        assert stored is not None
        text = stored["d"].replace('"loss":0.14285714285714285,', '"loss":-1,', 1)
        assert text != stored["d"]
        server.database["view_jobs"].update_one({"_id": job_id}, {"$set": {"d": text}})


def test_views_are_rebuilt_while_everything_runs_in_one_process(tmp_path: Path) -> None:
    """On a state folder in use: killed thrice, switched, equal; a damaged document stays right."""
    folder = StateFolder(tmp_path / "state")
    folder.create()
    with (
        closing(SqliteEventLog(folder.events)) as log,
        closing(SqliteViewStore(folder.views, SCHEMAS)) as views,
    ):
        end = fill(log, views)
        with AllInOne(folder.root, "--no-docker", "--slots", "2") as system:
            trial_id = system.submit(**WORK, budget={"jobs": 100_000})
            wait_for(lambda: system.trial(trial_id)["jobs"]["succeeded"] > 2)

            def is_damaged() -> bool:
                damage_in_sqlite(views, trial_id)
                return bool(system.trial(trial_id)["name"] == "damaged")

            wait_for(is_damaged, "its writer always puts back what it read before")
            rebuild_under_fire(Rebuild(("--state", str(folder.root)), views), end)
            seen = system.trial(trial_id)
            assert seen["name"] == "load"
            wait_for(
                lambda: system.trial(trial_id)["jobs"]["succeeded"] > seen["jobs"]["succeeded"] + 5
            )
            system.api.post(f"/trials/{trial_id}/stop")
            assert system.finished(trial_id)["name"] == "load"
            settled(log, views)
            assert_nothing_lost(log, views)


def damage_in_sqlite(views: SqliteViewStore, trial_id: str) -> None:
    """Changes the stored document of a trial that runs; its writer folds on it."""
    with views._database.write(durable=False) as connection:
        changed = connection.execute(
            "UPDATE view_trials SET document = json_set(document, '$.name', 'damaged')"
            " WHERE key = ?",
            (trial_id,),
        )
        assert changed.rowcount == 1
