"""The recorded events over REST: for reports and audits. Who wants to follow them has the feed."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import type_name
from hyperdock_common.ports import EventLog
from hyperdock_gateway.api import Answer, Call, Operation, Parameters, bad
from hyperdock_gateway.api.documents.event import EventPage
from hyperdock_gateway.api.query import Text
from hyperdock_gateway.feed.messages import wire_of

PAGE: Final = 100
LARGEST_PAGE: Final = 1000
SEARCHED: Final = 2000
"""How many events one call looks through at most for those of a type."""


class EventParameters(Parameters):
    """Which events, and from where on."""

    after: int = Field(default=0, ge=0, description="The position behind which they come.")
    stream: Text | None = Field(default=None, description="`trial-<id>` or `worker-<id>`.")
    type: Text | None = Field(
        default=None, description="`job.finished.v1`, or `job.finished` in whatever version."
    )
    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE, description="How many at most.")


def list_events(call: Call[EventParameters, None]) -> Answer:
    """What was recorded, in order.

    `next_after` says up to where was looked: go on there until it is `position`. With a `type` a
    page may hold less than `limit`, or nothing, though there is more.
    """
    query, log = call.query, call.services.log
    head = log.head()
    if query.after > head:
        raise bad("after", f"is beyond the log's last position, {head}")
    records, to = _search(log, query, head)
    items = [wire_of(record) for record in records]
    return Answer({"items": items, "next_after": to, "position": head}, position=head)


def _search(
    log: EventLog, query: EventParameters, head: int
) -> tuple[Sequence[RecordedEvent], int]:
    """The events that are asked for, and up to where these are all."""
    limit = query.limit if query.type is None else SEARCHED
    looked = [
        record
        for record in log.read(query.after, limit, stream=query.stream)
        if record.position <= head
    ]
    found = [record for record in looked if _is_of(query.type, record)]
    if len(found) > query.limit:
        return found[: query.limit], found[query.limit - 1].position
    return found, looked[-1].position if len(looked) == limit else head


def _is_of(kind: str | None, record: RecordedEvent) -> bool:
    name = type_name(record.event)
    return kind is None or kind in {name, name.rpartition(".v")[0]}


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/events",
        id="list_events",
        summary="List the recorded events",
        handler=list_events,
        scope="read",
        query=EventParameters,
        answers={200: EventPage},
        tags=("events",),
    ),
)
