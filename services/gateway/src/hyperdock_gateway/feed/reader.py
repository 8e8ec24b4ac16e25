"""One client of the feed: its place among the events and in the logs that it listens to."""

import asyncio
from collections.abc import Sequence

from hyperdock_common.ports import LogReader
from hyperdock_gateway.feed.feed import Feed
from hyperdock_gateway.feed.log_place import LogPlace
from hyperdock_gateway.feed.messages import Message, alive
from hyperdock_gateway.feed.past import read_past
from hyperdock_gateway.feed.topics import LogTopic, Topics


class Reader:
    """Reads for one client what it asked for. Keeps places, no messages.

    Args:
        feed: what it reads.
        log: read where it is behind.
        position: it hears of the events behind it.
        topics: of these alone.
    """

    def __init__(self, feed: Feed, log: LogReader, position: int, topics: Topics) -> None:
        self._feed = feed
        self._log = log
        self._position = position
        self._topics = topics
        self._streams = topics.streams()
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()
        self._alive_at = self._loop.call_soon(self._bell.set)
        self._due = 0.0
        self._places: list[LogPlace] = []
        feed.live.join(self._bell)

    def listen(self, topic: LogTopic, attempt: int) -> None:
        """Listens to a log, too, from this attempt on."""
        self._places.append(LogPlace(self._feed.tails, topic, attempt, self._bell))

    def close(self) -> None:
        """Lets go of everything."""
        self._alive_at.cancel()
        self._feed.live.leave(self._bell)
        for place in self._places:
            place.close()

    async def page(self) -> list[bytes]:
        """The next frames; waits until there are some. All that it gave before must be sent.

        The first one says where it begins, and such a one comes from time to time.

        Raises:
            StorageUnavailable, DecodeError: as the log raises them.
        """
        while True:
            self._bell.clear()
            if self._loop.time() >= self._due:
                return [self._alive()]
            before = self._position
            frames = [*await self._events(), *await self._logs()]
            if frames:
                return frames
            if self._position == before:
                await self._bell.wait()

    async def _events(self) -> list[bytes]:
        live, position = self._feed.live, self._position
        messages: Sequence[Message]
        kept = live.since(position)
        if kept is None:
            messages, self._position = await self._feed.threads.run(
                read_past, self._log, self._streams, position, live.end
            )
        else:
            messages = kept
            self._position = messages[-1].position if messages else position
        return self._topics.among(messages)

    async def _logs(self) -> list[bytes]:
        given = [await place.next() for place in self._places]
        if any(place.is_done for place in self._places):
            for place in self._places:
                if place.is_done:
                    place.close()
            self._places = [place for place in self._places if not place.is_done]
        return [frame for frame in given if frame is not None]

    def _alive(self) -> bytes:
        pace = self._feed.pace.alive
        self._due = self._loop.time() + pace
        self._alive_at = self._loop.call_at(self._due, self._bell.set)
        return alive(self._position)
