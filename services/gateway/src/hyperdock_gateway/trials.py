"""The trials: submit, list, show, and stop, pause or resume."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hyperdock_common.events import TrialSubmitted
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import dump_trial, parse_trial, seeded
from hyperdock_gateway import identity
from hyperdock_gateway.bodies import media_type, parse_body, read_body
from hyperdock_gateway.documents import show_trials
from hyperdock_gateway.pages import read_page
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread, publish, seen
from hyperdock_gateway.queries import TRIAL_STATES, no_trial, query_of, trial_id_of
from hyperdock_gateway.services import Services, services_of
from hyperdock_gateway.steering import Action, steer_trial, trial_settled

PREFIX: Final = "/api/v1/trials"


async def submit(request: Request) -> JSONResponse:
    """Accepts a trial document; answers with the trial as soon as it is there."""
    query_of(request)
    services = services_of(request)
    media = media_type(request)
    event = await in_thread(_submission, services, media, await read_body(request))
    envelope = enveloped(services, event)
    check_recordable(envelope)
    await publish(services, envelope)
    trial_id = event.trial_id
    headers = {"Location": f"{PREFIX}/{trial_id}"}
    document = await seen(services, partial(services.views.get, "trials", trial_id), bool)
    if document is None:
        return JSONResponse({"trial_id": trial_id}, 202, headers)
    return JSONResponse(await in_thread(_shown, services, document), 201, headers)


def list_trials(request: Request) -> JSONResponse:
    """The trials, newest first."""
    query = query_of(request, "state", "limit", "cursor")
    services = services_of(request)
    state = query.choice("state", TRIAL_STATES)
    position = services.views.position("trials")
    page = read_page(
        services.views,
        query,
        "trials",
        where={"state": state},
        sort="submitted_at",
        descending=True,
    )
    items = show_trials(services, page.documents)
    return JSONResponse({"items": items, "next_cursor": page.next_cursor, "position": position})


def show(request: Request) -> JSONResponse:
    """One trial."""
    query_of(request)
    services = services_of(request)
    return JSONResponse(_shown(services, find_trial(services, trial_id_of(request))))


def show_spec(request: Request) -> JSONResponse:
    """A trial's spec in full."""
    query_of(request)
    trial_id = trial_id_of(request)
    spec = services_of(request).views.get("specs", trial_id)
    if spec is None:
        raise no_trial(trial_id)
    return JSONResponse(spec)


async def steer(action: Action, request: Request) -> JSONResponse:
    """Stops, pauses or resumes a trial; answers with the trial after it."""
    query_of(request)
    services, trial_id = services_of(request), trial_id_of(request)
    read = partial(find_trial, services, trial_id)
    event = steer_trial(action, await in_thread(read))
    if event is not None:
        await publish(services, enveloped(services, event))
    document = await seen(services, read, partial(trial_settled, action))
    status = 200 if document is not None else 202
    shown = await in_thread(lambda: _shown(services, document or read()))
    return JSONResponse(shown, status)


def find_trial(services: Services, trial_id: str) -> JsonObject:
    """The trial's document as its view has it.

    Raises:
        Refused: there is no such trial.
    """
    document = services.views.get("trials", trial_id)
    if document is None:
        raise no_trial(trial_id)
    return document


def _submission(services: Services, media: str, body: bytes) -> TrialSubmitted:
    spec = parse_trial(parse_body(media, body))
    spec = seeded(spec, identity.seed(services.random_bytes(4)))
    trial_id = identity.trial_id(spec.name, services.random_bytes(4))
    while services.views.get("trials", trial_id) is not None:
        trial_id = identity.trial_id(spec.name, services.random_bytes(4))
    return TrialSubmitted(trial_id=trial_id, spec=dump_trial(spec))


def _shown(services: Services, document: Mapping[str, Any]) -> JsonObject:
    return show_trials(services, [document])[0]


ROUTES: Final = (
    Route("/trials", list_trials),
    Route("/trials", submit, methods=["POST"]),
    Route("/trials/{trial_id}", show),
    Route("/trials/{trial_id}/spec", show_spec),
    Route("/trials/{trial_id}/stop", partial(steer, "stop"), methods=["POST"], name="stop"),
    Route("/trials/{trial_id}/pause", partial(steer, "pause"), methods=["POST"], name="pause"),
    Route("/trials/{trial_id}/resume", partial(steer, "resume"), methods=["POST"], name="resume"),
)
