"""Whether what was published stands in the log, and the views show it."""

from collections.abc import Callable, Sequence
from typing import Final

from hyperdock_common.events import Envelope
from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.publishing import in_thread, seen
from hyperdock_gateway.services import Services

_DONE: Final[JsonObject] = {"recorded": True}
_REFUSED: Final[JsonObject] = {"recorded": False}


async def publish_and_see(
    services: Services,
    envelopes: Sequence[Envelope],
    views: Sequence[str],
    overtaken: Callable[[], bool] = lambda: False,
) -> bool | None:
    """Publishes events that belong together; returns when the views show all of them.

    Args:
        services: what it is done with.
        envelopes: at least one.
        views: which views.
        overtaken: whether the views show something that the events came too late for: they are
            not recorded any more then, unless they are already. It may read.

    Returns:
        Whether they were recorded; None where that is not known in time.

    Raises:
        BusUnavailable: they may or may not be recorded; asking again is up to the user.
    """
    await in_thread(services.bus.publish, envelopes, services.publish_timeout)
    ids = {each.event_id for each in envelopes}
    heads: list[int] = []

    def look() -> JsonObject | None:
        gone = overtaken()
        if ids - services.log.known(ids):
            return _REFUSED if gone else None
        if not heads:
            heads.append(services.log.head())
        shown = all(services.views.position(view) >= heads[0] for view in views)
        return _DONE if shown else None

    found = await seen(services, look, bool)
    return None if found is None else found is _DONE
