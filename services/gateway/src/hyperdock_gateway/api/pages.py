"""Reading one page of a view as a call asks for it."""

from collections.abc import Mapping, Sequence

from msgspec import Raw

from hyperdock_common.json_types import Json
from hyperdock_common.ports import Page, ViewStore
from hyperdock_common.ports.views import Condition, Field
from hyperdock_gateway.api.query import PageParameters, bad


def as_stored(page: Page) -> list[Raw]:
    """The documents of a page that is shown as it is: read and written anew they cost far more."""
    return [Raw(text.encode()) for text in page.texts]


def read_page(
    views: ViewStore,
    query: PageParameters,
    view: str,
    *,
    sort: Field,
    descending: bool = False,
    where: Mapping[str, Json] | None = None,
    conditions: Sequence[Condition] = (),
) -> Page:
    """The page that the query's `limit` and `cursor` name.

    Args:
        views: where it is read.
        query: how far, and from where.
        view: whose documents.
        sort: the field that they are sorted by.
        descending: the other way round.
        where: what fields equal; None: any.
        conditions: what else they are to meet.

    Raises:
        Refused: the cursor is of another query.
    """
    wanted = {name: value for name, value in (where or {}).items() if value is not None}
    try:
        return views.page(
            view,
            where=wanted,
            conditions=conditions,
            sort=sort,
            descending=descending,
            limit=query.limit,
            cursor=query.cursor,
        )
    except ValueError as error:
        raise bad("cursor", "is none that this query gave") from error
