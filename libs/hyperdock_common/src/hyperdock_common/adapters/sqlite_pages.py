"""The SQL by which a page of view documents is read.

Every statement is one search in one index (where the view declares it) that begins where the
page begins: so a page costs the same wherever it stands. Rows of equal sort values are continued
by key in a search of their own, because SQLite would not search an index of expressions by both.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeAlias

from hyperdock_common.adapters.page_documents import Row, member
from hyperdock_common.adapters.page_query import Indexable, PageQuery, checked, scalar
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.views import Field

Statement: TypeAlias = tuple[str, tuple[Indexable | None, ...]]

_SORT_VALUE: Final = "sort_value"  # a function of ours: names that people chose stay out of SQL
_STEPS: Final = 20_000  # of SQLite between two looks at the clock
_BELOW_ALL: Final = float("-inf")  # every value but null is above it


def statements(
    query: PageQuery, cursor: str | None, kept: str | None = None
) -> Iterator[Statement]:
    """The searches that give the page one after the other, each yet without its LIMIT.

    Args:
        query: what is asked for.
        cursor: of the page before.
        kept: the name under which the view is kept; its own by default.

    Raises:
        ValueError: the cursor is of another query; a field cannot be asked for.
    """
    column, kept = _sort_column(query), kept or query.view
    by_value, by_key = (column, "key"), ("key",)
    if cursor is None:
        yield _search(query, kept, f"{column} >= ?", (_BELOW_ALL,), by_value)
        return
    last = query.place(cursor)
    beyond = "<" if query.descending else ">"
    same_value = f"{column} = ? AND key {beyond} ?"
    yield _search(query, kept, same_value, (last.sort_value, last.key), by_key)
    further = f"{column} {beyond} ? AND {column} >= ?"
    yield _search(query, kept, further, (last.sort_value, _BELOW_ALL), by_value)


def found(
    connection: sqlite3.Connection, searches: Sequence[Statement], sort: Field, limit: int
) -> Iterator[Row]:
    """What the searches of one page find, read as it is taken, within one transaction."""
    if not isinstance(sort, str):
        function = partial(member, parts=sort)
        connection.create_function(_SORT_VALUE, 1, function, deterministic=True)
    for sql, values in searches:
        for row in connection.execute(f"{sql} LIMIT ?", (*values, limit)):
            limit -= 1
            yield Row._make(row)


@contextmanager
def in_time(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Gives up what is searched meanwhile when so many seconds are over.

    Raises:
        StorageUnavailable: they are.
    """
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise StorageUnavailable(f"the search for a page took over {seconds:g} s") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def table(kept: str) -> str:
    """The table of a view's generation, by the name that it is kept under, as it stands in SQL."""
    return f'"view_{checked(kept)}"'


def expression(field_name: str) -> str:
    """A field of a document, dotted where it is nested, as it stands in SQL and in indexes."""
    return f"json_extract(document, '$.{checked(field_name)}')"


def _sort_column(query: PageQuery) -> str:
    return expression(query.sort) if isinstance(query.sort, str) else f"{_SORT_VALUE}(document)"


def _search(
    query: PageQuery,
    kept: str,
    place: str,
    values: tuple[Indexable | None, ...],
    order: tuple[str, ...],
) -> Statement:
    way = " DESC" if query.descending else ""
    terms = [f"{expression(name)} IS ?" for name in query.where]
    asked = tuple(scalar(name, value) for name, value in query.where.items())
    sql = (
        f"SELECT key, {_sort_column(query)}, document"  # noqa: S608  names are checked
        f" FROM {table(kept)} WHERE {' AND '.join([*terms, place])}"
        f" ORDER BY {', '.join(each + way for each in order)}"
    )
    return sql, (*asked, *values)
