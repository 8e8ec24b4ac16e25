"""Reading a log that has holes, and one whose store is away."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.hyperdock_common.checking.good_log import GOOD, log_of

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.checking import System, check_system
from hyperdock_common.checking.reading import readable
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import RecordedEvent


class StrictLog(SqliteEventLog):
    """A log that refuses to read over a hole, or ends there, as others do."""

    refuses = True

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """Only what follows without a hole."""
        page = super().read(after, limit, stream=stream)
        run = [each for place, each in enumerate(page, after + 1) if each.position == place]
        if page and not run and self.refuses:
            raise StorageUnavailable(f"the log has a hole behind position {after}")
        return run


@pytest.fixture(params=[True, False], ids=["refusing", "ending"])
def log(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StrictLog]:
    """A log without holes as yet."""
    with closing(StrictLog(tmp_path / "events.db")) as log:
        log.refuses = request.param
        log.append(0, [each.envelope for each in log_of(GOOD)])
        yield log


def tear(log: StrictLog, *positions: int) -> None:
    """Makes holes."""
    with log._database.write(durable=False) as connection:
        for each in positions:
            connection.execute("DELETE FROM events WHERE position = ?", (each,))


def test_a_log_is_read_over_its_holes(log: StrictLog) -> None:
    """What stands behind a hole is checked as well, and the hole shows in the positions."""
    tear(log, 9, 10, 11, 30)
    places = [each.position for each in readable(log)]
    assert places == [each for each in range(1, len(GOOD) + 1) if each not in (9, 10, 11, 30)]
    assert [each.position for each in readable(log, 5, 13)] == [6, 7, 8, 12, 13]


def test_each_hole_is_a_finding(log: StrictLog) -> None:
    """Rule 3, whatever the log does at a hole."""
    tear(log, 9, 27)  # a metric, and the reason of a stop
    report = check_system(System(log=log))
    assert [each.where for each in report.findings] == ["position 10", "position 28"]
    assert report.counts.gaps == 2


def test_a_log_whose_end_cannot_be_read_is_a_finding(
    log: StrictLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 3: the head says that there is more."""
    monkeypatch.setattr("hyperdock_common.checking.reading._WIDEST_HOLE", 3)
    tear(log, *range(9, 20))
    report = check_system(System(log=log))
    assert [each.where for each in report.findings] == ["position 8"]
    assert report.counts.gaps == 1


def test_a_store_that_is_away_is_no_hole(log: StrictLog) -> None:
    """Then nothing can be checked."""
    log.close()
    with pytest.raises(StorageUnavailable):
        next(readable(log))
