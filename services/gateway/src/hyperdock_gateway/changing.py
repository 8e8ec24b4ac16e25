"""What people change of a trial: its budget, its notes and tags, whether it is put away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import TrialAnnotated, TrialArchived, TrialChanged, TrialEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, changed_trial, recorded_trial
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.trial import Changes, Trial
from hyperdock_gateway.documents import show_trial
from hyperdock_gateway.publishing import check_recordable, enveloped, in_thread
from hyperdock_gateway.recording import publish_and_see
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

_OPEN: Final = frozenset({"running", "paused"})
_ENDED: Final = frozenset({"completed", "stopped", "failed"})


async def change(call: Call[None, Changes]) -> Answer:
    """Makes the changes; answers with the trial after them."""
    services, trial_id = call.services, call.path["trial_id"]
    events = await in_thread(_events, services, trial_id, call.body)
    return await _record(call, events)


async def archive(call: Call[None, None]) -> Answer:
    """Puts an ended trial away."""
    services, trial_id = call.services, call.path["trial_id"]
    events = await in_thread(_events, services, trial_id, Changes(archived=True))
    return await _record(call, events)


async def _record(call: Call[None, Any], events: Sequence[TrialEvent]) -> Answer:
    services, trial_id = call.services, call.path["trial_id"]
    read = partial(_shown, services, trial_id)
    if not events:
        return Answer(await in_thread(read))
    envelopes = [enveloped(services, event, actor=call.actor) for event in events]
    for envelope in envelopes:
        check_recordable(envelope)
    overtaken = partial(_is_too_late, services, trial_id, events)
    recorded = await publish_and_see(services, envelopes, ("trials", "notes"), overtaken)
    shown = await in_thread(read)
    if recorded is False and not _shows(events, shown):
        raise Refused(409, f"trial {trial_id} ended meanwhile ({shown['state']})")
    return Answer(shown, 202 if recorded is None else 200)


def _is_too_late(services: Services, trial_id: str, events: Sequence[TrialEvent]) -> bool:
    """Whether the trial has ended meanwhile, or was put where it should be by somebody else."""
    shown = _shown(services, trial_id)
    ended = shown["state"] not in _OPEN and any(isinstance(each, TrialChanged) for each in events)
    return ended or _shows(events, shown)


def _shown(services: Services, trial_id: str) -> JsonObject:
    return show_trial(services, find_trial(services, trial_id))


def _events(services: Services, trial_id: str, changes: Changes) -> list[TrialEvent]:
    """What to record: nothing of what is so already.

    Raises:
        Refused: it makes no sense in the trial's state.
        InvalidTrial: no trial could be so, or the operator does not want it.
    """
    trial: Any = _shown(services, trial_id)
    tags = None if changes.tags is None else list(dict.fromkeys(changes.tags))
    asked: list[TrialEvent] = [
        TrialAnnotated(trial_id=trial_id, notes=changes.notes, tags=tags),
    ]
    if (changes.budget, changes.parallelism, changes.priority) != (None, None, None):
        asked.append(_change(services, trial, changes))
    if changes.archived is not None:
        if changes.archived and trial["state"] not in _ENDED:
            raise Refused(409, f"trial {trial_id} has not ended ({trial['state']}): stop it first")
        asked.append(TrialArchived(trial_id=trial_id, archived=changes.archived))
    return [each for each in asked if not _shows([each], trial)]


def _change(services: Services, trial: Mapping[str, Any], changes: Changes) -> TrialChanged:
    trial_id, state = trial["trial_id"], trial["state"]
    if state not in _OPEN:
        problem = "budget, parallelism and priority cannot change any more"
        raise Refused(409, f"trial {trial_id} is {state}; {problem}")
    asked = TrialChanged(
        trial_id=trial_id,
        budget=changes.budget,
        parallelism=changes.parallelism,
        priority=changes.priority,
    )
    after = changed_trial(_spec(services, trial), asked)
    if changes.budget is not None and after.budget.jobs is None and after.budget.wall_time is None:
        raise InvalidTrial("budget", "name `jobs` or `wall_time`: the trial would never end")
    budget = services.policy.check_change(
        budget=None if changes.budget is None else after.budget,
        parallelism=changes.parallelism,
        priority=changes.priority,
    )
    return replace(asked, budget=None if budget is None else budget.model_dump(mode="json"))


def _spec(services: Services, trial: Mapping[str, Any]) -> TrialSpec:
    """The trial's spec as it was changed last."""
    recorded = services.views.get("specs", trial["trial_id"]) or {}
    now = {name: trial[name] for name in ("budget", "parallelism", "priority")}
    return recorded_trial({**recorded, **now})


def _shows(events: Sequence[TrialEvent], shown: JsonObject) -> bool:
    """Whether a trial shows what was recorded."""
    return all(
        shown[name] == value
        for event in events
        for name, value in _told(event).items()
        if value is not None
    )


def _told(event: TrialEvent) -> dict[str, Any]:
    match event:
        case TrialChanged(budget=budget, parallelism=parallelism, priority=priority):
            return {"budget": budget, "parallelism": parallelism, "priority": priority}
        case TrialAnnotated(notes=notes, tags=tags):
            return {"notes": notes, "tags": tags}
        case TrialArchived(archived=archived):
            return {"archived": archived}
        case _:
            return {}


OPERATIONS: Final = (
    Operation(
        method="PATCH",
        path="/trials/{trial_id}",
        id="change_trial",
        summary="Change a trial's budget, parallelism, priority, notes or tags, or archive it",
        handler=change,
        scope="submit",
        body=Changes,
        answers={200: Trial, 202: Trial},
        tags=("trials",),
        problems=(409,),
    ),
    Operation(
        method="DELETE",
        path="/trials/{trial_id}",
        id="archive_trial",
        summary="Put an ended trial away, out of the usual lists",
        handler=archive,
        scope="submit",
        answers={200: Trial, 202: Trial},
        tags=("trials",),
        problems=(409,),
        description="Nothing is lost: PATCH with `archived: false` takes it out again.",
    ),
)
