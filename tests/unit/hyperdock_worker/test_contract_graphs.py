"""The target's own graphs: kept when valid, never a reason to fail."""

import json
from pathlib import Path

import pytest

from hyperdock_common.events.job import Succeeded
from hyperdock_common.ports.runner import Exit
from hyperdock_worker.contract import Result, read_result

SERIES = {"label": "train", "x": [0, 1], "y": [0.5, 0.25]}
GRAPH = {"name": "loss", "x_axis": "epoch", "y_axis": "loss", "series": [SERIES]}


def result_with(folder: Path, written: object, name: str = "graphs.json") -> Result:
    """The result of a successful target that wrote these graphs."""
    (folder / "loss.json").write_text("1")
    content = written if isinstance(written, str) else json.dumps(written)
    (folder / name).write_text(content)
    result = read_result(folder, Exit(code=0))
    assert result.outcome == Succeeded(loss=1.0)
    return result


@pytest.mark.parametrize("name", ["graphs.json", "graph.json"])
def test_the_originals_format_is_kept(tmp_path: Path, name: str) -> None:
    """A list of graphs comes through unchanged, under either of the original's file names."""
    result = result_with(tmp_path, [GRAPH], name)
    assert result.graphs == [GRAPH]
    assert result.warnings == ()


def test_a_single_graph_needs_no_list(tmp_path: Path) -> None:
    """One graph as an object means a list of one."""
    assert result_with(tmp_path, GRAPH).graphs == [GRAPH]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "3",
        [3],
        [{"name": "no series"}],
        [{**GRAPH, "series": []}],
        [{**GRAPH, "series": [3]}],
        [{**GRAPH, "series": [{"label": "no x", "y": [1]}]}],
        [{**GRAPH, "series": [{**SERIES, "x": [1]}]}],
    ],
)
def test_an_invalid_graph_is_ignored_with_a_warning(tmp_path: Path, written: object) -> None:
    """A job never fails for its graphs."""
    result = result_with(tmp_path, written)
    assert result.graphs == []
    assert result.warnings


def test_valid_graphs_beside_an_invalid_one_are_kept(tmp_path: Path) -> None:
    """Each graph is judged by itself."""
    result = result_with(tmp_path, ["nonsense", GRAPH])
    assert result.graphs == [GRAPH]
    assert len(result.warnings) == 1


def test_points_that_are_no_finite_numbers_are_left_out(tmp_path: Path) -> None:
    """NaN never enters an event."""
    written = '[{"name": "g", "series": [{"label": "", "x": [0, 1, 2], "y": [1, NaN, "a"]}]}]'
    result = result_with(tmp_path, written)
    assert result.graphs[0]["series"] == [{"label": "", "x": [0], "y": [1]}]
    assert len(result.warnings) == 1


def test_long_series_are_thinned_out(tmp_path: Path) -> None:
    """A series keeps its range and at most a thousand points."""
    long = {**GRAPH, "series": [{"label": "", "x": list(range(9999)), "y": list(range(9999))}]}
    (kept,) = result_with(tmp_path, [long]).graphs
    assert isinstance(kept["series"], list)
    (series,) = kept["series"]
    assert isinstance(series, dict)
    assert isinstance(series["x"], list)
    assert 900 <= len(series["x"]) <= 1000
    assert series["x"] == series["y"]


def test_too_many_graphs_and_series_are_cut_with_a_warning(tmp_path: Path) -> None:
    """What an event can carry is bounded, whatever a target writes."""
    result = result_with(tmp_path, [{**GRAPH, "series": [SERIES] * 50}] * 50)
    assert len(result.graphs) == 20
    assert isinstance(result.graphs[0]["series"], list)
    assert len(result.graphs[0]["series"]) == 20
    assert result.warnings
