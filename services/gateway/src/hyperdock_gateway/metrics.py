"""Pages of a job's intermediate reports, of which a document of the view holds some.

Their cursor names a page of the view and how many reports of it were shown before.
"""

import re
from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import metrics
from hyperdock_gateway.documents import show_metrics
from hyperdock_gateway.pages import LARGEST_PAGE, PAGE
from hyperdock_gateway.queries import Query, bad

_CURSOR: Final = re.compile(r"([0-9]{1,6})~(.*)")
_DOCUMENTS: Final = LARGEST_PAGE // metrics.STEPS + 1


def read_metrics(
    views: ViewStore, query: Query, job_id: str
) -> tuple[list[JsonObject], str | None]:
    """At most as many reports as the query's `limit` says, and the cursor of the next ones.

    Raises:
        Refused: a parameter is wrong.
    """
    limit = query.whole("limit", PAGE, 1, LARGEST_PAGE)
    shown, start = _place(query.text("cursor"))
    try:
        page = views.page(
            metrics.SCHEMA.name,
            where={"job_id": job_id},
            sort="order",
            limit=_DOCUMENTS,
            cursor=start,
        )
    except ValueError as error:
        raise bad("cursor", "is none that this query gave") from error
    reports = [report for document in page.documents for report in show_metrics(document)]
    items, end = reports[shown : shown + limit], shown + limit
    if end < len(reports):
        return items, f"{end}~{start or ''}"
    return items, None if page.next_cursor is None else f"0~{page.next_cursor}"


def _place(cursor: str | None) -> tuple[int, str | None]:
    if cursor is None:
        return 0, None
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise bad("cursor", "is none that this query gave")
    return int(found[1]), found[2] or None
