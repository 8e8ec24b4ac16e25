"""A SQLite file as our stores use it: WAL, one writer behind a lock, readers beside it.

It opens only files of ours (told by application id and schema version, so that nobody's other
database is written to) and turns SQLite's errors into ours.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hyperdock_common.errors import StorageUnavailable

_BUSY_SECONDS: Final = 5.0
_PRIMARY_CODE: Final = 0xFF  # the rest of an error code says more exactly which
_COLUMN: Final = "SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = ?"
_NOT_OURS_TO_WRITE: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_NOT_A_DATABASE: Final = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class UnusableDatabase(StorageUnavailable):
    """Raised when a file is there but is no database that this release can use: mend it first."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path} {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a kind of database file is told by, and the statements that lay it out.

    Attributes:
        statements: lay out a new file; they change nothing where they were run before.
        upgrades: by an earlier version, what makes the next one of a file that has it. A version
            without is not read any more.
        stand_ins: by `table.column`, what those who only read make for themselves, out of sight of
            others, where an earlier release's file does not have it.
    """

    application_id: int
    version: int
    statements: tuple[str, ...]
    upgrades: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def can_use(self, version: int) -> bool:
        """Whether a file of this version is one of this layout, or can become one."""
        return all(step in self.upgrades for step in range(version, self.version)) and (
            version <= self.version
        )


class SqliteDatabase:
    """One database file. Thread safe: writers queue up, readers see the last commit at once.

    Args:
        path: where it is, or is to be.
        layout: what it is.
        read_only: it is there, and is left as it is, whatever its version and wherever it lies.
    """

    def __init__(self, path: Path, layout: Layout, *, read_only: bool = False) -> None:
        self._path = path
        self._layout = layout
        self._mode = "ro" if read_only else "rwc"
        self._write_lock = threading.Lock()
        self._writers: dict[str, sqlite3.Connection] = {}
        self._idle_readers: deque[sqlite3.Connection] = deque()
        self._closed = False
        try:
            if read_only:
                self._look()
            else:
                self._prepare(layout)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def write(self, *, durable: bool) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is stored when the block ends, nothing where it raises.

        Args:
            durable: it outlives a power failure when the block has ended. Otherwise it outlives
                the process, and reaches the disk with the next durable one at the latest. (Both
                sync at checkpoints, so what is not durable never endangers what is.)
        """
        if self._mode != "rwc":
            raise StorageUnavailable(f"{self._path} was opened to be read only")
        with self._write_lock, self._translated():
            connection = self._writer("FULL" if durable else "NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection to read by, for this thread while the block lasts. Waits for nobody."""
        with self._translated():
            connection = self._reader()
            try:
                yield connection
            finally:
                _roll_back(connection)
                self._give_back(connection)

    def close(self) -> None:
        """Lets go of the file. Whatever is called later raises `StorageUnavailable`."""
        with self._write_lock:
            self._closed = True
            self._close_idle_readers()
            for connection in self._writers.values():
                connection.close()
            self._writers.clear()

    def _prepare(self, layout: Layout) -> None:
        with self._translated(), closing(self._connect()) as connection:
            self._refuse_foreign(connection, layout)
            connection.execute("PRAGMA journal_mode=WAL")
        with self.write(durable=True) as connection:
            if _pragma(connection, "application_id") == layout.application_id:
                for version in range(_pragma(connection, "user_version"), layout.version):
                    for statement in layout.upgrades[version]:
                        connection.execute(statement)
            for statement in layout.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={layout.application_id}")
            connection.execute(f"PRAGMA user_version={layout.version}")

    def _look(self) -> None:
        with self._translated():
            try:
                self._look_once()
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE not in _NOT_OURS_TO_WRITE:
                    raise
                self._refuse_unmerged(error)
                self._mode = "ro&immutable=1"  # nobody writes here, not even what readers share
                self._look_once()

    def _look_once(self) -> None:
        with closing(self._connect()) as connection:
            self._refuse_foreign(connection, self._layout)

    def _refuse_unmerged(self, error: sqlite3.Error) -> None:
        """What was committed last is beside the file until somebody puts it in."""
        beside = self._path.with_name(f"{self._path.name}-wal")
        if not self._path.exists():
            raise error
        if beside.exists() and beside.stat().st_size:
            problem = f"cannot be read here with {beside.name}: copy both to where one can write"
            raise UnusableDatabase(self._path, problem) from error

    def _refuse_foreign(self, connection: sqlite3.Connection, layout: Layout) -> None:
        version = _pragma(connection, "user_version")
        if (application := _pragma(connection, "application_id")) != layout.application_id:
            if application or version or _pragma(connection, "schema_version"):
                raise UnusableDatabase(self._path, "is a database of another program or kind")
        elif not layout.can_use(version):
            raise UnusableDatabase(
                self._path,
                f"has schema version {version}; this release knows version {layout.version}",
            )

    def _writer(self, synchronous: str) -> sqlite3.Connection:
        self._refuse_closed()
        if synchronous not in self._writers:
            connection = self._connect()
            connection.execute(f"PRAGMA synchronous={synchronous}")
            self._writers[synchronous] = connection
        return self._writers[synchronous]

    def _reader(self) -> sqlite3.Connection:
        self._refuse_closed()
        with suppress(IndexError):
            return self._idle_readers.pop()
        connection = self._connect()
        if self._mode != "rwc":
            _stand_in(connection, self._layout.stand_ins)
        connection.execute("PRAGMA query_only=1")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        self._idle_readers.append(connection)
        if self._closed:  # while this one was out
            self._close_idle_readers()

    def _close_idle_readers(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle_readers.pop().close()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={self._mode}",
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StorageUnavailable(f"{self._path} is closed")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # the caller's, not the file's
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                problem = f"is no database, or a damaged one: {error}"
                raise UnusableDatabase(self._path, problem) from error
            raise StorageUnavailable(f"{self._path}: {error}") from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is none of a database, or a damaged one."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE in _NOT_A_DATABASE


def _stand_in(connection: sqlite3.Connection, stand_ins: Mapping[str, str]) -> None:
    for place, statement in stand_ins.items():
        table, _, column = place.rpartition(".")
        if connection.execute(_COLUMN, (table, column)).fetchone() is None:
            connection.execute(statement)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        with suppress(sqlite3.Error):  # what led here is the error to tell
            connection.execute("ROLLBACK")
