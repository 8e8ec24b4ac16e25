"""Pages of a job's intermediate reports, of which a document of the view holds some.

Their cursor names a page of the view and how many reports of it were shown before.
"""

import re
from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import metrics
from hyperdock_gateway.api.query import LARGEST_PAGE, PageParameters, bad
from hyperdock_gateway.documents import show_metrics

_CURSOR: Final = re.compile(r"([0-9]{1,6})~(.*)")
_DOCUMENTS: Final = LARGEST_PAGE // metrics.STEPS + 1


def read_metrics(
    views: ViewStore, query: PageParameters, job_id: str
) -> tuple[list[JsonObject], str | None]:
    """At most as many reports as the query's `limit` says, and the cursor of the next ones.

    Raises:
        Refused: the cursor is of another query.
    """
    shown, start = _place(query.cursor)
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
    end = shown + query.limit
    items = reports[shown:end]
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
