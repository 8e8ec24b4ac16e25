"""The original Hyperdock's `param_space`, draws included."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy import stats

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space import Choice, Constant, is_param_space, parse_param_space

NORM = {"hdock_distr": "norm", "hdock_samples": 3}


def _values(raw: Any) -> tuple[Any, ...]:
    (parameter,) = parse_param_space({"x": raw}).alternatives[0].parameters
    assert isinstance(parameter, Choice)
    return parameter.values


def test_lists_are_choices_and_all_else_is_constant() -> None:
    """Objects are handed to the target as they are, and never read as groups."""
    raw = {"a": [1, "x"], "b": 2, "c": None, "d": {"type": "float", "when": [1]}}
    assert parse_param_space(raw).alternatives[0].parameters == (
        Choice(name="a", values=(1, "x")),
        Constant(name="b", value=2),
        Constant(name="c", value=None),
        Constant(name="d", value={"type": "float", "when": [1]}),
    )


def test_a_list_of_objects_is_their_union() -> None:
    """As the original expanded it."""
    space = parse_param_space([{"a": [1, 2], "b": 1}, {"c": [3]}])
    assert list(space.grid()) == [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"c": 3}]


def test_draws_are_those_of_the_original() -> None:
    """These are the numbers that its own tests expected."""
    kwargs = {"scale": 5}
    values = _values(
        {"hdock_distr": "expon", "hdock_samples": 2, "hdock_seed": 1, "hdock_distr_kwargs": kwargs}
    )
    assert values == pytest.approx((2.698029186295927, 6.370626265066521), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("uniform", {"loc": -1, "scale": 2}),
        ("norm", {}),
        ("loguniform", {"a": 1e-4, "b": 1.0}),
        ("beta", {"a": 2, "b": 3}),
        ("randint", {"low": 1, "high": 9}),
        ("binom", {"n": 9, "p": 0.4}),
        ("poisson", {"mu": 3}),
    ],
)
def test_draws_are_single_calls_on_one_generator(name: str, kwargs: dict[str, float]) -> None:
    """The values are exactly scipy's, as Python's own numbers."""
    values = _values(
        {"hdock_distr": name, "hdock_distr_kwargs": kwargs, "hdock_samples": 9, "hdock_seed": 7}
    )
    generator = np.random.RandomState(7)
    frozen = getattr(stats, name)(**kwargs)
    assert values == tuple(frozen.rvs(random_state=generator) for _ in range(9))
    assert {type(value) for value in values} <= {int, float}


def test_the_seed_is_zero_if_not_given() -> None:
    """As in the original."""
    assert _values(NORM) == _values({**NORM, "hdock_seed": 0}) != _values({**NORM, "hdock_seed": 1})


def test_arguments_may_be_texts_and_lists_of_numbers() -> None:
    """YAML takes 1e-3 for a text; a few distributions take several probabilities."""
    small = _values({**NORM, "hdock_distr_kwargs": {"scale": "1e-3"}})
    assert small == _values({**NORM, "hdock_distr_kwargs": {"scale": 0.001}})
    counts = _values({**NORM, "hdock_distr": "poisson_binom", "hdock_distr_kwargs": {"p": [1, 1]}})
    assert counts == (2, 2, 2)


def test_keys_that_the_original_did_not_know_are_left_aside() -> None:
    """It ignored them, and its files may hold such notes."""
    assert _values({**NORM, "comment": "a note"}) == _values(NORM)


def test_repeated_draws_are_one_point_of_the_grid() -> None:
    """A job twice would tell nothing new."""
    space = parse_param_space(
        {"x": {**NORM, "hdock_distr": "bernoulli", "hdock_distr_kwargs": {"p": 1}}}
    )
    assert list(space.grid()) == [{"x": 1}]


@pytest.mark.parametrize(
    ("raw", "is_legacy"),
    [
        ({"x": NORM, "y": 1}, True),
        ([{"y": 1}, {"x": NORM}], True),
        ({"x": {"hdock_samples": 3}}, True),
        ({"x": {"type": "float"}}, False),
        ({"x": [1, 2]}, False),
        ({"g": {"x": NORM}}, False),
        ([1, [2]], False),
        ("x", False),
        (None, False),
    ],
)
def test_the_original_form_is_known_by_its_draws(raw: Any, is_legacy: bool) -> None:  # noqa: FBT001
    """Everything else is read as native, where lists and scalars mean the same."""
    assert is_param_space(raw) is is_legacy


def test_scipy_is_imported_only_to_draw() -> None:
    """Its import is slow, and most trials never draw."""
    program = (
        "import sys; from hyperdock_common.space import *; "
        "parse_param_space({'a': [1]}); parse_space({'a': [1]}); "
        "sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def _drawn(**changes: Any) -> Any:
    return {"x": {**NORM, **changes}}


REFUSED: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "empty": ({}, "param_space", ("empty", "at least one parameter")),
    "empty union": ([], "param_space", ("empty list",)),
    "empty alternative": ([{"a": 1}, {}], "param_space[1]", ("empty",)),
    "no object": (3, "param_space", ("must be an object", "3")),
    "empty list": ({"x": []}, "param_space.x", ("empty list", "at least one value")),
    "empty name": ({"": 1}, "param_space", ("empty name",)),
    "name that is no text": ({1: 1}, "param_space", ("quotes",)),
    "NaN": ({"a.b": [math.nan]}, r"param_space.a\.b[0]", ("finite",)),
    "too much": ({"a": list(range(10_000))}, "param_space", ("10,000",)),
    "too many draws": (
        {"x": {**NORM, "hdock_samples": 9_999}, "y": NORM},
        "param_space",
        ("10,000",),
    ),
    "range of a native space": (
        {"x": NORM, "y": {"type": "int", "low": 1, "high": 2}},
        "param_space.y",
        ("native", "one of the two"),
    ),
    "unhashable type": ({"x": {"type": [1], "low": [], "high": {}}, "y": []}, "param_space.y", ()),
    "unknown distribution": (
        _drawn(hdock_distr="normal"),
        "param_space.x.hdock_distr",
        ('"normal"', "did you mean `norm`?", "scipy.stats"),
    ),
    "function of scipy": (
        _drawn(hdock_distr="ttest_ind"),
        "param_space.x.hdock_distr",
        ("no distribution",),
    ),
    "distribution of vectors": (
        _drawn(hdock_distr="dirichlet"),
        "param_space.x.hdock_distr",
        ("no distribution of numbers",),
    ),
    "distribution that is no text": (
        _drawn(hdock_distr=[1]),
        "param_space.x.hdock_distr",
        ("a list",),
    ),
    "missing distribution": (
        {"x": {"hdock_samples": 1}},
        "param_space.x.hdock_distr",
        ("is missing", "scipy.stats"),
    ),
    "missing samples": (
        [{"x": {"hdock_distr": "norm"}}],
        "param_space[0].x.hdock_samples",
        ("is missing", "how many"),
    ),
    "no samples": (_drawn(hdock_samples=0), "param_space.x.hdock_samples", ("1 to 10,000", "0")),
    "all too many samples": (
        _drawn(hdock_samples=10**6),
        "param_space.x.hdock_samples",
        ("1 to 10,000",),
    ),
    "boolean samples": (_drawn(hdock_samples=True), "param_space.x.hdock_samples", ("a number",)),
    "half a sample": (_drawn(hdock_samples=1.5), "param_space.x.hdock_samples", ("whole",)),
    "negative seed": (_drawn(hdock_seed=-1), "param_space.x.hdock_seed", ("0 to 4294967295",)),
    "seed that is no number": (_drawn(hdock_seed=None), "param_space.x.hdock_seed", ("a number",)),
    "misspelt key": (
        _drawn(hdock_sed=1),
        "param_space.x.hdock_sed",
        ("unknown key", "did you mean `hdock_seed`?"),
    ),
    "arguments of no object": (
        _drawn(hdock_distr_kwargs=[1]),
        "param_space.x.hdock_distr_kwargs",
        ("must be an object",),
    ),
    "unknown argument": (
        _drawn(hdock_distr_kwargs={"scal": 1}),
        "param_space.x.hdock_distr_kwargs.scal",
        ("did you mean `scale`?", "`loc`"),
    ),
    "scale of a discrete distribution": (
        _drawn(hdock_distr="poisson", hdock_distr_kwargs={"mu": 1, "scale": 2}),
        "param_space.x.hdock_distr_kwargs.scale",
        ("allowed are `mu`, `loc`",),
    ),
    "missing argument": (
        _drawn(hdock_distr="beta", hdock_distr_kwargs={"a": 1}),
        "param_space.x.hdock_distr_kwargs.b",
        ("is missing", "beta"),
    ),
    "argument that is no number": (
        _drawn(hdock_distr_kwargs={"scale": "big"}),
        "param_space.x.hdock_distr_kwargs.scale",
        ("must be a number", '"big"'),
    ),
    "infinite argument": (
        _drawn(hdock_distr_kwargs={"loc": math.inf}),
        "param_space.x.hdock_distr_kwargs.loc",
        ("finite",),
    ),
    "argument out of its domain": (
        _drawn(hdock_distr_kwargs={"scale": -1}),
        "param_space.x.hdock_distr_kwargs",
        ("norm cannot draw",),
    ),
    "draws of several numbers": (
        _drawn(hdock_distr_kwargs={"loc": [1, 2]}),
        "param_space.x.hdock_distr_kwargs",
        ("several numbers", "one number"),
    ),
    "draws beyond 64 bits": (
        _drawn(hdock_distr="planck", hdock_distr_kwargs={"lambda_": 1e-25}),
        "param_space.x.hdock_distr_kwargs",
        ("64 bits",),
    ),
    "draws beyond floats": (
        _drawn(hdock_distr="cauchy", hdock_distr_kwargs={"scale": 1e308}, hdock_samples=99),
        "param_space.x.hdock_distr_kwargs",
        ("finite",),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_param_space_is_refused_with_its_field_and_the_way_out(case: str) -> None:
    """One problem, at the field that is at fault, with what is wrong and what is allowed."""
    raw, field, words = REFUSED[case]
    with pytest.raises(InvalidTrial) as caught:
        parse_param_space(raw)
    assert [each.field for each in caught.value.problems] == [field]
    for word in words:
        assert word in caught.value.problem


def test_problems_of_several_parameters_are_told_at_once() -> None:
    """As for native spaces."""
    with pytest.raises(InvalidTrial) as caught:
        parse_param_space([{"a": [], "b": [math.nan]}, 3])
    fields = [each.field for each in caught.value.problems]
    assert fields == ["param_space[0].a", "param_space[0].b[0]", "param_space[1]"]
