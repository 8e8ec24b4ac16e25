"""Intermediate metrics are read line by line while the target writes them."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_worker.contract import Metric, MetricsReader


def write(folder: Path, text: str) -> None:
    """Appends to the metrics as a target would."""
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(text)


def losses(numbered: object) -> list[float]:
    """The losses among numbered metrics."""
    assert isinstance(numbered, list | tuple)
    return [metric.values["loss"] for _, metric in numbered]


def test_complete_lines_are_read_once(tmp_path: Path) -> None:
    """Every call hands out what was completed since the last one."""
    reader = MetricsReader(tmp_path)
    assert reader.read_new() == []
    write(tmp_path, '{"step": 1, "loss": 0.5, "acc": 1}\n{"step": 2, "loss": 0.4}\n')
    assert reader.read_new() == [
        (0, Metric(step=1, values={"loss": 0.5, "acc": 1.0})),
        (1, Metric(step=2, values={"loss": 0.4})),
    ]
    assert reader.read_new() == []


def test_a_partial_line_waits_for_its_end(tmp_path: Path) -> None:
    """A line is only read when its line feed is there."""
    reader = MetricsReader(tmp_path)
    write(tmp_path, '{"step": 1, "lo')
    assert reader.read_new() == []
    write(tmp_path, 'ss": 3}\n')
    assert losses(reader.read_new()) == [3]


def test_the_last_line_needs_no_line_feed(tmp_path: Path) -> None:
    """After the target's end nothing more can come, so the rest counts."""
    reader = MetricsReader(tmp_path)
    write(tmp_path, '{"step": 1, "loss": 1}\n{"step": 2, "loss": 2}')
    assert losses(reader.read_new(final=True)) == [1, 2]
    assert reader.read_new(final=True) == []


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "3",
        "[]",
        '{"loss": 1}',
        '{"step": 1}',
        '{"step": -1, "loss": 1}',
        '{"step": 1.5, "loss": 1}',
        '{"step": "1", "loss": 1}',
        '{"step": true, "loss": 1}',
        '{"step": NaN, "loss": 1}',
        '{"step": 1, "loss": NaN}',
        '{"step": 1, "loss": "low"}',
        '{"step": 1, "loss": ' + "1" * 70_000 + "}",
    ],
)
def test_useless_lines_are_skipped_and_counted(tmp_path: Path, line: str) -> None:
    """A bad line costs nothing but itself."""
    write(tmp_path, f'{line}\n\n{{"step": 1.0, "loss": 2}}\n')
    reader = MetricsReader(tmp_path)
    assert losses(reader.read_new()) == [2]
    assert reader.skipped == 1


def test_non_finite_values_are_left_out_beside_finite_ones(tmp_path: Path) -> None:
    """NaN never enters an event, the rest of its line does."""
    write(tmp_path, '{"step": 3, "loss": 1, "acc": NaN, "note": "x"}\n')
    assert MetricsReader(tmp_path).read_new() == [(0, Metric(step=3, values={"loss": 1.0}))]


def test_an_endless_line_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    """A line without an end neither fills the memory nor hides what follows it."""
    reader = MetricsReader(tmp_path)
    for _ in range(3):
        write(tmp_path, "x" * 100_000)
        assert reader.read_new() == []
    write(tmp_path, 'x\n{"step": 1, "loss": 7}\n')
    assert losses(reader.read_new()) == [7]
    assert reader.skipped == 1


def test_points_are_bounded(tmp_path: Path) -> None:
    """A target that reports without end fills no log."""
    write(tmp_path, "".join(f'{{"step": {n}, "loss": {n}}}\n' for n in range(9)))
    reader = MetricsReader(tmp_path, max_points=5)
    assert losses(reader.read_new()) == [0, 1, 2, 3, 4]
    assert reader.dropped == 4


def test_numbers_survive_a_restart(tmp_path: Path) -> None:
    """A second reader gives a metric the number it had, and leaves out what was reported."""
    write(tmp_path, '{"step": 1, "loss": 1}\n?\n{"step": 2, "loss": 2}\n')
    first = MetricsReader(tmp_path).read_new()
    assert MetricsReader(tmp_path).read_new() == first
    assert MetricsReader(tmp_path, reported=1).read_new() == first[1:]


def test_a_file_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    """A target may overwrite its metrics; numbers go on, so none is given twice."""
    reader = MetricsReader(tmp_path)
    write(tmp_path, '{"step": 1, "loss": 1}\n{"step": 2, "loss": 2}\n')
    reader.read_new()
    (tmp_path / "metrics.jsonl").write_text('{"step": 1, "loss": 9}\n')
    assert reader.read_new() == [(2, Metric(step=1, values={"loss": 9.0}))]


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """Links are left alone, as with every file of a target."""
    (tmp_path / "elsewhere").write_text('{"step": 1, "loss": 1}\n')
    (tmp_path / "metrics.jsonl").symlink_to(tmp_path / "elsewhere")
    assert MetricsReader(tmp_path).read_new() == []


@given(cuts=st.lists(st.integers(0, 240), max_size=8))
def test_where_the_writes_are_cut_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int]
) -> None:
    """Whatever pieces the file grows by, each line comes out once and in order."""
    folder = tmp_path_factory.mktemp("metrics")
    text = "".join(f'{{"step": {n}, "loss": {n}}}\n' for n in range(10))
    reader = MetricsReader(folder)
    found: list[float] = []
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    for start, end in itertools.pairwise(edges):
        write(folder, text[start:end])
        found += losses(reader.read_new())
    assert found == list(range(10))
