"""The SQL by which a page of view documents is read.

Every statement is one search in one index (where the view declares it) that begins where the
page begins: so a page costs the same wherever it stands. Rows of equal sort values are continued
by key in a search of their own, because SQLite would not search an index of expressions by both.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from hyperdock_common.adapters.page_query import PageQuery, Scalar, checked, scalar

Statement: TypeAlias = tuple[str, tuple[Scalar, ...]]

_BELOW_ALL: Final = float("-inf")  # every value but null is above it


def statements(query: PageQuery, cursor: str | None) -> Iterator[Statement]:
    """The searches that give the page one after the other, each yet without its LIMIT.

    Raises:
        ValueError: the cursor is of another query; a field cannot be asked for.
    """
    column = expression(query.sort)
    by_value, by_key = (column, "key"), ("key",)
    if cursor is None:
        yield _search(query, f"{column} >= ?", (_BELOW_ALL,), by_value)
        return
    last = query.place(cursor)
    beyond = "<" if query.descending else ">"
    same_value = f"{column} = ? AND key {beyond} ?"
    yield _search(query, same_value, (last.sort_value, last.key), by_key)
    further = f"{column} {beyond} ? AND {column} >= ?"
    yield _search(query, further, (last.sort_value, _BELOW_ALL), by_value)


def table(view: str) -> str:
    """The table of a view, as it stands in SQL."""
    return f'"view_{checked(view)}"'


def expression(field_name: str) -> str:
    """A field of a document, dotted where it is nested, as it stands in SQL and in indexes."""
    return f"json_extract(document, '$.{checked(field_name)}')"


def _search(
    query: PageQuery, place: str, values: tuple[Scalar, ...], order: tuple[str, ...]
) -> Statement:
    way = " DESC" if query.descending else ""
    terms = [f"{expression(name)} IS ?" for name in query.where]
    asked = tuple(scalar(name, value) for name, value in query.where.items())
    sql = (
        f"SELECT key, {expression(query.sort)}, document"  # noqa: S608  names are checked
        f" FROM {table(query.view)} WHERE {' AND '.join([*terms, place])}"
        f" ORDER BY {', '.join(each + way for each in order)}"
    )
    return sql, (*asked, *values)
