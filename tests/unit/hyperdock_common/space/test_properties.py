"""What holds for every space, whatever its groups and conditions."""

import itertools
import json
from collections import defaultdict
from math import prod
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hyperdock_common.space import (
    Constant,
    Parameter,
    Space,
    check_params,
    dump_space,
    identity,
    parse_space,
    split_name,
)

# as written -> as it is in params; leaves and groups never share a name
_LEAVES = {"a": "a", "b": "b", r"c\.d": "c.d", r"\when": "when", "type": "type", "é": "é"}
_GROUPS = ("g", "h", r"i\.j")
_VALUES = st.sampled_from([None, True, False, 0, 1, 1.0, 2.5, "x", "", [1], {"k": [True]}])
_ABSENT = object()


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """The definition of one parameter, with few values where it has finitely many."""
    kind = draw(st.sampled_from(["choice", "choice", "int", "float", "stepped", "constant"]))
    low, width = draw(st.integers(-3, 3)), draw(st.integers(0, 2))
    log = draw(st.booleans())
    match kind:
        case "choice":
            return {"type": kind, "values": draw(st.lists(_VALUES, min_size=1, max_size=3))}
        case "constant":
            return {"type": kind, "value": draw(_VALUES)}
        case "stepped":
            return {"type": "float", "low": low / 10, "high": (low + width) / 10, "step": 0.1}
        case _:
            low = abs(low) + 1 if log else low
            return {"type": kind, "low": low, "high": low + width, "log": log}


@st.composite
def raw_alternatives(draw: st.DrawFn, *, continuous: bool = True) -> dict[str, Any]:
    """A native space of one alternative: parameters in groups, with conditions on each other."""
    count = draw(st.integers(1, 6))
    paths = draw(
        st.lists(
            st.tuples(st.lists(st.sampled_from(_GROUPS), max_size=2), st.sampled_from([*_LEAVES])),
            min_size=count,
            max_size=count,
            unique_by=lambda path: (tuple(path[0]), path[1]),
        )
    )
    parameters: list[tuple[list[str], str, dict[str, Any]]] = []
    for groups, leaf in paths:
        definition = draw(definitions())
        if not continuous and definition["type"] == "float":
            definition["step"], definition["log"] = 0.5, False
        if when := draw(conditions(parameters)):
            definition["when"] = when
        parameters.append((groups, leaf, definition))
    return _nested(draw(st.permutations(parameters)))


@st.composite
def conditions(
    draw: st.DrawFn, earlier: list[tuple[list[str], str, dict[str, Any]]]
) -> dict[str, Any]:
    """Conditions on parameters that were made before, so that they never loop."""
    when: dict[str, Any] = {}
    for groups, leaf, definition in earlier:
        if definition["type"] == "float" or draw(st.integers(0, 2)):
            continue
        values = _values_of(definition)
        name = "." + ".".join([*groups, leaf.replace(r"\when", "when")])
        when[name] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    return when


def raw_spaces(*, continuous: bool = True) -> st.SearchStrategy[Any]:
    """A native space: one alternative or a union of a few."""
    one = raw_alternatives(continuous=continuous)
    return one | st.lists(one, min_size=1, max_size=3)


def _values_of(definition: dict[str, Any]) -> list[Any]:
    match definition["type"]:
        case "choice":
            return list(definition["values"])
        case "constant":
            return [definition["value"]]
        case _:
            return list(range(definition["low"], definition["high"] + 1))


def _nested(parameters: list[tuple[list[str], str, dict[str, Any]]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for groups, leaf, definition in parameters:
        place = root
        for group in groups:
            place = place.setdefault(group, {})
        place[leaf] = definition
    return root


def _looked_up(params: Any, parameter: Parameter) -> Any:
    for key in split_name(parameter.name):
        if not isinstance(params, dict) or key not in params:
            return _ABSENT
        params = params[key]
    return params


def _leaves_of(space: Space, params: Any) -> bool:
    """Whether an alternative's active parameters, and no others, are all that is in the params."""
    return any(_is_made_of(params, alternative.parameters) for alternative in space.alternatives)


def _is_made_of(params: Any, parameters: tuple[Parameter, ...]) -> bool:
    values = {each.name: _looked_up(params, each) for each in parameters}
    for each in parameters:
        active = all(
            values[condition.parameter] is not _ABSENT
            and identity(values[condition.parameter]) in set(map(identity, condition.values))
            for condition in each.when
        )
        if active is (values[each.name] is _ABSENT):
            return False
        if (
            active
            and isinstance(each, Constant)
            and identity(values[each.name]) != identity(each.value)
        ):
            return False
    tree: dict[str, Any] = defaultdict(dict)
    for each in parameters:
        if values[each.name] is not _ABSENT:
            _put(tree, split_name(each.name), values[each.name])
    return json.dumps(tree, sort_keys=True) == json.dumps(params, sort_keys=True)


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


@settings(max_examples=60)
@given(raw_spaces())
def test_a_dumped_space_is_read_back_as_the_same(raw: Any) -> None:
    """Recorded and read back, a space is the same, and so is its order."""
    space = parse_space(raw)
    dumped = dump_space(space)
    again = parse_space(json.loads(json.dumps(dumped)))
    assert again == space
    assert json.dumps(dump_space(again)) == json.dumps(dumped)
    assert again.dimensions == space.dimensions


@settings(max_examples=50)
@given(raw_spaces(), st.data())
def test_params_hold_the_active_parameters_and_no_others(raw: Any, data: st.DataObject) -> None:
    """Whatever the point, nothing inactive is handed to a target, and nothing active is missing."""
    space = parse_space(raw)
    point = [data.draw(st.floats(0, 1)) for _ in space.dimensions]
    assert _leaves_of(space, space.from_unit(point))


@settings(max_examples=200, deadline=None)
@given(raw_spaces(), st.data())
def test_params_go_back_to_a_point_that_gives_them(raw: Any, data: st.DataObject) -> None:
    """And they are valid as they are."""
    space = parse_space(raw)
    params = space.from_unit([data.draw(st.floats(0, 1)) for _ in space.dimensions])
    point = space.to_unit(params)
    assert len(point) == len(space.dimensions)
    assert space.from_unit(point) == params
    assert check_params(space, params) == params
    assert identity(check_params(space, json.loads(json.dumps(params)))) == identity(params)


@settings(max_examples=50)
@given(raw_spaces(continuous=False))
def test_the_grid_is_all_params_each_once(raw: Any) -> None:
    """It is what all values of all dimensions give, and as many as the size says."""
    space = parse_space(raw)
    candidates = [list(each.parameter.candidates()) for each in space.dimensions]
    assume(prod(map(len, candidates)) <= 500)
    keys = [each.key for each in space.dimensions]
    every = {
        identity(space.resolve(dict(zip(keys, values, strict=True))))
        for values in itertools.product(*candidates)
    }
    grid = [identity(params) for params in space.grid()]
    assert len(grid) == len(set(grid))
    assert set(grid) == every
    if len(space.alternatives) == 1:
        assert space.size == len(grid)
    else:
        assert space.size is not None
        assert space.size >= len(grid)


@settings(max_examples=50)
@given(raw_spaces(), st.integers(1, 3))
def test_a_grid_of_points_holds_only_what_the_space_has(raw: Any, points: int) -> None:
    """Cutting continuous parameters into points changes nothing else."""
    space = parse_space(raw)
    for params in itertools.islice(space.grid(points), 20):
        assert _leaves_of(space, params)
