"""How trials begin: once for each call, however often it is made with the same key."""

from functools import partial
from typing import Any, Final

from hyperdock_common.events import Envelope, ForkedFrom, TrialSubmitted
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, seeded
from hyperdock_gateway import identity
from hyperdock_gateway.api import Answer, Call, Media, Operation, TrialDocument
from hyperdock_gateway.api.documents.trial import Trial, TrialAccepted
from hyperdock_gateway.chance import chance_of, digest_of, used_otherwise
from hyperdock_gateway.documents import show_trial
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread, publish, seen
from hyperdock_gateway.services import Services

PREFIX: Final = "/api/v1/trials"
_LOCATION: Final = {"Location": "Where the trial is."}
ACCEPTED: Final = {
    201: Media(model=Trial, headers=_LOCATION),
    202: Media(model=TrialAccepted, headers=_LOCATION),
}


async def submit(call: Call[None, TrialSpec]) -> Answer:
    """Accepts a trial document; answers with the trial as soon as it is there."""
    asked = call.body.model_dump(mode="json", exclude_defaults=True)
    return await begin(call, call.body, "submit", asked)


async def begin(call: Call[Any, Any], spec: TrialSpec, purpose: str, asked: JsonObject) -> Answer:
    """Begins a trial; `asked` is what makes another call with the same key the same call."""
    services = call.services
    trial_id, envelope = await in_thread(submission, call, spec, purpose, asked)
    if envelope is not None:
        check_recordable(envelope)
        await publish(services, envelope)
    read = partial(_shown, call, trial_id, envelope)
    return accepted(trial_id, await seen(services, read, bool))


def accepted(trial_id: str, document: JsonObject | None) -> Answer:
    """The answer once a trial has begun; its document is None where it is not to be seen yet."""
    headers = {"Location": f"{PREFIX}/{trial_id}"}
    if document is None:
        return Answer({"trial_id": trial_id}, 202, headers)
    return Answer(document, 201, headers)


def submission(
    call: Call[Any, Any],
    spec: TrialSpec,
    purpose: str,
    asked: JsonObject,
    forked_from: ForkedFrom | None = None,
) -> tuple[str, Envelope | None]:
    """The id of the trial, and what to publish; nothing if the same call has begun it already.

    The operator's policy may have changed since that call: what matters is what was asked.

    Raises:
        Refused: another one began with this key.
        InvalidTrial: the operator does not want it.
    """
    services = call.services
    chance = chance_of(call, purpose)
    event_id = identity.event_id(chance(16))
    names = chance_of(call, f"{purpose} {digest_of(asked)}")
    # asked before the trials are looked at: the same call may record it at this moment
    is_known = call.key is not None and bool(services.log.known([event_id]))
    trial_id = identity.trial_id(spec.name, names(4))
    while (begun_by := _begun_by(services, trial_id)) not in {None, event_id}:
        trial_id = identity.trial_id(spec.name, names(4))
    if begun_by is not None:
        return trial_id, None
    if is_known:
        raise used_otherwise()
    spec = seeded(services.policy.apply(spec), identity.seed(chance(4)))
    event = TrialSubmitted(
        trial_id=trial_id,
        spec=dump_trial(spec),
        forked_from=forked_from,
        paused=forked_from is not None and forked_from.results > 0,
    )
    return trial_id, enveloped(services, event, actor=call.actor, event_id=event_id)


def _begun_by(services: Services, trial_id: str) -> str | None:
    """The id of the event that the trial began with; None where there is none yet."""
    for record in services.log.read(0, 1, stream=f"trial-{trial_id}"):
        return record.envelope.event_id
    return None


def _shown(call: Call[Any, Any], trial_id: str, envelope: Envelope | None) -> JsonObject | None:
    """The trial as soon as it is there.

    Raises:
        Refused: a call at the same time began another one with this key.
    """
    services = call.services
    if (trial := services.views.get("trials", trial_id)) is not None:
        return show_trial(services, trial)
    if envelope is None or call.key is None or not services.log.known([envelope.event_id]):
        return None
    if _begun_by(services, trial_id) is None:
        raise used_otherwise()
    return None


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials",
        id="submit_trial",
        summary="Submit a trial",
        handler=submit,
        scope="submit",
        body=TrialDocument,
        answers=ACCEPTED,
        tags=("trials",),
        idempotent=True,
    ),
)
