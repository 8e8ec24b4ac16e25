"""A whole log that release 0.1 wrote is read, proven, folded and decided on for ever.

`history-v1.ndjson` is an export of it, with every type of fact that there was, and
`history-v1.views.json` what it was folded to. Never change the first. The second changes with the
shape of the views, and then each difference has been looked at.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking import System, check_system
from hyperdock_common.events import Event, JobFinished, JobProposed, Outcome, is_pulse
from hyperdock_common.history import history
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.transfer import EventReader, import_events
from hyperdock_common.verifying import verify

GOLDEN = Path(__file__).parents[2] / "golden"
FILE = GOLDEN / "history-v1.ndjson"
FACTS = 74


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteEventLog]:
    """A log into which it was imported."""
    with closing(SqliteEventLog(tmp_path_factory.mktemp("golden") / "events.db")) as made:
        import_events(FILE, made)
        yield made


@pytest.fixture(scope="module")
def views(
    log: SqliteEventLog, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteViewStore]:
    """The views of today, folded from it."""
    with closing(SqliteViewStore(tmp_path_factory.mktemp("golden") / "v.db", SCHEMAS)) as made:
        catch_up(PROJECTIONS, made, log)
        yield made


def test_it_holds_every_type_of_fact(log: SqliteEventLog) -> None:
    """Every outcome and every origin, too: what is added gets a history of its own."""
    events = [record.event for record in history(log)]
    facts = {each for each in get_args(Event) if not is_pulse(object.__new__(each))}
    assert {type(each) for each in events} == facts
    outcomes = {type(each.outcome) for each in events if isinstance(each, JobFinished)}
    assert outcomes == set(get_args(Outcome))
    origins = {each.origin for each in events if isinstance(each, JobProposed)}
    assert origins == {"optimizer", "enqueued", "imported", "retry"}


def test_it_is_what_was_recorded(log: SqliteEventLog) -> None:
    """The chain that release 0.1 made is the chain that this release makes."""
    found = verify(log)
    assert (found.is_intact, found.head, found.unchained) == (True, FACTS, 0)
    with FILE.open("rb") as file:
        recorded = list(EventReader(file, FILE.name).facts())
    assert recorded == log.stored(0, FACTS)


def test_it_folds_to_the_views_that_it_had(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """Document by document."""
    expected = json.loads((GOLDEN / "history-v1.views.json").read_text("utf-8"))
    assert set(expected) == {projection.schema.name for projection in PROJECTIONS}
    for projection in PROJECTIONS:
        name = projection.schema.name
        keys = sorted({key for record in history(log) for key in projection.keys(record.event)})
        assert dict(views.get_many(name, keys)) == expected[name]


def test_all_holds_in_it_that_must_always_hold(log: SqliteEventLog, views: SqliteViewStore) -> None:
    """The checker of today has nothing to say."""
    report = check_system(System(log=log, views=views, settled=True))
    assert (report.is_clean, report.counts.ended_once) == (True, 11)
