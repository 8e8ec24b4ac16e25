"""Every combination of a finite space, once each."""

from itertools import islice

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space


class GridSearch:
    """Job n is the nth of the space's grid. Losses change nothing.

    A restart may ask on from any number: what comes before is skipped without being kept.
    """

    def __init__(self, space: Space, points: int | None = None) -> None:
        self._space = space
        self._points = points
        self._rest = space.grid(points)
        self._next = 1

    def ask(self, number: int) -> JsonObject | None:
        """The params of this job, None behind the end of the grid."""
        if number < self._next:
            self._rest = self._space.grid(self._points)
            self._next = 1
        skipped, self._next = number - self._next, number + 1
        return next(islice(self._rest, skipped, None), None)

    def tell(self, number: int, loss: float | None) -> None:
        """Nothing to learn."""

    def learn(self, params: JsonObject, loss: float | None) -> None:
        """Nothing to learn: a known point comes again at its place, as places are counted."""
