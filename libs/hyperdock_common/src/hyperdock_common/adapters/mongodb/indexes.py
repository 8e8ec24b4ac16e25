"""Indexes that are made by whoever writes first, and again where the database came back empty."""

from collections.abc import Sequence

from pymongo import IndexModel
from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer


class Indexes:
    """The indexes of one collection. Call it before a write, inside `translated`."""

    def __init__(
        self, server: MongoServer, collection: Collection[Document], wanted: Sequence[IndexModel]
    ) -> None:
        self._server = server
        self._collection = collection
        self._wanted = list(wanted)
        self._made_at: int | None = None

    def __call__(self, *, anew: bool = False) -> None:
        """Makes them if a connection broke since they were made, or if told to; else does nothing.

        Readers do not call it: they may lack the right, and an empty collection needs none.
        """
        outages = self._server.outages
        if self._wanted and (anew or self._made_at != outages):
            self._collection.create_indexes(self._wanted)
            self._made_at = outages
