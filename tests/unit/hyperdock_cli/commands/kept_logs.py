"""A state folder with a log, and what tests of `hyperdock events` do with it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from click.testing import Result

from hyperdock_cli.state_folder import StateFolder
from hyperdock_cli.testing.history import registered, submitted, succeeded
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import Event
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes

JOBS = 30


def make_state(root: Path, jobs: int = JOBS) -> Path:
    """A state folder with a log of 2 events and 4 a job, two an hour, and its views."""
    folder = StateFolder(root)
    folder.create()
    events: list[Event] = [registered(), submitted(budget={"jobs": jobs})]
    for number in range(1, jobs + 1):
        events += succeeded(number, number / 7)
    clock = FakeClock()
    with closing(SqliteEventLog(folder.events, clock)) as log:
        for start in range(0, len(events), 10):
            log.append(start, envelopes(events[start : start + 10]))
            clock.advance(18_000)
        with closing(SqliteViewStore(folder.views, SCHEMAS)) as views:
            catch_up(PROJECTIONS, views, log)
    return folder.root


def facts(path: Path) -> list[bytes]:
    """The lines of a plain export between its first and its last."""
    return path.read_bytes().splitlines(keepends=True)[1:-1]


def told(result: Result) -> Any:
    """What a command printed as JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def break_log(state: Path, *statements: str) -> None:
    """Changes the stored log behind everybody's back."""
    with closing(sqlite3.connect(state / "events.db")) as database, database:
        for statement in statements:
            database.execute(statement)
