"""Logs in files of their own, for what carries them about and moves parts of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import Event
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes, proposed, submitted

MakeLog: TypeAlias = Callable[[int], SqliteEventLog]


@pytest.fixture
def make_log(tmp_path: Path) -> Iterator[MakeLog]:
    """Makes a log with so many facts, of two trials, appended a few at a time."""
    numbers = count(1)
    with ExitStack() as opened:

        def make(size: int) -> SqliteEventLog:
            clock = FakeClock()
            path = tmp_path / f"log-{next(numbers)}.db"
            log = opened.enter_context(closing(SqliteEventLog(path, clock)))
            events: list[Event] = [submitted("t1"), submitted("t2")]
            events += [proposed(number, trial_id=f"t{number % 2 + 1}") for number in range(size)]
            step = max(3, size // 20)
            for start in range(0, size, step):
                clock.advance(1.25)
                log.append(start, envelopes(events[start : min(start + step, size)]))
            return log

        yield make
