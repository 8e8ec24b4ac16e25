"""From a document to a complete trial spec, or to every problem with it at once."""

import difflib
import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from hyperdock_common.errors import InvalidTrial, Problem
from hyperdock_common.events import TrialChanged
from hyperdock_common.json_types import JsonObject
from hyperdock_common.space import (
    Space,
    check_params,
    dump_space,
    is_param_space,
    parse_param_space,
    parse_space,
)
from hyperdock_common.space.collecting import read_each
from hyperdock_common.spec.algorithms import check_algorithm
from hyperdock_common.spec.documents import check_json
from hyperdock_common.spec.model import (
    DEFAULT_JOBS,
    GRID,
    MAX_JOBS,
    KnownPoint,
    TrialSpec,
)

_MOST_PROBLEMS = 100
_MOST_FIELDS = 1_000
_SHORT = {
    "extra_forbidden": "no such field",
    "missing": "is missing",
    "string_pattern_mismatch": "has characters that are not allowed there",
}
_PLAIN = {
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "string_type": "must be a text",
    "too_short": "must not be empty",
}
_PATTERN_HINTS = {
    "data": "must be an absolute path of a folder on the worker's host, or begin with the name of "
    "one of the operator's data roots, e.g. sets/mnist",
    "image": "must be an image reference without blanks, e.g. python:3.12-slim",
}
_WORKERS_AFFAIRS = (
    "working_dir",
    "timeout",
    "resources",
    "environment",
    "secrets",
    "pull",
    "pool",
)
_NOT_EXTERNAL = (
    "is a worker's affair: the programs that run the jobs of an `external` trial see to it "
    "themselves; leave it out"
)


def parse_trial(raw: object) -> TrialSpec:
    """The trial spec of a document, checked, in full.

    Args:
        raw: the fields of a trial file. `param_space` may stand for `space`: the original
            Hyperdock's format, expanded to a grid.

    Raises:
        InvalidTrial: names every field at fault, what is wrong, and what is allowed.
    """
    if not isinstance(raw, dict):
        raise InvalidTrial("", "a trial is an object with the fields `name`, `image`, `space`")
    check_json(raw)
    if len(raw) > _MOST_FIELDS:
        raise InvalidTrial(
            "", f"has {len(raw)} fields; known are {', '.join(TrialSpec.model_fields)}"
        )
    document = dict(raw)
    problems: list[Problem] = []
    space = _take_space(document, problems)
    spec: TrialSpec | None = None
    try:
        spec = TrialSpec.model_validate({**document, "space": dump_space(space) if space else None})
        spec = _completed(spec, space)
    except ValidationError as error:
        problems += _problems(error)
    except InvalidTrial as error:
        problems += error.problems
    if problems or spec is None:
        raise InvalidTrial(problems[0].field, problems[0].problem, *problems[1:])
    return spec


def recorded_trial(raw: JsonObject) -> TrialSpec:
    """The trial spec of a recorded submission, which was checked by the rules of its time.

    What has become stricter since (an algorithm that is known to fail now) is no reason to refuse
    the past.

    Raises:
        InvalidTrial: it cannot be read at all.
    """
    try:
        return TrialSpec.model_validate(raw)
    except ValidationError as error:
        first, *more = _problems(error)
        raise InvalidTrial(first.field, first.problem, *more) from error


def changed_trial(spec: TrialSpec, change: TrialChanged) -> TrialSpec:
    """The spec of an open trial after a change of its budget, parallelism or priority.

    Raises:
        InvalidTrial: one of them cannot be so.
    """
    told = {"budget": change.budget, "parallelism": change.parallelism, "priority": change.priority}
    document = dump_trial(spec)
    document |= {name: value for name, value in told.items() if value is not None}
    return recorded_trial(document)


def seeded(spec: TrialSpec, seed: int) -> TrialSpec:
    """The spec with this seed where it named none, so that its log can be replayed."""
    if spec.algorithm.seed is not None:
        return spec
    return spec.model_copy(update={"algorithm": spec.algorithm.model_copy(update={"seed": seed})})


def dump_trial(spec: TrialSpec) -> JsonObject:
    """The spec as JSON, every field explicit; `parse_trial` gives the same spec back."""
    dumped: JsonObject = spec.model_dump(mode="json")
    return dumped


def _take_space(document: dict[str, Any], problems: list[Problem]) -> Space | None:
    """The space of the document, whose legacy form (and its default, grid) is made native."""
    try:
        if "param_space" in document:
            legacy = document.pop("param_space")
            if "space" in document:
                raise InvalidTrial("param_space", "give either `space` or `param_space`, not both")
            _default_to_grid(document)
            return parse_param_space(legacy)
        if "space" not in document:
            raise InvalidTrial("space", "is missing: name the parameters to search")
        raw = document["space"]
        if is_param_space(raw):
            _default_to_grid(document)
            return parse_param_space(raw, "space")
        return parse_space(raw)
    except InvalidTrial as error:
        problems += error.problems
        return None


def _default_to_grid(document: dict[str, Any]) -> None:
    algorithm = document.setdefault("algorithm", GRID)
    if isinstance(algorithm, dict):
        document["algorithm"] = {"name": GRID, **algorithm}


def _completed(spec: TrialSpec, space: Space | None) -> TrialSpec:
    """The spec with what follows from its space; all that does not go together is told at once."""
    steps: list[Callable[[], dict[str, object]]] = [
        lambda: _checked_algorithm(spec),
        lambda: _checked_external(spec),
    ]
    if space is not None:
        steps += [lambda: _with_points(spec, space), lambda: _with_jobs(spec, space)]
    changes = read_each(steps, lambda step: step())
    return spec.model_copy(update=dict(item for each in changes for item in each.items()))


def _checked_algorithm(spec: TrialSpec) -> dict[str, object]:
    check_algorithm(spec.algorithm.name, dict(spec.algorithm.options))
    return {}


def _checked_external(spec: TrialSpec) -> dict[str, object]:
    """Refuses what nobody would see to where the user's own programs run the jobs."""
    if spec.external:
        fields = TrialSpec.model_fields.items()
        defaults = {name: field.get_default(call_default_factory=True) for name, field in fields}
        given = [name for name in _WORKERS_AFFAIRS if getattr(spec, name) != defaults[name]]
        if given:
            first, *more = (Problem(name, _NOT_EXTERNAL) for name in given)
            raise InvalidTrial(first.field, first.problem, *more)
    return {}


def _with_points(spec: TrialSpec, space: Space) -> dict[str, object]:
    def read(place: tuple[int, KnownPoint]) -> KnownPoint:
        index, point = place
        params = check_params(space, point.params, f"points[{index}].params")
        return point.model_copy(update={"params": params})

    return {"points": read_each(enumerate(spec.points), read)}


def _with_jobs(spec: TrialSpec, space: Space) -> dict[str, object]:
    """The budget with a number of jobs, unless it names one or ends by itself."""
    jobs = _jobs(spec, space)
    if spec.budget.jobs is not None:
        return {}
    return {"budget": spec.budget.model_copy(update={"jobs": jobs})}


def _jobs(spec: TrialSpec, space: Space) -> int | None:
    if spec.algorithm.name == GRID:
        points = spec.algorithm.options.get("points")
        if points is not None and (type(points) is not int or not 1 <= points <= MAX_JOBS):
            problem = f"must be a whole number from 1 to {MAX_JOBS}"
            raise InvalidTrial("algorithm.options.points", problem)
        next(space.grid(points))
        return space.size if space.size is not None and space.size <= MAX_JOBS else None
    if spec.budget.wall_time is not None:
        return None
    return min(DEFAULT_JOBS, space.size or DEFAULT_JOBS)


def _path(location: Iterable[int | str]) -> str:
    """A place as in `points[2].params.lr`."""
    parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in location)
    return "".join(parts).removeprefix(".")


def _problems(error: ValidationError) -> list[Problem]:
    """The first of them: nobody reads more, and to name what was meant takes time."""
    return [_problem(detail) for detail in error.errors(include_url=False)[:_MOST_PROBLEMS]]


def _problem(detail: ErrorDetails) -> Problem:
    path = _path(detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(path, TrialSpec.model_fields, n=1)
        fields = ", ".join([*TrialSpec.model_fields, "param_space"])
        hint = f"did you mean {near[0]}?" if near else f"known are {fields}"
        return Problem(path, f"no such field; {hint}" if "." not in path else "no such field")
    if kind == "string_pattern_mismatch" and path in _PATTERN_HINTS:
        return Problem(path, _PATTERN_HINTS[path])
    message = _SHORT.get(kind) or _PLAIN.get(kind) or detail["msg"].removeprefix("Value error, ")
    if kind not in _SHORT and kind != "value_error":
        message = f"{message[:1].lower()}{message[1:]}, not {_shown(detail['input'])}"
    return Problem(path, message)


def _shown(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004
