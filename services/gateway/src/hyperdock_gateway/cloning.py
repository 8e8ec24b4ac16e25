"""Trials that begin like another one, but for some changes."""

from collections.abc import Mapping
from typing import Any, Final

from hyperdock_common.errors import InvalidTrial, Problem
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.spec import TrialSpec, parse_trial
from hyperdock_gateway.api import Answer, Call, Operation, nothing
from hyperdock_gateway.api.documents.trial import Clone
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.submitting import ACCEPTED, begin


async def clone(call: Call[None, Clone]) -> Answer:
    """Begins a trial like another one, but for some changes."""
    trial_id, changes = call.path["trial_id"], call.body.changes
    recorded = await in_thread(call.services.views.get, "specs", trial_id)
    if recorded is None:
        raise nothing("trial_id", trial_id)
    try:
        spec = await in_thread(changed, recorded, changes)
        return await begin(call, spec, f"clone {trial_id}", changes)
    except InvalidTrial as error:
        raise of_changes(error) from error


def of_changes(error: InvalidTrial) -> InvalidTrial:
    """The same, with its fields as they stand in the body."""
    named = [Problem(f"changes.{each.field}".rstrip("."), each.problem) for each in error.problems]
    return InvalidTrial(named[0].field, named[0].problem, *named[1:])


def merged(document: Json, changes: Json) -> Json:
    """The document after a JSON merge patch (RFC 7396): null takes a member away."""
    if not isinstance(changes, dict):
        return changes
    result = dict(document) if isinstance(document, dict) else {}
    for name, change in changes.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result


def changed(recorded: Mapping[str, Any], changes: JsonObject) -> TrialSpec:
    """The spec after a merge patch: a fresh seed, and nothing of what belongs to the old space."""
    algorithm = {**recorded["algorithm"], "seed": None}
    asked = changes.get("algorithm")
    if isinstance(asked, dict) and asked.get("name", algorithm["name"]) != algorithm["name"]:
        algorithm["options"] = {}
    fresh = {**recorded, "points": [], "algorithm": algorithm}
    return parse_trial(merged(fresh, changes))


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials/{trial_id}/clone",
        id="clone_trial",
        summary="Submit a trial like another one, but for some changes",
        handler=clone,
        scope="submit",
        body=Clone,
        body_optional=True,
        answers=ACCEPTED,
        tags=("trials",),
        idempotent=True,
    ),
)
