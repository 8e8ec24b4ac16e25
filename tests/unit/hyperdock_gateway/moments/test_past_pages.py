"""Pages of documents in memory keep the contract of the stores' pages."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from hyperdock_common.adapters.page_query import PageQuery
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Page, ViewStore
from hyperdock_common.ports.views import Condition, Field
from hyperdock_common.testing.view_conditions import ViewConditionsContract
from hyperdock_common.testing.view_documents import job
from hyperdock_common.testing.view_pages import ViewPagesContract
from hyperdock_gateway.moments.past_pages import page_of


class Documents:
    """As much of a `ViewStore` as pages need."""

    def __init__(self) -> None:
        self._documents: dict[str, dict[str, JsonObject]] = {}

    def save(self, view: str, documents: Mapping[str, JsonObject], _position: int) -> None:
        """Keeps documents."""
        self._documents.setdefault(view, {}).update(documents)

    def folded(self, view: str, keys: Sequence[str]) -> set[str]:
        """Which of them are there."""
        return self._documents.get(view, {}).keys() & set(keys)

    def clear(self, view: str) -> None:
        """Forgets them."""
        self._documents.pop(view, None)

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
        """A page of them."""
        query = PageQuery(
            view=view,
            where=where or {},
            conditions=conditions,
            sort=sort,
            descending=descending,
        )
        documents = self._documents.get(view, {})
        return page_of(
            documents,
            lambda key: msgspec.json.encode(documents[key]).decode(),
            query,
            limit,
            cursor,
        )


class TestPastPages(ViewPagesContract, ViewConditionsContract):
    """The part of the contract that is about pages."""

    @pytest.fixture
    def views(self) -> ViewStore:
        """Nothing yet."""
        documents: Any = Documents()
        return documents  # type: ignore[no-any-return]

    @pytest.fixture
    def jobs(self, views: ViewStore) -> ViewStore:
        """The contract's jobs."""
        views.save("jobs", {f"j{n:02}": job(n) for n in range(24)}, 24)
        return views
