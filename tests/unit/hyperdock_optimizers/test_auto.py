"""Tests of the default optimizer."""

import pytest

from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import Space, parse_space
from hyperdock_optimizers.auto import AutoSearch

SPACE = parse_space(
    {
        "x": {"type": "float", "low": -1, "high": 1},
        "y": {"type": "float", "low": 1e-6, "high": 1, "log": True},
        "kind": ["good", "bad", "worse"],
        "n": {"type": "int", "low": 0, "high": 9, "when": {"kind": "good"}},
    }
)


def loss_of(params: JsonObject) -> float:
    """A bowl with its bottom at a good kind, x = 0.3 and n = 7."""
    offset = {"good": 0.0, "bad": 1.0, "worse": 2.0}[str(params["kind"])]
    n = float(str(params.get("n", 0)))
    return offset + abs(float(str(params["x"])) - 0.3) + abs(n - 7) / 10


def run(search: AutoSearch, jobs: range) -> list[JsonObject]:
    """Asks and tells one job after the other."""
    found = []
    for number in jobs:
        params = search.ask(number)
        found.append(params)
        search.tell(number, loss_of(params))
    return found


def test_it_finds_the_optimum_of_a_conditional_space() -> None:
    """Within 40 jobs the kind is right and the numbers are near."""
    found = run(AutoSearch(SPACE, seed=1), range(1, 41))
    assert min(loss_of(params) for params in found) < 0.02


def test_it_does_not_repeat_params() -> None:
    """Jobs are not wasted on what is known, as long as there is something else."""
    space = parse_space({"a": [1, 2, 3, 4], "b": ["x", "y", "z"]})
    search = AutoSearch(space, seed=1)
    seen = set()
    for number in range(1, 21):
        params = search.ask(number)
        search.tell(number, float(str(params["a"])))
        if number > 6:  # the design is not chosen
            seen.add(str(params))
    assert len(seen) >= 6


def test_parallel_jobs_do_not_crowd() -> None:
    """Ten jobs asked at once, none told, are ten different ones."""
    search = AutoSearch(SPACE, seed=1)
    run(search, range(1, 16))
    asked = [str(search.ask(number)) for number in range(16, 26)]
    assert len(set(asked)) == 10


def test_long_trials_go_on_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the modelled jobs proposals stay around the best point, however late they are told."""
    monkeypatch.setattr("hyperdock_optimizers.auto.MODELLED_JOBS", 20)
    search = AutoSearch(SPACE, seed=1)
    late = search.ask(1)
    found = run(search, range(2, 120))
    search.tell(1, loss_of(late))
    assert search.ask(120)
    assert min(loss_of(params) for params in found) < 0.01


@pytest.mark.parametrize(
    "space",
    [
        parse_space({f"x{i}": {"type": "float", "low": 0, "high": 1} for i in range(60)}),
        parse_space({"only": ["one", "two"]}),
        parse_space([{"a": [1, 2]}, {"b": {"type": "float", "low": 0, "high": 1}}]),
        parse_space({"fixed": {"type": "float", "low": 2, "high": 2}}),
    ],
    ids=["wide", "tiny", "union", "fixed"],
)
def test_any_space_can_be_searched(space: Space) -> None:
    """Many dimensions, hardly any, and unions: proposals come, whatever the losses are."""
    search = AutoSearch(space, seed=1)
    for number in range(1, 25):
        assert search.ask(number)
        search.tell(number, (-1.0) ** number * 10.0 ** (number * 12.5))
