"""The unit cube of a space as a model sees it: points that mean the same params are the same."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.space import ALTERNATIVE, Choice, Float, Searched, Space, split_name

Points: TypeAlias = NDArray[np.float64]
"""One row a point, one column a dimension."""
Mask: TypeAlias = NDArray[np.bool_]

_CELLS = 4096
"""Into how many parts a coordinate is cut to find the places of whole numbers on a log scale."""
_FEW = 64
"""Numbers with more values than this are as good as continuous."""
_MOST_REMEMBERED = 10_000
_ANYWHERE = 0.5
"""The coordinate of an inactive parameter."""


class Cube:
    """The points of a space's unit cube in their canonical form.

    Attributes:
        space: what the points are made params with.
        size: the number of dimensions.
        categorical: which dimensions have values without an order.
    """

    def __init__(self, space: Space) -> None:
        dimensions = space.dimensions
        self.space = space
        self.size = len(dimensions)
        self.categorical: Mask = np.array([isinstance(d.parameter, Choice) for d in dimensions])
        self._parameters = [dimension.parameter for dimension in dimensions]
        self._keys = [dimension.key for dimension in dimensions]
        self._places = [_places(parameter) for parameter in self._parameters]
        conditions = {each.parameter for p in self._parameters for each in p.when}
        self._parents = [
            column
            for column, (key, parameter) in enumerate(
                zip(self._keys, self._parameters, strict=True)
            )
            if parameter.name in conditions or self._chooses(key)
        ]
        self._masks: dict[bytes, Mask] = {}

    def canonical(self, points: Points) -> tuple[Points, Mask]:
        """The points, each coordinate in the middle of its value, and what is active in them."""
        points = points.copy()
        for column, places in enumerate(self._places):
            if places is not None:
                cells = (points[:, column] * len(places)).astype(np.intp)
                points[:, column] = places[cells.clip(0, len(places) - 1)]
        active = self._active(points)
        points[~active] = _ANYWHERE
        return points, active

    def params(self, point: Points) -> JsonObject:
        """The params of one point."""
        return self.space.from_unit(point.tolist())

    def _active(self, points: Points) -> Mask:
        if not self._parents:
            return np.ones(points.shape, dtype=np.bool_)
        rows, inverse = np.unique(points[:, self._parents], axis=0, return_inverse=True)
        masks = np.array([self._mask(row) for row in rows])
        return np.asarray(masks[inverse.ravel()])

    def _mask(self, parents: Points) -> Mask:
        """What is active where the parents are there."""
        mark = parents.tobytes()
        if mark not in self._masks:
            if len(self._masks) >= _MOST_REMEMBERED:
                self._masks.clear()
            self._masks[mark] = self._look(parents)
        return self._masks[mark]

    def _look(self, parents: Points) -> Mask:
        point = np.full(self.size, _ANYWHERE)
        point[self._parents] = parents
        values = {
            key: parameter.from_unit(float(u))
            for key, parameter, u in zip(self._keys, self._parameters, point, strict=True)
        }
        params = self.space.resolve(values)
        return np.array([self._is_in(params, values, column) for column in range(self.size)])

    def _is_in(self, params: JsonObject, values: dict[str, Json], column: int) -> bool:
        key, name = self._keys[column], self._parameters[column].name
        if self._chooses(key):
            return True
        if len(self.space.alternatives) > 1 and key != f"{values[ALTERNATIVE]}:{name}":
            return False
        return _has(params, split_name(name))

    def _chooses(self, key: str) -> bool:
        return len(self.space.alternatives) > 1 and key == ALTERNATIVE


def _has(params: JsonObject, path: Sequence[str]) -> bool:
    place: Json = params
    for part in path:
        if not isinstance(place, dict) or part not in place:
            return False
        place = place[part]
    return True


def _places(parameter: Searched) -> Points | None:
    """The middle of the value at each of so many even cells; None if all values differ."""
    if isinstance(parameter, Choice):
        return _middles(len(parameter.values))
    count = parameter.cardinality
    if count is None or count > _FEW:
        return None
    if isinstance(parameter, Float) or not parameter.log:
        return _middles(count)
    cells = _middles(_CELLS)
    values = [parameter.from_unit(u) for u in cells.tolist()]
    _, value_of, sizes = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.bincount(value_of, weights=cells) / sizes)[value_of])


def _middles(count: int) -> Points:
    return np.asarray((np.arange(count) + 0.5) / count)
