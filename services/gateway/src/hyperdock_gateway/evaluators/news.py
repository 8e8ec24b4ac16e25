"""Waiting for something to happen in a trial: who waits costs nothing until it does."""

import asyncio
from typing import Any, Final

from starlette.requests import HTTPConnection

from hyperdock_gateway.feed.live import LiveFeed

_LOOK: Final = 0.25
_LONGEST: Final = 5.0
_PAUSE: Final = 0.05


class TrialNews:
    """Tells that there may be something new of a trial, by the gateway's live feed.

    Where there is no feed, or should it stand still, it says so every now and then.
    """

    def __init__(self, connection: HTTPConnection, trial_id: str) -> None:
        feed: Any = getattr(connection.app.state, "feed", None)
        self._live: LiveFeed | None = None if feed is None else feed.live
        self._topic = f"trial:{trial_id}"
        self._position = 0

    def note(self) -> None:
        """Whatever has arrived until now is no news: look at the views after this."""
        self._position = -1 if self._live is None else self._live.end

    async def wait(self, at_most: float) -> None:
        """Returns when there are news, some seconds have passed, or `at_most` have."""
        if self._live is None:
            await asyncio.sleep(min(_LOOK, at_most))
            return
        await asyncio.sleep(min(_PAUSE, at_most))
        bell = asyncio.Event()
        self._live.join(bell)
        try:
            async with asyncio.timeout(min(_LONGEST, at_most)):
                while not self._has_some(self._live):
                    bell.clear()
                    await bell.wait()
        except TimeoutError:
            pass
        finally:
            self._live.leave(bell)

    def _has_some(self, live: LiveFeed) -> bool:
        while self._position < live.end:
            page = live.since(self._position)
            if page is None or any(self._topic in each.topics for each in page):
                return True
            self._position = page[-1].position if page else live.end
        return False
