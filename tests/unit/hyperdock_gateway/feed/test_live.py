"""The newest facts, kept for the readers of the live feed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, World

from hyperdock_common.errors import DecodeError, StorageUnavailable
from hyperdock_common.events import RecordedEvent, TrialPaused
from hyperdock_gateway.feed import live
from hyperdock_gateway.feed.live import LiveFeed
from hyperdock_gateway.services import Services


@asynccontextmanager
async def following(services: Services, hold: float = DEADLINE) -> AsyncIterator[LiveFeed]:
    """A live feed at work, that knows what was before it."""
    head = await asyncio.to_thread(services.log.head)
    feed = LiveFeed(services, hold)
    feed.start()
    try:
        await until(feed, head)
        yield feed
    finally:
        await asyncio.to_thread(feed.stop)


async def until(feed: LiveFeed, position: int) -> None:
    """Waits until the feed has come to a position."""
    await feed.reach(position, DEADLINE)
    assert feed.end >= position


def test_the_newest_past_is_kept_from_the_beginning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was recorded long before the feed began is left to the log, what was lately is not."""
    monkeypatch.setattr(live, "BEFORE", 2)

    async def scene() -> None:
        trial_id = await asyncio.to_thread(world.add_trial)
        for _ in range(2):
            await asyncio.to_thread(world.publish, TrialPaused(trial_id=trial_id))
        async with following(world.services) as feed:
            assert feed.since(0) is None
            assert [each.position for each in feed.since(1) or ()] == [2, 3]
            assert feed.since(3) == ()
            await asyncio.to_thread(world.publish, TrialPaused(trial_id=trial_id))
            await until(feed, 4)
            assert [each.position for each in feed.since(2) or ()] == [3, 4]
            assert feed.since(99) == ()

    asyncio.run(scene())


@pytest.mark.parametrize(("kept", "size"), [(4, 10**6), (10**6, 2000)])
def test_old_facts_are_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch, kept: int, size: int
) -> None:
    """Only the newest facts are kept, by number and by size, and those without a hole."""
    monkeypatch.setattr(live, "KEPT", kept)
    monkeypatch.setattr(live, "KEPT_BYTES", size)

    async def scene() -> None:
        async with following(world.services) as feed:
            await asyncio.to_thread(world.add_trial)
            for _ in range(29):
                await asyncio.to_thread(world.publish, TrialPaused(trial_id="tune-aaaaaa"))
            await until(feed, 30)
            assert feed.since(15) is None
            assert [each.position for each in feed.since(28) or ()] == [29, 30]

    asyncio.run(scene())


def test_it_goes_on_when_the_log_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the log cannot be read the feed waits, and then goes on where it was."""
    monkeypatch.setattr(live, "_PAUSE", 0.01)
    failures = [StorageUnavailable("away"), StorageUnavailable("still away")]

    class FlakyLog:
        read = world.log.read

        def head(self) -> int:
            if failures:
                raise failures.pop()
            return world.log.head()

    async def scene() -> None:
        log: Any = FlakyLog()
        services = replace(world.services, log=log)
        feed = LiveFeed(services, DEADLINE)
        feed.start()
        try:
            failures.append(StorageUnavailable("away again"))
            await asyncio.to_thread(world.add_trial)
            await until(feed, 1)
            assert [each.position for each in feed.since(0) or ()] == [1]
        finally:
            await asyncio.to_thread(feed.stop)

    asyncio.run(scene())


class LateViews:
    """Views that are behind: they show what they are told to."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.asked: list[str] = []

    def position(self, view: str) -> int:
        """Up to where it is folded."""
        self.asked.append(view)
        return self.at.get(view, 0)


def test_an_event_is_held_back_until_the_views_show_it(world: World) -> None:
    """Only when all views that it changes are that far it comes, and what is behind it waits."""

    async def scene() -> None:
        views: Any = LateViews()
        async with following(replace(world.services, views=views)) as feed:
            await asyncio.to_thread(world.add_trial)
            await asyncio.to_thread(world.add_worker, "w")
            views.at = {"trials": 1, "workers": 2}
            await feed.reach(1, 0.1)
            assert feed.end == 0
            views.at["specs"] = views.at["notes"] = 1
            await until(feed, 2)
            assert views.asked.count("workers") == 1

    asyncio.run(scene())


def test_an_event_is_told_though_the_views_do_not_come(world: World) -> None:
    """Views that stay behind, or cannot be asked, delay events, each for a while, not for ever."""

    class BrokenViews(LateViews):
        def position(self, view: str) -> int:
            raise StorageUnavailable(view)

    async def scene(views: Any) -> None:
        begin = asyncio.get_running_loop().time()
        head = world.log.head()
        async with following(replace(world.services, views=views), hold=0.2) as feed:
            for number in range(5):
                await asyncio.to_thread(world.add_worker, f"w{number}")
            await until(feed, head + 5)
        assert 0.2 <= asyncio.get_running_loop().time() - begin < 5.0

    asyncio.run(scene(LateViews()))
    asyncio.run(scene(BrokenViews()))


def test_it_begins_at_the_head_where_the_past_cannot_be_read(world: World) -> None:
    """An old event that this release does not know keeps nobody from hearing the new ones."""

    class OddLog:
        head = world.log.head

        def read(self, after: int, limit: int, **options: Any) -> Sequence[RecordedEvent]:
            if after < 1:
                raise DecodeError("unknown")
            return world.log.read(after, limit, **options)

    async def scene() -> None:
        log: Any = OddLog()
        await asyncio.to_thread(world.add_worker, "w")
        async with following(replace(world.services, log=log)) as feed:
            await asyncio.to_thread(world.add_worker, "v")
            await until(feed, 2)
            assert feed.since(0) is None
            assert [each.position for each in feed.since(1) or ()] == [2]

    asyncio.run(scene())
