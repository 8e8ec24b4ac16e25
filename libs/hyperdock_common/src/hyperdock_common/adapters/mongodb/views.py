"""The views in MongoDB: a collection for each, and their positions in one.

A save writes the documents first and the position afterwards, and needs no transaction: each
document says up to where it is folded, and is never replaced by an older one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pymongo import InsertOne, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.adapters.mongodb.view_rows import Rows, document_of
from hyperdock_common.adapters.page_documents import Row, filled, rows_for
from hyperdock_common.adapters.page_query import PageQuery, checked
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import Condition, Field, Folded, Page, ViewSchema

Write: TypeAlias = InsertOne[Document] | ReplaceOne[Document]

_WRITTEN_AT_ONCE: Final = 1_000
_ASKED_AT_ONCE: Final = 100
_MOST_ABSENT: Final = 100_000
_DUPLICATE_KEY: Final = 11000
_UNKNOWN: Final = -1  # no count of outages
_SEARCHED_WITHIN: Final = 10_000  # ms; before the client takes the connection for broken


class MongoViewStore:
    """A `ViewStore` in a database, with these views and no others."""

    def __init__(self, server: MongoServer, schemas: Sequence[ViewSchema]) -> None:
        self._views = {schema.name: _View(server, schema) for schema in schemas}

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        with translated():
            return self._view(view).position()

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`; ValueError where a document is larger than 16 MiB."""
        with translated():
            kept = self._view(view)
            if position > kept.place_to_write():
                kept.write(documents, position)
                kept.move_to(position)

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`."""
        with translated():
            return self._view(view).folded(keys)

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        with translated():
            return {row["_id"]: document_of(row) for row in self._view(view).rows_of(keys)}

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        with translated():
            return {row["_id"]: row["d"] for row in self._view(view).rows_of(keys)}

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        conditions: Sequence[Condition] = (),
        sort: Field,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """See `ViewStore.page`."""
        query = PageQuery(
            view=view,
            where=where or {},
            conditions=conditions,
            sort=sort,
            descending=descending,
        )
        at_most = max(limit, 1)
        with translated():
            rows = self._view(view).search(query, cursor, rows_for(query, at_most))
            return filled(query, rows, at_most)

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`; one that stopped half-way is completed by the next save."""
        with translated():
            self._view(view).clear()

    def _view(self, view: str) -> "_View":
        if view not in self._views:
            raise ValueError(f"there is no view {view!r}")
        return self._views[view]


class _View:
    """One view's collection and its place among the positions."""

    def __init__(self, server: MongoServer, schema: ViewSchema) -> None:
        majority = ReadConcern("majority")
        name = f"view_{checked(schema.name)}"
        self._collection = server.database.get_collection(name, read_concern=majority)
        self._positions = server.database.get_collection("positions", read_concern=majority)
        self._server = server
        self._name = schema.name
        self._seen = (_UNKNOWN, 0)  # the outages until then, and the position that it had at least
        self._rows = Rows(schema)
        self._indexes = Indexes(server, self._collection, self._rows.indexes())
        self._absent: set[str] = set()
        self._foreign: set[str] = set()

    def position(self) -> int:
        return self._look()[0]

    def place_to_write(self) -> int:
        """The position or one before it; what another version kept is cleared before.

        Looked up only after an outage. Where another writer has moved it on since, nothing comes
        of it: what was folded from the same log is the same, and no document becomes older.
        """
        self._indexes()
        before = self._seen
        if before[0] == self._server.outages:
            return before[1]
        place, is_usable = self._look()
        if not is_usable and before[0] != _UNKNOWN:  # what is to be saved was folded on another
            self._seen = before
            raise StorageUnavailable(f"somebody else has taken over the view {self._name}")
        if not is_usable:
            self.clear()
        return place

    def _look(self) -> tuple[int, bool]:
        """The position, and whether what is there is of this version and not half cleared."""
        outages, version = self._server.outages, self._rows.version
        found = self._positions.find_one({"_id": self._name}) or {"position": 0, "version": version}
        is_usable = found.get("version") == version and "clearing" not in found
        position = int(found["position"]) if is_usable else 0
        self._seen = (outages if is_usable else _UNKNOWN, position)
        return position, is_usable

    def folded(self, keys: Sequence[str]) -> dict[str, Folded]:
        self._indexes()
        outages, position = self._seen  # read first: a document is never behind it
        if outages != self._server.outages:
            position, is_usable = self._look()
            if not is_usable:  # whoever writes next clears it: this may be a reader
                return {}
        there = list(self.rows_of(keys))
        found = {
            row["_id"]: Folded(position=max(row["p"], position), document=document_of(row))
            for row in there
            if row.get("v") == self._rows.version
        }
        self._foreign.update(row["_id"] for row in there if row["_id"] not in found)
        self._absent.update(key for key in keys if key not in found)
        return found

    def rows_of(self, keys: Sequence[str]) -> Iterable[Document]:
        for start in range(0, len(keys), _ASKED_AT_ONCE):
            asked = list(keys[start : start + _ASKED_AT_ONCE])
            yield from self._collection.find({"_id": {"$in": asked}})

    def write(self, documents: Mapping[str, JsonObject], position: int) -> None:
        rows = [self._rows.row(key, each, position) for key, each in documents.items()]
        for start in range(0, len(rows), _WRITTEN_AT_ONCE):
            self._write(rows[start : start + _WRITTEN_AT_ONCE])

    def _write(self, rows: Sequence[Document]) -> None:
        """Inserts what was not there when it was looked for: that is far cheaper than replacing.

        What a writer of another version wrote late, behind the back of this one, goes before.
        """
        if late := [row["_id"] for row in rows if row["_id"] in self._foreign]:
            others_have = {"_id": {"$in": late}, "v": {"$ne": self._rows.version}}
            self._collection.delete_many(others_have)
            self._foreign.difference_update(late)
        fresh = [row for row in rows if row["_id"] in self._absent]
        others = [row for row in rows if row["_id"] not in self._absent]
        self._absent.difference_update(row["_id"] for row in fresh)
        if len(self._absent) > _MOST_ABSENT:
            self._absent.clear()
        writes: list[Write] = [*map(InsertOne, fresh), *map(_unless_newer, others)]
        there = _write_all(self._collection, writes)
        again = [_unless_newer(fresh[place]) for place in there if place < len(fresh)]
        _write_all(self._collection, again)

    def move_to(self, position: int) -> None:
        outages = self._seen[0]
        mine = {"_id": self._name, "version": self._rows.version}
        change = {"$max": {"position": position}}
        try:
            self._positions.update_one(mine, change, upsert=True)
        except DuplicateKeyError:  # another has made it at this moment, or for another version
            self._positions.update_one(mine, change)
        self._seen = (outages, position)

    def search(self, query: PageQuery, cursor: str | None, limit: int) -> Iterator[Row]:
        for terms, order in self._rows.searches(query, cursor):
            found = self._collection.find(terms, max_time_ms=_SEARCHED_WITHIN)
            with found.sort(order).limit(limit) as rows:
                for row in rows:
                    limit -= 1
                    yield self._rows.found(row, query)
            if not limit:
                break

    def clear(self) -> None:
        """Marked first, so that nobody takes what is left of it for folded."""
        mine = {"_id": self._name}
        begun: dict[str, Any] = {"position": 0, "clearing": True, "version": self._rows.version}
        self._positions.update_one(mine, {"$set": begun}, upsert=True)
        self._seen = (_UNKNOWN, 0)
        self._absent.clear()
        self._foreign.clear()
        self._collection.delete_many({})
        self._positions.update_one(mine, {"$unset": {"clearing": True}})


def _unless_newer(row: Document) -> ReplaceOne[Document]:
    """A newer row is not found by this and its key is taken: a duplicate, which is no mistake."""
    older = {"_id": row["_id"], "p": {"$lt": row["p"]}, "v": row["v"]}
    return ReplaceOne(older, row, upsert=True)


def _write_all(collection: Collection[Document], writes: Sequence[Write]) -> list[int]:
    """Writes in any order; tells the places of those that found their key taken."""
    if not writes:
        return []
    try:
        collection.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        refused = error.details["writeErrors"]
        codes = {each["code"] for each in refused}
        if codes != {_DUPLICATE_KEY} or error.details["writeConcernErrors"]:
            raise
        return [each["index"] for each in refused]
    return []
