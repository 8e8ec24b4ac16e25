"""How a view's document stands in the database, and how pages of such rows are searched.

`d` is the document as JSON text: so every name and number in it survives, which as fields of the
database's own they would not (dots, dollar signs, large integers). Beside it, in `f`, stand the
fields that can be asked for: those on top that are plain, those that an index names and those
within the objects that the schema calls sortable. `v` is the version of the schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
from pymongo import IndexModel

from hyperdock_common.adapters.mongodb.connection import Document
from hyperdock_common.adapters.page_documents import Row
from hyperdock_common.adapters.page_query import (
    Indexable,
    PageQuery,
    comparable,
    parts_of,
    scalar,
)
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.stored_views import StoredDocument
from hyperdock_common.ports.views import Field, ViewSchema

Order: TypeAlias = list[tuple[str, int]]
Parts: TypeAlias = tuple[str, ...]

_LONGEST_TEXT: Final = 500
"""Longer texts are no fields that anybody asks for by value, unless the schema names them."""

_ESCAPES: Final = {ord(each): f"%{ord(each):02x}" for each in "%/.$\0"}
"""What has a meaning in the database's names of fields, or in ours."""

_documents = msgspec.json.Decoder(JsonObject)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one view."""

    schema: ViewSchema
    _named: Mapping[Parts, str] = field(init=False)

    def __post_init__(self) -> None:
        named = {parts_of(name) for fields in self.schema.indexes for name in fields}
        object.__setattr__(self, "_named", {parts: _joined(parts) for parts in named})

    def indexes(self) -> list[IndexModel]:
        """One for each list of fields, with the key behind them: it decides between equals."""
        return [
            IndexModel([*((_path(parts_of(name)), 1) for name in fields), ("_id", 1)])
            for fields in self.schema.indexes
        ]

    def row(self, key: str, document: JsonObject, position: int) -> Document:
        """A document that is folded up to a position."""
        text = msgspec.json.encode(document).decode()
        fields = dict(self._fields(document))
        return {"_id": key, "p": position, "v": self.version, "f": fields, "d": text}

    @property
    def version(self) -> int:
        """Of the schema: rows of another one are not this view's."""
        return self.schema.version

    def found(self, row: Document, query: PageQuery) -> Row:
        """A row that a search found."""
        value = row["f"][_joined(parts_of(query.sort))]
        plain = int(value) if isinstance(value, int) else value  # large ones come as the driver's
        return Row(row["_id"], plain, row["d"])

    def stored(self, row: Document, *, is_ours: bool) -> StoredDocument:
        """A row as it stands there; what is wrong with it is told where the view is this one's."""
        text = str(row.get("d", ""))
        return StoredDocument(text=text, flaw=self._flaw(row, text) if is_ours else "")

    def _flaw(self, row: Document, text: str) -> str:
        if row.get("v") != self.version:
            return f"is of version {row.get('v')} of the view's schema"
        try:
            wanted = dict(self._fields(_documents.decode(text)))
        except msgspec.DecodeError:
            return ""
        kept = row.get("f")
        if not isinstance(kept, dict):
            return "lacks the fields that it is searched by"
        wrong = [
            name for name in {**wanted, **kept} if kept.get(name, ...) != wanted.get(name, ...)
        ]
        return f"is searched by wrong fields: {', '.join(sorted(wrong))}" if wrong else ""

    def searches(
        self, query: PageQuery, cursor: str | None
    ) -> Iterator[tuple[dict[str, Any], Order]]:
        """The searches that give a page one after the other, with their orders.

        Raises:
            ValueError: the cursor is of another query; a field cannot be asked for.
        """
        sort, way = self._asked(query.sort), -1 if query.descending else 1
        terms = {self._asked(name): scalar(name, each) for name, each in query.where.items()}
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

    def _asked(self, name: Field) -> str:
        parts = parts_of(name)
        is_on_top = len(parts) == 1 and parts[0].isidentifier()
        if is_on_top or parts in self._named or parts[0] in self.schema.sortable:
            return _path(parts)
        raise ValueError(f"the view {self.schema.name} cannot be asked for {name!r}")

    def _fields(self, document: JsonObject) -> Iterator[tuple[str, Indexable]]:
        for name, each in document.items():
            value = comparable(each)
            is_long = isinstance(value, str) and len(value) > _LONGEST_TEXT
            if value is not None and name.isidentifier() and not is_long:
                yield name, value
        for parts, joined in self._named.items():
            if (value := comparable(_found(document, parts))) is not None:
                yield joined, value
        for name in self.schema.sortable:
            yield from _members((name,), document.get(name))


def document_of(row: Document) -> JsonObject:
    """The document that a row was made of."""
    return _documents.decode(row["d"])


def _path(parts: Sequence[str]) -> str:
    return f"f.{_joined(parts)}"


def _joined(parts: Sequence[str]) -> str:
    return "/".join(part.translate(_ESCAPES) for part in parts)


def _found(document: Mapping[str, Json], parts: Sequence[str]) -> Json:
    value: Json = dict(document)
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _members(parts: Parts, value: Json) -> Iterator[tuple[str, Indexable]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _members((*parts, name), each)
    elif (plain := comparable(value)) is not None:
        yield _joined(parts), plain
