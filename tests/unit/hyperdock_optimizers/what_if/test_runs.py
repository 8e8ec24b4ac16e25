"""Another algorithm over a recorded trial: exact where it can be, honest where it cannot."""

import random
from math import isfinite
from statistics import mean

import pytest
from tests.unit.hyperdock_optimizers.what_if.told import Job, run, trial

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import parse_space
from hyperdock_common.spec import Algorithm, parse_trial
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.what_if import CannotTell, RecordedTrial, Supposed, suppose
from hyperdock_optimizers.what_if.runs import Truth
from hyperdock_optimizers.what_if.surrogate import Surrogate

GRID = {"a": [1, 2, 3, 4, 5], "b": {"type": "int", "low": 0, "high": 4}}
SQUARE = {
    "x": {"type": "float", "low": -2, "high": 2},
    "y": {"type": "float", "low": -2, "high": 2},
}
SEEDS = [21, 22, 23]


def on_grid(params: JsonObject) -> float | None:
    """A loss on the grid, where one corner fails."""
    a, b = int(str(params["a"])), int(str(params["b"]))
    return None if (a, b) == (5, 4) else float((a - 3) ** 2 + (b - 1) ** 2)


def bowl(params: JsonObject) -> float:
    """A smooth loss with its lowest place off the middle."""
    x, y = float(str(params["x"])), float(str(params["y"]))
    return (x - 0.7) ** 2 + 2 * (y + 0.4) ** 2 + 0.5 * x * y


def supposed(recorded: RecordedTrial, name: str, *, anyway: bool = False) -> Supposed:
    """Runs of an algorithm."""
    return suppose(recorded, Algorithm(name=name), SEEDS, Truth(recorded, anyway=anyway))


@pytest.mark.parametrize("name", ["random", "sobol", "auto", "grid", "OnePlusOne"])
def test_where_all_was_evaluated_it_is_the_truth(name: str) -> None:
    """Every proposal is exact: the curves are those of real runs, failures included."""
    recorded = run(on_grid, 25, GRID, algorithm={"name": "grid", "seed": 7})
    assert len(recorded.ended) == 25
    found = supposed(recorded, name)
    assert (found.exact, found.quality, found.source) == (1.0, None, "exact")
    for each in found.runs:
        document = {"name": "t", "command": ["true"], "space": GRID, "budget": {"jobs": 25}}
        algorithm = {"name": name, "seed": each.seed}
        optimizer = make_optimizer(parse_trial({**document, "algorithm": algorithm}))
        best, curve = float("inf"), []
        for number in range(1, 26):
            params = optimizer.ask(number)
            assert params is not None
            loss = on_grid(params)
            optimizer.tell(number, loss)
            best = best if loss is None else min(best, loss)
            curve.append(best)
        assert list(each.best) == curve


def test_the_recorded_algorithm_with_its_seed_comes_to_what_is_recorded() -> None:
    """Though the space is continuous: it proposes what was evaluated."""
    recorded = run(bowl, 30, SQUARE, algorithm={"name": "auto", "seed": 7}, budget={"jobs": 30})
    found = suppose(recorded, recorded.spec.algorithm, [7], Truth(recorded))
    assert found.exact == 1.0
    assert found.runs[0].best[-1] == pytest.approx(recorded.best and recorded.best.loss)


def test_on_a_smooth_function_the_surrogate_says_what_is_true() -> None:
    """That a search by a model beats one by chance; and its guesses are good, which it says."""
    changes = {"algorithm": {"name": "random", "seed": 7}, "budget": {"jobs": 40}}
    recorded = run(bowl, 40, SQUARE, **changes)
    truth = Truth(recorded)
    other = suppose(recorded, Algorithm(name="auto"), SEEDS, truth)
    same = suppose(recorded, recorded.spec.algorithm, SEEDS, truth)
    assert other.source == same.source == "surrogate"
    assert other.exact == 0.0
    assert other.quality is not None
    assert other.quality.rank_correlation > 0.9
    assert other.quality.error < other.quality.spread / 4
    assert other.best(40)[1] < same.best(40)[1]
    real = [run(bowl, 40, SQUARE, **{**changes, "algorithm": {"name": n}}) for n in ("auto",)]
    assert real[0].best is not None
    assert recorded.best is not None
    assert (real[0].best.loss or 0.0) < (recorded.best.loss or 0.0)
    assert other.best(40)[1] == pytest.approx(real[0].best.loss, abs=0.2)


def test_a_surrogate_of_noise_is_refused() -> None:
    """It cannot rank the jobs, and says so; whoever wants figures gets them anyway."""
    draws = random.Random(5)  # noqa: S311
    recorded = run(lambda _: draws.random(), 60, SQUARE)
    with pytest.raises(CannotTell, match="cannot rank the recorded jobs"):
        supposed(recorded, "sobol")
    found = supposed(recorded, "sobol", anyway=True)
    assert found.source == "surrogate"
    assert found.quality is not None
    assert found.quality.rank_correlation < 0.3


def test_a_surrogate_of_few_results_is_refused() -> None:
    """However smooth."""
    with pytest.raises(CannotTell, match="19 results are too few for a surrogate: it takes 20"):
        supposed(run(bowl, 19, SQUARE), "sobol")
    assert supposed(run(bowl, 20, SQUARE), "sobol").source == "surrogate"


def test_what_was_evaluated_often_has_its_mean() -> None:
    """Noise is no reason to believe the luckiest one."""
    recorded = trial([Job(loss=1.0), Job(loss=2.0), Job(loss=None), Job(loss=6.0)])
    assert Truth(recorded).loss({"x": 0.5}) == (3.0, True)


def test_twins_do_not_make_guesses_look_good() -> None:
    """A result whose params were evaluated twice is not guessed from its twin."""
    draws = random.Random(2)  # noqa: S311
    losses = {(a, b): draws.random() for a in range(8) for b in range(8)}
    drawn = [(draws.randrange(8), draws.randrange(8)) for _ in range(64)]
    jobs = [Job(loss=losses[a, b], params={"a": str(a), "b": str(b)}) for a, b in drawn]
    recorded = trial(jobs, space={name: [str(each) for each in range(8)] for name in "ab"})
    with pytest.raises(CannotTell, match="cannot rank the recorded jobs"):
        supposed(recorded, "sobol")
    quality = supposed(recorded, "sobol", anyway=True).quality
    assert quality is not None
    assert quality.results == len(set(drawn))


def test_what_a_retry_came_to_is_not_the_other_algorithms() -> None:
    """It did not propose those params by then: it neither learns of the result nor has it."""
    space = {"a": [1, 2, 3, 5]}
    jobs = [Job(loss=None, params={"a": 5})]
    jobs += [
        Job(loss=loss, params={"a": a}) for a, loss in ((5, 0.0), (1, 8.0), (2, 7.0), (3, 6.0))
    ]
    recorded = trial(jobs, space=space)
    recorded.jobs[2].origin = "retry"
    (first, *_) = supposed(recorded, "grid").runs  # it proposes 1, 2, 3, 5
    assert list(first.best) == [8.0, 8.0, 7.0, 6.0, 0.0]


def test_losses_may_be_as_large_as_floats_are() -> None:
    """As penalties often are."""
    largest = 1.7e308

    def loss(params: JsonObject) -> float:
        x = float(str(params["x"]))
        return -largest if x < -1.9 else largest if x > 1 else bowl(params)

    found = supposed(run(loss, 40, SQUARE), "sobol", anyway=True)
    assert all(isfinite(each) for each in found.runs[0].best)


def test_an_exhausted_space_ends_a_run() -> None:
    """With what it has come to by then."""
    space = {"a": [1, 2]}
    jobs = [Job(loss=float(n), params={"a": n}) for n in (1, 2, 1, 2)]
    found = supposed(trial(jobs, space=space), "grid")
    assert [list(each.best) for each in found.runs] == [[1.0, 1.0]] * 3
    assert found.best(4) == (1.0, 1.0, 1.0)


def test_each_guess_is_made_without_what_it_guesses() -> None:
    """So it is off by more than a guess of what it has seen, and says so."""
    recorded = run(bowl, 30, SQUARE)
    results = [(job.params, job.loss or 0.0) for job in recorded.results]
    surrogate = Surrogate(parse_space(SQUARE), results)
    fitted = mean(abs(surrogate.loss(params) - loss) for params, loss in results)
    assert surrogate.quality.error > fitted
    assert surrogate.quality.results == 30
