"""Says now and then, on standard error, how far something long is and how fast it goes."""

import time
from collections.abc import Callable
from typing import Final

import click

from hyperdock_common.checking import Progress

_PERIOD: Final = 2.0
_LOOKED_AT: Final = 250


def told_progress(verb: str, clock: Callable[[], float] = time.monotonic) -> Progress:
    """A progress that is told in lines like `exported 1,000 of 5,000 events, 900 a second`.

    Args:
        verb: what was done to them.
        clock: monotonic seconds.
    """
    begun = said = clock()
    began_with: dict[str, int] = {}

    def tell(what: str, done: int, total: int) -> None:
        nonlocal begun, said
        if what not in began_with:
            began_with[what] = done
            begun = said = clock()
        if done % _LOOKED_AT and done != total:
            return
        now = clock()
        if now - said > _PERIOD:
            said = now
            rate = (done - began_with[what]) / (now - begun)
            click.echo(f"{verb} {done:,} of {total:,} {what}, {rate:,.0f} a second", err=True)

    return tell
