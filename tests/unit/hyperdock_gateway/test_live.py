"""The newest facts, kept for the readers of the live feed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import DEADLINE, World

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import TrialPaused
from hyperdock_gateway import live
from hyperdock_gateway.live import LiveFeed
from hyperdock_gateway.services import Services


@asynccontextmanager
async def following(services: Services) -> AsyncIterator[LiveFeed]:
    """A live feed at work, that knows where it begins."""
    feed = LiveFeed(services.log, services.bus)
    feed.start()
    try:
        await until(feed, 0)
        yield feed
    finally:
        await asyncio.to_thread(feed.stop)


async def until(feed: LiveFeed, position: int) -> None:
    """Waits until the feed has come to a position."""
    async with asyncio.timeout(DEADLINE):
        while True:
            news = feed.news()
            if feed.end >= position:
                return
            await news.wait()


def test_only_what_comes_after_the_beginning_is_kept(world: World) -> None:
    """What was recorded before the feed began is left to the log; the head has nothing behind."""

    async def scene() -> None:
        trial_id = world.add_trial()
        async with following(world.services) as feed:
            assert feed.since(0) is None
            assert feed.since(1) == ()
            await asyncio.to_thread(world.publish, TrialPaused(trial_id=trial_id))
            await until(feed, 2)
            assert [each.position for each in feed.since(1) or ()] == [2]
            assert feed.since(2) == ()
            assert feed.since(99) == ()

    asyncio.run(scene())


@pytest.mark.parametrize(("kept", "characters"), [(4, 10**6), (10**6, 2000)])
def test_old_facts_are_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch, kept: int, characters: int
) -> None:
    """Only the newest facts are kept, by number and by size, and those without a hole."""
    monkeypatch.setattr(live, "KEPT", kept)
    monkeypatch.setattr(live, "KEPT_CHARACTERS", characters)

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
        async with following(replace(world.services, log=log)) as feed:
            failures.append(StorageUnavailable("away again"))
            await asyncio.to_thread(world.add_trial)
            await until(feed, 1)
            assert [each.position for each in feed.since(0) or ()] == [1]

    asyncio.run(scene())
