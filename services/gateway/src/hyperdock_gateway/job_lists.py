"""Lists of jobs: of one trial, by whatever they are, and of all trials, newest first."""

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

from hyperdock_common.events import JobOrigin
from hyperdock_common.json_types import Json
from hyperdock_common.ports import Page
from hyperdock_common.ports.views import Comparison, Condition
from hyperdock_common.ports.views import Field as ViewField
from hyperdock_common.space import join_name, split_name
from hyperdock_gateway.api import (
    Answer,
    Call,
    Operation,
    PageParameters,
    as_stored,
    bad,
    listed,
    read_page,
)
from hyperdock_gateway.api.documents.job import JobPage, JobState
from hyperdock_gateway.api.query import Order, Text
from hyperdock_gateway.job_conditions import parse_conditions
from hyperdock_gateway.parameter_names import parameter_names
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

MOMENT: Final = 0.5
"""Seconds for which one call looks for jobs that meet its conditions."""

_PARAMS: Final = "params"
_KEY: Final = r"(?:[^.\\]|\\[.\\])+"
_SORT: Final = rf"^(?:number|loss|finished_at|params\.{_KEY}(?:\.{_KEY})*)$"
_LONGEST_SORT: Final = 500
_NAMED: Final = 10
_ABOUT_PARAMS: Final = """\
Conditions that all hold, e.g. `lr>=0.001,model.depth<5,optimizer=adam`. \
Operators: `=` `!=` `<` `<=` `>` `>=`. \
Values: numbers, `true`, `false`, `null` (the parameter is not there), or else texts. \
Odd names and values stand in quotes: `"a.b"="x,y"`; a name in quotes is one name, dots and all, \
a value in quotes is a text, and `\\"` and `\\\\` are characters there. \
Numbers compare with numbers, texts with texts.\
"""


def _sort(value: str) -> str:
    if len(value) > _LONGEST_SORT or not re.fullmatch(_SORT, value):
        raise ValueError("must be one of number, loss, finished_at, or params.<name>")
    return value


Sort: TypeAlias = Annotated[
    str,
    AfterValidator(_sort),
    WithJsonSchema({"type": "string", "pattern": _SORT, "maxLength": _LONGEST_SORT}),
]


class JobParameters(PageParameters):
    """Which of a trial's jobs, in which order."""

    state: JobState | None = None
    worker_id: Text | None = None
    origin: JobOrigin | None = None
    loss_min: float | None = Field(default=None, description="Jobs whose loss is at least this.")
    loss_max: float | None = Field(default=None, description="Jobs whose loss is at most this.")
    params: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description=_ABOUT_PARAMS
    )
    sort: Sort = Field(
        default="number",
        description="`number`, `loss`, `finished_at`, or a parameter by its name in the search "
        r"space: `params.model.depth`. Jobs without such a value are left out.",
    )
    order: Order = "asc"


class AllJobsParameters(PageParameters):
    """Which jobs of all trials, in which order."""

    trial_id: Text | None = None
    state: JobState | None = None
    worker_id: Text | None = None
    sort: Literal["proposed_at", "finished_at"] = Field(
        default="proposed_at", description="Jobs without such a time are left out."
    )
    order: Order = "desc"


def list_of_trial(call: Call[JobParameters, None]) -> Answer:
    """A trial's jobs."""
    services, query, trial_id = call.services, call.query, call.path["trial_id"]
    find_trial(services, trial_id)
    page = _filled(
        query,
        partial(
            read_page,
            services.views,
            view="jobs",
            where={"trial_id": trial_id, "state": query.state},
            conditions=_conditions(services, trial_id, query),
            sort=_sort_field(services, trial_id, query.sort),
            descending=query.order == "desc",
        ),
    )
    return Answer(listed(as_stored(page), call.position, page.next_cursor))


def list_all(call: Call[AllJobsParameters, None]) -> Answer:
    """The jobs of all trials."""
    query = call.query
    asked: dict[str, Json] = {
        "trial_id": query.trial_id,
        "worker_id": query.worker_id,
        "state": query.state,
    }
    given = [name for name, value in asked.items() if value is not None]
    is_indexed = query.sort == "proposed_at" or query.trial_id is not None
    indexed = given[:1] if is_indexed else []
    page = _filled(
        query,
        partial(
            read_page,
            call.services.views,
            view="jobs",
            where={name: asked[name] for name in indexed},
            conditions=_equal(**{name: asked[name] for name in given if name not in indexed}),
            sort=query.sort,
            descending=query.order == "desc",
        ),
    )
    return Answer(listed(as_stored(page), call.position, page.next_cursor))


def _filled(query: PageParameters, read: Callable[[PageParameters], Page]) -> Page:
    """A page as full as can be had in a moment: the store looks at so many jobs at once only."""
    texts: list[str] = []
    end = time.monotonic() + MOMENT
    while True:
        page = read(query)
        texts += page.texts
        missing = query.limit - len(page.texts)
        if page.next_cursor is None or not missing or time.monotonic() > end:
            return Page(texts=texts, next_cursor=page.next_cursor)
        query = query.model_copy(update={"cursor": page.next_cursor, "limit": missing})


def _conditions(services: Services, trial_id: str, query: JobParameters) -> list[Condition]:
    found = _equal(worker_id=query.worker_id, origin=query.origin)
    if query.loss_min is not None:
        found.append(Condition("loss", Comparison.AT_LEAST, query.loss_min))
    if query.loss_max is not None:
        found.append(Condition("loss", Comparison.AT_MOST, query.loss_max))
    if query.params is None:
        return found
    try:
        asked = parse_conditions(query.params)
    except ValueError as error:
        raise bad(_PARAMS, str(error)) from error
    _check_known(services, trial_id, [tuple(each.field[1:]) for each in asked], _PARAMS)
    return found + asked


def _equal(**fields: Json) -> list[Condition]:
    return [
        Condition(name, Comparison.EQUAL, str(value))
        for name, value in fields.items()
        if value is not None
    ]


def _sort_field(services: Services, trial_id: str, sort: str) -> ViewField:
    """The field of the view: names of parameters are not ours, and may hold anything."""
    _, _, name = sort.partition(f"{_PARAMS}.")
    if not name:
        return sort
    path = split_name(name)
    _check_known(services, trial_id, [path], "sort")
    return (_PARAMS, *path)


def _check_known(
    services: Services, trial_id: str, paths: Sequence[Sequence[str]], asked_by: str
) -> None:
    """Makes sure that the trial has such parameters: nobody should wonder why nothing is there.

    Raises:
        Refused: it has not.
    """
    names = parameter_names(services, trial_id)
    known = {split_name(name) for name in names}
    for path in paths:  # a parameter may have objects as values, and be asked for parts of them
        if not any(tuple(path[:end]) in known for end in range(1, len(path) + 1)):
            shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
            name = join_name(path)[:100]
            raise bad(asked_by, f"the trial has no parameter {name}; it has {shown}")


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/trials/{trial_id}/jobs",
        id="list_jobs_of_trial",
        summary="List a trial's jobs",
        handler=list_of_trial,
        scope="read",
        query=JobParameters,
        answers={200: JobPage},
        tags=("jobs",),
        reads="jobs",
        description="With filters a page may hold less than `limit`, or nothing, though there is "
        "more: go on while there is a `next_cursor`.",
    ),
    Operation(
        method="GET",
        path="/jobs",
        id="list_jobs",
        summary="List the jobs of all trials",
        handler=list_all,
        scope="read",
        query=AllJobsParameters,
        answers={200: JobPage},
        tags=("jobs",),
        reads="jobs",
        description="With filters a page may hold less than `limit`, or nothing, though there is "
        "more: go on while there is a `next_cursor`.",
    ),
)
