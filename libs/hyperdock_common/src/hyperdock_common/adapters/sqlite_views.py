"""The views in one SQLite file: JSON documents with an index on each declared list of fields.

Documents and position change in one transaction. It is not synced: after a power failure the
views may show an earlier position, from which the log is folded again.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from hyperdock_common.adapters.page_documents import filled, rows_for
from hyperdock_common.adapters.page_query import PageQuery, checked, parts_of
from hyperdock_common.adapters.sqlite_database import Layout, SqliteDatabase
from hyperdock_common.adapters.sqlite_pages import expression, found, in_time, statements, table
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import Condition, Field, Folded, Page, ViewSchema

_LAYOUT: Final = Layout(
    application_id=0x48445657,  # HDVW
    version=1,
    statements=(
        """
        CREATE TABLE IF NOT EXISTS positions (view TEXT PRIMARY KEY, position INTEGER NOT NULL)
        WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS versions (view TEXT PRIMARY KEY, version INTEGER NOT NULL)
        WITHOUT ROWID
        """,
    ),
)
_POSITION: Final = """
    SELECT position, version FROM positions LEFT JOIN versions USING (view) WHERE view = ?
"""
_SET_POSITION: Final = """
    INSERT INTO positions VALUES (?, ?)
    ON CONFLICT (view) DO UPDATE SET position = excluded.position
"""
_FORGET_POSITION: Final = "DELETE FROM positions WHERE view = ?"
_SET_VERSION: Final = "INSERT OR REPLACE INTO versions VALUES (?, ?)"
_SEARCHED_WITHIN: Final = 10.0
_INDEXES: Final = (
    "SELECT name FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql > ''"
)

_documents = msgspec.json.Decoder(JsonObject)


class SqliteViewStore:
    """A `ViewStore` in the file `path`, with these views and no others.

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
        self._schemas = {schema.name: schema for schema in schemas}
        self._tables = {schema.name: table(schema.name) for schema in schemas}
        self._searched_within = searched_within
        self._database = SqliteDatabase(path, _LAYOUT)
        try:
            with self._database.write(durable=False) as connection:
                for schema in schemas:
                    _lay_out(connection, schema)
        except BaseException:
            self._database.close()
            raise

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        self._table(view)
        with self._database.read() as connection:
            return self._position(connection, view)[0]

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        upsert = (
            f"INSERT INTO {self._table(view)} VALUES (?, ?)"  # noqa: S608  names are checked
            " ON CONFLICT (key) DO UPDATE SET document = excluded.document"
        )
        rows = [(key, msgspec.json.encode(each).decode()) for key, each in documents.items()]
        with self._database.write(durable=False) as connection:
            before, is_stale = self._position(connection, view)
            if position <= before:
                return
            if is_stale:
                connection.execute(_delete(self._table(view)))
            if not before:
                connection.execute(_SET_VERSION, (view, self._schemas[view].version))
            connection.executemany(upsert, rows)
            connection.execute(_SET_POSITION, (view, position))

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`; no document is ever ahead of the view here."""
        position = self.position(view)
        there = self.get_many(view, keys) if position else {}
        return {key: Folded(position=position, document=each) for key, each in there.items()}

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        return {key: _documents.decode(text) for key, text in self.texts(view, keys).items()}

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        select = (
            f"SELECT key, document FROM {self._table(view)}"  # noqa: S608  names are checked
            " WHERE key IN (SELECT value FROM json_each(?))"
        )
        asked = msgspec.json.encode(list(keys)).decode()
        with self._database.read() as connection:
            return dict(connection.execute(select, (asked,)))

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
        self._table(view)
        query = PageQuery(
            view=view,
            where=where or {},
            conditions=conditions,
            sort=self._sort(view, sort),
            descending=descending,
        )
        searches, at_most = list(statements(query, cursor)), max(limit, 1)
        with self._database.read() as connection, in_time(connection, self._searched_within):
            rows = found(connection, searches, query.sort, rows_for(query, at_most))
            return filled(query, rows, at_most)

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`."""
        delete = _delete(self._table(view))
        with self._database.write(durable=False) as connection:
            connection.execute(delete)
            connection.execute(_FORGET_POSITION, (view,))

    def close(self) -> None:
        """Lets go of the file. Whatever is called later raises `StorageUnavailable`."""
        self._database.close()

    def _table(self, view: str) -> str:
        if view not in self._tables:
            raise ValueError(f"there is no view {view!r}")
        return self._tables[view]

    def _position(self, connection: sqlite3.Connection, view: str) -> tuple[int, bool]:
        """The position, and whether what is there was kept by another version."""
        position, version = connection.execute(_POSITION, (view,)).fetchone() or (0, None)
        is_stale = position > 0 and version != self._schemas[view].version
        return 0 if is_stale else int(position), is_stale

    def _sort(self, view: str, field: Field) -> Field:
        """The field as an index names it, or its parts where none does."""
        parts = parts_of(field)
        indexed = {name for fields in self._schemas[view].indexes for name in fields}
        return next((name for name in indexed if parts_of(name) == parts), parts)


def _lay_out(connection: sqlite3.Connection, schema: ViewSchema) -> None:
    name = table(schema.name)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {name} (key TEXT PRIMARY KEY, document TEXT NOT NULL)"
    )
    wanted = {_index_name(schema, fields): fields for fields in schema.indexes}
    there = {index for (index,) in connection.execute(_INDEXES, (name.strip('"'),))}
    for index in there - wanted.keys():
        connection.execute(f'DROP INDEX "{index}"')
    for index in wanted.keys() - there:
        columns = ", ".join(expression(each) for each in wanted[index])
        connection.execute(f'CREATE INDEX "{index}" ON {name} ({columns}, key)')


def _index_name(schema: ViewSchema, fields: Sequence[str]) -> str:
    return f"{schema.name}:{','.join(checked(each) for each in fields)}"


def _delete(checked_table: str) -> str:
    return f"DELETE FROM {checked_table}"  # noqa: S608  names are checked
