"""The names of all queues and exchanges, and how each is declared: the same on every side.

Only what RabbitMQ 3.10 has and 4.3 still has. The arguments of a queue that exists cannot change:
a change here needs a new name. The delivery limits are far away on purpose: poison is told by what
it is and not by how often it was delivered.
"""

import hashlib
from typing import Any, Final
from urllib.parse import quote

from hyperdock_common.adapters.rabbitmq.amqp import Channel

_NEVER: Final = 1_000_000
_OFFER_MS: Final = 60_000
_UNUSED_MS: Final = 24 * 3600 * 1000
_FEED_BOUND: Final = 10_000
_NAME_BOUND: Final = 100
_DURABLE: Final[dict[str, Any]] = {"x-queue-type": "quorum", "x-delivery-limit": _NEVER}


class Topology:
    """The names under one prefix. Declaring what is there already does nothing."""

    def __init__(self, prefix: str) -> None:
        self.inbox = f"{prefix}.inbox"
        self.set_aside = f"{prefix}.set-aside"
        self.probe = f"{prefix}.probe"
        self.feed = f"{prefix}.feed"
        self.orders = f"{prefix}.orders"
        self._jobs = f"{prefix}.jobs"

    def jobs(self, pool: str, line: str) -> str:
        """The queue of one pool and line, whatever characters their names hold."""
        return f"{self._jobs}.{plain(pool)}.{plain(line)}"

    def declare_inbox(self, channel: Channel) -> None:
        """The inbox, and where its poison goes."""
        only_one = {**_DURABLE, "x-single-active-consumer": True}
        channel.queue_declare(self.inbox, durable=True, arguments=only_one)
        channel.queue_declare(self.set_aside, durable=True, arguments=_DURABLE)

    def declare_probe(self, channel: Channel) -> None:
        """The queue that holds one message and is never read: who can publish to it is heard."""
        one = {**_DURABLE, "x-max-length": 1}
        channel.queue_declare(self.probe, durable=True, arguments=one)

    def declare_jobs(self, channel: Channel, queue: str) -> None:
        """The queue of one pool and line. It goes away when nobody has used it for a day."""
        hints = {"x-queue-type": "classic", "x-message-ttl": _OFFER_MS, "x-expires": _UNUSED_MS}
        channel.queue_declare(queue, durable=True, arguments=hints)

    def declare_exchanges(self, channel: Channel) -> None:
        """The two ways of the feed."""
        channel.exchange_declare(self.feed, exchange_type="fanout", durable=True)
        channel.exchange_declare(self.orders, exchange_type="direct", durable=True)

    def declare_reader(self, channel: Channel, callback: Any) -> None:
        """The queue of one subscription: it goes away with its channel or its connection."""
        bound = {
            "x-queue-type": "classic",
            "x-max-length": _FEED_BOUND,
            "x-overflow": "drop-head",
        }
        channel.queue_declare(
            "", exclusive=True, auto_delete=True, arguments=bound, callback=callback
        )


def plain(name: str) -> str:
    """A name in letters that need no thought, short, and different for different names."""
    quoted = quote(name, safe="").replace(".", "%2E")
    if len(quoted) <= _NAME_BOUND:
        return quoted
    return f"{quoted[:30]}~{hashlib.sha256(name.encode()).hexdigest()[:32]}"
