"""The views in one SQLite file: JSON documents with an index on each declared list of fields.

Documents and position change in one transaction. It is not synced: after a power failure the
views may show an earlier position, from which the log is folded again.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from hyperdock_common.adapters.page_query import PageQuery, checked
from hyperdock_common.adapters.sqlite_database import Layout, SqliteDatabase
from hyperdock_common.adapters.sqlite_pages import Statement, expression, statements, table
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import Folded, Page, ViewSchema

_LAYOUT: Final = Layout(
    application_id=0x48445657,  # HDVW
    version=1,
    statements=(
        """
        CREATE TABLE IF NOT EXISTS positions (view TEXT PRIMARY KEY, position INTEGER NOT NULL)
        WITHOUT ROWID
        """,
    ),
)
_POSITION: Final = "SELECT position FROM positions WHERE view = ?"
_SET_POSITION: Final = """
    INSERT INTO positions VALUES (?, ?)
    ON CONFLICT (view) DO UPDATE SET position = excluded.position
"""
_FORGET_POSITION: Final = "DELETE FROM positions WHERE view = ?"
_INDEXES: Final = (
    "SELECT name FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql > ''"
)

_documents = msgspec.json.Decoder(JsonObject)


class SqliteViewStore:
    """A `ViewStore` in the file `path`, with these views and no others.

    The file can be removed at any time while nobody has it open: it is rebuilt from the log.
    """

    def __init__(self, path: Path, schemas: Sequence[ViewSchema]) -> None:
        self._tables = {schema.name: table(schema.name) for schema in schemas}
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
            return _position(connection, view)

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        upsert = (
            f"INSERT INTO {self._table(view)} VALUES (?, ?)"  # noqa: S608  names are checked
            " ON CONFLICT (key) DO UPDATE SET document = excluded.document"
        )
        rows = [(key, msgspec.json.encode(each).decode()) for key, each in documents.items()]
        with self._database.write(durable=False) as connection:
            if position > _position(connection, view):
                connection.executemany(upsert, rows)
                connection.execute(_SET_POSITION, (view, position))

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`; no document is ever ahead of the view here."""
        position = self.position(view)
        found = self.get_many(view, keys)
        return {key: Folded(position=position, document=each) for key, each in found.items()}

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        select = (
            f"SELECT key, document FROM {self._table(view)}"  # noqa: S608  names are checked
            " WHERE key IN (SELECT value FROM json_each(?))"
        )
        asked = msgspec.json.encode(list(keys)).decode()
        with self._database.read() as connection:
            rows = connection.execute(select, (asked,)).fetchall()
        return {key: _documents.decode(text) for key, text in rows}

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

        What no declared index serves is answered as well, at the cost of a search through all.
        """
        self._table(view)
        query = PageQuery(view=view, where=where or {}, sort=sort, descending=descending)
        rows = self._rows(statements(query, cursor), max(limit, 1) + 1)
        shown, more = rows[: max(limit, 1)], rows[max(limit, 1) :]
        documents = [_documents.decode(text) for _, _, text in shown]
        if not more:
            return Page(documents=documents, next_cursor=None)
        key, sort_value, _ = shown[-1]
        return Page(documents=documents, next_cursor=query.cursor(sort_value, key))

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`."""
        delete = f"DELETE FROM {self._table(view)}"  # noqa: S608  names are checked
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

    def _rows(self, searches: Iterable[Statement], limit: int) -> list[tuple[str, float, str]]:
        with self._database.read() as connection:
            connection.execute("BEGIN")  # the searches of one page see one state
            rows: list[tuple[str, float, str]] = []
            for sql, values in searches:
                found = connection.execute(f"{sql} LIMIT ?", (*values, limit - len(rows)))
                rows.extend(islice(found, limit - len(rows)))
                if len(rows) == limit:
                    break
            return rows


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


def _position(connection: sqlite3.Connection, view: str) -> int:
    row = connection.execute(_POSITION, (view,)).fetchone()
    return int(row[0]) if row else 0
