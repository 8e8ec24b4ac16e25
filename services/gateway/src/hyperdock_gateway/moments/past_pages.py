"""Pages of documents that are in memory: the same as the stores of views give, cursors too."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from heapq import nlargest, nsmallest
from typing import TypeAlias

from hyperdock_common.adapters.page_documents import Row, filled, rows_for
from hyperdock_common.adapters.page_query import (
    Indexable,
    PageQuery,
    checked,
    comparable,
    parts_of,
    scalar,
)
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Page

_Place: TypeAlias = tuple[bool, Indexable, str]


def page_of(
    documents: Mapping[str, JsonObject],
    text_of: Callable[[str], str],
    query: PageQuery,
    limit: int,
    cursor: str | None,
) -> Page:
    """See `ViewStore.page`.

    Args:
        documents: among which to look.
        text_of: the text of the document under a key.
        query: which of them, and in which order.
        limit: how many at most.
        cursor: of the page before.

    Raises:
        ValueError: the cursor is of another query; a field cannot be asked for.
    """
    at_most = max(limit, 1)
    places = _places(documents, query)
    if cursor is not None:
        last = query.place(cursor)
        edge = _place(last.sort_value, last.key)
        places = (each for each in places if (each < edge if query.descending else each > edge))
    first = partial(nlargest if query.descending else nsmallest, rows_for(query, at_most))
    rows = (Row(key, value, text_of(key)) for _, value, key in first(places))
    return filled(query, rows, at_most)


def _places(documents: Mapping[str, JsonObject], query: PageQuery) -> Iterator[_Place]:
    """Where each document stands in the order, of those that are asked for."""
    sort = parts_of(query.sort)
    wanted = [
        (tuple(checked(name).split(".")), scalar(name, value))
        for name, value in query.where.items()
    ]
    for key, document in documents.items():
        if all(_is(_within(document, parts), value) for parts, value in wanted):
            value = comparable(_within(document, sort))
            if value is not None:
                yield _place(value, key)


def _place(value: Indexable, key: str) -> _Place:
    """Numbers come before texts."""
    return isinstance(value, str), value, key


def _is(found: Json, wanted: Indexable | None) -> bool:
    return found is None if wanted is None else comparable(found) == wanted


def _within(document: JsonObject, parts: tuple[str, ...]) -> Json:
    value: Json = document
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return value
