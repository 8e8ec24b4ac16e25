"""The checker on real servers and a real engine: clean on what is whole, also while it moves."""

import itertools
import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from click.testing import CliRunner

from hyperdock_cli.app import cli
from hyperdock_cli.testing.history import TRIAL, registered, submitted, succeeded
from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
    WriteBehindViews,
)
from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import System, check_system
from hyperdock_common.events import Event
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up, project
from hyperdock_common.testing import builders
from hyperdock_common.testing.builders import envelopes, job_id_of
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

GOOD: tuple[Event, ...] = (registered(), submitted(), *succeeded(1, 0.5), *succeeded(2, 0.4))
DOCKER = "/usr/bin/docker"
IMAGE = "hyperdock/test-shell"
PATIENCE = 60.0
LOOKS = 20

Stores: TypeAlias = tuple[EventLog, ViewStore]


@pytest.fixture
def url(mongodb: Database) -> str:
    """A database of the test's own."""
    return mongodb.url_of(f"check-{uuid4()}")


@contextmanager
def in_mongodb(url: str, *, behind: bool = False) -> Iterator[Stores]:
    """A process' own connection."""
    with MongoServer(MongoSettings(url=url)) as server:
        views = MongoViewStore(server, SCHEMAS)
        if not behind:
            yield MongoEventLog(server), views
            return
        with closing(WriteBehindViews(views)) as written:
            yield MongoEventLog(server), written


@contextmanager
def in_files(folder: Path) -> Iterator[Stores]:
    """The same on files."""
    with (
        closing(SqliteEventLog(folder / "events.db")) as log,
        closing(SqliteViewStore(folder / "views.db", SCHEMAS)) as views,
    ):
        yield log, views


def check_command(*words: str) -> tuple[int, dict[str, Any]]:
    """What `hyperdock check` says to scripts."""
    result = CliRunner().invoke(cli, ["check", "--json", *words])
    assert result.exit_code in (0, 1), result.stderr
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def test_a_distributed_system_is_checked_by_its_database(url: str) -> None:
    """Clean as it is; a document, a hole and a strange event are found."""
    with in_mongodb(url) as (log, views), MongoServer(MongoSettings(url=url)) as server:
        for place, event in enumerate(GOOD):
            log.append(place, envelopes([event]))
        catch_up(PROJECTIONS, views, log)
        code, report = check_command("--mongodb", url, "--no-docker", "--replay")
        assert (code, report["jobs"], report["documents"]) == (1, 2, 5)
        assert invariants((code, report)) == [6]  # nobody proposed such params
        code, report = check_command("--mongodb", url, "--no-docker")
        assert (code, report["view_differences"], report["gaps"]) == (0, 0, 0)
        server.database["view_jobs"].delete_one({"_id": f"{TRIAL}.1"})
        server.database["commits"].delete_one({"_id": 5})
        code, report = check_command("--mongodb", url, "--no-docker")
        assert (code, report["view_differences"], report["gaps"]) == (1, 1, 1)


def test_messages_that_were_set_aside_are_listed_by_the_broker(url: str, broker: Broker) -> None:
    """A note and no fault; a system that never set anything aside has none."""
    with in_mongodb(url) as (log, views):
        log.append(0, envelopes(GOOD))
        catch_up(PROJECTIONS, views, log)
    prefix = f"check-{uuid4()}"
    words = ("--mongodb", url, "--no-docker", "--rabbitmq", broker.url, "--rabbitmq-prefix", prefix)
    assert check_command(*words)[1]["set_aside"] == 0
    with closing(RabbitBus(RabbitSettings(broker.url, prefix=prefix), name="supervisor")) as bus:
        bus.publish(envelopes(GOOD[:1]))
        give_up = time.monotonic() + PATIENCE
        while not (deliveries := bus.receive(1, 0.5)) and time.monotonic() < give_up:
            bus.standing()
        bus.set_aside(deliveries[0], "for a test")
    code, report = check_command(*words)
    assert (code, report["notes"]) == (0, ["set aside: for a test"])


def test_a_database_without_a_system_cannot_be_checked(url: str) -> None:
    """Exit code 2, also where nothing answers."""
    result = CliRunner().invoke(cli, ["check", "--mongodb", url, "--no-docker"])
    assert result.exit_code == 2
    assert "its event log is empty" in result.stderr


class Writer(threading.Thread):
    """Appends job after job and folds each into the views, as the supervisor does."""

    def __init__(self, stores: AbstractContextManager[Stores]) -> None:
        super().__init__(name="test-writer")
        self._stores = stores
        self.stop = threading.Event()
        self.position = 0

    def run(self) -> None:
        """Until told to stop."""
        with self._stores as (log, views):
            self._record(log, views, [registered(), submitted()])
            for number in itertools.count(1):
                if self.stop.is_set():
                    return
                for event in succeeded(number, 1 / number):
                    self._record(log, views, [event])

    def _record(self, log: EventLog, views: ViewStore, events: Sequence[Event]) -> None:
        records = log.append(self.position, envelopes(events))
        self.position = records[-1].position
        for projection in PROJECTIONS:
            project(projection, views, records)


@pytest.fixture(params=["files", "database", "database, written behind"])
def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> tuple[AbstractContextManager[Stores], AbstractContextManager[Stores]]:
    """The stores of one system, opened for its writer and for somebody who looks."""
    if request.param == "files":
        return in_files(tmp_path), in_files(tmp_path)
    url = request.getfixturevalue("url")
    return in_mongodb(url, behind="behind" in request.param), in_mongodb(url)


def test_a_system_that_moves_is_clean(
    stores: tuple[AbstractContextManager[Stores], AbstractContextManager[Stores]],
) -> None:
    """The log grows and the views follow while they are compared: no difference is seen."""
    writer = Writer(stores[0])
    seen: set[int] = set()
    with stores[1] as (log, views):
        writer.start()
        try:
            give_up = time.monotonic() + PATIENCE
            while len(seen) < LOOKS and writer.is_alive() and time.monotonic() < give_up:
                assert isinstance(views, MongoViewStore | SqliteViewStore)
                report = check_system(System(log=log, views=views))
                assert report.findings == ()
                seen.add(report.counts.events)
        finally:
            writer.stop.set()
            writer.join(PATIENCE)
    assert len(seen) == LOOKS
    assert writer.position >= max(seen)


@pytest.fixture
def run_target() -> Iterator[Callable[[str, str], None]]:
    """Runs a container with the labels of a job's first attempt; it is gone after the test."""
    made: list[str] = []

    def run(trial_id: str, worker_id: str) -> None:
        labels = {"trial": trial_id, "job": job_id_of(trial_id, 1), "attempt": "1"}
        labels["worker"] = worker_id
        words = [f"--label=hyperdock.{name}={value}" for name, value in labels.items()]
        command = [DOCKER, "run", "-d", "--network=none", *words, IMAGE, "sleep", "600"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        made.append(done.stdout.strip())

    yield run
    if made:
        subprocess.run([DOCKER, "rm", "-f", *made], capture_output=True, check=True)


@pytest.mark.docker
@pytest.mark.usefixtures("example_images")
def test_containers_are_looked_for_on_the_engine(
    run_target: Callable[[str, str], None], tmp_path: Path
) -> None:
    """One that a lease covers is fine; a second one is not, and none after the job's end."""
    trial, worker = f"trial-{uuid4()}", f"worker-{uuid4()}"
    run_target(trial, worker)
    job: Sequence[Event] = (
        builders.registered(worker),
        submitted(trial),
        builders.proposed(trial_id=trial),
        builders.claimed(trial_id=trial, worker_id=worker),
    )
    state = ("--state", str(tmp_path), "--docker", "--moment", "0.1")
    with closing(SqliteEventLog(tmp_path / "events.db")) as log:
        log.append(0, envelopes(job))
        code, report = check_command(*state)
        assert (code, report["containers"], report["containers_left"]) == (0, 1, 0)
        run_target(trial, worker)
        assert invariants(check_command(*state)) == [2]
        log.append(len(job), envelopes([builders.finished(trial_id=trial, worker_id=worker)]))
        found = check_command(*state)
        assert invariants(found) == [2, 8, 8]
        assert found[1]["containers_left"] == 2


def invariants(checked: tuple[int, dict[str, Any]]) -> list[int]:
    """The rules against which something was found."""
    assert checked[0] == 1
    return [each["invariant"] for each in checked[1]["findings"]]
