"""Folding a long log anew, against reading and decoding the same events without folding them.

Makes a log of a million events by the real decider (or takes the one that an earlier run left in
the cache), puts the same events into a database, and rebuilds all views of both: beside the live
ones, with indexes, up to the switch. The bare limit is read in the same run, in turns with the
rebuilds; ratios are those of the medians. The database's server is slow at writing indexes: so it
also says what writing the same documents costs there without reading or folding anything. Memory
is that of a process of its own that rebuilds. Growth is what an event of the whole log costs,
against an event of its first 10,000.

Starts a database of its own (see hyperdock_common.testing.servers).

Examples:
    bench/replay.py
    bench/replay.py --events 50000 --rounds 1
"""

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

from replay_events import recorded

from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.adapters.mongodb.view_rows import Rows
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.logging import configure_logging
from hyperdock_common.ports import EventLog, RebuildableViews, Role
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, Projection
from hyperdock_common.rebuilding import USUAL, rebuild
from hyperdock_common.testing.servers.mongodb import Database

_EARLY = 10_000
_EARLY_ROUNDS = 5
_COMMIT = 200  # events of one commit in the database
_WRITTEN_AT_ONCE = 1_000
_CACHE = Path(tempfile.gettempdir()) / "hyperdock-bench"


@dataclass(kw_only=True)
class Place:
    """Where a log and its views are.

    Attributes:
        bare: seconds of each reading without folding.
        folding: seconds of each rebuild.
    """

    log: EventLog
    views: RebuildableViews
    bare: list[float] = field(default_factory=list)
    folding: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """One round."""
        self.bare.append(timed(lambda: read_all(self.log)))
        self.folding.append(timed(lambda: rebuild_all(self.log, self.views)))

    @property
    def ratio(self) -> float:
        """How fast the rebuild is, where reading alone is 1."""
        return statistics.median(self.bare) / statistics.median(self.folding)


def timed(work: Callable[[], object]) -> float:
    """The seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def read_all(log: EventLog) -> None:
    """Reads and decodes every event, in the pages that a rebuild reads."""
    position = 0
    while records := log.read(position, USUAL.page):
        position = records[-1].position


def rebuild_all(log: EventLog, views: RebuildableViews) -> None:
    """Folds the whole log into views that are the live ones then."""
    assert rebuild(PROJECTIONS, views, log) == log.head()


@contextmanager
def embedded(path: Path, folder: Path) -> Iterator[Place]:
    """The log in a file, and views in a new one."""
    log = SqliteEventLog(path)
    views = SqliteViewStore(folder / f"views-{uuid4()}.db", SCHEMAS)
    try:
        yield Place(log=log, views=views)
    finally:
        views.close()
        log.close()


def copy_log(source: EventLog, target: EventLog, events: int) -> None:
    """Puts the first events of a log into an empty one."""
    position = 0
    while position < events:
        page = source.read(position, min(_COMMIT, events - position))
        target.append(position, [each.envelope for each in page])
        position = page[-1].position


def cached_log(folder: Path, events: int) -> Path:
    """The file of a log of so many events; it is made once."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / f"events-{events}.db"
    making = folder / f"making-{uuid4()}.db"
    if not whole.exists():
        recorded(making, events, lambda said: print(said, flush=True)).close()
        making.rename(whole)
    return whole


def first_part(whole: Path, folder: Path, events: int) -> Path:
    """A log of the first events of another one."""
    part = folder / f"first-{events}.db"
    source, target = SqliteEventLog(whole), SqliteEventLog(part)
    copy_log(source, target, events)
    source.close()
    target.close()
    return part


def peak_mb(path: Path, folder: Path) -> float:
    """The most memory that a process held which rebuilt the views of this log."""
    command = [sys.executable, __file__, "--rebuild", str(path), "--cache", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def rebuild_alone(path: Path, folder: Path) -> None:
    """Rebuilds, and prints the most memory that this process held, in MB."""
    with embedded(path, folder) as place:
        rebuild_all(place.log, place.views)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def embedded_growth(whole: Path, folder: Path, events: int, seconds: float) -> float:
    """What an event costs in the whole log, as a multiple of what it costs in a short one."""
    early = min(_EARLY, events)
    part = first_part(whole, folder, early)
    short = []
    for _ in range(_EARLY_ROUNDS):
        with embedded(part, folder) as place:
            short.append(timed(partial(rebuild_all, place.log, place.views)))
    return (seconds / events) / (statistics.median(short) / early)


def measure_embedded(whole: Path, folder: Path, rounds: int) -> Place:
    """In files."""
    with embedded(whole, folder) as place:
        for _ in range(rounds):
            place.measure()
            print_round("embedded", place)
    return place


def measure_mongodb(whole: Path, folder: Path, events: int) -> Place:
    """In a database, once: what it takes there is nearly all the database's own time."""
    with (
        Database(folder / "mongodb") as database,
        MongoServer(MongoSettings(url=database.url)) as server,
    ):
        place = Place(log=MongoEventLog(server), views=MongoViewStore(server, SCHEMAS))
        source = SqliteEventLog(whole)
        seconds = timed(lambda: copy_log(source, place.log, events))
        print(f"copied {events:,} events into the database in {seconds:.0f} s", flush=True)
        source.close()
        place.measure()
        print_round("mongodb", place)
        alone = sum(write_alone(server, place.views, each) for each in PROJECTIONS)
        said = f"{alone:.2f} s, {alone / place.folding[-1]:.2f} of the rebuild"
        print(f"mongodb   the same documents and indexes written by pymongo alone in {said}")
    return place


def write_alone(server: MongoServer, views: RebuildableViews, projection: Projection) -> float:
    """The seconds that inserting the documents of a rebuilt view takes, with nothing else."""
    name = projection.schema.name
    (number,) = (
        each.number
        for each in views.generations.generations()
        if each.view == name and each.role is Role.LIVE
    )
    target = server.database[f"alone_{name}"]
    for index in Rows(projection.schema).indexes():
        target.create_indexes([index])
    seconds = 0.0
    source = server.database[f"view_{name}.g{number}"].find(batch_size=_WRITTEN_AT_ONCE)
    while rows := list(itertools.islice(source, _WRITTEN_AT_ONCE)):
        seconds += timed(partial(target.insert_many, rows, ordered=False))
    return seconds


def print_round(name: str, place: Place) -> None:
    """How the last round went."""
    bare, folding = place.bare[-1], place.folding[-1]
    said = f"read in {bare:.2f} s, rebuilt in {folding:.2f} s, ratio {bare / folding:.2f}"
    print(f"{name:10}{said}", flush=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cache", type=Path, default=_CACHE, help="where the log is kept")
    parser.add_argument("--rebuild", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    configure_logging(level="warning")
    with tempfile.TemporaryDirectory(prefix="replay-", dir=_made(options.cache)) as made:
        folder = Path(made)
        if options.rebuild is not None:
            rebuild_alone(options.rebuild, folder)
            return
        whole = cached_log(options.cache, options.events)
        place = measure_embedded(whole, folder, options.rounds)
        memory = peak_mb(whole, folder)
        seconds = statistics.median(place.folding)
        growth = embedded_growth(whole, folder, options.events, seconds)
        servers = measure_mongodb(whole, folder, options.events)
    result = {
        "embedded_ratio": round(place.ratio, 2),
        "mongodb_ratio": round(servers.ratio, 2),
        "embedded_events_per_second": round(options.events / seconds),
        "mongodb_events_per_second": round(options.events / statistics.median(servers.folding)),
        "peak_mb": round(memory, 1),
        "growth": round(growth, 2),
    }
    print(json.dumps(result))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
