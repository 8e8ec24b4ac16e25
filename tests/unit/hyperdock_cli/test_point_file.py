"""Points from tables and lines."""

from pathlib import Path
from typing import Any

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.point_file import params_of, read_points

EXPORTED = "number,state,loss,params.x\n1,succeeded,0.5,2\n2,failed,,3\n"
LINES = """{"params": {"x": 1}, "loss": 2}

{"x": 3}
"""
JOBS = """{"job_id": "a.1", "params": {"x": 1}, "loss": null}
{"job_id": "a.2", "params": {"x": 2}, "loss": 1}"""


@pytest.mark.parametrize(
    ("name", "content", "points"),
    [
        (
            "a.csv",
            "x,model.depth,loss\n1e-3,4,0.5\n",
            [{"params": {"x": 0.001, "model": {"depth": 4}}, "loss": 0.5}],
        ),
        ("a.csv", "kind,on,edge\nrough,true,\n", [{"params": {"kind": "rough", "on": True}}]),
        ("a.csv", "\ufeffx\n1\n", [{"params": {"x": 1}}]),
        ("a.csv", "x,metrics.acc\n1,0.9\n", [{"params": {"x": 1}, "metrics": {"acc": 0.9}}]),
        ("a.csv", "a\\.b\n1\n", [{"params": {"a.b": 1}}]),
        ("a.csv", "x\n'=1+1\n", [{"params": {"x": "=1+1"}}]),
        ("a.csv", EXPORTED, [{"params": {"x": 2}, "loss": 0.5}]),
        ("a.jsonl", LINES, [{"params": {"x": 1}, "loss": 2}, {"params": {"x": 3}}]),
        ("a.jsonl", '{"x": 3, "loss": 1}\n', [{"params": {"x": 3}, "loss": 1}]),
        ("a.jsonl", JOBS, [{"params": {"x": 2}, "loss": 1}]),
    ],
)
def test_points_are_read(
    tmp_path: Path, name: str, content: str, points: list[dict[str, Any]]
) -> None:
    """Numbers as numbers, dots as groups, empty cells as nothing; what an export wrote, too."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert read_points(path) == points


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.txt", b"x\n1\n", "neither"),
        ("a.csv", b"x,loss\n1,low\n", "line 2: the loss 'low'"),
        ("a.csv", b"x\n1,2\n", "line 2: more cells"),
        ("a.csv", b"x\n", "no points"),
        ("a.csv", b"a\\b\n1\n", "backslash"),
        ("a.csv", b"x\n\xff\n", "UTF-8"),
        ("a.jsonl", b"{}\n{", "line 2: no JSON"),
        ("a.jsonl", b"[1]", "must be an object"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    """With the place."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Fault, match=problem):
        read_points(path)
    with pytest.raises(Fault, match="No such file"):
        read_points(tmp_path / "gone.csv")


@pytest.mark.parametrize("text", ["1", "[", "{x: .nan}", ""])
def test_params_are_an_object(text: str) -> None:
    """Of what JSON can hold."""
    with pytest.raises(Fault, match="--params"):
        params_of(text)
