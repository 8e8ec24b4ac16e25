"""How a view's document stands in the database, and how pages of such rows are searched.

`d` is the document as JSON text: so every name and number in it survives, which as fields of the
database's own they would not (dots, dollar signs, large integers). Beside it, in `f`, stand the
fields that can be asked for: those on top that are plain and those that an index names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import msgspec
from pymongo import IndexModel

from hyperdock_common.adapters.mongodb.connection import Document
from hyperdock_common.adapters.page_query import PageQuery, Scalar, checked, scalar
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.views import ViewSchema

Order: TypeAlias = list[tuple[str, int]]
Indexable: TypeAlias = str | int | float

_LONGEST_TEXT: Final = 500
"""Longer texts are no fields that anybody asks for by value, unless an index names them."""
_LARGEST_INTEGER: Final = 2**63 - 1

_documents = msgspec.json.Decoder(JsonObject)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one view."""

    schema: ViewSchema

    def indexes(self) -> list[IndexModel]:
        """One for each list of fields, with the key behind them: it decides between equals."""
        return [
            IndexModel([*((_path(name), 1) for name in fields), ("_id", 1)])
            for fields in self.schema.indexes
        ]

    def row(self, key: str, document: JsonObject, position: int) -> Document:
        """A document that is folded up to a position."""
        text = msgspec.json.encode(document).decode()
        return {"_id": key, "p": position, "f": dict(self._fields(document)), "d": text}

    def searches(
        self, query: PageQuery, cursor: str | None
    ) -> Iterator[tuple[dict[str, Any], Order]]:
        """The searches that give a page one after the other, with their orders.

        Raises:
            ValueError: the cursor is of another query; a field cannot be asked for.
        """
        sort, way = self._asked(query.sort), -1 if query.descending else 1
        terms = {self._asked(name): _comparable(name, each) for name, each in query.where.items()}
        by_value: Order = [(sort, way), ("_id", way)]
        if cursor is None:
            yield {"$and": [terms, {sort: {"$ne": None}}]}, by_value
            return
        last = query.place(cursor)
        beyond = "$lt" if query.descending else "$gt"
        same_value = {sort: last.sort_value, "_id": {beyond: last.key}}
        yield {"$and": [terms, same_value]}, [("_id", way)]
        yield {"$and": [terms, {sort: {beyond: last.sort_value}}]}, by_value
        if isinstance(last.sort_value, str) == query.descending:  # numbers stand before texts
            others: Document = {"$lte": float("inf")} if query.descending else {"$gte": ""}
            yield {"$and": [terms, {sort: others}]}, by_value

    def _asked(self, name: str) -> str:
        if "." in name and not any(name in fields for fields in self.schema.indexes):
            raise ValueError(f"no index of the view {self.schema.name} names {name!r}")
        return _path(name)

    def _fields(self, document: JsonObject) -> Iterator[tuple[str, Indexable]]:
        named = {name for fields in self.schema.indexes for name in fields}
        for name in named | document.keys():
            value = _comparable_or_none(_found(document, name))
            is_long = isinstance(value, str) and len(value) > _LONGEST_TEXT
            if value is not None and (name in named or (name.isidentifier() and not is_long)):
                yield name.replace(".", "/"), value


def document_of(row: Document) -> JsonObject:
    """The document that a row was made of."""
    return _documents.decode(row["d"])


def sort_value_of(row: Document, query: PageQuery) -> Indexable:
    """By what a row is sorted."""
    value: Indexable = row["f"][query.sort.replace(".", "/")]
    return value


def _path(name: str) -> str:
    return f"f.{checked(name).replace('.', '/')}"


def _found(document: Mapping[str, Json], name: str) -> Json:
    """The value of a field, dotted where it is nested."""
    if "." not in name:
        return document.get(name)
    value: Json = dict(document)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _comparable(name: str, value: Json) -> Indexable | None:
    return _comparable_or_none(scalar(name, value))


def _comparable_or_none(value: Json | Scalar) -> Indexable | None:
    """A value as it is compared and sorted: truth values as numbers; None where it is not plain."""
    match value:
        case bool():
            return int(value)
        case int() if abs(value) > _LARGEST_INTEGER:
            return float(value) if abs(value) < 10**300 else None
        case int() | float() | str():
            return value
        case _:
            return None
