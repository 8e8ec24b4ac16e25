"""The views in one SQLite file: JSON documents with an index on each declared list of fields.

Documents and position change in one transaction. It is not synced: after a power failure the
views may show an earlier position, from which the log is folded again.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec

from hyperdock_common.adapters.page_documents import filled, rows_for
from hyperdock_common.adapters.page_query import PageQuery, parts_of
from hyperdock_common.adapters.sqlite_database import SqliteDatabase
from hyperdock_common.adapters.sqlite_generations import (
    LAYOUT,
    SqliteGenerations,
    drop_others,
    empty,
    kept_name,
    lay_out,
    pointers,
    set_position,
    set_version,
    state,
)
from hyperdock_common.adapters.sqlite_pages import found, in_time, statements, table
from hyperdock_common.adapters.view_hold import Hold
from hyperdock_common.errors import ViewSwitched
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.stored_views import StoredDocument
from hyperdock_common.ports.views import Condition, Field, Folded, Page, Role, ViewSchema

_SEARCHED_WITHIN: Final = 10.0
_KEYS: Final = 2_000  # listed at once
_ROWS: Final = 250  # in a statement: it takes two values for each

_documents = msgspec.json.Decoder(JsonObject)


class SqliteViews:
    """A `ViewStore` in an open file, for the generations of some views that play a role."""

    def __init__(
        self,
        database: SqliteDatabase,
        schemas: Sequence[ViewSchema],
        role: Role,
        searched_within: float = _SEARCHED_WITHIN,
    ) -> None:
        self._database = database
        self._schemas = {schema.name: schema for schema in schemas}
        self._role = role
        self._searched_within = searched_within
        self._hold = Hold()

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        with self._reading(view) as (connection, kept):
            if self._role is not Role.LIVE:  # who goes on from here saves to no younger one
                self._hold.on(view, kept)
            return self._position(connection, view, kept)[0]

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        self._refuse_unknown(view)
        rows = [(key, msgspec.json.encode(each).decode()) for key, each in documents.items()]
        with self._database.write(durable=False) as connection:
            kept = self._kept(connection, view)
            self._hold.on(view, kept)
            before, is_stale = self._position(connection, view, kept)
            if position <= before:
                return
            if is_stale:
                empty(connection, kept)
            if not before:
                set_version(connection, kept, self._schemas[view].version)
            _write(connection, kept, rows)
            set_position(connection, kept, position)

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`; no document is ever ahead of the view here."""
        with self._reading(view) as (connection, kept):
            self._hold.on(view, kept)
            position, _ = self._position(connection, view, kept)
            there = _texts(connection, kept, keys) if position else {}
        return {
            key: Folded(position=position, document=_documents.decode(text))
            for key, text in there.items()
        }

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        return {key: _documents.decode(text) for key, text in self.texts(view, keys).items()}

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        with self._reading(view) as (connection, kept):
            return _texts(connection, kept, keys)

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
        """See `ViewStore.page`; here a page may be sorted by every field.

        To SQLite a text in `where`, and one that an index names, ends at its first NUL.
        """
        self._refuse_unknown(view)
        query = PageQuery(
            view=view,
            where=where or {},
            conditions=conditions,
            sort=self._sort(view, sort),
            descending=descending,
        )
        at_most = max(limit, 1)
        with (
            self._reading(view) as (connection, kept),
            in_time(connection, self._searched_within),
        ):
            searches = list(statements(query, cursor, kept))
            rows = found(connection, searches, query.sort, rows_for(query, at_most))
            return filled(query, rows, at_most)

    def keys(self, view: str) -> Iterator[Sequence[str]]:
        """See `StoredViews.keys`."""
        start = ""
        while True:
            with self._reading(view) as (connection, kept):
                select = f"SELECT key FROM {table(kept)} WHERE key >= ? ORDER BY key LIMIT ?"  # noqa: S608
                found = [str(key) for (key,) in connection.execute(select, (start, _KEYS))]
            if not found:
                return
            yield found
            start = found[-1] + "\0"  # the first one behind it

    def stored(self, view: str, keys: Sequence[str]) -> Mapping[str, StoredDocument]:
        """See `StoredViews.stored`; what is searched by here is the document itself."""
        with self._reading(view) as (connection, kept):
            there = _texts(connection, kept, keys, "CAST(document AS BLOB)")
        return {
            key: StoredDocument(text=bytes(each).decode(errors="replace"))
            for key, each in there.items()
        }

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`."""
        self._refuse_unknown(view)
        with self._database.write(durable=False) as connection:
            empty(connection, self._kept(connection, view))
            if self._role is Role.LIVE:
                drop_others(connection, view)
        self._hold.let_go(view)

    @contextmanager
    def _reading(self, view: str) -> Iterator[tuple[sqlite3.Connection, str]]:
        """A transaction to read in, and the name under which the view is kept now."""
        self._refuse_unknown(view)
        with self._database.read() as connection:
            connection.execute("BEGIN")
            yield connection, self._kept(connection, view)

    def _refuse_unknown(self, view: str) -> None:
        if view not in self._schemas:
            raise ValueError(f"there is no view {view!r}")

    def _kept(self, connection: sqlite3.Connection, view: str) -> str:
        number = pointers(connection, view).number(self._role)
        if number is None:
            raise ViewSwitched(view)
        return kept_name(view, number)

    def _position(self, connection: sqlite3.Connection, view: str, kept: str) -> tuple[int, bool]:
        """The position, and whether what is there was kept by another version."""
        position, version = state(connection, kept)
        is_stale = position > 0 and version != self._schemas[view].version
        return 0 if is_stale else position, is_stale

    def _sort(self, view: str, field: Field) -> Field:
        """The field as an index names it, or its parts where none does."""
        parts = parts_of(field)
        indexed = {name for fields in self._schemas[view].indexes for name in fields}
        return next((name for name in indexed if parts_of(name) == parts), parts)


class SqliteViewStore(SqliteViews):
    """A `RebuildableViews` in the file `path`, with these views and no others.

    The file can be removed at any time while nobody has it open: it is rebuilt from the log.

    Args:
        path: where the file is or is to be.
        schemas: the views.
        searched_within: seconds after which the search for a page is given up.
    """

    def __init__(
        self,
        path: Path,
        schemas: Sequence[ViewSchema],
        *,
        searched_within: float = _SEARCHED_WITHIN,
    ) -> None:
        super().__init__(SqliteDatabase(path, LAYOUT), schemas, Role.LIVE, searched_within)
        try:
            with self._database.write(durable=False) as connection:
                for schema in schemas:
                    lay_out(connection, schema, self._kept(connection, schema.name))
        except BaseException:
            self._database.close()
            raise

    @property
    def generations(self) -> SqliteGenerations:
        """See `RebuildableViews.generations`."""
        in_role = partial(SqliteViews, self._database)
        return SqliteGenerations(self._database, self._schemas, in_role)

    def close(self) -> None:
        """Lets go of the file. Whatever is called later raises `StorageUnavailable`."""
        self._database.close()


def _texts(
    connection: sqlite3.Connection, kept: str, keys: Sequence[str], what: str = "document"
) -> dict[str, Any]:
    select = (
        f"SELECT key, {what} FROM {table(kept)}"  # noqa: S608  names are checked
        " WHERE key IN (SELECT value FROM json_each(?))"
    )
    asked = msgspec.json.encode(list(keys)).decode()
    return dict(connection.execute(select, (asked,)))


def _write(connection: sqlite3.Connection, kept: str, documents: Sequence[tuple[str, str]]) -> None:
    """Many rows to a statement: other threads go on while SQLite writes them."""
    whole = len(documents) - len(documents) % _ROWS
    for start in range(0, whole, _ROWS):
        values = [each for row in documents[start : start + _ROWS] for each in row]
        connection.execute(_upsert(kept, _ROWS), values)
    connection.executemany(_upsert(kept, 1), documents[whole:])


@cache
def _upsert(kept: str, rows: int) -> str:
    return (
        f"INSERT INTO {table(kept)} VALUES {', '.join(['(?, ?)'] * rows)}"  # noqa: S608  checked
        " ON CONFLICT (key) DO UPDATE SET document = excluded.document"
    )
