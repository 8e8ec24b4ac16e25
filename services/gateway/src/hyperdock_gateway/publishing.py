"""Publishing what a user asks for, and waiting until the views show it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, ParamSpec, TypeVar

import anyio.to_thread

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import Envelope, Event, stream_of
from hyperdock_common.events.codec import encode
from hyperdock_common.json_types import JsonObject
from hyperdock_gateway import identity
from hyperdock_gateway.services import Services

P = ParamSpec("P")
T = TypeVar("T")

_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.25


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a blocking call in the threadpool; a server that stops does not wait for it."""
    return await anyio.to_thread.run_sync(partial(call, *args, **kwargs), abandon_on_cancel=True)


def enveloped(
    services: Services, event: Event, *, actor: str | None = None, event_id: str | None = None
) -> Envelope:
    """The event, ready to be published as the beginning of a chain.

    Args:
        services: what it is made with.
        event: what is asked for.
        actor: who asks for it; None: nobody has to say who they are.
        event_id: the id that it shall have; None: one of its own.
    """
    event_id = event_id or identity.event_id(services.random_bytes(16))
    return Envelope(
        event_id=event_id,
        stream=stream_of(event),
        event=event,
        occurred_at=services.clock(),
        producer=services.producer,
        correlation_id=event_id,
        actor=actor,
    )


def check_recordable(envelope: Envelope) -> None:
    """Makes sure that the log can hold the event.

    Raises:
        InvalidTrial: it cannot: half a character, a number that is none, a bottomless nesting.
    """
    try:
        encode(envelope)
    except ValueError as error:
        raise InvalidTrial("", f"holds what cannot be recorded: {error}") from error


async def publish(services: Services, envelope: Envelope) -> None:
    """Hands the event over.

    Raises:
        BusUnavailable: it may or may not be recorded; asking again is up to the user.
    """
    await in_thread(services.bus.publish, [envelope], services.publish_timeout)


async def seen(
    services: Services,
    read: Callable[[], JsonObject | None],
    settled: Callable[[JsonObject], bool],
) -> JsonObject | None:
    """The document as soon as it shows what was asked for; None if it does not in time.

    Where the bus is embedded the first look is enough: publishing ends when the views show it.
    """
    pause, waited = _FIRST_PAUSE, 0.0
    while True:
        document = await in_thread(read)
        if document is not None and settled(document):
            return document
        if waited >= services.patience:
            return None
        await asyncio.sleep(pause)
        waited += pause
        pause = min(2 * pause, _LONGEST_PAUSE)
