"""From a document to a complete trial spec, or to every problem with it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, parse_trial, recorded_trial, seeded

DOCUMENT: dict[str, Any] = {
    "name": "tune",
    "image": "tune:1",
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
}
LEGACY: dict[str, Any] = {"name": "tune", "image": "tune:1"}


def parsed(**changes: Any) -> TrialSpec:
    """The spec of the document with these fields changed."""
    return parse_trial({**DOCUMENT, **changes})


def test_what_is_not_said_has_a_default() -> None:
    """Enough to run something sensible."""
    spec = parsed()
    assert (spec.objective, spec.parallelism, spec.retries, spec.priority) == ("minimize", 1, 3, 0)
    assert (spec.algorithm.name, spec.algorithm.seed, spec.algorithm.options) == ("auto", None, {})
    assert (spec.timeout, spec.pool, spec.pull, spec.privileged) == (
        None,
        "default",
        "missing",
        False,
    )
    assert spec.environment == {}
    assert (spec.resources.memory, spec.resources.gpus) == (None, 0)


@pytest.mark.parametrize(
    ("changes", "jobs"),
    [
        ({}, 100),
        ({"budget": {}}, 100),
        ({"budget": {"target_loss": 0.1}}, 100),
        ({"budget": {"max_failures": 3}}, 100),
        ({"budget": {"wall_time": "1h"}}, None),
        ({"budget": {"jobs": 7}}, 7),
        ({"budget": {"jobs": 7, "wall_time": "1h"}}, 7),
        ({"algorithm": "grid", "space": {"x": [1, 2, 3], "y": [1, 2]}}, 6),
        ({"algorithm": "grid", "space": {"x": [1, 2, 3]}, "budget": {"jobs": 2}}, 2),
        ({"algorithm": "grid", "space": {"x": [1, 2, 3]}, "budget": {"wall_time": 60}}, 3),
    ],
)
def test_every_trial_has_an_end(changes: dict[str, Any], jobs: int | None) -> None:
    """A number of jobs, where neither time nor the space ends it."""
    assert parsed(**changes).budget.jobs == jobs


def test_the_algorithm_may_be_a_name_alone() -> None:
    """Or an object with more."""
    assert parsed(algorithm="random").algorithm.name == "random"
    seeded_spec = parsed(algorithm={"name": "random", "seed": 5})
    assert (seeded_spec.algorithm.name, seeded_spec.algorithm.seed) == ("random", 5)


@pytest.mark.parametrize("field", ["param_space", "space"])
@pytest.mark.parametrize("algorithm", [None, {"seed": 3}])
def test_the_original_format_becomes_a_grid(field: str, algorithm: Any) -> None:
    """Its draws are values of a choice, in either field; unless an algorithm is named."""
    legacy = {
        "x": {
            "hdock_distr": "norm",
            "hdock_distr_kwargs": {"loc": 0},
            "hdock_samples": 2,
            "hdock_seed": 1,
        },
        "y": [1, 2, 3],
        "z": 5,
    }
    document = {**LEGACY, field: legacy} | ({"algorithm": algorithm} if algorithm else {})
    spec = parse_trial(document)
    assert (spec.algorithm.name, spec.budget.jobs) == ("grid", 6)
    assert spec.algorithm.seed == (3 if algorithm else None)
    assert isinstance(spec.space, dict)
    assert spec.space["y"] == {"type": "choice", "values": [1, 2, 3]}
    assert spec.space["z"] == {"type": "constant", "value": 5}
    assert parse_trial({**document, "algorithm": "random"}).algorithm.name == "random"


def test_a_union_in_the_original_format_is_the_sum_of_its_grids() -> None:
    """A list of objects."""
    spec = parse_trial({**LEGACY, "param_space": [{"x": [1, 2]}, {"y": [1, 2, 3]}]})
    assert spec.budget.jobs == 5


@pytest.mark.parametrize(
    ("written", "environment"),
    [
        ({"A": "x", "B": 1, "C": True, "D": 1.5}, {"A": "x", "B": "1", "C": "true", "D": "1.5"}),
        (["A=x", "B=1=2", "C="], {"A": "x", "B": "1=2", "C": ""}),
        ([], {}),
    ],
)
def test_the_environment_is_a_mapping_or_a_list(written: Any, environment: dict[str, str]) -> None:
    """Values become text as a shell would write them."""
    assert parsed(environment=written).environment == environment


def test_quantities_may_have_units() -> None:
    """As people write them."""
    spec = parsed(timeout="1h30m", resources={"memory": "1.5g", "shm_size": "64m", "cpus": 0.5})
    assert (spec.timeout, spec.resources.memory, spec.resources.shm_size) == (
        5400.0,
        3 * 2**29,
        2**26,
    )


def test_a_seed_is_given_only_where_none_was_named() -> None:
    """What a user chose stays."""
    assert seeded(parsed(), 5).algorithm.seed == 5
    assert seeded(parsed(algorithm={"name": "random", "seed": 0}), 5).algorithm.seed == 0


def test_the_kind_of_runner_follows_from_the_target() -> None:
    """An image needs an engine, also where it comes with a command."""
    assert parsed().runs_in == "docker"
    assert parsed(command=["x"]).runs_in == "docker"
    assert parsed(image=None, command=["x"], working_dir="/srv").runs_in == "process"


def test_points_are_completed() -> None:
    """Constants are filled in, and numbers are what the space has: what is recorded is complete."""
    space = {"n": {"type": "int", "low": 1, "high": 9}, "model": {"kind": "net"}, "c": [1, 2.5]}
    points = [{"params": {"n": 3.0, "c": 1.0}, "loss": 1}, {"params": {"c": 2.5, "n": 4}}]
    spec = parsed(space=space, points=points)
    assert json.dumps(dump_trial(spec)["points"]) == json.dumps(
        [
            {"params": {"n": 3, "model": {"kind": "net"}, "c": 1}, "loss": 1.0},
            {"params": {"n": 4, "model": {"kind": "net"}, "c": 2.5}, "loss": None},
        ]
    )
    assert parse_trial(dump_trial(spec)) == spec


def test_an_external_trial_needs_no_target() -> None:
    """What the supervisor sees to itself may be said of it."""
    spec = parsed(image=None, external=True, retries=1, parallelism=9, priority=2, tags=["a b"])
    assert (spec.runs_in, spec.retries, spec.tags) == ("external", 1, ["a b"])
    assert parse_trial(dump_trial(spec)) == spec


SPECS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "space": st.sampled_from(
            [
                {"x": {"type": "float", "low": 1e-5, "high": 1, "log": True}},
                {"n": {"type": "int", "low": 1, "high": 9, "step": 2}, "c": ["a", None, 1.5, True]},
                [{"k": 1, "x": [1, 2]}, {"k": 2, "m": {"y": [3], "when": {"k": 2}}}],
            ]
        ),
    },
    optional={
        "objective": st.sampled_from(["minimize", "maximize"]),
        "algorithm": st.sampled_from(["random", "sobol", {"name": "NGOpt", "seed": 2**32 - 1}]),
        "budget": st.fixed_dictionaries(
            {},
            optional={
                "jobs": st.integers(1, 10_000_000),
                "wall_time": st.floats(0.001, 1e9),
                "target_loss": st.floats(allow_nan=False, allow_infinity=False),
                "max_failures": st.integers(0, 100),
            },
        ),
        "parallelism": st.integers(1, 1000),
        "retries": st.integers(0, 10),
        "timeout": st.sampled_from(["90", "1h30m", 0.5, 7]),
        "resources": st.sampled_from([{}, {"cpus": 1.5, "memory": "1g", "gpus": 2}]),
        "environment": st.dictionaries(st.sampled_from(["A", "B_1"]), st.text("x é=\n")),
        "data": st.just("/srv/data"),
        "network": st.sampled_from(["none", "bridge"]),
        "pull": st.sampled_from(["missing", "always", "never"]),
        "privileged": st.booleans(),
    },
)


@given(SPECS)
@settings(max_examples=100, deadline=None)
def test_a_dumped_spec_is_read_as_the_same(document: dict[str, Any]) -> None:
    """Complete, and dumping it again gives the same: what is recorded can be submitted again."""
    spec = parsed(**document)
    dumped = dump_trial(spec)
    assert dumped.keys() == TrialSpec.model_fields.keys()
    assert parse_trial(dumped) == spec
    assert dump_trial(parse_trial(dumped)) == dumped
    assert recorded_trial(dumped) == spec


def test_a_recorded_spec_outlives_stricter_rules() -> None:
    """An algorithm that was taken out since is its optimizer's affair, not that of the log."""
    recorded: JsonObject = {**dump_trial(parsed()), "algorithm": {"name": "Gone", "seed": 1}}
    with pytest.raises(InvalidTrial, match="unknown algorithm"):
        parse_trial(recorded)
    assert recorded_trial(recorded).algorithm.name == "Gone"


def test_a_recorded_spec_that_cannot_be_read_is_refused() -> None:
    """With every problem."""
    with pytest.raises(InvalidTrial) as caught:
        recorded_trial({"space": {}, "parallelism": 0})
    assert [each.field for each in caught.value.problems] == ["name", "parallelism"]
