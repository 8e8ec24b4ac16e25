"""What a log in MongoDB shows of itself: damaged commits, early ones, a half-removed beginning."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from hyperdock_common.adapters.mongodb.batches import LARGEST
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.errors import Archived, StorageUnavailable
from hyperdock_common.events import Event
from hyperdock_common.ports import ArchiveMark, StoredEvent
from hyperdock_common.testing.builders import envelopes, proposed, registered, submitted
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.verifying import Witness, verify

Commits: TypeAlias = Any
Damage: TypeAlias = Callable[[Commits], object]

HEAD = 40


@pytest.fixture
def server(mongodb: Database) -> Iterator[MongoServer]:
    """A database of this test's own."""
    with MongoServer(MongoSettings(url=mongodb.url_of(f"stored-{uuid4()}"))) as made:
        yield made


@pytest.fixture
def log(server: MongoServer) -> MongoEventLog:
    """Its log, of commits of four facts in three streams."""
    log = MongoEventLog(server)
    for first in range(0, HEAD, 4):
        append(log, *(proposed(first + each, trial_id=f"t{each % 3}") for each in range(4)))
    return log


def append(log: MongoEventLog, *events: Event) -> None:
    """One commit behind the head."""
    log.append(log.head(), envelopes(events))


def found(log: MongoEventLog, *witnesses: Witness) -> list[tuple[int, int, str]]:
    """Where a verification finds what."""
    findings = verify(log, witnesses=witnesses).findings
    return [(each.position, each.last, each.kind.value) for each in findings]


def stored_at(log: MongoEventLog, position: int) -> StoredEvent:
    """What is stored at a position."""
    return log.stored(position - 1, 1)[0]


def sets(name: str, value: object, first: int = 13) -> Damage:
    """Changes one thing in the commit that begins at a position."""
    return lambda commits: commits.update_one({"_id": first}, {"$set": {name: value}})


def _moved(commits: Commits, first: int, to: int) -> None:
    commit = commits.find_one_and_delete({"_id": first})
    commits.insert_one({**commit, "_id": to, "last": to + 3})


def _swapped(commits: Commits) -> None:
    one, other = (commits.find_one_and_delete({"_id": first}) for first in (13, 25))
    commits.insert_one({**one, "_id": 25, "last": 28})
    commits.insert_one({**other, "_id": 13, "last": 16})


def _edited(commits: Commits) -> None:
    commit = commits.find_one({"_id": 13})
    text = commit["events"][1].replace('"producer":"test"', '"producer":"tess"')
    sets("events.1", text)(commits)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (_edited, [(14, 14, "changed")]),
        (sets("events.1", '{"event_id":'), [(14, 14, "unreadable")]),
        (sets("events.1", 7), [(14, 14, "unreadable")]),
        (sets("ids.1", "another"), [(14, 14, "id_changed")]),
        (sets("streams.1", "trial-zz"), [(14, 14, "stream_changed")]),
        (sets("versions.1", 99), [(14, 14, "version")]),
        (sets("chains.1", bytes(32)), [(14, 14, "hash_changed")]),
        (sets("chains", []), [(13, 16, "hash_missing")]),
        (sets("at", 12.5), [(13, 16, "changed")]),
        (sets("at", "soon"), [(13, 16, "changed")]),
        (lambda commits: commits.delete_one({"_id": 13}), [(13, 16, "missing")]),
        (lambda commits: commits.delete_one({"_id": 1}), [(1, 4, "missing")]),
        (lambda commits: commits.delete_many({"_id": {"$gt": 32}}), [(33, 40, "cut")]),
        (
            lambda commits: commits.update_one({"_id": 13}, {"$pop": {"events": 1}}),
            [(16, 16, "missing")],
        ),
    ],
)
def test_damaged_commit_is_found_and_named(
    server: MongoServer, log: MongoEventLog, damage: Damage, expected: list[tuple[int, int, str]]
) -> None:
    """At the positions of its facts, once."""
    assert found(log) == []
    damage(server.database["commits"])
    assert found(log, Witness(name="the view jobs", position=HEAD)) == expected


def test_swapped_commits_are_found(server: MongoServer, log: MongoEventLog) -> None:
    """One is told with where it stands now; of the other, that what is around it was moved."""
    _swapped(server.database["commits"])
    assert found(log) == [
        (13, 13, "swapped"),
        (17, 17, "inserted"),
        (29, 29, "removed"),
    ]


def test_store_is_read_over_a_wide_hole(server: MongoServer, log: MongoEventLog) -> None:
    """Wider than any commit, so that not even the head is found from before it."""
    for _ in range(3):
        append(log, *[proposed(number) for number in range(LARGEST)])
    append(log, registered())
    server.database["commits"].delete_many({"last": {"$gt": HEAD, "$lte": HEAD + 3 * LARGEST}})
    assert stored_at(log, HEAD + 1).position == HEAD + 3 * LARGEST + 1
    fresh = MongoEventLog(server)
    assert found(fresh)[0] == (HEAD + 1, HEAD + 3 * LARGEST, "missing")


def test_commits_of_an_early_release_are_read(server: MongoServer, log: MongoEventLog) -> None:
    """They have no versions and no chain; both begin behind them."""
    server.database["commits"].update_many({}, {"$unset": {"versions": 1, "chains": 1}})
    log = MongoEventLog(server)
    append(log, proposed(90, trial_id="t0"), proposed(91, trial_id="t1"), submitted("new"))
    append(MongoEventLog(server), proposed(92, trial_id="t1"), submitted("newer"))
    assert [each.version for each in log.stored(HEAD - 1)] == [None, 21, 11, 1, 12, 1]
    verification = verify(log)
    assert verification.is_intact
    assert (verification.events, verification.unchained) == (HEAD + 5, HEAD)


@pytest.mark.parametrize("is_numbered", [True, False])
@pytest.mark.parametrize("stream", ["trial-t0", "worker-w1"])
@pytest.mark.parametrize("questions", range(8))
def test_streams_are_counted_while_they_are_archived(
    server: MongoServer, log: MongoEventLog, questions: int, stream: str, *, is_numbered: bool
) -> None:
    """Before whichever question to the store it happens: no fact is in neither count."""
    commits, streams = log._commits, log._archive._streams
    append(log, registered("w1"))
    append(log, *(proposed(each, trial_id="t0") for each in range(3)))
    if not is_numbered:
        commits.update_many({}, {"$unset": {"versions": 1, "chains": 1}})
    mark = ArchiveMark(position=42, chain=stored_at(log, 42).chain, archive_id="a1")
    archive = _After(questions, lambda: MongoEventLog(server).forget(mark))
    log._commits = _Questions(commits, archive)  # type: ignore[assignment]
    log._archive._streams = _Questions(streams, archive)  # type: ignore[assignment]
    counts = {"trial-t0": 23, "worker-w1": 1}
    assert log._version_of(stream, HEAD + 4) == counts[stream]


@pytest.mark.parametrize("position", [15, 16])
def test_archive_that_was_ended_in_between_is_gone_on_with(
    server: MongoServer, log: MongoEventLog, position: int
) -> None:
    """At any point; also by one for a later mark, and where the mark cuts a commit."""
    mark = ArchiveMark(position=position, chain=stored_at(log, position).chain, archive_id="a1")
    later = ArchiveMark(position=30, chain=stored_at(log, 30).chain, archive_id="a1")
    log._archive._count_streams(0, position)  # it ended before the mark was noted
    assert len(log.read(0)) == HEAD
    assert log.archived() is None
    log._archive.note(mark)  # and then before anything was removed
    with pytest.raises(Archived):
        log.read(0, stream="trial-t1")
    assert stored_at(log, 1).position == position + 1
    server.database["commits"].delete_one({"_id": 5})  # and then in the middle of it
    with pytest.raises(Archived):
        log.read(4)
    log.forget(mark)
    with pytest.raises(Archived):
        log.read(position - 1)
    assert [each.position for each in log.read(position)] == [*range(position + 1, HEAD + 1)]
    log.forget(later)
    fresh = MongoEventLog(server)
    assert fresh.head() == HEAD
    append(fresh, *(proposed(each, trial_id=f"t{each}") for each in range(4)))
    assert [each.version for each in fresh.stored(HEAD)] == [21, 11, 11, 1]
    verification = verify(fresh)
    assert verification.is_intact
    assert verification.events == HEAD + 4 - 30
    assert server.database["commits"].count_documents({"last": {"$lte": 30}}) == 0


def test_far_beginning_is_archived(server: MongoServer) -> None:
    """More than the widest commit: the head is found behind the mark by whoever just came."""
    log = MongoEventLog(server)
    for _ in range(3):
        append(log, *[proposed(number) for number in range(LARGEST)])
    append(log, registered("w1"), registered("w2"))
    end = 3 * LARGEST
    log.forget(ArchiveMark(position=end, chain=stored_at(log, end).chain, archive_id="a1"))
    fresh = MongoEventLog(server)
    assert fresh.head() == end + 2
    assert [each.position for each in fresh.read(end)] == [end + 1, end + 2]
    for wanted in (0, end - 1):
        with pytest.raises(Archived):
            fresh.read(wanted, 10)
    append(fresh, proposed(1), registered("w1"))
    assert [each.version for each in fresh.stored(end)] == [1, 1, end + 1, 2]


def test_hole_behind_the_mark_is_still_a_hole(server: MongoServer, log: MongoEventLog) -> None:
    """What is missing is not taken for archived."""
    log.forget(ArchiveMark(position=8, chain=stored_at(log, 8).chain, archive_id="a1"))
    server.database["commits"].delete_one({"_id": 13})
    with pytest.raises(StorageUnavailable, match="behind position 12"):
        log.read(12)
    assert found(log) == [(13, 16, "missing")]


def test_restored_facts_make_commits_by_their_times(server: MongoServer) -> None:
    """As they were recorded together, so that none is larger than it was."""
    source = MongoEventLog(server, clock=iter([1.0, 2.0]).__next__)
    append(source, submitted(), *[proposed(number) for number in range(4)])
    append(source, registered())
    facts = source.stored(0)
    server.database["commits"].drop()
    MongoEventLog(server).restore(facts)
    commits = list(server.database["commits"].find({}, {"last": 1, "at": 1}))
    assert commits == [{"_id": 1, "last": 5, "at": 1.0}, {"_id": 6, "last": 6, "at": 2.0}]


class _After:
    """Does something when it was called so often."""

    def __init__(self, count: int, then: Callable[[], object]) -> None:
        self._left = count
        self._then = then

    def __call__(self) -> None:
        self._left -= 1
        if self._left == -1:
            self._then()


class _Questions:
    """A collection, with something that happens before each question."""

    def __init__(self, collection: Commits, happens: Callable[[], None]) -> None:
        self._collection = collection
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        self._happens()
        return getattr(self._collection, name)
