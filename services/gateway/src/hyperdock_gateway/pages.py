"""Reading one page of a view as a request's query asks for it."""

from collections.abc import Mapping
from typing import Final

from hyperdock_common.json_types import Json
from hyperdock_common.ports import Page, ViewStore
from hyperdock_gateway.queries import Query, bad

PAGE: Final = 100
LARGEST_PAGE: Final = 500


def read_page(
    views: ViewStore,
    query: Query,
    view: str,
    *,
    sort: str,
    descending: bool = False,
    where: Mapping[str, Json] | None = None,
) -> Page:
    """The page that the query's `limit` and `cursor` name.

    Raises:
        Refused: one of them is wrong.
    """
    limit = query.whole("limit", PAGE, 1, LARGEST_PAGE)
    cursor = query.text("cursor")
    wanted = {name: value for name, value in (where or {}).items() if value is not None}
    try:
        return views.page(
            view, where=wanted, sort=sort, descending=descending, limit=limit, cursor=cursor
        )
    except ValueError as error:
        raise bad("cursor", "is none that this query gave") from error
