"""The recorded events over REST: for reports and audits. Who wants to follow them has the feed."""

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from hyperdock_common.events import RecordedEvent
from hyperdock_common.events.codec import type_name
from hyperdock_common.ports import LogReader
from hyperdock_gateway.api import Answer, Call, Operation, Parameters, bad, nothing
from hyperdock_gateway.api.documents.event import Event, EventPage
from hyperdock_gateway.api.query import Text
from hyperdock_gateway.feed.messages import wire_of
from hyperdock_gateway.log_backwards import read_before

PAGE: Final = 100
LARGEST_PAGE: Final = 1000
SEARCHED: Final = 2000
"""How many events one call looks through at most for those of a type."""
_LONGEST_POSITION: Final = 18
"""Digits; ids of events are longer, or are no numbers."""


class EventParameters(Parameters):
    """Which events, and from where on."""

    after: int = Field(default=0, ge=0, description="The position behind which they come.")
    before: int | None = Field(
        default=None,
        ge=1,
        description="The newest before this position, newest first. One beyond the end of the log "
        "begins with its newest event.",
    )
    stream: Text | None = Field(default=None, description="`trial-<id>` or `worker-<id>`.")
    type: Text | None = Field(
        default=None, description="`job.finished.v1`, or `job.finished` in whatever version."
    )
    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE, description="How many at most.")


def list_events(call: Call[EventParameters, None]) -> Answer:
    """What was recorded, in order.

    `next_after` says up to where was looked: go on there until it is `position`. With a `type` a
    page may hold less than `limit`, or nothing, though there is more. With `before` it is the
    other way round: go on at `next_before` while there is one.
    """
    query, log = call.query, call.services.shown_log
    head = log.head()
    if query.after > head:
        raise bad("after", f"is beyond the log's last position, {head}")
    if query.before is not None and "after" in query.model_fields_set:
        raise bad("before", "goes the other way: it cannot be asked for together with `after`")
    if query.before is not None:
        below = min(query.before, head + 1)
        records, start = _search_backwards(log, query, below)
        to, next_before = below - 1, start + 1 if start else None
    else:
        records, to = _search(log, query, head)
        next_before = None
    page = {
        "items": [wire_of(record) for record in records],
        "next_after": to,
        "next_before": next_before,
        "position": head,
    }
    return Answer(page, position=head)


def show(call: Call[None, None]) -> Answer:
    """One event, by its position or its id."""
    named, log = call.path["event"], call.services.shown_log
    if named.isascii() and named.isdecimal() and len(named) <= _LONGEST_POSITION:
        records = log.read(int(named) - 1, 1) if int(named) else []
        found = next((each for each in records if each.position == int(named)), None)
    else:
        found = log.find(named)
    if found is None:
        raise nothing("event", named)
    return Answer(wire_of(found))


def _search(
    log: LogReader, query: EventParameters, head: int
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


def _search_backwards(
    log: LogReader, query: EventParameters, below: int
) -> tuple[Sequence[RecordedEvent], int]:
    """The same from the newest on, and behind which position these are all."""
    limit = query.limit if query.type is None else SEARCHED
    looked, start = read_before(log, below, limit, stream=query.stream)
    found = [record for record in reversed(looked) if _is_of(query.type, record)]
    if len(found) > query.limit:
        return found[: query.limit], found[query.limit - 1].position - 1
    return found, start


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
        reads_log=True,
        description="With filters a page may hold less than `limit`, or nothing, though there is "
        "more: go on at `next_after` until it is `position`, or, from the newest event backwards, "
        "at `next_before` while there is one. What a release later than the gateway's recorded "
        "comes as it is, with `known: false`.",
    ),
    Operation(
        method="GET",
        path="/events/{event}",
        id="get_event",
        summary="Show a recorded event",
        handler=show,
        scope="read",
        answers={200: Event},
        tags=("events",),
        reads_log=True,
    ),
)
