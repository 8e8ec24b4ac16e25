"""Finding the head of the log in few bounded searches, from whatever is known of it.

Positions have no holes and a commit is at most `LARGEST` long. So whether anything ends in the
`LARGEST` positions behind a place tells whether the head is behind that place: the head is found
by halving, without a document that every append would have to write. Where the log's beginning is
in an archive, positions have no holes behind its mark.
"""

from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.archive import Archive
from hyperdock_common.adapters.mongodb.batches import LARGEST
from hyperdock_common.adapters.mongodb.connection import Document, MongoServer


class Head:
    """Where the log ends. Thread safe; call it inside `translated`."""

    def __init__(
        self, server: MongoServer, commits: Collection[Document], archive: Archive
    ) -> None:
        self._server = server
        self._commits = commits
        self._archive = archive
        self._noted = (-1, 0)  # the outages until then, and a position where a commit ended

    def is_at(self, position: int) -> bool:
        """Whether the head was here when last seen, and the connection has held since."""
        return self._noted == (self._server.outages, position)

    def note(self, position: int, outages: int) -> None:
        """A commit ended here, when so many connections had broken."""
        self._noted = (outages, position)

    def forget(self) -> None:
        """What is known may be wrong."""
        self._noted = (-1, self._noted[1])

    def find(self) -> int:
        """The head, as most of the servers have it."""
        outages = self._server.outages
        place = self._noted[1]
        if place and place not in self._ends(place - 1, 1):
            place = 0  # the log is another one than it was, or this commit was archived
        if not place:
            place = self._archive.position()
        place = self._from(place)
        self.note(place, outages)
        return place

    def _from(self, place: int) -> int:
        while True:
            begun = place
            place = max(self._ends(begun, 2 * LARGEST), default=begun)
            if place <= begun + LARGEST:  # else the next one may end behind this window
                return place
            place = self._leap(place)

    def _leap(self, place: int) -> int:
        """A place not behind the head, and not far before it."""
        low, width = place, 2 * LARGEST
        while self._is_passed(place + width):
            low, width = place + width, 2 * width
        high = place + width
        while high - low > 2 * LARGEST:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_passed(middle) else (low, middle)
        return low

    def _is_passed(self, place: int) -> bool:
        return bool(self._ends(place, LARGEST, limit=1))

    def _ends(self, place: int, width: int, limit: int = 0) -> list[int]:
        """Where commits end in the `width` positions behind a place."""
        within = {"last": {"$gt": place, "$lte": place + width}}
        return [int(each["last"]) for each in self._commits.find(within, {"last": 1}).limit(limit)]
