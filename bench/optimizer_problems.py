"""Functions to minimize that look like what people tune, each a little different for each seed.

The optimum's place, the best category and the order of the categories are drawn, so that no
optimizer is right by luck (many begin in the middle). All but `digits_svm` have the optimum 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np

Params: TypeAlias = dict[str, Any]
Space: TypeAlias = dict[str, Any]
Rng: TypeAlias = np.random.Generator
_BOTH = (True, False)
Made: TypeAlias = tuple[Space, Callable[[Params], float]]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A way to make functions, its kind, and the deviation of the noise on what is reported."""

    kind: str
    make: Callable[[Rng], Made]
    noise: float = 0.0


def real(low: float, high: float, *, log: bool = False, **when: Any) -> Space:
    """The definition of a float."""
    return {"type": "float", "low": low, "high": high, "log": log} | (
        {"when": when} if when else {}
    )


def whole(low: int, high: int, *, log: bool = False, **when: Any) -> Space:
    """The definition of an int."""
    return {"type": "int", "low": low, "high": high, "log": log} | ({"when": when} if when else {})


def choice(*values: Any, rng: Rng, **when: Any) -> Space:
    """The definition of a choice, its values shuffled."""
    shuffled = [values[index] for index in rng.permutation(len(values))]
    return {"type": "choice", "values": shuffled} | ({"when": when} if when else {})


def log_place(value: float, low: float, high: float) -> float:
    """Where a value is between two others on the log scale."""
    return math.log(value / low) / math.log(high / low)


def branin(rng: Rng) -> Made:
    """Three equal optima in two dimensions."""
    right, up = rng.uniform(-2, 2, 2)

    def loss(p: Params) -> float:
        x, y = p["x"] + right, p["y"] + up
        hill = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
        return float(hill + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.397887)

    return {"x": real(-5, 10), "y": real(0, 15)}, loss


_SLOPES = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_PLACES = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)
_WEIGHTS = np.array([1, 1.2, 3, 3.2])


def hartmann6(rng: Rng) -> Made:
    """Four wells in six dimensions, which are mirrored at random."""
    mirrored = rng.random(6) < 0.5

    def loss(p: Params) -> float:
        x = np.array([p[f"x{i}"] for i in range(6)])
        x = np.where(mirrored, 1 - x, x)
        return float(3.32237 - _WEIGHTS @ np.exp(-(_SLOPES * (x - _PLACES) ** 2).sum(1)))

    return {f"x{i}": real(0, 1) for i in range(6)}, loss


def rosenbrock4(rng: Rng) -> Made:  # noqa: ARG001 - its valley is where it is
    """A long curved valley."""

    def loss(p: Params) -> float:
        x = [p[f"x{i}"] for i in range(4)]
        return float(sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3)))

    return {f"x{i}": real(-2, 3) for i in range(4)}, loss


def log_sphere(rng: Rng) -> Made:
    """Four rates over seven decades."""
    best = rng.uniform(-5, 0, 4)

    def loss(p: Params) -> float:
        return float(sum((math.log10(p[f"x{i}"]) - best[i]) ** 2 for i in range(4)))

    return {f"x{i}": real(1e-6, 10, log=True) for i in range(4)}, loss


def ackley5(rng: Rng) -> Made:
    """One deep well among very many shallow ones."""
    best = rng.uniform(-6, 6, 5)

    def loss(p: Params) -> float:
        x = np.array([p[f"x{i}"] for i in range(5)]) - best
        wells = np.exp(-0.2 * np.sqrt((x * x).mean())), np.exp(np.cos(2 * np.pi * x).mean())
        return float(20 - 20 * wells[0] + math.e - wells[1])

    return {f"x{i}": real(-10, 10) for i in range(5)}, loss


def network(rng: Rng) -> Made:
    """Like a neural network: the best rate depends on the optimizer and the number of layers."""
    rate_of = {"sgd": -1.0, "momentum": -2.0, "adam": -3.0, "rmsprop": -3.5}
    names = dict(zip(rng.permutation(list(rate_of)), (0.0, 0.1, 0.15, 0.3), strict=True))
    activations = dict(zip("abcd", (0.0, 0.05, 0.12, 0.4), strict=True))
    layers, units, dropout = int(rng.integers(2, 6)), rng.uniform(5, 8), rng.uniform(0.1, 0.4)
    decay = rng.uniform(-6, -2)

    def loss(p: Params) -> float:
        rate = rate_of[p["optimizer"]] - 0.1 * (p["layers"] - layers)
        found = names[p["optimizer"]] + activations[p["activation"]]
        found += 0.15 * (math.log10(p["rate"]) - rate) ** 2 + 0.03 * (p["layers"] - layers) ** 2
        found += 0.05 * (math.log2(p["units"]) - units) ** 2 + 1.5 * (p["dropout"] - dropout) ** 2
        return float(found + 0.02 * (math.log10(p["decay"]) - decay) ** 2)

    return {
        "rate": real(1e-6, 1, log=True),
        "optimizer": choice(*rate_of, rng=rng),
        "activation": choice(*activations, rng=rng),
        "layers": whole(1, 8),
        "units": whole(8, 1024, log=True),
        "dropout": real(0, 0.8),
        "decay": real(1e-8, 1e-1, log=True),
    }, loss


def tables(rng: Rng) -> Made:
    """Five categories of five values with random merits, two of which interact."""
    merits, pairs, best = rng.random((5, 5)), rng.random((5, 5)), rng.uniform(0.1, 0.9, 3)
    least = (merits[0][:, None] + merits[1][None] + pairs).min() + merits[2:].min(1).sum()

    def loss(p: Params) -> float:
        at = ["abcde".index(p[f"c{i}"]) for i in range(5)]
        found = sum(merits[i][at[i]] for i in range(5)) + pairs[at[0], at[1]] - least
        return float(found + 3 * sum((p[f"x{i}"] - best[i]) ** 2 for i in range(3)))

    categories = {f"c{i}": choice(*"abcde", rng=rng) for i in range(5)}
    return categories | {f"x{i}": real(0, 1) for i in range(3)}, loss


def integers(rng: Rng) -> Made:
    """Mostly whole numbers; which of them matter depends on a category."""
    best = rng.uniform(0, 1, 5)
    modes = {
        "u": (0.0, [1, 0.5, 1, 2, 1]),
        "v": (0.3, [1, 0.5, 1, 2, 1]),
        "w": (0.1, [2, 1, 0.2, 1, 1]),
    }

    def loss(p: Params) -> float:
        at = [(p["a"] - 1) / 19, p["b"] / 100, log_place(p["c"], 1, 1000), p["x"]]
        at.append(log_place(p["y"], 1e-4, 1))
        offset, weights = modes[p["mode"]]
        return float(
            offset + sum(w * abs(z - o) ** 1.5 for w, z, o in zip(weights, at, best, strict=True))
        )

    return {
        "a": whole(1, 20),
        "b": whole(0, 100),
        "c": whole(1, 1000, log=True),
        "mode": choice(*modes, rng=rng),
        "x": real(0, 1),
        "y": real(1e-4, 1, log=True),
    }, loss


def ripples(rng: Rng) -> Made:
    """Categories and numbers with many local optima."""
    best, merits = rng.uniform(0.15, 0.85, 5), rng.permutation(4) * 0.5

    def loss(p: Params) -> float:
        at = [p["x"], p["y"], p["z"], p["n"] / 50, log_place(p["m"], 1, 500)]
        off = np.array(at) - best
        found = merits["abcd".index(p["c"])] + (0 if p["flag"] else 0.3)
        return float(found + (12 * off**2 + 0.3 * (1 - np.cos(6 * np.pi * off))).sum())

    return {
        **{name: real(0, 1) for name in "xyz"},
        "n": whole(0, 50),
        "m": whole(1, 500, log=True),
        "c": choice(*"abcd", rng=rng),
        "flag": choice(*_BOTH, rng=rng),
    }, loss


def kernels(rng: Rng) -> Made:
    """Like a support vector machine: which numbers there are depends on the kernel."""
    best_cost, best_gamma = rng.uniform(-2, 2), rng.uniform(-4, 0)

    def loss(p: Params) -> float:
        cost, found = math.log10(p["cost"]) - best_cost, 0.0 if p["scaled"] else 0.1
        if p["kernel"] == "linear":
            return float(found + 0.25 + 0.02 * cost**2)
        gamma = math.log10(p["gamma"]) - best_gamma
        if p["kernel"] == "rbf":
            return float(found + 0.03 * cost**2 + 0.06 * gamma**2 + 0.03 * cost * gamma)
        if p["kernel"] == "poly":
            shape = 0.05 * (p["degree"] - 3) ** 2 + 0.05 * (p["shift"] - 0.4) ** 2
            return float(found + 0.05 + 0.03 * cost**2 + 0.04 * gamma**2 + shape)
        return float(found + 0.3 + 0.04 * gamma**2 + 0.1 * abs(p["shift"]))

    return {
        "scaled": choice(*_BOTH, rng=rng),
        "kernel": choice("linear", "rbf", "poly", "sigmoid", rng=rng),
        "cost": real(1e-3, 1e3, log=True),
        "gamma": real(1e-6, 10, log=True, kernel=["rbf", "poly", "sigmoid"]),
        "degree": whole(1, 6, kernel="poly"),
        "shift": real(-1, 1, kernel=["poly", "sigmoid"]),
    }, loss


def pipeline(rng: Rng) -> Made:
    """Four models, each with parameters of its own, and two levels of conditions."""
    o, merits = rng.uniform(0.15, 0.85, 8), rng.permutation(4) * 0.12

    def tree(p: Params) -> float:
        leaf = log_place(p["leaf"], 1e-4, 0.5) - o[1]
        rule = {"gini": 0, "entropy": 0.05, "log": 0.1}[p["rule"]]
        return float(0.8 * ((p["depth"] - 1) / 29 - o[0]) ** 2 + 0.5 * leaf**2 + rule)

    def net(p: Params) -> float:
        off = log_place(p["rate"], 1e-5, 1) - o[2], log_place(p["width"], 4, 512) - o[3]
        found = 1.2 * off[0] ** 2 + 0.5 * off[1] ** 2
        if p["solver"] == "sgd":
            return float(found + 0.3 * (p["momentum"] - 0.8) ** 2)
        return float(found + 0.03 + 2 * (p["beta"] - 0.9) ** 2)

    def linear(p: Params) -> float:
        return float(
            0.8 * (log_place(p["alpha"], 1e-6, 10) - o[4]) ** 2 + 0.3 * (p["l1"] - o[5]) ** 2
        )

    def neighbours(p: Params) -> float:
        metric = {"l1": 0, "l2": 0.04, "cos": 0.1}[p["metric"]]
        return float(0.8 * (log_place(p["k"], 1, 50) - o[6]) ** 2 + metric)

    models = {"tree": tree, "net": net, "linear": linear, "neighbours": neighbours}
    merit_of = dict(zip(models, merits, strict=True))

    def loss(p: Params) -> float:
        found = {"none": 0.15, "scale": 0.0, "pca": 0.05}[p["prepare"]] + merit_of[p["model"]]
        if p["prepare"] == "pca":
            found += 0.2 * (p["keep"] - o[7]) ** 2
        return float(found + models[p["model"]](p))

    return {
        "model": choice(*models, rng=rng),
        "depth": whole(1, 30, model="tree"),
        "leaf": real(1e-4, 0.5, log=True, model="tree"),
        "rule": choice("gini", "entropy", "log", rng=rng, model="tree"),
        "solver": choice("sgd", "adam", rng=rng, model="net"),
        "rate": real(1e-5, 1, log=True, model="net"),
        "momentum": real(0, 0.99, solver="sgd"),
        "beta": real(0.8, 0.9999, solver="adam"),
        "width": whole(4, 512, log=True, model="net"),
        "alpha": real(1e-6, 10, log=True, model="linear"),
        "l1": real(0, 1, model="linear"),
        "k": whole(1, 50, log=True, model="neighbours"),
        "metric": choice("l1", "l2", "cos", rng=rng, model="neighbours"),
        "prepare": choice("none", "scale", "pca", rng=rng),
        "keep": real(0.1, 1, prepare="pca"),
    }, loss


@cache
def digits(split: int) -> tuple[Any, ...]:
    """Scanned digits in two halves of 400: to learn from and to test on."""
    from sklearn.datasets import load_digits  # type: ignore[import-untyped] # noqa: PLC0415 - slow, and not always needed
    from sklearn.model_selection import train_test_split  # type: ignore[import-untyped] # noqa: PLC0415

    data, target = load_digits(return_X_y=True)
    return tuple(
        train_test_split(data / 16, target, train_size=400, test_size=400, random_state=split)
    )


@cache
def digits_error(
    split: int, kernel: str, cost: float, gamma: float, degree: int, shift: float
) -> float:
    """The share of digits that a support vector machine reads wrongly."""
    from sklearn.svm import SVC  # type: ignore[import-untyped] # noqa: PLC0415

    train, test, train_target, test_target = digits(split)
    machine = SVC(kernel=kernel, C=cost, gamma=gamma, degree=degree, coef0=shift)
    return float(1 - machine.fit(train, train_target).score(test, test_target))


def digits_svm(rng: Rng) -> Made:
    """A real support vector machine; numbers to two digits, so that few are computed twice."""
    split = int(rng.integers(3))

    def two(value: float) -> float:
        return float(f"{value:.1e}")

    def loss(p: Params) -> float:
        gamma, shift = two(p.get("gamma", 1.0)), two(p.get("shift", 0.0))
        return digits_error(split, p["kernel"], two(p["cost"]), gamma, p.get("degree", 3), shift)

    space, _ = kernels(rng)
    del space["scaled"]
    return space, loss


PROBLEMS: Final = MappingProxyType(
    {
        "branin": Problem(kind="continuous", make=branin),
        "noisy_branin": Problem(kind="continuous", make=branin, noise=2.0),
        "hartmann6": Problem(kind="continuous", make=hartmann6),
        "rosenbrock4": Problem(kind="continuous", make=rosenbrock4),
        "log_sphere": Problem(kind="continuous", make=log_sphere),
        "ackley5": Problem(kind="continuous", make=ackley5),
        "network": Problem(kind="mixed", make=network),
        "noisy_network": Problem(kind="mixed", make=network, noise=0.15),
        "tables": Problem(kind="mixed", make=tables),
        "integers": Problem(kind="mixed", make=integers),
        "ripples": Problem(kind="mixed", make=ripples),
        "kernels": Problem(kind="conditional", make=kernels),
        "pipeline": Problem(kind="conditional", make=pipeline),
        "noisy_pipeline": Problem(kind="conditional", make=pipeline, noise=0.05),
        "digits_svm": Problem(kind="conditional", make=digits_svm),
    }
)
