"""The feed as a whole: what all of its readers share."""

from hyperdock_gateway.feed.live import LiveFeed
from hyperdock_gateway.feed.pace import Pace
from hyperdock_gateway.feed.tails import Tails
from hyperdock_gateway.feed.threads import Threads
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.services import Services


class Feed:
    """Follows the log and the logs of jobs for everybody who listens. Lives in an event loop."""

    def __init__(self, services: Services, pace: Pace) -> None:
        self.pace = pace
        self.threads = Threads()
        self.live = LiveFeed(services, pace.hold)
        self.tails = Tails(services, self.threads, pace.look)

    def start(self) -> None:
        """Begins to follow."""
        self.live.start()

    async def stop(self) -> None:
        """Ends; returns when nothing of it runs any more."""
        self.tails.close()
        await in_thread(self.live.stop)
