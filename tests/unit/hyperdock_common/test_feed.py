"""Following the log: every fact once and in order, whatever the subscription misses."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from hyperdock_common import history as past
from hyperdock_common.adapters.memory_feed import MemoryFeed
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import RecordedEvent
from hyperdock_common.feed import follow
from hyperdock_common.testing.builders import envelopes, proposed


class History:
    """A log and a feed, and a writer that may forget to relay."""

    def __init__(self, log: SqliteEventLog, feed: MemoryFeed) -> None:
        self.log = log
        self.feed = feed
        self.stop = threading.Event()

    def record(self, count: int, *, relay: bool = True) -> Sequence[RecordedEvent]:
        """Appends so many facts, and tells the subscribers or not."""
        head = self.log.head()
        batch = envelopes([proposed(head + number) for number in range(1, count + 1)])
        records = self.log.append(head, batch)
        if relay:
            self.feed.relay(records)
        return records

    def follow(self, after: int = 0, *, wait: float = 0.01) -> Iterator[int]:
        """The positions that a follower sees, subscribed from now on."""
        subscription = self.feed.subscribe()
        facts = follow(self.log, subscription, after, self.stop, wait=wait)
        return (record.position for record in facts)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history, whose subscribers miss everything beyond 50 facts."""
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        yield History(log, MemoryFeed(bound=50))


def take(positions: Iterator[int], count: int) -> list[int]:
    """The next positions of a follower."""
    return list(islice(positions, count))


def test_replay_gives_the_whole_log_in_order(history: History) -> None:
    """A replay reads page after page, from the first fact to the last."""
    history.record(1203)
    assert [each.position for each in past.history(history.log)] == list(range(1, 1204))


@pytest.mark.parametrize(
    ("after", "to", "expected"),
    [
        (3, 6, [4, 5, 6]),
        (3, 3, []),
        (5, 2, []),
        (8, None, [9, 10]),
        (8, 99, [9, 10]),
        (99, None, []),
    ],
)
def test_replay_keeps_to_its_range(
    history: History, after: int, to: int | None, expected: list[int]
) -> None:
    """A moment of history is what stands up to a position."""
    history.record(10)
    assert [each.position for each in past.history(history.log, after=after, to=to)] == expected


def test_follower_catches_up_and_goes_on_live(history: History) -> None:
    """Old facts come from the log and new ones from the feed, without a seam."""
    history.record(600)
    follower = history.follow()
    assert take(follower, 600) == list(range(1, 601))
    history.record(3)
    assert take(follower, 3) == [601, 602, 603]


def test_follower_begins_behind_its_position(history: History) -> None:
    """A reader that comes back names the last position that it saw."""
    history.record(10)
    assert take(history.follow(after=7), 3) == [8, 9, 10]


def test_fact_that_comes_both_ways_is_seen_once(history: History) -> None:
    """What was relayed while the follower caught up is not told again."""
    history.record(2)
    follower = history.follow()
    history.record(3)
    assert take(follower, 5) == [1, 2, 3, 4, 5]
    history.record(1)
    assert take(follower, 1) == [6]


def test_gap_is_read_from_the_log(history: History) -> None:
    """A relay that was lost is noticed with the next one, and nothing is missing."""
    follower = history.follow()
    history.record(1)
    assert take(follower, 1) == [1]
    history.record(2, relay=False)
    history.record(2)
    assert take(follower, 4) == [2, 3, 4, 5]
    history.record(1)
    assert take(follower, 1) == [6]


def test_overflow_is_read_from_the_log(history: History) -> None:
    """A follower that was too slow for the feed loses time, not facts."""
    follower = history.follow()
    history.record(1)
    assert take(follower, 1) == [1]
    for _ in range(10):
        history.record(20)
    assert take(follower, 200) == list(range(2, 202))


def test_lost_relay_without_a_later_one_is_noticed(history: History) -> None:
    """After a silence the log's head is asked for."""
    follower = history.follow(wait=0.01)
    history.record(1)
    assert take(follower, 1) == [1]
    history.record(2, relay=False)
    assert take(follower, 2) == [2, 3]


def test_follower_of_a_place_that_is_not_reached_yet_waits_for_it(history: History) -> None:
    """Facts up to the position that a reader names are not told."""
    history.record(1)
    follower = history.follow(after=3)
    history.record(3)
    assert take(follower, 1) == [4]


def test_stop_ends_a_follower_in_its_catch_up(history: History) -> None:
    """A stopped follower does not read the log to its end."""
    history.record(100)
    follower = history.follow()
    assert take(follower, 2) == [1, 2]
    history.stop.set()
    assert list(follower) == []


def test_closing_the_subscription_ends_a_wait_at_once(history: History) -> None:
    """A follower that waits for news ends when it is stopped and its subscription closed."""
    subscription = history.feed.subscribe()
    facts = follow(history.log, subscription, 0, history.stop, wait=60.0)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(list, facts)
        history.stop.set()
        subscription.close()
        assert waiting.result(10) == []


def test_closed_subscription_leaves_the_log_to_follow(history: History) -> None:
    """A follower whose subscription ended goes on by asking the log, without spinning."""
    subscription = history.feed.subscribe()
    subscription.close()
    facts = follow(history.log, subscription, 0, history.stop, wait=0.01)
    history.record(1)
    assert next(facts).position == 1
    history.record(1)
    assert next(facts).position == 2


def test_racing_writer_and_follower_lose_nothing(history: History) -> None:
    """Invariant 3: a follower beside a writer that relays half its batches sees all in order."""
    follower = history.follow()
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(
            lambda: [history.record(3, relay=turn % 2 == 0) for turn in range(100)]
        )
        assert take(follower, 300) == list(range(1, 301))
        writing.result(10)
