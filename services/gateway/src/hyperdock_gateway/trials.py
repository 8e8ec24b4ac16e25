"""The trials that there are: list, show, and stop, pause or resume."""

from functools import partial
from typing import Final, Literal

from pydantic import Field

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.views import Comparison, Condition
from hyperdock_common.spec import dump_document, dump_trial, recorded_trial
from hyperdock_gateway.api import (
    Answer,
    Call,
    Media,
    Operation,
    PageParameters,
    Parameters,
    listed,
    nothing,
    read_page,
)
from hyperdock_gateway.api.documents.spec import FullSpec
from hyperdock_gateway.api.documents.trial import Trial, TrialPage, TrialState
from hyperdock_gateway.api.query import Order, Text
from hyperdock_gateway.documents import show_trial, show_trials
from hyperdock_gateway.publishing import enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services
from hyperdock_gateway.steering import Action, steer_trial, trial_settled

_YAML: Final = "application/yaml"
_ARCHIVED: Final = {"true": True, "false": False, "any": None}


class TrialParameters(PageParameters):
    """Which trials, in which order."""

    state: TrialState | None = None
    tag: Text | None = Field(default=None, description="Trials with this tag.")
    name: Text | None = Field(default=None, description="A part of the name, in capitals or not.")
    archived: Literal["false", "true", "any"] = "false"
    sort: Literal["submitted_at", "updated_at", "finished_at", "name"] = "submitted_at"
    order: Order = "desc"


class SpecParameters(Parameters):
    """How the spec is written."""

    format: Literal["json", "yaml"] = Field(
        default="json", description="yaml: a trial file, to be submitted as it is."
    )


def list_trials(call: Call[TrialParameters, None]) -> Answer:
    """The trials, newest first."""
    services, query = call.services, call.query
    page = read_page(
        services.views,
        query,
        "trials",
        where={"state": query.state, "archived": _ARCHIVED[query.archived]},
        conditions=_conditions(query),
        sort=query.sort,
        descending=query.order == "desc",
    )
    items = show_trials(services, page.documents)
    return Answer(listed(items, call.position, page.next_cursor))


def _conditions(query: TrialParameters) -> list[Condition]:
    found = []
    if query.tag is not None:
        found.append(Condition("tags", Comparison.CONTAINS, query.tag))
    if query.name is not None:
        found.append(Condition("name", Comparison.HAS_TEXT, query.name))
    return found


def show(call: Call[None, None]) -> Answer:
    """One trial."""
    return Answer(show_trial(call.services, find_trial(call.services, call.path["trial_id"])))


def show_spec(call: Call[SpecParameters, None]) -> Answer:
    """A trial's spec in full, also where it was submitted to an earlier release."""
    trial_id = call.path["trial_id"]
    spec = call.services.views.get("specs", trial_id)
    if spec is None:
        raise nothing("trial_id", trial_id)
    full = dump_trial(recorded_trial(spec))
    if call.query.format == "yaml":
        return Answer(dump_document(full), media=_YAML)
    return Answer(full)


async def steer(action: Action, call: Call[None, None]) -> Answer:
    """Stops, pauses or resumes a trial; answers with the trial after it."""
    services = call.services
    read = partial(find_trial, services, call.path["trial_id"])
    event = steer_trial(action, await in_thread(read))
    if event is not None:
        await publish(services, enveloped(services, event, actor=call.actor))
    document = await seen(services, read, partial(trial_settled, action))
    status = 200 if document is not None else 202
    return Answer(await in_thread(lambda: show_trial(services, document or read())), status)


def find_trial(services: Services, trial_id: str) -> JsonObject:
    """The trial's document as its view has it.

    Raises:
        Refused: there is no such trial.
    """
    document = services.views.get("trials", trial_id)
    if document is None:
        raise nothing("trial_id", trial_id)
    return document


def _steering(action: Action, summary: str) -> Operation:
    return Operation(
        method="POST",
        path=f"/trials/{{trial_id}}/{action}",
        id=f"{action}_trial",
        summary=summary,
        handler=partial(steer, action),
        scope="submit",
        answers={200: Trial, 202: Trial},
        tags=("trials",),
        problems=(409,),
    )


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/trials",
        id="list_trials",
        summary="List the trials",
        handler=list_trials,
        scope="read",
        query=TrialParameters,
        answers={200: TrialPage},
        tags=("trials",),
        reads="trials",
    ),
    Operation(
        method="GET",
        path="/trials/{trial_id}",
        id="get_trial",
        summary="Show a trial",
        handler=show,
        scope="read",
        answers={200: Trial},
        tags=("trials",),
        reads="trials",
    ),
    Operation(
        method="GET",
        path="/trials/{trial_id}/spec",
        id="get_spec",
        summary="Show a trial's spec in full",
        handler=show_spec,
        scope="read",
        query=SpecParameters,
        answers={200: (FullSpec, Media(media=_YAML, description="A trial file."))},
        tags=("trials",),
        reads="specs",
    ),
    _steering("stop", "End a trial: its jobs are stopped"),
    _steering("pause", "Start no further jobs of a trial; running ones go on"),
    _steering("resume", "Go on with a paused trial"),
)
