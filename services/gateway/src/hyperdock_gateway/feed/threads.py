"""Threads for the feed's own reading: many readers who catch up must not keep out requests."""

from collections.abc import Callable
from functools import partial
from typing import Final, ParamSpec, TypeVar

import anyio
import anyio.to_thread

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE: Final = 8


class Threads:
    """So many calls at once, and no more."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._limiter = anyio.CapacityLimiter(at_once)

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a blocking call in a thread; a server that stops does not wait for it."""
        bound = partial(call, *args, **kwargs)
        return await anyio.to_thread.run_sync(bound, abandon_on_cancel=True, limiter=self._limiter)
