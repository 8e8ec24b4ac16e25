"""The documents of one view in MongoDB, in the generation that plays a role.

A save writes the documents first and the position afterwards, and needs no transaction: each
document says up to where it is folded, and is never replaced by an older one.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pymongo import InsertOne
from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.adapters.mongodb.view_places import Place, Places
from hyperdock_common.adapters.mongodb.view_rows import Rows, document_of
from hyperdock_common.adapters.mongodb.view_writes import Write, unless_newer, write_all
from hyperdock_common.adapters.page_documents import Row
from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.adapters.view_hold import Hold
from hyperdock_common.errors import StorageUnavailable, ViewSwitched
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.stored_views import StoredDocument
from hyperdock_common.ports.views import Folded, Role, ViewSchema

_WRITTEN_AT_ONCE: Final = 1_000
_ASKED_AT_ONCE: Final = 100
_MOST_ABSENT: Final = 100_000
_UNKNOWN: Final = -1  # no count of outages
_LOOKED_WITHIN: Final = 1.0  # seconds
_SEARCHED_WITHIN: Final = 10_000  # ms; before the client takes the connection for broken


class Seen(NamedTuple):
    """The outages until then, and the position and the generation that the view had then."""

    outages: int
    position: int
    number: int


_NOTHING: Final = Seen(_UNKNOWN, 0, 0)


class ViewDocuments:
    """One view in one role: its place among the positions, and the collection that is named there.

    Attributes:
        _seen: what was seen of it last: it had this position at least.
    """

    def __init__(self, server: MongoServer, schema: ViewSchema, role: Role) -> None:
        self._server = server
        self._role = role
        self._name = schema.name
        self._rows = Rows(schema)
        self._places = Places(server, schema.name)
        self._seen = _NOTHING
        self._looked_at = -math.inf
        self._hold = Hold()
        self._collections: dict[int, tuple[Collection[Document], Indexes]] = {}
        self._absent: set[str] = set()
        self._present: set[str] = set()
        self._foreign: set[str] = set()

    def position(self) -> int:
        """Up to where the view is folded."""
        seen = self._look()[0]
        if self._role is not Role.LIVE:  # who goes on from here saves to no younger one
            self._hold.on(self._name, seen.number)
        return seen.position

    def save(self, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        place = self.place_to_write()
        if position > place.position:
            self.write(documents, position, place.number)
            self._move_to(position, place.number)

    def place_to_write(self) -> "Seen":
        """The position or one before it; what another version kept is cleared before.

        Looked up only after an outage. Where another writer has moved it on since, nothing comes
        of it: what was folded from the same log is the same, and no document becomes older.
        """
        before = self._seen
        if before.outages == self._server.outages:
            self._prepare(before.number)
            return before
        place, is_usable = self._look()
        if not is_usable and before.outages != _UNKNOWN:  # what is to be saved is of another
            self._seen = before
            raise StorageUnavailable(f"somebody else has taken over the view {self._name}")
        self._prepare(place.number)
        if not is_usable:
            self._empty()
        return place

    def folded(self, keys: Sequence[str]) -> dict[str, Folded]:
        """See `ViewStore.folded`."""
        place, is_usable = self._seen, True  # read first: a document is never behind it
        if not keys or place.outages != self._server.outages:
            place, is_usable = self._look()
        self._prepare(place.number)
        if not is_usable:  # whoever writes next clears it: this may be a reader
            return {}
        there = list(_rows_of(self._collection(place.number), keys))
        found = {
            row["_id"]: Folded(position=max(row["p"], place.position), document=document_of(row))
            for row in there
            if row.get("v") == self._rows.version
        }
        self._foreign.update(row["_id"] for row in there if row["_id"] not in found)
        self._absent.update(key for key in keys if key not in found)
        self._present.update(found)
        return found

    def rows_of(self, keys: Sequence[str]) -> Sequence[Document]:
        """The documents that exist among `keys`, as they are stored."""
        return self._read(lambda collection: _rows_of(collection, keys), len(keys))

    def keys_from(self, start: str, count: int) -> Sequence[str]:
        """The first keys from there on, in order."""

        def find(collection: Collection[Document]) -> Iterator[Document]:
            behind = collection.find({"_id": {"$gte": start}}, {"_id": 1})
            yield from behind.sort("_id").limit(count)

        return [row["_id"] for row in self._read(find, count)]

    def stored(self, keys: Sequence[str]) -> dict[str, StoredDocument]:
        """The documents that exist among `keys`, whatever is in them."""
        is_ours = self._look()[0].position > 0
        return {row["_id"]: self._rows.stored(row, is_ours=is_ours) for row in self.rows_of(keys)}

    def write(
        self, documents: Mapping[str, JsonObject], position: int, number: int | None = None
    ) -> None:
        """The first step of a save: the documents, in a generation or in the one seen last."""
        collection = self._collection(self._seen.number if number is None else number)
        rows = [self._rows.row(key, each, position) for key, each in documents.items()]
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):
            self._write(collection, rows[start : start + _WRITTEN_AT_ONCE])

    def search(self, query: PageQuery, cursor: str | None, limit: int) -> Iterator[Row]:
        """The documents of a page, in order; where a generation ends early, of the other one."""
        number = self._readable()
        last: Row | None = None
        while limit:
            for last in self._found(number, query, cursor, limit):
                limit -= 1
                yield last
            before, number = number, self._look()[0].number if limit else number
            if number == before:
                break
            cursor = query.cursor(last.sort_value, last.key) if last else cursor

    def _found(
        self, number: int, query: PageQuery, cursor: str | None, limit: int
    ) -> Iterator[Row]:
        collection = self._collection(number)
        for terms, order in self._rows.searches(query, cursor):
            found = collection.find(terms, max_time_ms=_SEARCHED_WITHIN)
            with found.sort(order).limit(limit) as rows:
                for row in rows:
                    limit -= 1
                    yield self._rows.found(row, query)
            if not limit:
                break

    def clear(self) -> None:
        """See `ViewStore.clear`."""
        self._empty(forgotten=(Role.BESIDE, Role.BEFORE))
        self._places.drop_strays()

    def _empty(self, forgotten: Sequence[Role] = ()) -> None:
        """Marked first, so that nobody takes what is left of it for folded."""
        if self._role is not Role.LIVE:
            raise ValueError("a generation that is not the live one is dropped, and not cleared")
        number = self._look()[0].number
        with self._places.clearing(self._rows.version, forgotten):
            self._seen = Seen(_UNKNOWN, 0, number)
            self._absent.clear()
            self._foreign.clear()
            self._collection(number).delete_many({})
        self._hold.let_go(self._name)

    def _prepare(self, number: int) -> None:
        """For the writer: it goes on where it folded before, and has the indexes made."""
        self._hold.on(self._name, number)
        if self._role is Role.LIVE:
            self._kept(number)[1]()

    def _look(self) -> tuple["Seen", bool]:
        """Where it is, and whether what is there is of this version and not half cleared."""
        outages, version = self._server.outages, self._rows.version
        place = self._places.find(self._role)
        if place is None:
            if self._role is not Role.LIVE:
                raise ViewSwitched(self._name)
            place = Place(number=0, position=0, version=version)
        if place.number != self._seen.number:
            self._absent.clear()
            self._foreign.clear()
        is_usable = place.is_usable(version)
        seen = Seen(outages, place.position, place.number)
        self._seen = seen if is_usable else Seen(_UNKNOWN, 0, place.number)
        self._looked_at = time.monotonic()
        return self._seen, is_usable

    def _kept(self, number: int) -> tuple[Collection[Document], Indexes]:
        if number not in self._collections:
            collection = self._places.collection(number)
            indexes = Indexes(self._server, collection, self._rows.indexes())
            self._collections[number] = (collection, indexes)
        return self._collections[number]

    def _collection(self, number: int) -> Collection[Document]:
        return self._kept(number)[0]

    def _read(
        self, find: Callable[[Collection[Document]], Iterator[Document]], most: int
    ) -> Sequence[Document]:
        """What is found; what is missing may have been dropped, and is looked for once more."""
        number = self._readable()
        rows = list(find(self._collection(number)))
        if len(rows) < most and (now := self._look()[0].number) != number:
            rows = list(find(self._collection(now)))
        return rows

    def _readable(self) -> int:
        """For readers, who learn of a switch where they ask for the position, or a moment later.

        Who shows one view may read another one beside it, and asks for no position of that.
        """
        is_fresh = time.monotonic() - self._looked_at < _LOOKED_WITHIN
        if not is_fresh or self._seen.outages not in (_UNKNOWN, self._server.outages):
            self._look()
        return self._seen.number

    def _write(self, collection: Collection[Document], rows: Sequence[Document]) -> None:
        """Inserts what was not there when it was looked for: that is far cheaper than replacing.

        What a writer of another version wrote late, behind the back of this one, goes before.
        """
        if late := [row["_id"] for row in rows if row["_id"] in self._foreign]:
            others_have = {"_id": {"$in": late}, "v": {"$ne": self._rows.version}}
            collection.delete_many(others_have)
            self._foreign.difference_update(late)
        fresh = [row for row in rows if self._is_fresh(row["_id"])]
        others = [row for row in rows if not self._is_fresh(row["_id"])]
        self._absent.difference_update(row["_id"] for row in fresh)
        self._present.difference_update(row["_id"] for row in rows)
        if len(self._absent) > _MOST_ABSENT:
            self._absent.clear()
        writes: list[Write] = [*map(InsertOne, fresh), *map(unless_newer, others)]
        there = write_all(collection, writes)
        again = [unless_newer(fresh[place]) for place in there if place < len(fresh)]
        write_all(collection, again)

    def _is_fresh(self, key: str) -> bool:
        """Whether a document is probably not there yet; beside the live view, most are not."""
        return key in self._absent or (self._role is Role.BESIDE and key not in self._present)

    def _move_to(self, position: int, number: int) -> None:
        """The documents are there: so is the view.

        Raises:
            ViewSwitched: they are not those of the view any more.
        """
        outages = self._seen.outages
        if not self._places.move(self._role, number, self._rows.version, position):
            place = self._places.find(self._role)
            if place is None or place.number != number:
                self._seen = _NOTHING
                self._hold.let_go(self._name)
                raise ViewSwitched(self._name)
        self._seen = Seen(outages, position, number)


def _rows_of(collection: Collection[Document], keys: Sequence[str]) -> Iterator[Document]:
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        asked = list(keys[start : start + _ASKED_AT_ONCE])
        yield from collection.find({"_id": {"$in": asked}})
