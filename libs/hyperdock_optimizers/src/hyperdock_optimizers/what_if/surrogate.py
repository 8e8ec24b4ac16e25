"""Losses where nothing was evaluated: a guess from what was, and how well such guesses do.

A Gaussian process of the recorded losses, the same that `auto` works with. Each recorded loss is
also guessed from all the others; how far those guesses are off, and whether they put the jobs in
the right order, says whether the surrogate is worth anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from hyperdock_common.errors import HyperdockError
from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space
from hyperdock_optimizers.cube import Cube
from hyperdock_optimizers.gaussian_process import (
    GaussianProcess,
    Vector,
    learn_scales,
    likely_scales,
)

FEWEST_RESULTS = 20
"""From fewer nobody can guess, nor say how well."""
LOWEST_RANK_CORRELATION = 0.3
"""Guesses that order the jobs worse than this are as good as noise."""
MOST_RESULTS = 400
"""More would only take longer: cost grows with the cube. They are taken evenly by their rank."""


_HUGE = 1e300
"""A loss so many times the typical one is as bad as any."""


class CannotTell(HyperdockError):
    """Raised where a guess would be worth nothing.

    Attributes:
        possible: whether guesses could be made all the same.
    """

    def __init__(self, problem: str, *, possible: bool) -> None:
        self.possible = possible
        super().__init__(problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well recorded losses are guessed, each from all the others.

    Attributes:
        results: how many it was made of.
        error: the median of how far the guesses are off, in units of the loss.
        spread: the same where every guess is the median loss: what knowing nothing comes to.
        rank_correlation: Spearman's, of guesses and losses: 1 is the right order, 0 any.
    """

    results: int
    error: float
    spread: float
    rank_correlation: float


class Surrogate:
    """Guesses minimized losses from the results of jobs.

    Args:
        space: of the params.
        results: params and losses; the same params only once.

    Raises:
        CannotTell: there are fewer than two.
    """

    def __init__(self, space: Space, results: Sequence[tuple[JsonObject, float]]) -> None:
        if len(results) < 2:  # noqa: PLR2004 - a process of one point knows no scale
            raise CannotTell(
                "from the results of fewer than two sets of params nothing can be guessed",
                possible=False,
            )
        self._cube = Cube(space)
        chosen = _evenly(results)
        losses = np.array([loss for _, loss in chosen])
        points, active = self._cube.canonical(
            np.array([space.to_unit(params) for params, _ in chosen])
        )
        self._scale = _Scale(losses)
        scaled = self._scale.to(losses)
        categorical = self._cube.categorical
        scales = learn_scales(points, active, scaled, categorical, likely_scales(self._cube.size))
        self._process = GaussianProcess(points, active, scaled, categorical, scales)
        guesses = self._scale.back(self._process.left_out())
        self.quality = Quality(
            results=len(chosen),
            error=float(np.median(np.abs(guesses - losses))),
            spread=float(np.median(np.abs(np.median(losses) - losses))),
            rank_correlation=_spearman(guesses, losses),
        )

    def check(self, results: int) -> None:
        """Makes sure that its guesses are worth something.

        Args:
            results: how many results there are.

        Raises:
            CannotTell: there are too few, or it cannot rank those that are there.
        """
        if results < FEWEST_RESULTS:
            raise CannotTell(
                f"{results} results are too few for a surrogate: it takes {FEWEST_RESULTS}"
                " of different params",
                possible=True,
            )
        found = self.quality.rank_correlation
        if found < LOWEST_RANK_CORRELATION:
            raise CannotTell(
                f"the surrogate cannot rank the recorded jobs: its rank correlation is "
                f"{found:.2f}, below {LOWEST_RANK_CORRELATION}",
                possible=True,
            )

    def loss(self, params: JsonObject) -> float:
        """What to expect at these params."""
        point = np.array([self._cube.space.to_unit(params)])
        means, _ = self._process.predict(*self._cube.canonical(point))
        return float(self._scale.back(means)[0])


class _Scale:
    """Losses as a process likes them: large ones compressed, mean 0, deviation 1; and back."""

    def __init__(self, losses: Vector) -> None:
        self._lowest = float(losses.min())
        above = self._above(losses)
        self._typical = float(np.median(above)) or float(above.mean()) or 1.0
        compressed = self._compressed(losses)
        self._mean = float(compressed.mean())
        self._deviation = float(compressed.std()) or 1.0

    def to(self, losses: Vector) -> Vector:
        return np.asarray((self._compressed(losses) - self._mean) / self._deviation)

    def back(self, scaled: Vector) -> Vector:
        compressed = np.minimum(scaled * self._deviation + self._mean, 700.0)
        with np.errstate(over="ignore"):
            losses = self._lowest + self._typical / 3 * 2 * np.expm1(compressed)
        return np.asarray(np.minimum(losses, np.finfo(np.float64).max))

    def _compressed(self, losses: Vector) -> Vector:
        return np.asarray(np.log1p(3 * np.minimum(self._above(losses) / self._typical, _HUGE)))

    def _above(self, losses: Vector) -> Vector:
        """Half of how far above the lowest: all of it may be beyond the floats."""
        return np.asarray(losses / 2 - self._lowest / 2)


def _evenly(results: Sequence[tuple[JsonObject, float]]) -> list[tuple[JsonObject, float]]:
    """All of them, or as many as are bearable: of every rank, the best among them."""
    if len(results) <= MOST_RESULTS:
        return list(results)
    ranked = sorted(results, key=lambda each: each[1])
    places = np.linspace(0, len(ranked) - 1, MOST_RESULTS).round().astype(int)
    return [ranked[place] for place in places]


def _spearman(one: Vector, other: Vector) -> float:
    """Spearman's rank correlation; 0 where one of them does not vary."""
    ranks = np.array([rankdata(one), rankdata(other)])
    if (ranks.std(axis=1) == 0).any():
        return 0.0
    return float(np.corrcoef(ranks)[0, 1])
