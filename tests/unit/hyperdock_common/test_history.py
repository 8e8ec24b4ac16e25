"""Reading the past, page by page."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.history import history
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes, proposed

LENGTH = 2500


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteEventLog]:
    """A log of two trials that take turns, longer than some pages."""
    path = tmp_path_factory.mktemp("history") / "log.db"
    with closing(SqliteEventLog(path, FakeClock())) as made:
        jobs = [proposed(number, trial_id="ab"[number % 2]) for number in range(LENGTH)]
        made.append(0, envelopes(jobs))
        yield made


@pytest.mark.parametrize("after", [0, 1, 999, 1000, 1001, LENGTH - 1, LENGTH, LENGTH + 9])
def test_everything_behind_a_position_is_read_once_and_in_order(
    log: SqliteEventLog, after: int
) -> None:
    """Wherever the pages end."""
    positions = [record.position for record in history(log, after=after)]
    assert positions == list(range(after + 1, LENGTH + 1))


def test_one_stream_is_read_alone(log: SqliteEventLog) -> None:
    """Its positions have holes, and yet nothing of it is missed."""
    positions = [record.position for record in history(log, stream="trial-b")]
    assert positions == list(range(2, LENGTH + 1, 2))
    assert list(history(log, stream="trial-c")) == []


def test_the_past_is_read_as_it_is_asked_for(log: SqliteEventLog) -> None:
    """In bounded memory: a reader that stops early has read one page."""
    pages = []

    class Counted:
        def read(self, after: int, limit: int = 500, *, stream: str | None = None) -> object:
            pages.append(after)
            return log.read(after, limit, stream=stream)

    records = history(Counted())  # type: ignore[arg-type]  # only `read` is needed
    assert [next(records).position for _ in range(3)] == [1, 2, 3]
    assert pages == [0]


def test_what_is_appended_meanwhile_is_read_too(tmp_path: Path) -> None:
    """The end is where the log ends when it is reached."""
    with closing(SqliteEventLog(tmp_path / "log.db", FakeClock())) as log:
        log.append(0, envelopes([proposed(1)]))
        records = history(log)
        assert next(records).position == 1
        log.append(1, envelopes([proposed(2)]))
        assert [record.position for record in records] == [2]
