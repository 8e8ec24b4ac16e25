"""The SQL by which a page of view documents is read, and the cursors between pages.

Every statement is one search in one index (where the view declares it) that begins where the
page begins: so a page costs the same wherever it stands. Rows of equal sort values are continued
by key in a search of their own, because SQLite would not search an index of expressions by both.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import msgspec

from hyperdock_common.json_types import Json

Scalar: TypeAlias = str | int | float | bool | None
Statement: TypeAlias = tuple[str, tuple[Scalar, ...]]

_NAME: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_BELOW_ALL: Final = float("-inf")  # every value but null is above it


class _CursorData(msgspec.Struct, array_like=True, frozen=True):
    query: str
    sort_value: str | int | float
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which documents of a view, in which order."""

    view: str
    where: Mapping[str, Json] = field(default_factory=dict)
    sort: str
    descending: bool = False

    def statements(self, cursor: str | None) -> Iterator[Statement]:
        """The searches that give the page one after the other, each yet without its LIMIT.

        Raises:
            ValueError: the cursor is of another query; a field cannot be asked for.
        """
        column = expression(self.sort)
        by_value, by_key = (column, "key"), ("key",)
        if cursor is None:
            yield self._search(f"{column} >= ?", (_BELOW_ALL,), by_value)
            return
        last = self._read_cursor(cursor)
        beyond = "<" if self.descending else ">"
        same_value = f"{column} = ? AND key {beyond} ?"
        yield self._search(same_value, (last.sort_value, last.key), by_key)
        further = f"{column} {beyond} ? AND {column} >= ?"
        yield self._search(further, (last.sort_value, _BELOW_ALL), by_value)

    def cursor(self, sort_value: str | float, key: str) -> str:
        """The cursor of the page behind a document. It says nothing about the page's size."""
        raw = msgspec.json.encode(_CursorData(self._fingerprint(), sort_value, key))
        return base64.urlsafe_b64encode(raw).decode()

    def _search(self, place: str, values: tuple[Scalar, ...], order: tuple[str, ...]) -> Statement:
        way = " DESC" if self.descending else ""
        terms = [f"{expression(name)} IS ?" for name in self.where]
        asked = tuple(_scalar(name, value) for name, value in self.where.items())
        sql = (
            f"SELECT key, {expression(self.sort)}, document"  # noqa: S608  names are checked
            f" FROM {table(self.view)} WHERE {' AND '.join([*terms, place])}"
            f" ORDER BY {', '.join(each + way for each in order)}"
        )
        return sql, (*asked, *values)

    def _read_cursor(self, cursor: str) -> _CursorData:
        try:
            raw = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
            last = msgspec.json.decode(raw, type=_CursorData)
        except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
            raise ValueError("not a cursor") from error
        if last.query != self._fingerprint():
            raise ValueError("the cursor belongs to another query")
        return last

    def _fingerprint(self) -> str:
        query = [self.view, sorted(self.where.items()), self.sort, self.descending]
        return hashlib.sha256(msgspec.json.encode(query)).hexdigest()[:16]


def table(view: str) -> str:
    """The table of a view, as it stands in SQL."""
    return f'"view_{checked(view)}"'


def expression(field_name: str) -> str:
    """A field of a document, dotted where it is nested, as it stands in SQL and in indexes."""
    return f"json_extract(document, '$.{checked(field_name)}')"


def checked(name: str) -> str:
    """The name of a view or a field, if it can stand in SQL.

    Raises:
        ValueError: it is no name.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a view or a field")
    return name


def _scalar(name: str, value: Json) -> Scalar:
    if isinstance(value, list | dict):
        raise ValueError(f"{name} can be asked for a plain value only")  # noqa: TRY004
    return value
