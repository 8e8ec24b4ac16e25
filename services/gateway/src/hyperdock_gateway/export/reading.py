"""All documents of a trial in a view, one after the other: a page of them is held at a time."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_gateway.documents import show_metrics

_PAGE: Final = 100


def jobs_of(views: ViewStore, trial_id: str) -> Iterator[JsonObject]:
    """Its jobs by their numbers, as the API shows them."""
    return _documents(views, "jobs", trial_id, sort="number")


def reports_of(views: ViewStore, trial_id: str) -> Iterator[JsonObject]:
    """What its jobs reported while they ran, each with the job's id."""
    for document in _documents(views, "curves", trial_id, sort="order"):
        for report in show_metrics(document):
            yield {"job_id": document["job_id"], **report}


def line(document: Any) -> bytes:
    """A document as one line of JSON."""
    return msgspec.json.encode(document) + b"\n"


def _documents(views: ViewStore, view: str, trial_id: str, *, sort: str) -> Iterator[JsonObject]:
    cursor: str | None = None
    while True:
        page = views.page(view, where={"trial_id": trial_id}, sort=sort, limit=_PAGE, cursor=cursor)
        yield from page.documents
        if page.next_cursor is None:
            return
        cursor = page.next_cursor
