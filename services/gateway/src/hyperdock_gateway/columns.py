"""A trial's jobs as columns: what tables and plots of very many jobs are drawn from.

Of each job only the fields that are shown are read, straight from the text that the view keeps.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from pydantic import Field

from hyperdock_common.json_types import Json
from hyperdock_common.space import split_name
from hyperdock_gateway.api import Answer, Call, Operation, Parameters, bad
from hyperdock_gateway.api.documents.job import JobColumns
from hyperdock_gateway.parameter_names import parameter_names
from hyperdock_gateway.trials import find_trial

NUMBERS: Final = 5_000
MOST_NUMBERS: Final = 10_000
MOST_METRICS: Final = 50
_LARGEST: Final = 9_999_999_999  # ids of jobs take no more

_AS_STORED: Final = (
    "number",
    "state",
    "loss",
    "origin",
    "attempt",
    "proposed_at",
    "started_at",
    "finished_at",
    "reason",
)


class ColumnParameters(Parameters):
    """Which of a trial's jobs."""

    from_: int = Field(
        default=1, alias="from", ge=1, le=_LARGEST, description="The first job's number."
    )
    to: int | None = Field(
        default=None,
        ge=1,
        le=_LARGEST,
        description=f"The last job's number: {NUMBERS} of them unless given, {MOST_NUMBERS} at "
        "most.",
    )


class _Attempt(msgspec.Struct, gc=False):
    attempt: int
    slot: int


class _Retracted(msgspec.Struct, gc=False):
    """That it is there is all that counts."""


class _Job(msgspec.Struct, gc=False):
    """What columns show of a job's document."""

    number: int
    state: str
    loss: float | None
    origin: str
    attempt: int
    worker_id: str | None
    proposed_at: float
    started_at: float | None
    finished_at: float | None
    reason: str
    retracted: _Retracted | None
    params: dict[str, Any]
    metrics: dict[str, Any]
    attempts: list[_Attempt]

    @property
    def slot(self) -> int | None:
        """Of the worker that has it, or had it to its end."""
        if self.worker_id is None:
            return None
        slots = (each.slot for each in reversed(self.attempts) if each.attempt == self.attempt)
        return next(slots, None)


_jobs = msgspec.json.Decoder(_Job)


def show(call: Call[ColumnParameters, None]) -> Answer:
    """Some jobs of a trial as columns."""
    services, trial_id = call.services, call.path["trial_id"]
    first, last = _range(call.query)
    position = min(call.position, services.views.position("trials"))
    trial: Any = find_trial(services, trial_id)
    proposed = trial["jobs"]["proposed"]
    keys = [f"{trial_id}.{number}" for number in range(first, min(last, proposed) + 1)]
    texts = services.views.texts("jobs", keys)
    jobs = [_jobs.decode(texts[key]) for key in keys if key in texts]
    columns = {
        "trial_id": trial_id,
        "position": position,
        "proposed": proposed,
        **columns_of(jobs, parameter_names(services, trial_id)),
    }
    return Answer(columns, position=position)


def _range(query: ColumnParameters) -> tuple[int, int]:
    """The first and the last number that are asked for.

    Raises:
        Refused: there are too many between them, or none.
    """
    first = query.from_
    last = first + NUMBERS - 1 if query.to is None else query.to
    if last < first:
        raise bad("to", "must not be below `from`")
    if last - first >= MOST_NUMBERS:
        raise bad("to", f"a call takes {MOST_NUMBERS} numbers at most: ask for them in parts")
    return first, last


def columns_of(jobs: Sequence[_Job], parameters: Iterable[str]) -> dict[str, Any]:
    """The jobs field by field.

    Args:
        jobs: in their order.
        parameters: names as in the search space.
    """
    places: dict[str, int] = {}
    worker = [_place(places, job.worker_id) for job in jobs]
    return {
        **{name: [getattr(job, name) for job in jobs] for name in _AS_STORED},
        "worker": worker,
        "slot": [job.slot for job in jobs],
        "retracted": [job.retracted is not None for job in jobs],
        "workers": list(places),
        "params": {name: _values([job.params for job in jobs], name) for name in parameters},
        "metrics": _metrics([job.metrics for job in jobs]),
    }


def _place(places: dict[str, int], worker_id: str | None) -> int | None:
    return None if worker_id is None else places.setdefault(worker_id, len(places))


def _values(params: Iterable[Mapping[str, Any]], name: str) -> list[Json]:
    """One parameter of all jobs."""
    *groups, key = split_name(name)
    for group in groups:
        params = [_within(each, group) for each in params]
    return [each.get(key) for each in params]


def _within(params: Mapping[str, Any], group: str) -> Mapping[str, Any]:
    inner = params.get(group)
    return inner if isinstance(inner, dict) else {}


def _metrics(metrics: Sequence[Mapping[str, Any]]) -> dict[str, list[float | None]]:
    """The numbers among the metrics, by the names that come first."""
    names: dict[str, None] = {}
    for each in metrics:
        if each.keys() <= names.keys():
            continue
        names |= dict.fromkeys(name for name, value in each.items() if _is_number(value))
        if len(names) >= MOST_METRICS:
            break
    return {
        name: [value if _is_number(value := each.get(name)) else None for each in metrics]
        for name in list(names)[:MOST_METRICS]
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/trials/{trial_id}/columns",
        id="get_columns",
        summary="Show a trial's jobs as columns",
        handler=show,
        scope="read",
        query=ColumnParameters,
        answers={200: JobColumns},
        tags=("jobs",),
        reads="jobs",
        description="For tables and plots of many jobs: go on with `from` until `proposed`.",
    ),
)
