"""Python's search for garbage in cycles, put off while very many documents are held in memory.

Documents have no cycles, and are freed without it; it would walk them all again and again, and
cost half as much as folding them. What is young is searched once in a while nevertheless.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[Callable[[], None]]:
    """The search is off while the block lasts, if it was on; call what it gives now and then."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield _collect_young
    finally:
        if was_on:
            gc.enable()


def _collect_young() -> None:
    gc.collect(0)
