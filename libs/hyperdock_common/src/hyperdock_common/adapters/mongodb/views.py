"""The views in MongoDB: a collection for each, and their positions in one.

A save writes the documents first and the position afterwards, and needs no transaction: each
document says up to where it is folded, and is never replaced by an older one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from pymongo import InsertOne, ReplaceOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer, translated
from hyperdock_common.adapters.mongodb.indexes import Indexes
from hyperdock_common.adapters.mongodb.view_rows import Rows, document_of, sort_value_of
from hyperdock_common.adapters.page_query import PageQuery, checked
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import Folded, Page, ViewSchema

Write: TypeAlias = InsertOne[Document] | ReplaceOne[Document]

_WRITTEN_AT_ONCE: Final = 1_000
_ASKED_AT_ONCE: Final = 100
_MOST_ABSENT: Final = 100_000
_DUPLICATE_KEY: Final = 11000


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

    def page(
        self,
        view: str,
        *,
        where: Mapping[str, Json] | None = None,
        sort: str,
        descending: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """See `ViewStore.page`; ValueError also where a field's name or value cannot be asked for.

        Plain fields on top that no declared index serves cost a search through all.
        """
        query = PageQuery(view=view, where=where or {}, sort=sort, descending=descending)
        at_most = max(limit, 1)
        with translated():
            rows = self._view(view).page(query, cursor, at_most + 1)
        shown, more = rows[:at_most], rows[at_most:]
        last = shown[-1] if more else None
        return Page(
            documents=[document_of(row) for row in shown],
            next_cursor=query.cursor(sort_value_of(last, query), last["_id"]) if last else None,
        )

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
        self._seen = (-1, 0)  # the outages until then, and the position that it had at least
        self._rows = Rows(schema)
        self._indexes = Indexes(server, self._collection, self._rows.indexes())
        self._absent: set[str] = set()

    def position(self) -> int:
        return self._look()[0]

    def place_to_write(self) -> int:
        """The position or one before it, after a clearing that stopped half-way is completed.

        Looked up only after an outage. Where another writer has moved it on since, nothing comes
        of it: what was folded from the same log is the same, and no document becomes older.
        """
        self._indexes()
        outages, place = self._seen
        if outages != self._server.outages:
            place, is_half_cleared = self._look()
            if is_half_cleared:
                self.clear()
                place = 0
        return place

    def _look(self) -> tuple[int, bool]:
        """The position, and whether it is being cleared."""
        outages = self._server.outages
        found = self._positions.find_one({"_id": self._name}) or {"position": 0}
        is_half_cleared = bool(found.get("clearing"))
        self._seen = (-1 if is_half_cleared else outages, int(found["position"]))
        return self._seen[1], is_half_cleared

    def folded(self, keys: Sequence[str]) -> dict[str, Folded]:
        self._indexes()
        outages, position = self._seen  # read first: a document is never behind it
        if outages != self._server.outages:
            position, is_half_cleared = self._look()
            if is_half_cleared:  # whoever writes next completes it: this may be a reader
                return {}
        found = {
            row["_id"]: Folded(position=max(row["p"], position), document=document_of(row))
            for row in self.rows_of(keys)
        }
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
        """Inserts what was not there when it was looked for: that is far cheaper than replacing."""
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
        change = {"$max": {"position": position}}
        try:
            self._positions.update_one({"_id": self._name}, change, upsert=True)
        except DuplicateKeyError:  # another has made it at this moment
            self._positions.update_one({"_id": self._name}, change)
        self._seen = (outages, position)

    def page(self, query: PageQuery, cursor: str | None, limit: int) -> list[Document]:
        rows: list[Document] = []
        for terms, order in self._rows.searches(query, cursor):
            rows += self._collection.find(terms).sort(order).limit(limit - len(rows))
            if len(rows) == limit:
                break
        return rows

    def clear(self) -> None:
        """Marked first, so that nobody takes what is left of it for folded."""
        mine = {"_id": self._name}
        begun: dict[str, Any] = {"$set": {"position": 0, "clearing": True}}
        self._positions.update_one(mine, begun, upsert=True)
        self._seen = (-1, 0)
        self._absent.clear()
        self._collection.delete_many({})
        self._positions.update_one(mine, {"$unset": {"clearing": True}})


def _unless_newer(row: Document) -> ReplaceOne[Document]:
    """A newer row is not found by this and its key is taken: a duplicate, which is no mistake."""
    return ReplaceOne({"_id": row["_id"], "p": {"$lt": row["p"]}}, row, upsert=True)


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
