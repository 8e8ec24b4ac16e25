"""Jobs as a table: for pandas, for spreadsheets, and for nobody's formulas."""

import csv
import io
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.export.table import COLUMNS, MOST_METRICS, MetricNames, table_of

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


def job(number: int = 1, **fields: Any) -> JsonObject:
    """A job that has succeeded."""
    shown: JsonObject = {
        "number": number,
        "job_id": f"t.{number}",
        "trial_id": "t",
        "state": "succeeded",
        "origin": "optimizer",
        "loss": number / 2,
        "retracted": None,
        "attempts": [{}],
        "worker_id": "w",
        "proposed_at": 1_700_000_000.0,
        "started_at": 1_700_000_001.25,
        "finished_at": 1_700_000_003.5,
        "reason": "",
        "message": "",
        "params": {"x": 0.5},
        "metrics": {},
    }
    return {**shown, **fields}


def learned(*jobs: JsonObject) -> list[str]:
    """The names of the jobs' metrics."""
    names = MetricNames()
    assert all(step is None for step in names.learn(jobs))
    return list(names)


def made(*jobs: JsonObject, parameters: tuple[str, ...] = ("x",)) -> bytes:
    """The table of some jobs."""
    return b"".join(table_of(jobs, parameters, learned(*jobs)))


def rows(raw: bytes) -> list[dict[str, str]]:
    """The rows of a table, by column."""
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def test_row_tells_what_became_of_a_job() -> None:
    """The columns come in a fixed order; times are ISO 8601, and what is not there is empty."""
    raw = made(job(worker_id=None, message="so, so"))
    head, row = raw.decode().splitlines()
    assert head == ",".join([*COLUMNS, "params.x"])
    times = "2023-11-14T22:13:20.000Z,2023-11-14T22:13:21.250Z,2023-11-14T22:13:23.500Z"
    assert row == f'1,t.1,succeeded,optimizer,0.5,false,1,,{times},2.25,,"so, so",0.5'


def test_job_that_never_began_has_no_seconds() -> None:
    """Times that are not there leave their cells empty."""
    (row,) = rows(made(job(started_at=None, finished_at=None, loss=None, attempts=[])))
    empty = ("started_at", "finished_at", "seconds", "loss")
    assert {row[name] for name in empty} == {""}
    assert row["attempts"] == "0"


def test_params_and_metrics_have_columns() -> None:
    """Nested params by their names in the space, metrics by name; what a job lacks is empty."""
    first = job(params={"model": {"depth": 3}, "a.b": "x,y"}, metrics={"acc": 0.5, "more": [1]})
    second = job(2, params={"model": {}}, metrics={"f1": True}, retracted={"reason": ""})
    found = rows(made(first, second, parameters=("model.depth", r"a\.b")))
    names = ["params.model.depth", r"params.a\.b", "metrics.acc", "metrics.more", "metrics.f1"]
    assert list(found[0]) == [*COLUMNS, *names]
    assert [found[0][name] for name in names] == ["3", "x,y", "0.5", "[1]", ""]
    assert [found[1][name] for name in names] == ["", "", "", "", "true"]
    assert [each["retracted"] for each in found] == ["false", "true"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_texts_are_no_formulas(text: str) -> None:
    """A text that a spreadsheet would run has a quote before it, wherever it stands."""
    (row,) = rows(made(job(message=text, params={"x": text}, metrics={"=m": text})))
    assert row["message"] == row["params.x"] == row["metrics.=m"] == f"'{text}"


def test_numbers_are_as_they_are() -> None:
    """Negative numbers are numbers, in full precision."""
    (row,) = rows(made(job(loss=-1e-7, params={"x": -0.1}, metrics={"m": 0.1 + 0.2, "n": -5})))
    assert float(row["loss"]) == -1e-7
    assert (row["params.x"], row["metrics.m"], row["metrics.n"]) == ("-0.1", str(0.1 + 0.2), "-5")


@given(
    message=st.text(), metrics=st.dictionaries(st.text(), SCALARS | st.lists(SCALARS), max_size=4)
)
def test_every_row_is_a_row(message: str, metrics: dict[str, Any]) -> None:
    """Whatever people and targets write, tables have the same cells in each row."""
    jobs = [job(1, message=message, metrics=metrics), job(2)]
    found = list(csv.reader(io.StringIO(made(*jobs).decode(), newline="")))
    assert len(found) == 3
    assert {len(row) for row in found} == {len(COLUMNS) + 1 + len(metrics)}
    kept = message.replace("\x00", "\ufffd")
    assert found[1][13] in (kept, f"'{kept}")


def test_pandas_reads_it() -> None:
    """Numbers are numbers, truth is truth, times can be parsed, texts come as they were."""
    jobs = [
        job(1, message='a "quoted", long\nstory', metrics={"acc": 0.5}),
        job(2, loss=None, state="failed", params={"x": "big"}),
        job(3, loss=-3.5),
    ]
    times = ["proposed_at", "started_at", "finished_at"]
    frame = pd.read_csv(io.BytesIO(made(*jobs)), parse_dates=times)
    assert list(frame["number"]) == [1, 2, 3]
    assert frame["loss"].dtype == "float64"
    assert frame["retracted"].dtype == "bool"
    assert str(frame["proposed_at"].dtype).endswith("UTC]")
    assert frame["message"][0] == 'a "quoted", long\nstory'
    assert frame["loss"].min() == -3.5
    assert list(frame["params.x"]) == ["0.5", "big", "0.5"]


def test_metrics_beyond_measure_are_left_out() -> None:
    """Targets that call each metric something new do not make a table of a million columns."""
    jobs = [job(number, metrics={f"m{number}": 1, f"n{number}": 1}) for number in range(1000)]
    names = learned(*jobs)
    assert len(names) == MOST_METRICS
    assert names[:3] == ["m0", "n0", "m1"]


def test_large_tables_come_in_pieces() -> None:
    """Rows are handed on before the last one is known."""
    pieces = list(table_of((job(number) for number in range(5000)), ["x"], []))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 100_000
