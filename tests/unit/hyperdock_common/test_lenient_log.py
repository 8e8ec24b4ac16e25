"""Who only shows a log shows what a later release recorded; who folds it is stopped."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.errors import UnknownEvent
from hyperdock_common.events import RecordedEvent, TrialPaused, TrialResumed
from hyperdock_common.events.codec import encode, envelope_to_wire, type_name
from hyperdock_common.events.foreign import ForeignEvent
from hyperdock_common.history import history
from hyperdock_common.lenient_log import LenientLog
from hyperdock_common.ports import LogReader, StoredEvent
from hyperdock_common.testing.builders import envelopes
from hyperdock_common.testing.foreign import FOREIGN, foreign


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log with one such fact among others, of two trials."""
    with closing(SqliteEventLog(tmp_path / "events.db")) as made:
        made.append(0, envelopes([TrialPaused(trial_id="a"), TrialPaused(trial_id="b")]))
        made.restore([foreign(3)])
        made.append(3, envelopes([TrialResumed(trial_id="b"), TrialResumed(trial_id="a")]))
        yield made


def names(records: list[RecordedEvent]) -> list[str]:
    """The types of events, as they are stored."""
    return [type_name(each.event) for each in records]


def test_what_a_later_release_recorded_is_shown_as_it_is(log: SqliteEventLog) -> None:
    """With its own words, in its place, and the bytes in which it came."""
    records = list(LenientLog(log).read(0))
    assert [each.position for each in records] == [1, 2, 3, 4, 5]
    event: object = records[2].event
    assert event == ForeignEvent(
        type="trial.teleported.v1", data={"trial_id": "a", "to": ["there"]}
    )
    assert (records[2].envelope.actor, records[2].recorded_at) == ("ann", 8.0)
    assert encode(records[2].envelope) == foreign(3).body
    assert envelope_to_wire(records[2].envelope) == {
        "causation_id": None,
        "correlation_id": None,
        **FOREIGN,
    }


def test_pages_and_streams_are_those_of_the_log(log: SqliteEventLog) -> None:
    """Each page begins behind a position and holds no more than was asked for."""
    lenient: LogReader = LenientLog(log)
    assert names(list(lenient.read(2, 2))) == ["trial.teleported.v1", "trial.resumed.v1"]
    assert [each.position for each in lenient.read(0, stream="trial-a")] == [1, 3, 5]
    assert [each.position for each in lenient.read(0, 2, stream="trial-a")] == [1, 3]
    assert [each.position for each in history(lenient, after=1, to=4)] == [2, 3, 4]
    assert lenient.head() == 5


def test_an_event_is_found_by_its_id(log: SqliteEventLog) -> None:
    """A later release's as any other."""
    lenient = LenientLog(log)
    for record in lenient.read(0):
        assert lenient.find(record.envelope.event_id) == record
    assert lenient.find("other") is None
    with pytest.raises(UnknownEvent) as caught:
        log.find(FOREIGN["event_id"])
    assert caught.value.position == 3


def test_who_folds_is_stopped_with_the_place(log: SqliteEventLog) -> None:
    """The log itself refuses what this release does not know."""
    with pytest.raises(UnknownEvent, match=r"position 3.*trial\.teleported\.v1"):
        log.read(0)


def test_nothing_behind_a_hole_is_shown(log: SqliteEventLog, tmp_path: Path) -> None:
    """What is missing may be yet to be seen: readers would never hear of it."""

    class Holed(SqliteEventLog):
        def stored(self, after: int, limit: int = 500) -> list[StoredEvent]:
            return [each for each in super().stored(after, limit) if each.position != 4]

    with closing(Holed(tmp_path / "events.db")) as holed:
        assert [each.position for each in LenientLog(holed).read(0)] == [1, 2, 3]
        assert LenientLog(holed).read(3) == log.read(3)


def test_a_later_version_of_a_known_event_is_foreign_too(log: SqliteEventLog) -> None:
    """Its fields may mean something else by then."""
    log.restore([foreign(6, event_id="another", type="trial.paused.v9")])
    assert names(list(LenientLog(log).read(5))) == ["trial.paused.v9"]
