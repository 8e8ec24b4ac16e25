"""The generations of the views in a SQLite file: tables side by side, and which one is live.

Pointer, positions and documents are read in one transaction, and a switch is one: so nobody ever
sees a mixture. The first generation has the names that files had before there were generations.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hyperdock_common.adapters.page_query import checked
from hyperdock_common.adapters.sqlite_database import Layout, SqliteDatabase
from hyperdock_common.adapters.sqlite_pages import expression, table
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.views import Generation, Role, ViewSchema, ViewStore

LAYOUT: Final = Layout(
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
        """
        CREATE TABLE IF NOT EXISTS generations (
            view TEXT PRIMARY KEY, made INTEGER NOT NULL, live INTEGER NOT NULL,
            beside INTEGER, before INTEGER
        ) WITHOUT ROWID
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
_FORGET: Final = ("DELETE FROM positions WHERE view = ?", "DELETE FROM versions WHERE view = ?")
_SET_VERSION: Final = "INSERT OR REPLACE INTO versions VALUES (?, ?)"
_POINTERS: Final = "SELECT made, live, beside, before FROM generations WHERE view = ?"
_SET_POINTERS: Final = "INSERT OR REPLACE INTO generations VALUES (?, ?, ?, ?, ?)"
_INDEXES: Final = (
    "SELECT name FROM sqlite_master WHERE tbl_name = ? AND type = 'index' AND sql > ''"
)


@dataclass(frozen=True, slots=True)
class Pointers:
    """The numbers of a view's generations, and the highest that was ever given."""

    made: int = 0
    live: int = 0
    beside: int | None = None
    before: int | None = None

    def number(self, role: Role) -> int | None:
        """The generation that plays a role; None where there is none."""
        match role:
            case Role.LIVE:
                return self.live
            case Role.BESIDE:
                return self.beside
            case Role.BEFORE:
                return self.before


def pointers(connection: sqlite3.Connection, view: str) -> Pointers:
    """Where the generations of a view are."""
    row = connection.execute(_POINTERS, (view,)).fetchone()
    return Pointers(*row) if row else Pointers()


def kept_name(view: str, number: int) -> str:
    """Under which name a generation has its table, position and version."""
    return f"{view}.g{number}" if number else view


def state(connection: sqlite3.Connection, kept: str) -> tuple[int, int | None]:
    """The position and the version of a generation; at 0 where nothing was ever saved."""
    position, version = connection.execute(_POSITION, (kept,)).fetchone() or (0, None)
    return int(position), version


def set_position(connection: sqlite3.Connection, kept: str, position: int) -> None:
    """A generation is folded up to here."""
    connection.execute(_SET_POSITION, (kept, position))


def set_version(connection: sqlite3.Connection, kept: str, version: int) -> None:
    """A generation is kept by this version of its schema from now on."""
    connection.execute(_SET_VERSION, (kept, version))


def empty(connection: sqlite3.Connection, kept: str) -> None:
    """Nothing of a generation stays but its table and indexes."""
    connection.execute(f"DELETE FROM {table(kept)}")  # noqa: S608  names are checked
    for statement in _FORGET:
        connection.execute(statement, (kept,))


def drop_others(connection: sqlite3.Connection, view: str) -> None:
    """Nothing stays but the live generation."""
    there = pointers(connection, view)
    for number in (there.beside, there.before):
        if number is not None:
            _remove(connection, kept_name(view, number))
    if there.made:
        _point(connection, view, Pointers(there.made, there.live))


def lay_out(connection: sqlite3.Connection, schema: ViewSchema, kept: str) -> None:
    """Makes the table and indexes of a generation, as the schema has them now."""
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {table(kept)} (key TEXT PRIMARY KEY, document TEXT NOT NULL)"
    )
    wanted = {f"{kept}:{','.join(map(checked, fields))}": fields for fields in schema.indexes}
    there = {index for (index,) in connection.execute(_INDEXES, (table(kept).strip('"'),))}
    for index in there - wanted.keys():
        connection.execute(f'DROP INDEX "{index}"')
    for index in wanted.keys() - there:
        columns = ", ".join(expression(each) for each in wanted[index])
        connection.execute(f'CREATE INDEX "{index}" ON {table(kept)} ({columns}, key)')


class SqliteGenerations:
    """The `ViewGenerations` of a file that a view store has open.

    Args:
        database: the file.
        schemas: the views.
        store: gives a store over this file for some views in a role.
    """

    def __init__(
        self,
        database: SqliteDatabase,
        schemas: Mapping[str, ViewSchema],
        store: Callable[[Sequence[ViewSchema], Role], ViewStore],
    ) -> None:
        self._database = database
        self._schemas = schemas
        self._store = store

    def generations(self) -> Sequence[Generation]:
        """See `ViewGenerations.generations`."""
        with self._database.read() as connection:
            connection.execute("BEGIN")
            return [each for view in self._schemas for each in _generations(connection, view)]

    def beside(self, views: Sequence[str]) -> ViewStore:
        """See `ViewGenerations.beside`."""
        schemas = [self._schema(view) for view in views]
        with self._database.write(durable=False) as connection:
            for schema in schemas:
                _begin(connection, schema)
        return self._store(schemas, Role.BESIDE)

    def before(self, views: Sequence[str]) -> ViewStore:
        """See `ViewGenerations.before`."""
        schemas = [self._schema(view) for view in views]
        with self._database.read() as connection:
            for view in views:
                if pointers(connection, view).before is None:
                    raise ValueError(f"nothing is kept from before of the view {view}")
        return self._store(schemas, Role.BEFORE)

    def switch(self, view: str, role: Role = Role.BESIDE) -> bool:
        """See `ViewGenerations.switch`; it is one transaction."""
        schema = self._schema(view)
        with self._database.write(durable=False) as connection:
            return _switch(connection, schema, role)

    def drop(self, view: str, role: Role) -> bool:
        """See `ViewGenerations.drop`; the file keeps its size, and uses the room again."""
        if role is Role.LIVE:
            raise ValueError("the live generation of a view is not dropped")
        self._schema(view)
        with self._database.write(durable=False) as connection:
            there = pointers(connection, view)
            number = there.number(role)
            if number is None:
                return False
            _remove(connection, kept_name(view, number))
            beside = None if role is Role.BESIDE else there.beside
            before = None if role is Role.BEFORE else there.before
            _point(connection, view, Pointers(there.made, there.live, beside, before))
            return True

    def _schema(self, view: str) -> ViewSchema:
        if view not in self._schemas:
            raise ValueError(f"there is no view {view!r}")
        return self._schemas[view]


def _generations(connection: sqlite3.Connection, view: str) -> Iterator[Generation]:
    there = pointers(connection, view)
    for role in Role:
        number = there.number(role)
        if number is not None:
            position, version = state(connection, kept_name(view, number))
            if position or role is not Role.LIVE:
                yield Generation(
                    view=view, role=role, number=number, position=position, version=version
                )


def _number(connection: sqlite3.Connection, view: str, role: Role) -> int:
    number = pointers(connection, view).number(role)
    if number is None:
        raise ValueError(f"the view {view} has no generation {role.value}")
    return number


def _begin(connection: sqlite3.Connection, schema: ViewSchema) -> None:
    """Makes the generation beside, unless there is one of this version.

    Its indexes are made while there is nothing yet: so they grow while the next events are folded,
    and nobody waits for one that is made of all documents at once.
    """
    view = schema.name
    there = pointers(connection, view)
    if there.beside is not None:
        kept = kept_name(view, there.beside)
        if state(connection, kept)[1] in (None, schema.version):
            lay_out(connection, schema, kept)
            return
        _remove(connection, kept)
    number = there.made + 1
    lay_out(connection, schema, kept_name(view, number))
    _point(connection, view, Pointers(number, there.live, number, there.before))


def _switch(connection: sqlite3.Connection, schema: ViewSchema, role: Role) -> bool:
    view = schema.name
    number, there = _number(connection, view, role), pointers(connection, view)
    live, version = state(connection, kept_name(view, there.live))
    if live and version != schema.version:
        raise StorageUnavailable(
            f"the view {view} is kept by version {version} of its schema, this release has"
            f" {schema.version}"
        )
    position, version = state(connection, kept_name(view, number))
    if position < live or (position and version != schema.version):
        return False
    lay_out(connection, schema, kept_name(view, number))
    beside = there.beside if role is Role.BEFORE else None
    if role is Role.BESIDE and there.before is not None:
        _remove(connection, kept_name(view, there.before))
    _point(connection, view, Pointers(there.made, number, beside, there.live))
    return True


def _point(connection: sqlite3.Connection, view: str, to: Pointers) -> None:
    connection.execute(_SET_POINTERS, (view, to.made, to.live, to.beside, to.before))


def _remove(connection: sqlite3.Connection, kept: str) -> None:
    connection.execute(f"DROP TABLE IF EXISTS {table(kept)}")
    for statement in _FORGET:
        connection.execute(statement, (kept,))
