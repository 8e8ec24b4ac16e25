"""Points from a table or from lines of JSON; values as YAML reads them, so `1e-3` is a number."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_common.errors import InvalidTrial
from hyperdock_common.space import split_name
from hyperdock_common.spec.documents import check_json, load_value

_PARAMS: Final = "params."
_METRICS: Final = "metrics."
_FORMULA: Final = "'"


def params_of(text: str) -> dict[str, Any]:
    """The params that somebody typed.

    Raises:
        Fault: they are no object.
    """
    try:
        value = load_value(text)
        check_json(value)
    except InvalidTrial as error:
        raise Fault(f"--params {text}: {error.problem}", code=REFUSED) from error
    if not isinstance(value, dict):
        raise Fault(f"--params {text}: must be an object", 'write {"x": 1}', code=REFUSED)
    return value


def read_points(path: Path) -> list[dict[str, Any]]:
    """The points of a file.

    Raises:
        Fault: it is no such file; names the line.
    """
    readers = {".csv": _table, ".jsonl": _lines, ".ndjson": _lines}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise Fault(f"{path} is neither .csv nor .jsonl", "name it as what it is", code=REFUSED)
    try:
        points = read(path)
    except OSError as error:
        raise Fault(f"{path}: {error.strerror}", code=REFUSED) from error
    except UnicodeDecodeError as error:
        raise Fault(f"{path} is no text in UTF-8: {error.reason}", code=REFUSED) from error
    except csv.Error as error:
        raise Fault(f"{path}: {error}", code=REFUSED) from error
    if not points:
        raise Fault(f"{path} has no points", code=REFUSED)
    return points


def _lines(path: Path) -> list[dict[str, Any]]:
    points = []
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise Fault(f"{path}, line {number}: no JSON: {error}", code=REFUSED) from error
        if not isinstance(found, dict):
            raise Fault(f"{path}, line {number}: must be an object", code=REFUSED)
        if "params" not in found:  # then the line is the params, with the loss among them
            loss = found.pop("loss", None)
            found = {"params": found} | ({} if loss is None else {"loss": loss})
        if "job_id" in found:  # a job of an export
            if found.get("loss") is None:
                continue
            found = {name: found[name] for name in ("params", "loss")}
        points.append(found)
    return points


def _table(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream, strict=True)
        headings = rows.fieldnames or ()
        exported = any(each.startswith(_PARAMS) for each in headings)
        found = []
        for row in rows:
            place = f"{path}, line {rows.line_num}"
            if None in row:
                raise Fault(f"{place}: more cells than columns", code=REFUSED)
            point = _point(place, row, exported=exported)
            if "loss" in point or not exported:
                found.append(point)
    return found


def _point(place: str, row: Mapping[str, str | None], *, exported: bool) -> dict[str, Any]:
    """A row as a point; an empty cell is a parameter that is not there."""
    point: dict[str, Any] = {"params": {}}
    for heading, cell in row.items():
        name = (heading or "").strip()
        if cell is None or not cell.strip():
            continue
        if name == "loss":
            point["loss"] = _loss(place, cell)
        elif name.startswith(_METRICS):
            point.setdefault("metrics", {})[name.removeprefix(_METRICS)] = _value(cell)
        elif not exported or name.startswith(_PARAMS):
            _put(point["params"], _path(place, name.removeprefix(_PARAMS)), _value(cell))
    return point


def _path(place: str, name: str) -> Sequence[str]:
    try:
        return split_name(name)
    except ValueError as error:
        raise Fault(f"{place}: column {name!r}: {error}", code=REFUSED) from error


def _put(params: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for key in path[:-1]:
        params = params.setdefault(key, {})
    params[path[-1]] = value


def _loss(place: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError as error:
        raise Fault(f"{place}: the loss {cell!r} is no number", code=REFUSED) from error


def _value(cell: str) -> Any:
    text = cell.strip()
    if text.startswith(_FORMULA):  # so exports keep texts from being taken for formulas
        return text.removeprefix(_FORMULA)
    try:
        value = load_value(text)
        check_json(value)
    except InvalidTrial:
        return text
    return value
