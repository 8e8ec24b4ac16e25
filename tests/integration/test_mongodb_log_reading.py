"""Reading a log of many commits, small and large: every page and the head are found by bounds."""

from collections.abc import Iterator, Sequence
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.batches import LARGEST
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.errors import AlreadyRecorded, Conflict, DecodeError, StorageUnavailable
from hyperdock_common.history import history
from hyperdock_common.testing.builders import envelope, envelopes, proposed, submitted
from hyperdock_common.testing.servers.mongodb import Database


@pytest.fixture
def server(mongodb: Database) -> Iterator[MongoServer]:
    """A database of this test's own."""
    with MongoServer(MongoSettings(url=mongodb.url_of(f"reading-{uuid4()}"))) as made:
        yield made


@pytest.fixture
def log(server: MongoServer) -> MongoEventLog:
    """Its log."""
    return MongoEventLog(server)


def append(log: MongoEventLog, sizes: Sequence[int], trial_id: str = "t1") -> int:
    """Appends commits of these sizes; tells the head."""
    head = log.head()
    for size in sizes:
        events = [proposed(number, trial_id=trial_id) for number in range(size)]
        head = log.append(head, envelopes(events))[-1].position
    return head


@pytest.mark.parametrize("limit", [1, 7, 100, 2500])
def test_pages_may_begin_and_end_inside_commits(log: MongoEventLog, limit: int) -> None:
    """Each page goes on where the one before it ended, whatever the commits' sizes."""
    head = append(log, [1, 300, 2, 5, 1, 40, 3])
    after, seen = 0, list[int]()
    while page := log.read(after, limit):
        assert len(page) <= limit
        seen += [each.position for each in page]
        after = page[-1].position
    assert seen == list(range(1, head + 1))


@pytest.mark.parametrize("large", [0, 1, 2, 3, 9, 12])
def test_head_is_found_without_knowing_anything(
    server: MongoServer, log: MongoEventLog, large: int
) -> None:
    """A process that has just begun finds the head behind however many commits."""
    head = append(log, [*([LARGEST] * large), 1, 5])
    assert MongoEventLog(server).head() == head
    assert MongoEventLog(server).read(head - 2)[-1].position == head


def test_head_is_found_from_where_it_was(server: MongoServer, log: MongoEventLog) -> None:
    """One that looked long ago finds it as well, and may then append."""
    early = MongoEventLog(server)
    assert append(log, [3]) == early.head()
    head = append(log, [LARGEST, LARGEST, 2, LARGEST, 1])
    assert early.head() == head
    early.append(head, envelopes([proposed(1)]))
    assert log.head() == head + 1


def test_rare_stream_is_found_among_many_facts(log: MongoEventLog) -> None:
    """A stream's pages skip what lies between, however much it is."""
    append(log, [2], "rare")
    append(log, [LARGEST, LARGEST])
    append(log, [1], "rare")
    append(log, [7])
    far = 2 + 2 * LARGEST + 1
    assert [each.position for each in log.read(0, stream="trial-rare")] == [1, 2, far]
    assert [each.position for each in log.read(1, 1, stream="trial-rare")] == [2]
    assert [each.position for each in history(log, stream="trial-rare", after=2)] == [far]


def test_append_inside_a_commit_conflicts(server: MongoServer, log: MongoEventLog) -> None:
    """Invariant 4: a position between two facts of a commit is no head, and its place is free."""
    append(log, [5])
    with pytest.raises(Conflict):
        MongoEventLog(server).append(3, envelopes([proposed(1)]))
    assert log.head() == 5


def test_event_of_an_earlier_commit_is_refused(server: MongoServer, log: MongoEventLog) -> None:
    """Invariant 3: by another process too, whatever else is in the batch."""
    old = envelope(proposed(1))
    log.append(0, [envelope(proposed(2)), old])
    append(log, [3])
    with pytest.raises(AlreadyRecorded):
        MongoEventLog(server).append(5, [envelope(proposed(3)), old])
    assert log.head() == 5


def test_too_much_for_a_commit_is_refused(log: MongoEventLog) -> None:
    """By number and by size, with what to do about it."""
    with pytest.raises(ValueError, match="in several"):
        log.append(0, envelopes([proposed(1)] * (LARGEST + 1)))
    large = submitted(text="x" * 5_000_000)
    with pytest.raises(ValueError, match="in several"):
        log.append(0, envelopes([large, large, large]))
    assert log.append(0, envelopes([large, large]))[-1].position == log.head() == 2
    assert len(log.read(0)) == 2


def test_unknown_event_is_told_with_its_position(server: MongoServer, log: MongoEventLog) -> None:
    """Whoever has to repair the log knows where."""
    append(log, [3])
    server.database["commits"].update_one({"_id": 1}, {"$set": {"events.1": "{}"}})
    with pytest.raises(DecodeError, match="position 2"):
        log.read(0)
    assert [each.position for each in log.read(2)] == [3]


def test_hole_in_the_log_is_told(server: MongoServer, log: MongoEventLog) -> None:
    """Invariant 3: nobody takes what is behind a hole for what comes next."""
    append(log, [2, 2, 2])
    server.database["commits"].delete_one({"_id": 3})
    assert [each.position for each in log.read(0)] == [1, 2]
    with pytest.raises(StorageUnavailable, match="behind position 2"):
        log.read(2)


def test_database_that_came_back_empty_begins_anew(server: MongoServer, log: MongoEventLog) -> None:
    """The log is another one then: it has its indexes, and no event of it is known."""
    append(log, [4])
    old = log.read(0)[0].envelope
    server.database.client.drop_database(server.database.name)
    assert (log.head(), list(log.read(0)), log.known([old.event_id])) == (0, [], set())
    log.append(0, [old])
    with pytest.raises(AlreadyRecorded):
        log.append(1, [old])
