"""What the log in MongoDB acknowledged is in it, whatever becomes of the server."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.errors import Conflict, StorageUnavailable
from hyperdock_common.events import Envelope
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelopes, heartbeat, proposed
from hyperdock_common.testing.servers.mongodb import Database

KILLS = 4
IMPATIENT = "?socketTimeoutMS=1000&serverSelectionTimeoutMS=1000&retryWrites=false&retryReads=false"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A server that may be broken."""
    with Database(tmp_path / "mongodb") as server:
        yield server


@pytest.fixture
def server(database: Database) -> Iterator[MongoServer]:
    """A client that gives up early."""
    with MongoServer(MongoSettings(url=database.url + IMPATIENT)) as made:
        yield made


class Writer:
    """Appends as the supervisor does: the same commit again until it knows that it is in."""

    def __init__(self, log: MongoEventLog) -> None:
        self._log = log
        self._head = 0
        self.acknowledged: dict[str, int] = {}
        self.outages = 0

    def run(self, stop: threading.Event) -> None:
        """Goes on through outages, until told to stop."""
        for turn in count():
            if stop.is_set():
                return
            self._append(envelopes([proposed(number) for number in range(1 + turn % 5)]))

    def _append(self, batch: list[Envelope]) -> None:
        while True:
            try:
                records = self._log.append(self._head, batch)
            except StorageUnavailable:
                self.outages += 1
                continue
            except Conflict:
                records = self._log.read(self._head, len(batch))
                assert [each.envelope for each in records] == batch
            break
        for record in records:
            self.acknowledged[record.envelope.event_id] = record.position
        self._head = records[-1].position


def test_acknowledged_events_outlive_kills_of_the_server(
    database: Database, server: MongoServer
) -> None:
    """Invariant 3: over kills and restarts nothing is lost or doubled, and no position left out."""
    log, stop = MongoEventLog(server), threading.Event()
    writer = Writer(log)
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(writer.run, stop)
        for _ in range(KILLS):
            await_more(writer, 40)
            database.kill()
            database.start()
        await_more(writer, 40)
        stop.set()
        writing.result()
    records = list(history(log))
    assert [each.position for each in records] == list(range(1, log.head() + 1))
    assert {each.envelope.event_id: each.position for each in records} == writer.acknowledged
    assert writer.outages


def await_more(writer: Writer, more: int) -> None:
    """Until so many more events are acknowledged."""
    goal, deadline = len(writer.acknowledged) + more, time.monotonic() + 60
    while len(writer.acknowledged) < goal:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_server_that_stands_still_is_noticed(database: Database, server: MongoServer) -> None:
    """An append in doubt is told within the time limit, and is in the log at most once later."""
    log = MongoEventLog(server)
    log.append(0, envelopes([proposed(1)]))
    batch = envelopes([proposed(2)])
    database.pause()
    began = time.monotonic()
    with pytest.raises(StorageUnavailable):
        log.append(1, batch)
    assert time.monotonic() - began < 10
    database.resume()
    try:
        await_answer(log)
        log.append(1, batch)
    except Conflict:
        pass
    assert [each.envelope for each in log.read(1)] == batch


def test_log_and_pulses_go_on_after_a_restart(database: Database, server: MongoServer) -> None:
    """Nobody has to be told that the server is back."""
    log = MongoEventLog(server)
    log.append(0, envelopes([proposed(1)]))
    log.append_pulses(envelopes([heartbeat("w1")]), 60)
    database.kill()
    with pytest.raises(StorageUnavailable):
        log.head()
    database.start()
    await_answer(log)
    log.append(1, envelopes([proposed(2)]))
    log.append_pulses(envelopes([heartbeat("w2")]), 60)
    assert log.head() == 2
    assert [each.event for each in log.read_pulses(0)][-1] == heartbeat("w2")


def await_answer(log: MongoEventLog) -> None:
    """Until the log answers again."""
    deadline = time.monotonic() + 60
    while True:
        try:
            log.head()
        except StorageUnavailable:
            assert time.monotonic() < deadline
        else:
            return
