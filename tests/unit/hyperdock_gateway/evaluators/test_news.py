"""Waiting for news of a trial: by the live feed, or by looking now and then."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from tests.unit.hyperdock_gateway.world import DEADLINE, World

from hyperdock_gateway.evaluators.news import TrialNews
from hyperdock_gateway.feed import Feed, Pace

Story = Callable[[TrialNews], Awaitable[None]]


def tell(world: World, story: Story, *, trial_id: str) -> None:
    """Runs a story with the news of a trial, beside a live feed."""

    async def run() -> None:
        feed = Feed(world.services, Pace())
        feed.start()
        try:
            await feed.live.reach(world.log.head(), DEADLINE)
            async with asyncio.timeout(DEADLINE):
                await story(TrialNews(connection(feed), trial_id))
        finally:
            await feed.stop()

    asyncio.run(run())


def connection(feed: Feed | None) -> Any:
    """A connection to an app with this feed."""
    state = SimpleNamespace() if feed is None else SimpleNamespace(feed=feed)
    return SimpleNamespace(app=SimpleNamespace(state=state))


async def is_woken(news: TrialNews, by: Callable[[], object], at_most: float) -> bool:
    """Whether something wakes who waits, before the time is over."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(news.wait(at_most))
    began = loop.time()
    await asyncio.to_thread(by)
    await waiting
    return loop.time() - began < at_most


def test_what_happens_in_the_trial_is_news(world: World) -> None:
    """It wakes who waits, long before the time is over."""
    trial_id = world.add_trial()

    async def story(news: TrialNews) -> None:
        news.note()
        assert await is_woken(news, lambda: world.add_job(trial_id, 1), 5.0)

    tell(world, story, trial_id=trial_id)


def test_what_happens_between_looking_and_waiting_is_news(world: World) -> None:
    """Nothing is missed."""
    trial_id = world.add_trial()

    async def story(news: TrialNews) -> None:
        news.note()
        await asyncio.to_thread(world.add_job, trial_id, 1)
        assert await is_woken(news, lambda: None, 5.0)

    tell(world, story, trial_id=trial_id)


def test_what_happens_elsewhere_is_none(world: World) -> None:
    """Not in another trial, nor to a worker; and what was known is none either."""
    trial_id = world.add_trial()
    world.add_job(trial_id, 1)

    def elsewhere() -> None:
        world.add_job(world.add_trial("tune-bbbbbb"), 1)
        world.add_worker("w")

    async def story(news: TrialNews) -> None:
        news.note()
        assert not await is_woken(news, elsewhere, 0.5)

    tell(world, story, trial_id=trial_id)


def test_a_long_past_is_news(world: World) -> None:
    """Where more has happened than the feed keeps, there is something to look at."""
    trial_id = world.add_trial()

    async def story(news: TrialNews) -> None:
        assert await is_woken(news, lambda: None, 5.0)

    tell(world, story, trial_id=trial_id)


def test_without_a_feed_one_looks_now_and_then() -> None:
    """It returns after a moment, whatever the time that is left."""
    news = TrialNews(connection(None), "t")
    news.note()

    async def story() -> None:
        assert await is_woken(news, lambda: None, DEADLINE)

    asyncio.run(story())
