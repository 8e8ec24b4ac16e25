"""What losses to expect where nothing has been tried yet, and how surely: a Gaussian process.

Its kernel is a Matérn 5/2 with a length for each dimension, learnt with the noise by maximum a
posteriori. Two values of a choice are just different; so are two points of which only one has a
(conditional) parameter at all.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, solve_triangular
from scipy.optimize import minimize

from hyperdock_optimizers.cube import Mask, Points

Vector = NDArray[np.float64]

_HALF_ACTIVE = 0.25
"""Added to the squared distance in a parameter that only one of two points has (the other stands
in its middle): as if along a dimension of its own, so that the kernel stays positive definite."""
_JITTER = 1e-6
_LENGTHS = (math.log(0.03), math.log(20.0))
_NOISES = (math.log(1e-6), math.log(1.0))
_LIKELY_LENGTH = 0.35
"""Before any loss is known, times the root of the number of dimensions."""
_LIKELY_NOISE = 1e-3
_STEPS = 16
"""Of the optimization of lengths and noise; it goes on from where it was at the last job."""
_DECIMALS = 3
"""Lengths are rounded so that they do not depend on how a processor rounds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What is learnt: the logarithms of the lengths and of the noise."""

    lengths: Vector
    noise: float


def likely_scales(size: int) -> Scales:
    """The scales to start from."""
    lengths = np.full(size, math.log(_LIKELY_LENGTH * math.sqrt(size)))
    return Scales(lengths=lengths, noise=math.log(_LIKELY_NOISE))


class GaussianProcess:
    """Losses (standardized) at points, and what follows from them elsewhere."""

    def __init__(
        self, points: Points, active: Mask, losses: Vector, categorical: Mask, scales: Scales
    ) -> None:
        self._points = points
        self._active = active
        self._losses = losses
        self._categorical = categorical
        self._scales = scales
        covariance = self._covariance(points, active)
        self._lower = _cholesky(covariance, scales.noise)
        half = solve_triangular(self._lower, losses, lower=True)
        self._weights = solve_triangular(self._lower.T, half, lower=False)
        self._variance = max(float(half @ half) / len(losses), _JITTER)
        self.fitted = covariance @ self._weights

    def predict(self, points: Points, active: Mask) -> tuple[Vector, Vector]:
        """The mean and the deviation of the loss at each of these points."""
        covariance = self._covariance(points, active)
        explained = solve_triangular(self._lower, covariance.T, lower=True)
        left = 1 - np.einsum("ij,ij->j", explained, explained)
        return covariance @ self._weights, np.sqrt(self._variance * np.maximum(left, 1e-12))

    def left_out(self) -> Vector:
        """The mean of the loss at each of its own points, were that one not known.

        With the scales as they are, by the formula of Sundararajan and Keerthi (2001).
        """
        inverse = cho_solve((self._lower, True), np.eye(len(self._losses)))
        return np.asarray(self._losses - self._weights / np.diag(inverse))

    def believing(self, points: Points, active: Mask) -> "GaussianProcess":
        """The same process, had these points the losses that it predicts for them."""
        means, _ = self.predict(points, active)
        grown = GaussianProcess(
            np.vstack([self._points, points]),
            np.vstack([self._active, active]),
            np.concatenate([self._losses, means]),
            self._categorical,
            self._scales,
        )
        grown._variance = self._variance  # beliefs say nothing about it
        return grown

    def _covariance(self, points: Points, active: Mask) -> NDArray[np.float64]:
        total = np.zeros((len(points), len(self._points)))
        for column, weight in enumerate(np.exp(-2 * self._scales.lengths)):
            total += weight * _squares(
                points[:, column],
                active[:, column],
                self._points[:, column],
                self._active[:, column],
                categorical=self._categorical[column],
            )
        return _matern(np.sqrt(5 * total + 1e-12))


def squared_distances(points: Points, active: Mask, categorical: Mask) -> NDArray[np.float64]:
    """Among these points, by dimension."""
    columns = zip(points.T, active.T, categorical, strict=True)
    return np.stack([_squares(u, on, u, on, categorical=kind) for u, on, kind in columns])


def _squares(
    left: Vector, left_active: Mask, right: Vector, right_active: Mask, *, categorical: bool
) -> NDArray[np.float64]:
    """In one dimension, by left point and right point."""
    squares = left[:, None] - right
    squares = (squares != 0).astype(np.float64) if categorical else squares * squares
    if not (left_active.all() and right_active.all()):
        one = left_active[:, None] != right_active
        squares = np.where(one, 1.0 if categorical else squares + _HALF_ACTIVE, squares)
    return np.asarray(squares)


def learn_scales(
    points: Points, active: Mask, losses: Vector, categorical: Mask, start: Scales
) -> Scales:
    """The most likely scales, searched from `start`."""
    squares = squared_distances(points, active, categorical)
    size = points.shape[1]
    found = minimize(
        _unlikeliness,
        np.append(start.lengths, start.noise),
        args=(squares, losses),
        jac=True,
        method="L-BFGS-B",
        bounds=[_LENGTHS] * size + [_NOISES],
        options={"maxiter": _STEPS},
    )
    rounded = np.round(found.x, _DECIMALS)
    return Scales(lengths=rounded[:size], noise=float(rounded[size]))


def _unlikeliness(
    logarithms: Vector, squares: NDArray[np.float64], losses: Vector
) -> tuple[float, Vector]:
    """The negative logarithm of the posterior of lengths and noise, and its gradient."""
    lengths, noise, count = logarithms[:-1], logarithms[-1], len(losses)
    weights = np.exp(-2 * lengths)
    root = np.sqrt(5 * np.tensordot(weights, squares, 1) + 1e-12)
    decay = np.exp(-root)
    lower = _cholesky(_matern(root), noise)
    inverse = cho_solve((lower, True), np.eye(count))
    alpha = inverse @ losses
    variance = float(losses @ alpha) / count + 1e-12
    by_covariance = 0.5 * (inverse - np.outer(alpha, alpha) / variance)
    by_square = by_covariance * (5 / 3) * (1 + root) * decay
    gradient = np.append(
        weights * np.einsum("ij,kij->k", by_square, squares),
        np.trace(by_covariance) * math.exp(noise),
    )
    likely = likely_scales(len(lengths))
    off = np.append(lengths - likely.lengths, (noise - likely.noise) / 2)
    slope = np.append(off[:-1], off[-1] / 2)
    value = 0.5 * count * math.log(variance) + float(np.log(np.diag(lower)).sum())
    return value + 0.5 * float(off @ off), gradient + slope


def _matern(root: NDArray[np.float64]) -> NDArray[np.float64]:
    """The covariance at a distance, which comes times the root of 5."""
    return np.asarray((1 + root + root * root / 3) * np.exp(-root))


def _cholesky(covariance: NDArray[np.float64], noise: float) -> NDArray[np.float64]:
    added = math.exp(noise) + _JITTER
    for more in (1, 1e1, 1e2, 1e3):  # rounding may have made it indefinite
        try:
            return np.asarray(
                np.linalg.cholesky(covariance + more * added * np.eye(len(covariance)))
            )
        except np.linalg.LinAlgError:
            continue
    raise np.linalg.LinAlgError("the covariance is not positive definite")
