"""What a log remembers of its end is what its store would say, however little it remembers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_common.adapters import log_tail
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing.builders import envelopes, proposed
from hyperdock_common.testing.kept_log import assert_sound


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log in its file."""
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        yield log


def test_more_streams_than_are_remembered_are_numbered(
    log: SqliteEventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams that were let go are looked up, within a batch too."""
    monkeypatch.setattr(log_tail, "_MOST_STREAMS", 3)
    for first in range(0, 60, 10):
        events = [proposed(each, trial_id=f"t{each * 7 % 11}") for each in range(first, first + 10)]
        log.append(first, envelopes(events))
    counts: Counter[str] = Counter()
    for fact in log.stored(0):
        counts[fact.stream] += 1
        assert fact.version == counts[fact.stream]
    assert len(counts) == 11
    assert len(log._tail._versions) == 3


def test_store_is_asked_only_for_what_is_not_known(
    log: SqliteEventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An append costs no search where the last one was our own."""
    log.append(0, envelopes([proposed(1, trial_id="t1"), proposed(1, trial_id="t2")]))
    asked: list[object] = []
    monkeypatch.setattr(log._tail, "_ask_link", asked.append)
    monkeypatch.setattr(log._tail, "_ask_version", lambda *stream: asked.append(stream))
    log.append(2, envelopes([proposed(2, trial_id="t2"), proposed(2, trial_id="t1")]))
    assert asked == []
    assert_sound(log.stored(0))
