"""Events and what else the live feed sends, as the outside sees them: one model for each type."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import reduce
from operator import or_
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pydantic import Field, RootModel, create_model

from hyperdock_common import events
from hyperdock_common.events.codec import outcome_name, type_name
from hyperdock_gateway.api.documents.model import Document, Free, Time


class RecordedFact(Document):
    """What every event has."""

    position: int = Field(description="Its place in the order of all events: 1, 2, 3, …")
    recorded_at: Time
    event_id: str
    stream: str = Field(description="`trial-<id>` or `worker-<id>`.")
    occurred_at: Time
    producer: str = Field(description="The process that said so.")
    causation_id: str | None = Field(description="The event that this one follows from.")
    correlation_id: str | None = Field(description="The event that began it all.")
    actor: str | None = Field(description="Who asked for it: the name of a token.")


def _data_of(described: type[Any], more: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """A model with the fields of a dataclass."""
    hints = get_type_hints(described)
    named = {each.name: (_plain(hints[each.name]), ...) for each in fields(described)}
    members: dict[str, Any] = {**named, **more}
    return create_model(
        f"{described.__name__}Data", __base__=Document, __doc__=described.__doc__, **members
    )


def _plain(hint: Any) -> Any:
    """The type of a field as JSON has it."""
    inner = get_args(hint)
    if hint == events.Outcome:
        return Annotated[reduce(or_, map(_outcome, inner)), Field(discriminator="kind")]
    if hint == dict[str, Any]:
        return Free
    if get_origin(hint) is list:
        return list[_plain(inner[0])]  # type: ignore[misc]
    if NoneType in inner:
        return _plain(inner[0]) | None
    return _data_of(hint) if is_dataclass(hint) and isinstance(hint, type) else hint


def _outcome(kind: type[Any]) -> Any:
    name = outcome_name(_blank(kind))
    return _data_of(kind, {"kind": (Literal[name], ...)})


def _blank(kind: type[Any]) -> Any:
    """An instance without anything in it: the codec's names are asked for by instance."""
    return object.__new__(kind)


def _event(kind: type[Any]) -> Any:
    """The model of one type of events."""
    name = type_name(_blank(kind))
    data: Any = _data_of(kind)
    more: dict[str, Any] = {"type": (Literal[name], ...), "data": (data, ...)}
    return create_model(
        f"{kind.__name__}Event", __base__=RecordedFact, __doc__=kind.__doc__, **more
    )


_FACTS: list[Any] = [
    _event(each) for each in get_args(events.Event) if each is not events.Heartbeat
]


class Event(RootModel[Annotated[reduce(or_, _FACTS), Field(discriminator="type")]]):  # type: ignore[misc]
    """A recorded event, told apart by its `type`."""


class EventPage(Document):
    """Some events in order."""

    items: list[Event]
    next_after: int = Field(description="The `after` of what follows.")
    next_before: int | None = Field(
        description="The `before` of what stands before; null: nothing, or it was not asked for."
    )
    position: int = Field(description="Of the newest event that there is.")


class LogFrame(Document):
    """What the live feed sends of a log that was asked for."""

    kind: Literal["log"]
    job_id: str
    attempt: int
    offset: int = Field(description="Where the text begins, in bytes.")
    next: int = Field(description="Where it ends, in bytes.")
    text: str


class AliveFrame(Document):
    """Sent by the live feed at once and every 15 seconds.

    Every event up to the position that was asked for has been sent: go on there after a break.
    """

    kind: Literal["alive"]
    position: int


class LogEndFrame(Document):
    """All of a log was sent, and nothing comes any more."""

    kind: Literal["log_end"]
    job_id: str
    attempt: int
    offset: int = Field(description="Where the log ends, in bytes.")
