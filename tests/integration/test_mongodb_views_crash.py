"""Views in MongoDB equal the fold of the log, wherever the one who folds them was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings, translated
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import Event, TrialSubmitted
from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up, project
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing.builders import (
    claimed,
    finished,
    proposed,
    recorded,
    registered,
    started,
)
from hyperdock_common.testing.servers.mongodb import Database

DOCUMENT: JsonObject = {
    "name": "tune",
    "image": "tune:1",
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "algorithm": "random",
}

FOLDING = """
import sys
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.mongodb.write_behind import WriteBehindViews
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up, project
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing.builders import (
    claimed, envelopes, finished, proposed, registered, started, submitted)

server = MongoServer(MongoSettings(url=sys.argv[1]))
log, views = MongoEventLog(server), MongoViewStore(server, SCHEMAS)
if sys.argv[2] == "behind":
    views = WriteBehindViews(views)
catch_up(PROJECTIONS, views, log)
spec = dump_trial(parse_trial({"name": "t", "image": "i", "parallelism": 2, "algorithm": "random",
    "space": {"x": {"type": "float", "low": 0, "high": 1}}}))
if not log.head():
    log.append(0, envelopes([submitted(**spec), registered()]))
first = log.head()
print("begun", flush=True)
for number in range(first, first + 100_000):
    told = [proposed(number), claimed(number), started(number), finished(number)]
    for batch in (told[:3], told[3:]):
        records = log.append(log.head(), envelopes(batch))
        for each in PROJECTIONS:
            project(each, views, log.read(views.position(each.schema.name)))
        print(records[-1].position, flush=True)
"""


@pytest.mark.parametrize("way", ["direct", "behind"])
def test_views_equal_the_fold_after_kills(mongodb: Database, tmp_path: Path, way: str) -> None:
    """Invariant 5: half a save is completed, and nothing is folded twice."""
    url = mongodb.url_of(f"crash-{uuid4()}")
    for killed_after in (3, 11, 6, 24):
        killed_in_the_middle(url, way, killed_after)
    with (
        MongoServer(MongoSettings(url=url)) as server,
        closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as expected,
    ):
        log, views = MongoEventLog(server), MongoViewStore(server, SCHEMAS)
        catch_up(PROJECTIONS, views, log)
        catch_up(PROJECTIONS, expected, log)
        assert documents(views, log) == documents(expected, log)
        assert {views.position(each.schema.name) for each in PROJECTIONS} == {log.head()}


def killed_in_the_middle(url: str, way: str, count: int) -> None:
    """Lets somebody fold so many batches, and ends it where it happens to be."""
    with subprocess.Popen(
        [sys.executable, "-c", FOLDING, url, way], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        for _, _ in zip(range(count), process.stdout, strict=False):
            pass
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def documents(views: ViewStore, log: EventLog) -> Mapping[str, Mapping[str, JsonObject]]:
    """Every document of every view."""
    records = list(history(log))
    return {
        each.schema.name: views.get_many(
            each.schema.name, sorted({key for record in records for key in each.keys(record.event)})
        )
        for each in PROJECTIONS
    }


class HalfSaving(MongoViewStore):
    """Crashes between the two steps of every save."""

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """Writes the documents and leaves the position."""
        with translated():
            self._view(view).write(documents, position)


@pytest.mark.parametrize("step", [1, 2, 3, 7])
@pytest.mark.parametrize("begun", [0, 3, 5])
def test_half_saves_are_folded_to_their_end(
    mongodb: Database, tmp_path: Path, begun: int, step: int
) -> None:
    """Invariant 5: wherever a save stopped, and in whatever steps it is folded again."""
    begin = TrialSubmitted(trial_id="t1", spec=dump_trial(parse_trial(DOCUMENT)))
    told: list[Event] = [begin, registered(), proposed(1), claimed(1), started(1), finished(1)]
    records = recorded([*told, proposed(2), claimed(2)])
    with (
        MongoServer(MongoSettings(url=mongodb.url_of(f"half-{uuid4()}"))) as server,
        closing(SqliteViewStore(tmp_path / "views.db", SCHEMAS)) as expected,
    ):
        views = MongoViewStore(server, SCHEMAS)
        for each in PROJECTIONS:
            project(each, views, records[:begun])
            project(each, HalfSaving(server, SCHEMAS), records)
            assert views.position(each.schema.name) == begun
            for start in range(0, len(records), step):
                project(each, views, records[start : start + step])
            project(each, expected, records)
            keys = sorted({key for record in records for key in each.keys(record.event)})
            name = each.schema.name
            assert views.get_many(name, keys) == expected.get_many(name, keys)
            assert views.position(name) == len(records)
