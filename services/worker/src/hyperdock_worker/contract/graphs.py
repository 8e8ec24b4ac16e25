"""The target's own graphs (`graphs.json`), checked and kept to a size that an event can carry.

A graph is `{name, x_axis, y_axis, series: [{label, x: [...], y: [...]}]}`. None of them can fail a
job: what is wrong is left out and said in a warning.
"""

import math
from pathlib import Path

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_worker.contract.clean_json import clean_text, number, parse
from hyperdock_worker.contract.safe_files import Unreadable, read_small

NAMES = ("graphs.json", "graph.json")  # the original's template wrote the second
MAX_FILE = 4 << 20
MAX_GRAPHS = 20
MAX_SERIES = 20
MAX_POINTS = 1_000  # a series; what is longer is thinned out evenly
MAX_TEXT = 200


def read_graphs(folder: Path, warnings: list[str]) -> list[JsonObject]:
    """The valid graphs of the first graph file that is there; adds to `warnings`."""
    for name in NAMES:
        try:
            written = parse(read_small(folder / name, MAX_FILE))
        except FileNotFoundError:
            continue
        except (Unreadable, ValueError) as error:
            warnings.append(f"{name} is ignored: {error}")
            return []
        return _valid_graphs(name, written, warnings)
    return []


def _valid_graphs(name: str, written: Json, warnings: list[str]) -> list[JsonObject]:
    candidates = written if isinstance(written, list) else [written]
    if len(candidates) > MAX_GRAPHS:
        warnings.append(f"{name}: only the first {MAX_GRAPHS} of {len(candidates)} graphs are kept")
    graphs = []
    for index, candidate in enumerate(candidates[:MAX_GRAPHS]):
        graph = _graph(f"{name}[{index}]", candidate, warnings)
        if graph is not None:
            graphs.append(graph)
    return graphs


def _graph(where: str, candidate: Json, warnings: list[str]) -> JsonObject | None:
    if not isinstance(candidate, dict):
        warnings.append(f"{where} is ignored: it is not an object")
        return None
    listed = candidate.get("series")
    if not isinstance(listed, list):
        warnings.append(f"{where} is ignored: it has no list `series`")
        return None
    if len(listed) > MAX_SERIES:
        warnings.append(f"{where}: only the first {MAX_SERIES} of {len(listed)} series are kept")
    series: list[Json] = []
    for index, each in enumerate(listed[:MAX_SERIES]):
        valid = _series(f"{where}.series[{index}]", each, warnings)
        if valid is not None:
            series.append(valid)
    if not series:
        warnings.append(f"{where} is ignored: none of its series is valid")
        return None
    texts = {key: _text(candidate.get(key)) for key in ("name", "x_axis", "y_axis")}
    return {**texts, "series": series}


def _series(where: str, candidate: Json, warnings: list[str]) -> JsonObject | None:
    x, y = (candidate.get("x"), candidate.get("y")) if isinstance(candidate, dict) else (None, None)
    if not (isinstance(candidate, dict) and isinstance(x, list) and isinstance(y, list)):
        warnings.append(f"{where} is ignored: it needs the lists `x` and `y`")
        return None
    if len(x) != len(y):
        warnings.append(f"{where} is ignored: x has {len(x)} points and y has {len(y)}")
        return None
    points = [(a, b) for a, b in zip(map(number, x), map(number, y), strict=True) if _drawn(a, b)]
    if len(points) < len(x):
        warnings.append(f"{where}: {len(x) - len(points)} points are no finite numbers")
    points = points[:: math.ceil(len(points) / MAX_POINTS) or 1]
    label = _text(candidate.get("label"))
    return {"label": label, "x": [a for a, _ in points], "y": [b for _, b in points]}


def _drawn(x: float | None, y: float | None) -> bool:
    return x is not None and y is not None and math.isfinite(x) and math.isfinite(y)


def _text(value: Json) -> str:
    return clean_text(value if isinstance(value, str) else "", MAX_TEXT)
