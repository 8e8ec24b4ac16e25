"""How much room everything takes: what `docs/sizing.md` says was measured here.

The same events as in `replay.py` are recorded in both kinds of store, and folded; heartbeats are
kept; logs of targets are written as workers do, piece by piece. Of SQLite and folders the files
are measured. Of MongoDB the documents are, as they are sent (a server squeezes them, and keeps
indexes beside them), and the files of the server that the tests use.

* `events`, `jobs`, `commit_events`: how much was recorded, and how many events a commit had;
* `*_event`: bytes in the log by event, `*_single`: where each event is a commit of its own;
* `*_job`: bytes in the log by job, all its events taken together;
* `*_view_job`: bytes in the views by job;
* `*_pulse`: bytes by heartbeat;
* `*_log`: bytes by byte of a target's log of so many bytes;
* `*_sweep_seconds`: to look through so many logs once.

Examples:
    bench/sizes.py
    bench/sizes.py --events 10000 --logs 1000
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Final

import bson
from replay_events import SimulatedFleet

from hyperdock_common.adapters.folder_artifacts import FolderArtifactStore
from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import (
    AttemptRef,
    Envelope,
    Heartbeat,
    JobProposed,
    deterministic_id,
    stream_of,
)
from hyperdock_common.logging import configure_logging
from hyperdock_common.ports import ArtifactStore, EventLog
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.testing.servers.mongodb import Database

_SINGLES: Final = 2_000
_PULSES: Final = 20_000
_WORKERS: Final = 10
_LOG: Final = 1_000_000
_SMALL: Final = 1_000
_PIECE: Final = 10_000
_LINE: Final = b"epoch 12: loss 0.123456, accuracy 0.987654, 3.21 s\n"


class Measured:
    """How much a MongoDB database has grown since the last look."""

    def __init__(self, database: Database, server: MongoServer, folder: Path) -> None:
        self._database = database
        self._server = server
        self._folder = folder

    def documents(self, *collections: str) -> int:
        """The bytes of all documents, as they are sent."""
        found = self._server.database
        return sum(len(bson.encode(each)) for name in collections for each in found[name].find())

    def files(self) -> int:
        """The bytes of the server's files; it is ended for that and started again."""
        self._database.stop()
        size = _size(self._folder)
        self._database.start()
        return size


def commits(events: int) -> list[Sequence[Envelope]]:
    """So many events (or a few more), as they are recorded at once."""
    made: list[Sequence[Envelope]] = []
    found = SimulatedFleet().commits()
    while sum(map(len, made)) < events:
        made.append(next(found))
    return [each for each in made if each]


def append(log: EventLog, batches: Sequence[Sequence[Envelope]]) -> None:
    """Records them all."""
    head = log.head()
    for batch in batches:
        head = log.append(head, batch)[-1].position


def pulses(count: int) -> Iterator[Sequence[Envelope]]:
    """Heartbeats of workers with two attempts each, as many at once as there are workers."""
    for number in range(0, count, _WORKERS):
        yield [_pulse(number + worker, worker) for worker in range(_WORKERS)]


def _pulse(number: int, worker: int) -> Envelope:
    jobs = [f"digits-k3x9aa.{worker * 2 + n}" for n in (0, 1)]
    running = [AttemptRef(trial_id="digits-k3x9aa", job_id=each, attempt=1) for each in jobs]
    event = Heartbeat(worker_id=f"worker-{worker}", attempts=running)
    return Envelope(
        event_id=deterministic_id("pulse", number),
        stream=stream_of(event),
        event=event,
        occurred_at=1_800_000_000.0 + number,
        producer=f"worker-{worker}",
    )


def write_log(store: ArtifactStore, job: int, size: int = _LOG) -> None:
    """A target's log, piece by piece."""
    text = (_LINE * (size // len(_LINE) + 1))[:size]
    for offset in range(0, size, _PIECE):
        store.append_log("t1", f"t1.{job}", 1, offset, text[offset : offset + _PIECE])


def sweep_seconds(store: ArtifactStore) -> float:
    """How long it takes to look at all logs."""
    begun = time.perf_counter()
    for _ in store.logs():
        pass
    return time.perf_counter() - begun


def embedded(folder: Path, made: Sequence[Sequence[Envelope]], logs: int) -> dict[str, float]:
    """What SQLite and folders take."""
    events, jobs = _counts(made)
    paths = {name: folder / f"{name}.sqlite" for name in ("log", "singles", "pulses", "views")}
    with closing(SqliteEventLog(paths["log"])) as log:
        append(log, made)
        with closing(SqliteViewStore(paths["views"], SCHEMAS)) as views:
            catch_up(PROJECTIONS, views, log)
    with closing(SqliteEventLog(paths["singles"])) as log:
        append(log, _singles(made))
    with closing(SqliteEventLog(paths["pulses"])) as log:
        for batch in pulses(_PULSES):
            log.append_pulses(batch, 3600.0)
    store = FolderArtifactStore(folder / "large")
    write_log(store, 1)
    many = FolderArtifactStore(folder / "many")
    for number in range(logs):
        write_log(many, number, _SMALL)
    return {
        "sqlite_event": paths["log"].stat().st_size / events,
        "sqlite_single": paths["singles"].stat().st_size / _SINGLES,
        "sqlite_job": paths["log"].stat().st_size / jobs,
        "sqlite_view_job": paths["views"].stat().st_size / jobs,
        "sqlite_pulse": paths["pulses"].stat().st_size / _PULSES,
        "folder_log": _size(folder / "large") / _LOG,
        "folder_sweep_seconds": sweep_seconds(many),
    }


def distributed(folder: Path, made: Sequence[Sequence[Envelope]], logs: int) -> dict[str, float]:
    """What MongoDB takes."""
    events, jobs = _counts(made)
    with ExitStack() as stack:
        database = stack.enter_context(Database(folder / "server"))

        def connected(name: str) -> tuple[MongoServer, Measured]:
            settings = MongoSettings(url=database.url_of(name))
            server = stack.enter_context(MongoServer(settings))
            return server, Measured(database, server, folder / "server")

        server, measured = connected("facts")
        empty = measured.files()
        log = MongoEventLog(server)
        append(log, made)
        facts = measured.documents("commits")
        with_facts = measured.files()
        views = MongoViewStore(server, SCHEMAS)
        catch_up(PROJECTIONS, views, log)
        with_views = measured.files()
        singles, of_singles = connected("singles")
        append(MongoEventLog(singles), _singles(made))
        beats, of_beats = connected("pulses")
        kept = MongoEventLog(beats)
        for batch in islice(pulses(_PULSES), 200):
            kept.append_pulses(batch, 3600.0)
        large, of_large = connected("large")
        write_log(MongoArtifactStore(large), 1)
        many, _ = connected("many")
        store = MongoArtifactStore(many)
        for number in range(logs):
            write_log(store, number, _SMALL)
        list(islice(store.logs(), 1))  # makes the index
        return {
            "mongodb_event": facts / events,
            "mongodb_event_files": (with_facts - empty) / events,
            "mongodb_single": of_singles.documents("commits") / _SINGLES,
            "mongodb_job": facts / jobs,
            "mongodb_view_job_files": (with_views - with_facts) / jobs,
            "mongodb_pulse": of_beats.documents("pulses") / (200 * _WORKERS),
            "mongodb_log": of_large.documents("logs") / _LOG,
            "mongodb_sweep_seconds": sweep_seconds(store),
        }


def _singles(made: Sequence[Sequence[Envelope]]) -> list[list[Envelope]]:
    return [[each] for each in islice((each for batch in made for each in batch), _SINGLES)]


def _counts(made: Sequence[Sequence[Envelope]]) -> tuple[int, int]:
    events = [each for batch in made for each in batch]
    return len(events), sum(isinstance(each.event, JobProposed) for each in events)


def _size(folder: Path) -> int:
    return sum(each.stat().st_blocks * 512 for each in folder.rglob("*") if each.is_file())


def main() -> None:
    """Reads the options, measures, and prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=50_000, help="events to record (50,000)")
    parser.add_argument("--logs", type=int, default=100_000, help="logs in a folder (100,000)")
    parser.add_argument("--mongodb-logs", type=int, default=5_000, help="logs in MongoDB (5,000)")
    arguments = parser.parse_args()
    configure_logging(level="warning")
    made = commits(arguments.events)
    events, jobs = _counts(made)
    figures: dict[str, float] = {
        "events": events,
        "jobs": jobs,
        "commit_events": events / len(made),
        "logs": arguments.logs,
        "mongodb_logs": arguments.mongodb_logs,
    }
    with tempfile.TemporaryDirectory(prefix="hyperdock-sizes-") as folder:
        (Path(folder) / "embedded").mkdir()
        figures |= embedded(Path(folder) / "embedded", made, arguments.logs)
        figures |= distributed(Path(folder), made, arguments.mongodb_logs)
    print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}))


if __name__ == "__main__":
    main()
