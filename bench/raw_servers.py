"""The raw limits of the servers: their own clients in a loop, with nothing of Hyperdock."""

import time
from collections.abc import Sequence
from typing import Any

import pika  # type: ignore[import-untyped]
from pymongo import MongoClient, WriteConcern
from pymongo.database import Database

_WINDOW = 1000
_QUEUE = "raw"


class _Publisher:
    """Publishes persistent messages to a quorum queue, a window of unconfirmed ones at a time."""

    def __init__(self, url: str, bodies: Sequence[bytes]) -> None:
        self._bodies = bodies
        self._next = 0
        self._open = 0
        self.seconds = 0.0
        self._since = 0.0
        self._connection = pika.SelectConnection(
            pika.URLParameters(url), on_open_callback=self._opened
        )

    def run(self) -> float:
        """The seconds that it took."""
        self._connection.ioloop.start()
        return self.seconds

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._begin)

    def _begin(self, channel: Any) -> None:
        self._channel = channel
        channel.queue_declare(
            _QUEUE,
            durable=True,
            arguments={"x-queue-type": "quorum"},
            callback=lambda _: channel.confirm_delivery(
                self._confirmed, callback=lambda _: self._start()
            ),
        )

    def _start(self) -> None:
        self._since = time.monotonic()
        self._fill()

    def _fill(self) -> None:
        properties = pika.BasicProperties(delivery_mode=2)
        while self._next < len(self._bodies) and self._open < _WINDOW:
            self._channel.basic_publish("", _QUEUE, self._bodies[self._next], properties, True)  # noqa: FBT003
            self._next += 1
            self._open += 1

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        first = self._next - self._open + 1
        self._open -= method.delivery_tag - first + 1 if method.multiple else 1
        if self._open == 0 and self._next == len(self._bodies):
            self.seconds = time.monotonic() - self._since
            self._channel.queue_delete(_QUEUE)
            self._connection.ioloop.call_later(0.2, self._connection.ioloop.stop)
            return
        self._fill()


def publish_confirmed(url: str, bodies: Sequence[bytes]) -> float:
    """Publishes all of them, confirmed in windows of a thousand; the seconds that it took."""
    return _Publisher(url, bodies).run()


def insert_documents(url: str, documents: Sequence[dict[str, Any]]) -> float:
    """Inserts all of them, a thousand at a time, majority and journal; the seconds."""
    client: MongoClient[dict[str, Any]]
    with MongoClient(url) as client:
        database: Database[dict[str, Any]] = client.get_default_database()
        collection = database.get_collection("raw", write_concern=WriteConcern("majority", j=True))
        since = time.monotonic()
        for first in range(0, len(documents), _WINDOW):
            collection.insert_many(documents[first : first + _WINDOW])
        return time.monotonic() - since
