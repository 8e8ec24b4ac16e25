"""The model's proposals: where it is sure of itself and wrong, it finds its way out."""

import math
from collections import deque

import numpy as np

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import parse_space
from hyperdock_optimizers.auto import AutoSearch
from hyperdock_optimizers.cube import Cube
from hyperdock_optimizers.model import Model

SPACE = parse_space(
    {
        "x": {"type": "float", "low": -5, "high": 10},
        "y": {"type": "float", "low": 0, "high": 15},
    }
)


def branin(params: JsonObject) -> float:
    """Branin's function: three valleys, each 0.397887 deep."""
    x, y = float(str(params["x"])), float(str(params["y"]))
    slope = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return slope**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def test_it_leaves_a_point_that_it_refines_in_vain() -> None:
    """With this seed it took a point at the edge for the bottom and stayed there to the end."""
    search = AutoSearch(SPACE, 109)
    running: deque[tuple[int, JsonObject]] = deque()
    losses = []
    for number in range(1, 61):
        running.append((number, search.ask(number)))
        if len(running) == 2:
            ended, params = running.popleft()
            losses.append(branin(params))
            search.tell(ended, losses[-1])
    assert min(losses) < 0.41


def test_what_others_found_is_kept_only_as_far_as_it_is_modelled() -> None:
    """Thousands of results take little room, and those are modelled that would be anyway."""
    cube = Cube(SPACE)
    draws = np.random.default_rng(1)
    points, _ = cube.canonical(draws.random((2000, 2)))
    losses = draws.random(2000).tolist()
    taught, needed = Model(cube, 1), Model(cube, 1)
    for index, (point, loss) in enumerate(zip(points, losses, strict=True), start=1):
        taught.learn(-index, point, loss)
    best = sorted(range(2000), key=lambda index: losses[index])[:75]
    newest = [index for index in range(2000) if index not in best][-75:]
    for index in sorted([*best, *newest]):
        needed.learn(-index - 1, points[index], losses[index])
    assert sorted(taught._known()) == sorted(needed._known())
    assert len(taught._points) <= 600
    assert np.isfinite(taught.propose(1)).all()
