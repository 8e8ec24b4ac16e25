"""Every field of a trial file that can be wrong, with the message that its writer gets."""

from typing import Any

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.spec import parse_trial

DOCUMENT: dict[str, Any] = {
    "name": "tune",
    "image": "tune:1",
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
}
MISSING = object()
EXTERNAL = {"image": MISSING, "external": True}
PROCESS = {"image": MISSING, "command": ["x"]}
AT_LEAST_1 = "input should be greater than or equal to 1, not 0"
ABOVE_0 = "input should be greater than 0, not"
NO_TEXT = "has characters that are not allowed there"

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"name": MISSING}, "name", "is missing"),
    ({"name": ""}, "name", "string should have at least 1 character"),
    ({"name": "x" * 101}, "name", "string should have at most 100 characters"),
    ({"name": "a/b"}, "name", NO_TEXT),
    ({"name": "a\nb"}, "name", NO_TEXT),
    ({"name": 5}, "name", "must be a text, not 5"),
    ({"name": None}, "name", "must be a text, not null"),
    ({"name": True}, "name", "must not be true"),
    ({"image": MISSING}, "", "name a target: `image` (runs in Docker) or `command` (a program)"),
    ({"image": "a b"}, "image", "must be an image reference without blanks"),
    ({"image": ""}, "image", "string should have at least 1 character"),
    ({"image": 5}, "image", "must be a text, not 5"),
    ({"command": "python x"}, "command", 'must be a list of words, e.g. ["python", "train.py"]'),
    ({"command": []}, "command", "must not be empty"),
    ({"command": {"a": 1}}, "command", 'must be a list, not {"a": 1}'),
    ({"command": ["a", 5]}, "command[1]", "must be a text, not 5"),
    ({"command": ["a\0"]}, "command[0]", NO_TEXT),
    ({"working_dir": "/srv"}, "", "`working_dir` goes with a `command` without `image`"),
    ({**PROCESS, "working_dir": ""}, "working_dir", NO_TEXT),
    ({"space": MISSING}, "space", "is missing: name the parameters to search"),
    ({"space": {}}, "space", "is empty: name at least one parameter"),
    ({"space": None}, "space", "must be an object that names parameters, not null"),
    ({"space": {"a": {"type": "float", "low": 2, "high": 1}}}, "space.a.low", "is above high"),
    ({"param_space": {"a": [1]}}, "param_space", "give either `space` or `param_space`, not both"),
    ({"space": MISSING, "param_space": {}}, "param_space", "is empty"),
    ({"space": MISSING, "param_space": 5}, "param_space", "must be"),
    ({"objective": "min"}, "objective", "input should be 'minimize' or 'maximize', not \"min\""),
    ({"algorithm": "rndom"}, "algorithm.name", "did you mean random?"),
    ({"algorithm": None}, "algorithm", "must be an object, not null"),
    ({"algorithm": ["x"]}, "algorithm", 'must be an object, not ["x"]'),
    ({"algorithm": {"nme": "x"}}, "algorithm.nme", "no such field"),
    ({"algorithm": {"seed": -1}}, "algorithm.seed", "greater than or equal to 0, not -1"),
    ({"algorithm": {"seed": 2**32}}, "algorithm.seed", "less than 4294967296"),
    ({"algorithm": {"seed": 1.5}}, "algorithm.seed", "valid integer"),
    (
        {"algorithm": {"name": "grid", "options": {"points": 0}}},
        "algorithm.options.points",
        "must be a whole number from 1 to 10000000",
    ),
    ({"budget": 5}, "budget", "must be an object, not 5"),
    ({"budget": {"job": 1}}, "budget.job", "no such field"),
    ({"budget": {"jobs": 0}}, "budget.jobs", AT_LEAST_1),
    ({"budget": {"jobs": 10**8}}, "budget.jobs", "less than or equal to 10000000"),
    ({"budget": {"jobs": 1.5}}, "budget.jobs", "valid integer"),
    ({"budget": {"jobs": "ten"}}, "budget.jobs", 'not "ten"'),
    ({"budget": {"jobs": True}}, "budget.jobs", "must not be true"),
    ({"budget": {"wall_time": 0}}, "budget.wall_time", f"{ABOVE_0} 0"),
    ({"budget": {"wall_time": "soon"}}, "budget.wall_time", "is no duration; write seconds"),
    ({"budget": {"wall_time": "inf"}}, "budget.wall_time", "input should be a finite number"),
    ({"budget": {"target_loss": "low"}}, "budget.target_loss", "valid number"),
    ({"budget": {"target_loss": float("nan")}}, "budget.target_loss", "finite number, not nan"),
    ({"budget": {"max_failures": -1}}, "budget.max_failures", "greater than or equal to 0"),
    ({"parallelism": 0}, "parallelism", AT_LEAST_1),
    ({"parallelism": "two"}, "parallelism", 'not "two"'),
    ({"parallelism": True}, "parallelism", "must not be true"),
    ({"retries": -1}, "retries", "greater than or equal to 0"),
    ({"retries": 1001}, "retries", "less than or equal to 1000"),
    ({"priority": -1001}, "priority", "greater than or equal to -1000"),
    ({"timeout": -5}, "timeout", f"{ABOVE_0} -5"),
    ({"timeout": "5 parsecs"}, "timeout", "'5 parsecs' is no duration"),
    ({"timeout": [1]}, "timeout", "valid number, not [1]"),
    ({"timeout": True}, "timeout", "must not be true"),
    ({"resources": None}, "resources", "must be an object, not null"),
    ({"resources": {"ram": "1g"}}, "resources.ram", "no such field"),
    ({"resources": {"cpus": 0}}, "resources.cpus", f"{ABOVE_0} 0"),
    ({"resources": {"memory": "lots"}}, "resources.memory", "'lots' is no size"),
    ({"resources": {"memory": 0}}, "resources.memory", f"{ABOVE_0} 0"),
    ({"resources": {"memory": 1.5}}, "resources.memory", "valid integer"),
    ({"resources": {"gpus": -1}}, "resources.gpus", "greater than or equal to 0"),
    ({"environment": "A=1"}, "environment", 'must be an object, not "A=1"'),
    ({"environment": ["A"]}, "environment", "'A' has no value; write KEY=VALUE or a mapping"),
    ({"environment": {"A B": 1}}, "environment", "'A B' is no name of a variable"),
    ({"environment": {"A": None}}, "environment", "the value of A must be a text or a number"),
    ({"environment": {"A": [1]}}, "environment", "the value of A must be a text or a number"),
    ({"environment": {"A": "x\0"}}, "environment", "the value of A must be a text or a number"),
    ({"data": "./here"}, "data", "must be an absolute path of a folder on the worker's host"),
    ({"network": "host"}, "network", "input should be 'none' or 'bridge', not \"host\""),
    ({"runtime": "a b"}, "runtime", NO_TEXT),
    ({"pull": "perhaps"}, "pull", "input should be 'missing', 'always' or 'never'"),
    ({"pool": ""}, "pool", "string should have at least 1 character"),
    ({"pool": "a/b"}, "pool", NO_TEXT),
    ({"pool": "gpu\n"}, "pool", NO_TEXT),
    ({"privileged": "perhaps"}, "privileged", "valid boolean"),
    ({**PROCESS, "data": "/srv"}, "", "`data` needs an `image`"),
    ({**PROCESS, "runtime": "nvidia"}, "", "`runtime` needs an `image`"),
    ({**PROCESS, "network": "none"}, "", "`network` needs an `image`"),
    ({**PROCESS, "privileged": True}, "", "`privileged` needs an `image`"),
    ({"points": {}}, "points", "must be a list, not {}"),
    ({"points": [{}]}, "points[0].params", "is missing"),
    ({"points": [{"params": [1]}]}, "points[0].params", "must be an object, not [1]"),
    ({"points": [{"params": {"x": 1}, "los": 1}]}, "points[0].los", "no such field"),
    ({"points": [{"params": {"x": 1}, "loss": "low"}]}, "points[0].loss", 'not "low"'),
    ({"points": [{"params": {"x": 1}, "loss": True}]}, "points[0].loss", "must not be true"),
    ({"points": [{"params": {"x": 1}, "loss": 1e999}]}, "points[0].loss", "finite number, not inf"),
    ({"points": [{"params": {"x": 1}, "loss": 10**400}]}, "points[0].loss", "valid number"),
    ({"points": [{"params": {"x": 1}}, {"params": {}}]}, "points[1].params.x", "is missing"),
    ({"points": [{"params": {"x": 2}}]}, "points[0].params.x", "number from 0.0 to 1.0, not 2"),
    ({"points": [{"params": {"y": 2, "x": 1}}]}, "points[0].params.y", "unknown parameter"),
    ({"points": [{"params": {"x": 1}}] * 1001}, "points", "at most 1000 items"),
    ({"external": True}, "", "an `external` trial has no `image` and no `command`"),
    ({"external": "perhaps", "image": MISSING}, "external", "valid boolean"),
    ({**EXTERNAL, "timeout": "1h"}, "timeout", "the programs that run the jobs of an `external`"),
    ({**EXTERNAL, "resources": {"gpus": 1}}, "resources", "is a worker's affair"),
    ({**EXTERNAL, "environment": {"A": 1}}, "environment", "is a worker's affair"),
    ({**EXTERNAL, "secrets": ["TOKEN"]}, "secrets", "is a worker's affair"),
    ({**EXTERNAL, "working_dir": "/srv"}, "working_dir", "is a worker's affair"),
    ({**EXTERNAL, "pull": "never"}, "pull", "is a worker's affair"),
    ({**EXTERNAL, "pool": "gpu"}, "pool", "is a worker's affair"),
    ({**EXTERNAL, "data": "/srv"}, "", "`data` needs an `image`"),
    ({"secrets": {"A B": "a"}}, "secrets", "'A B' is no name of a variable"),
    ({"secrets": {"A": "a b"}}, "secrets.A", NO_TEXT),
    ({"secrets": ["A"], "environment": {"A": 1}}, "", "A stands in `environment` and in `secrets`"),
    ({"tags": "a"}, "tags", 'must be a list, not "a"'),
    ({"tags": ["a", " b"]}, "tags[1]", NO_TEXT),
    ({"tags": ["a,b"]}, "tags[0]", NO_TEXT),
    ({"notes": 5}, "notes", "must be a text, not 5"),
    ({"nmae": 1}, "nmae", "no such field; did you mean name?"),
    ({"xyzzy": 1}, "xyzzy", "no such field; known are name, image, command"),
]


@pytest.mark.parametrize(
    ("changes", "field", "problem"), REFUSED, ids=[f"{each[1]}-{each[2][:30]}" for each in REFUSED]
)
def test_is_refused(changes: dict[str, Any], field: str, problem: str) -> None:
    """Invariant 9: the message names the field and what is wrong with it; there is but one."""
    document = {k: v for k, v in {**DOCUMENT, **changes}.items() if v is not MISSING}
    with pytest.raises(InvalidTrial) as caught:
        parse_trial(document)
    (only,) = caught.value.problems
    assert only.field == field
    assert problem in only.problem


def test_all_problems_are_told_at_once() -> None:
    """Nobody likes to submit five times."""
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({"name": "", "image": "x", "budget": {"jobs": 0}, "space": {}, "foo": 1})
    fields = [each.field for each in caught.value.problems]
    assert fields == ["space", "name", "budget.jobs", "foo"]
    assert str(caught.value).count("\n") == 3


def test_problems_of_points_are_told_with_the_others() -> None:
    """Each with the place where it stands, whatever else is wrong."""
    points = [{"params": {"x": 5}}, {"params": {"x": 1}}, {"params": {"z": 1, "x": "a"}}]
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({**DOCUMENT, "points": points, "algorithm": "rndom"})
    assert [each.field for each in caught.value.problems] == [
        "algorithm.name",
        "points[0].params.x",
        "points[2].params.x",
        "points[2].params.z",
    ]


@pytest.mark.parametrize("raw", [None, 5, "text", [], [1]])
def test_what_is_no_object_is_refused(raw: object) -> None:
    """There is no field to name."""
    with pytest.raises(InvalidTrial, match="a trial is an object"):
        parse_trial(raw)


def test_a_long_value_is_shown_shortened() -> None:
    """A message is to be read."""
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({**DOCUMENT, "objective": "x" * 1000})
    assert len(caught.value.problem) < 200
    assert caught.value.problem.endswith("...")


def test_what_json_cannot_hold_is_refused_wherever_it_stands() -> None:
    """Also where no text was parsed."""
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({**DOCUMENT, "environment": {"A": float("inf")}})
    assert caught.value.field == "environment.A"


@pytest.mark.parametrize("wrong", [{"points": [1] * 900}, {f"y{n}": 1 for n in range(900)}])
def test_not_more_problems_are_told_than_anybody_reads(wrong: dict[str, object]) -> None:
    """To find out what each could have meant takes time."""
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({**DOCUMENT, **wrong})
    assert len(caught.value.problems) == 100


def test_very_many_fields_are_refused_at_once() -> None:
    """Without a word about each."""
    with pytest.raises(InvalidTrial, match="has 5000 fields; known are name, image"):
        parse_trial({f"y{number}": 1 for number in range(5000)})


def test_very_many_words_are_refused_at_once() -> None:
    """Their number is what is wrong, whatever they are."""
    with pytest.raises(InvalidTrial) as caught:
        parse_trial({**DOCUMENT, "command": [1] * 5000})
    assert len(caught.value.problems) <= 100
