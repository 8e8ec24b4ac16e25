"""Reading the log from its end."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import RecordedEvent
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_gateway.log_backwards import read_before

LENGTH = 400
DENSE = frozenset(each for each in range(1, LENGTH + 1) if each % 3)
SPARSE = frozenset({1, 2, 3, 180, 181, 182, 183, 184, 185, 390})


class Counted:
    """A log that counts the events that it gives."""

    def __init__(self, log: SqliteEventLog) -> None:
        self._log = log
        self.given = 0

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> list[RecordedEvent]:
        """See `EventLog.read`."""
        found = list(self._log.read(after, limit, stream=stream))
        self.given += len(found)
        return found


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteEventLog]:
    """A log with a trial of many events, one of few, and others."""
    path = tmp_path_factory.mktemp("log") / "log.db"
    with closing(SqliteEventLog(path, count().__next__)) as opened:
        opened.append(0, envelopes([proposed(n, trial_id=owner(n)) for n in range(1, LENGTH + 1)]))
        yield opened


def owner(position: int) -> str:
    """Whose event stands there."""
    if position in SPARSE:
        return "sparse"
    return "dense" if position in DENSE else "other"


def pages(log: SqliteEventLog, stream: str | None, limit: int) -> list[list[int]]:
    """The positions of all pages, from the newest one on."""
    found, below = [], log.head() + 1
    while below > 1:
        records, start = read_before(log, below, limit, stream=stream)
        found.append([each.position for each in records])
        assert start < below - 1 or not start
        below = start + 1
    return found


@pytest.mark.parametrize("limit", [1, 2, 7, 100, LENGTH, 2000])
def test_all_events_come_once(log: SqliteEventLog, limit: int) -> None:
    """In full pages, the last one apart."""
    found = pages(log, None, limit)
    assert [each for page in reversed(found) for each in page] == list(range(1, LENGTH + 1))
    assert {len(page) for page in found[:-1]} <= {limit}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100, LENGTH, 2000])
@pytest.mark.parametrize("stream", ["dense", "sparse", "nobody"])
def test_all_events_of_a_stream_come_once(log: SqliteEventLog, stream: str, limit: int) -> None:
    """In pages that are at least half full, however wide apart they stand."""
    found = pages(log, f"trial-{stream}", limit)
    there = [each for each in range(1, LENGTH + 1) if owner(each) == stream]
    assert [each for page in reversed(found) for each in page] == there
    assert all(limit <= 2 * len(page) <= 2 * limit for page in found[:-1])


@pytest.mark.parametrize(
    ("stream", "most"), [(None, 10), ("trial-dense", 33), ("trial-sparse", 55)]
)
def test_little_more_is_read_than_is_told(
    log: SqliteEventLog, stream: str | None, most: int
) -> None:
    """A page costs about the same wherever the log ends."""
    counted = Counted(log)
    read_before(counted, LENGTH + 1, 10, stream=stream)  # type: ignore[arg-type]  # reads only
    assert counted.given <= most
