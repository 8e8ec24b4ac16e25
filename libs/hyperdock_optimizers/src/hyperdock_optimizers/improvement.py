"""Where the next job promises the most: candidate points and the improvement expected of them."""

import math

import numpy as np
from scipy.special import ndtr

from hyperdock_optimizers.cube import Cube, Mask, Points
from hyperdock_optimizers.gaussian_process import GaussianProcess, Vector

_ANYWHERE = 1000
_NEAR_BEST = 400
_BEST = 5
"""Candidates are random points and variations of the points with the best expected losses."""
_ROUNDS = 2
_KEPT = 8
_CHILDREN = 15
"""Then, in so many rounds, variations of the most promising candidates."""
_STEP = 0.1
_SHRINK = 0.4


def most_promising(
    process: GaussianProcess,
    points: Points,
    cube: Cube,
    tried: set[bytes],
    draws: np.random.Generator,
) -> Points:
    """The canonical point where the expected improvement is largest.

    Args:
        process: what is known and believed.
        points: where it is known or believed, in the order of the process.
        cube: where the points are from.
        tried: the points that were proposed before, as bytes; taken only for want of others.
        draws: where the randomness comes from.
    """
    best = float(process.fitted.min())

    def promise(candidates: Points) -> tuple[Vector, Points]:
        candidates, active = cube.canonical(candidates)
        means, deviations = process.predict(candidates, active)
        score = log_improvement((best - means) / deviations) + np.log(deviations)
        again = [point.tobytes() in tried for point in candidates]
        score[again] -= 1e6
        return score, candidates

    parents = points[np.argsort(process.fitted, kind="stable")[:_BEST]]
    near = vary(np.repeat(parents, _NEAR_BEST // len(parents), axis=0), _STEP, cube, draws)
    scores, candidates = promise(np.vstack([draws.random((_ANYWHERE, cube.size)), near]))
    step = _STEP
    for _ in range(_ROUNDS):
        step *= _SHRINK
        kept = np.argsort(-scores, kind="stable")[:_KEPT]
        varied = vary(np.repeat(candidates[kept], _CHILDREN, axis=0), step, cube, draws)
        more, varied = promise(varied)
        scores = np.concatenate([scores[kept], more])
        candidates = np.vstack([candidates[kept], varied])
    return np.asarray(candidates[int(np.argmax(scores))])


def vary(points: Points, step: float, cube: Cube, draws: np.random.Generator) -> Points:
    """The points with some coordinates moved a little, and some choices made anew.

    Coordinates of inactive parameters get any value: what is chosen may need them.
    """
    shape = points.shape
    points = np.where(cube.canonical(points)[1], points, draws.random(shape))
    moved: Mask = draws.random(shape) < max(1 / cube.size, 0.4)
    moved[np.arange(shape[0]), draws.integers(cube.size, size=shape[0])] = True
    reach = step * np.minimum(np.abs(draws.standard_cauchy((shape[0], 1))), 3)
    reflected = (points + reach * draws.standard_normal(shape)) % 2
    near = np.where(reflected > 1, 2 - reflected, reflected)
    anew = moved & (draws.random(shape) < 0.5)  # noqa: PLR2004
    chosen = np.where(anew, draws.random(shape), points)
    return np.asarray(np.where(cube.categorical, chosen, np.where(moved, near, points)))


def log_improvement(gain: Vector) -> Vector:
    """The logarithm of the improvement expected of a standard normal loss below `gain`."""
    density = -0.5 * gain**2 - 0.5 * math.log(2 * math.pi)
    near = np.maximum(gain, -5.0)
    exact = np.log(np.exp(-0.5 * near**2) / math.sqrt(2 * math.pi) + near * ndtr(near))
    tail = density - 2 * np.log(np.maximum(-gain, 5.0))
    return np.asarray(np.where(gain > -5.0, exact, tail))  # noqa: PLR2004
