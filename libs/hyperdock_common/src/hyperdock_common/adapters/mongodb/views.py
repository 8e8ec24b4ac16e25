"""The views in MongoDB: a collection for each generation of each, and their positions in one."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from hyperdock_common.adapters.mongodb.connection import MongoServer, translated
from hyperdock_common.adapters.mongodb.generations import MongoGenerations
from hyperdock_common.adapters.mongodb.view_documents import ViewDocuments
from hyperdock_common.adapters.mongodb.view_rows import document_of
from hyperdock_common.adapters.page_documents import filled, rows_for
from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.stored_views import StoredDocument
from hyperdock_common.ports.views import Condition, Field, Folded, Page, Role, ViewSchema

_KEYS: Final = 2_000  # listed at once


class MongoViews:
    """A `ViewStore` in a database, for the generations of some views that play a role."""

    def __init__(self, server: MongoServer, schemas: Sequence[ViewSchema], role: Role) -> None:
        self._views = {schema.name: ViewDocuments(server, schema, role) for schema in schemas}

    def position(self, view: str) -> int:
        """See `ViewStore.position`."""
        with translated():
            return self._view(view).position()

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`; ValueError where a document is larger than 16 MiB."""
        with translated():
            self._view(view).save(documents, position)

    def folded(self, view: str, keys: Sequence[str]) -> Mapping[str, Folded]:
        """See `ViewStore.folded`."""
        with translated():
            return self._view(view).folded(keys)

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        return self.get_many(view, [key]).get(key)

    def get_many(self, view: str, keys: Sequence[str]) -> Mapping[str, JsonObject]:
        """See `ViewStore.get_many`."""
        with translated():
            return {row["_id"]: document_of(row) for row in self._view(view).rows_of(keys)}

    def texts(self, view: str, keys: Sequence[str]) -> Mapping[str, str]:
        """See `ViewStore.texts`."""
        with translated():
            return {row["_id"]: row["d"] for row in self._view(view).rows_of(keys)}

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
        """See `ViewStore.page`."""
        query = PageQuery(
            view=view,
            where=where or {},
            conditions=conditions,
            sort=sort,
            descending=descending,
        )
        at_most = max(limit, 1)
        with translated():
            rows = self._view(view).search(query, cursor, rows_for(query, at_most))
            return filled(query, rows, at_most)

    def keys(self, view: str) -> Iterator[Sequence[str]]:
        """See `StoredViews.keys`."""
        start = ""
        while True:
            with translated():
                found = self._view(view).keys_from(start, _KEYS)
            if not found:
                return
            yield found
            start = found[-1] + "\0"  # the first one behind it

    def stored(self, view: str, keys: Sequence[str]) -> Mapping[str, StoredDocument]:
        """See `StoredViews.stored`; what is searched by is kept beside each document."""
        with translated():
            return self._view(view).stored(keys)

    def clear(self, view: str) -> None:
        """See `ViewStore.clear`; one that stopped half-way is completed by the next save."""
        with translated():
            self._view(view).clear()

    def _view(self, view: str) -> ViewDocuments:
        if view not in self._views:
            raise ValueError(f"there is no view {view!r}")
        return self._views[view]


class MongoViewStore(MongoViews):
    """A `RebuildableViews` in a database, with these views and no others."""

    def __init__(self, server: MongoServer, schemas: Sequence[ViewSchema]) -> None:
        super().__init__(server, schemas, Role.LIVE)
        self._server = server
        self._schemas = tuple(schemas)

    @property
    def generations(self) -> MongoGenerations:
        """See `RebuildableViews.generations`."""
        return MongoGenerations(self._server, self._schemas, partial(MongoViews, self._server))
