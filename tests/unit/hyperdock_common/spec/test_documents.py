"""From text to a JSON object: YAML 1.2 or JSON, and strictly what JSON can hold."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.spec import load_document


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ('{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        ("a:\n  - b: 1\n", {"a": [{"b": 1}]}),
        ("low: 1e-5\nhigh: 1E5\nstep: .5", {"low": 1e-5, "high": 1e5, "step": 0.5}),
        ("on: off\nyes: y\nno: NO", {"on": "off", "yes": "y", "no": "NO"}),
        ("a: true\nb: False\nc: ~\nd:", {"a": True, "b": False, "c": None, "d": None}),
        ("a: 010\nb: 1:30\nc: 1_000", {"a": 10, "b": "1:30", "c": 1000}),
        ("a: '2024-01-02'\nb: \"1\"", {"a": "2024-01-02", "b": "1"}),
        ("base: &b {x: 1}\na: {<<: *b, y: 2}", {"base": {"x": 1}, "a": {"x": 1, "y": 2}}),
        ("a: &l [1]\nb: *l", {"a": [1], "b": [1]}),
        ("\ufeffa: größer", {"a": "größer"}),
        ("# only\na: 1 # comments", {"a": 1}),
    ],
)
def test_yaml_and_json_are_read(text: str, document: Any) -> None:
    """Numbers with exponents are numbers, `on` and `off` are words, aliases are resolved."""
    assert load_document(text) == document


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        ("", "", "a trial file is an object"),
        ("just words", "", "a trial file is an object"),
        ("- a\n- b", "", "a trial file is an object"),
        ("a: 1\na: 2", "", 'line 2, column 1: found duplicate key "a"'),
        ('{"a": {"b": 1, "b": 2}}', "", 'found duplicate key "b"'),
        ("a: [1, 2", "", "not valid YAML: line 1, column 9"),
        ("a: 1\n b: 2", "", "not valid YAML: line 2, column 3"),
        ("a:\n\t- b", "", "not valid YAML: line 2, column 1"),
        ("a: \x01", "", "not valid YAML: unacceptable character"),
        ("a: 1\n---\nb: 2", "", "not valid YAML: line 2, column 1: but found another document"),
        ("a: *nope", "", "found undefined alias"),
        ("a: !!python/object:os.system x", "", "could not determine a constructor"),
        ("a: !mine x", "", "could not determine a constructor"),
        ("a: !!bool perhaps", "", "'perhaps' does not fit its tag"),
        ("a: !!int ''", "", "does not fit its tag"),
        ("a: !!int abc", "", "not valid YAML: invalid literal"),
        ("a: 2024-13-45", "", "not valid YAML: month must be in 1..12"),
        (f"a: {'9' * 5000}", "", "not valid YAML: a number has more than 400 digits"),
        (f"a: 0x{'f' * 5000}", "", "not valid YAML: a number has more than 400 digits"),
        (f"%YAML 1.1\n---\na: {'1:' * 5000}1", "", "a number has more than 400 digits"),
        ('a: "\\UFFFFFFFF"', "", "not valid YAML: Python int too large"),
        (f"a: {'[' * 1000}", "", "not valid YAML: nested too deeply"),
        ("a: &a {<<: *a}", "", "not valid YAML: nested too deeply"),
        (f"a: {'[' * 40}{']' * 40}", "a" + "[0]" * 32, "nested too deeply (at most 32 levels)"),
        ("a: &a [*a]", "a" + "[0]" * 32, "nested too deeply"),
        ("a: {b: [1, 2024-01-02]}", "a.b[1]", "2024-01-02 is no JSON value; put it in quotes"),
        ("a: 2001-12-14t21:59:43Z", "a", "is no JSON value; put it in quotes"),
        ("a: !!binary aGk=", "a", "is no JSON value"),
        ("a: {b: .nan}", "a.b", "must be a finite number, not nan"),
        ("a: -.inf", "a", "must be a finite number, not -inf"),
        ("a: 1e999", "a", "must be a finite number, not inf"),
        ("a: {1: x}", "a", "the key 1 must be a text; put it in quotes"),
        ("true: 1", "", "the key True must be a text"),
        ("~: 1", "", "the key None must be a text"),
        ("? [1, 2]\n: x", "", "must be a text"),
    ],
)
def test_what_is_no_json_object_is_refused(text: str, field: str, problem: str) -> None:
    """Invariant 9: saying where it stands and what to do about it."""
    with pytest.raises(InvalidTrial) as caught:
        load_document(text)
    assert caught.value.field == field
    assert problem in caught.value.problem


@pytest.mark.parametrize("aliases", [10, 3000])
def test_merges_cannot_blow_up_a_small_document(aliases: int) -> None:
    """What `<<` brings together is counted before it is: that could be more than memory holds."""
    lines = ["a0: &a0 {x: 1, y: 2}"]
    for number in range(1, 12):
        names = ", ".join([f"*a{number - 1}"] * aliases)
        lines.append(f"a{number}: &a{number} {{<<: [{names}]}}")
    with pytest.raises(InvalidTrial, match="`<<` brings in more than 100000 values"):
        load_document("\n".join(lines))


def test_anchors_may_be_used_twice() -> None:
    """Nobody is warned of it, which would keep the text for ever."""
    assert load_document("a: [&x 1, *x]\nb: [&x 2, *x]") == {"a": [1, 1], "b": [2, 2]}


def test_aliases_cannot_blow_up_a_small_document() -> None:
    """A few lines may stand for billions of values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(InvalidTrial, match="more than 200000 values"):
        load_document("\n".join(lines))


PIECES = ["a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "'", '"', "1", "0x", "1e5", ".nan"]
PIECES += ["!!int ", "!!bool ", "!!float ", "!!set ", "!!omap ", "!!timestamp ", "!!binary ", "!!"]
PIECES += ["<<: ", "*x", "~", "yes", "2024-01-01", "12:30", "?", "|", "> ", "#", "%", "---\n", "é"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=200, deadline=None)
@example("!!bool ''")
@example("!!int ''")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Invariant 9: no text makes anything else happen."""
    try:
        document = load_document(text)
    except InvalidTrial:
        return
    assert isinstance(document, dict)
