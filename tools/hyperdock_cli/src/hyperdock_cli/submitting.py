"""Brings a trial file to a system: goes on with its unfinished trial, or submits a new one."""

from dataclasses import dataclass
from uuid import uuid4

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.launch import Outside
from hyperdock_cli.system import System
from hyperdock_cli.trial_file import TrialFile
from hyperdock_client import ApiError, Unreachable
from hyperdock_common.spec import TrialSpec

_TRIES = 25
_LONG_TRIES = 300  # importing an optimizer's library takes long on a busy machine
_PAUSE = 0.2
_PATIENCE = 60.0
_SERVER_AT_FAULT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A trial that now runs, and what is to be said about how it came to."""

    trial: Doc
    goes_on: bool
    notes: tuple[str, ...] = ()


def submit(system: System, file: TrialFile, outside: Outside, *, always_new: bool) -> Submitted:
    """Goes on with the newest unfinished trial that this file describes, else submits it."""
    client = system.client
    unfinished = [
        trial for state in ("running", "paused", "stopping") for trial in client.trials(state)
    ]
    same = None if always_new else _same(client, file, unfinished)
    others = tuple(_other(each) for each in unfinished if same is None or each is not same)
    if same is None:
        trial = _submit(client, file, outside)
        return Submitted(trial=trial, goes_on=False, notes=others)
    if same["state"] == "paused":
        client.command_trial(same["trial_id"], "resume")
    return Submitted(trial=client.trial(same["trial_id"]), goes_on=True, notes=others)


def check_runnable(system: System, spec: TrialSpec, outside: Outside) -> str | None:
    """Whether some worker can run this trial; a warning where one may still come.

    Raises:
        Fault: the only workers there will be are those of this process, and they cannot.
    """
    alive = _alive(system, outside)
    able = [
        each for each in alive if each["pool"] == spec.pool and spec.runs_in in each["runtimes"]
    ]
    if any(each["gpus"] // max(each["slots"], 1) >= spec.resources.gpus for each in able):
        return None
    kind = "Docker images" if spec.runs_in == "docker" else "local processes"
    if able:
        kind = f"jobs with {spec.resources.gpus} GPUs: none has so many a slot"
    problem = f"no worker of pool {spec.pool!r} can run {kind}"
    if system.here is None:
        return f"{problem} now; the trial waits until one can"
    if not alive:
        raise Fault("the worker of this process does not begin", "hyperdock.log may say why")
    remedy = "start a Docker engine, or give the trial a `command` without an `image`"
    if spec.runs_in == "process":
        remedy = "give the trial an `image`"
    if able:
        remedy = "give --gpus, and --slots so that each slot gets enough of them"
    if all(each["pool"] != spec.pool for each in alive):
        remedy = f"give --pool {spec.pool}, or leave out `pool`"
    raise Fault(f"{problem} here: {system.here.engine}", remedy, code=REFUSED)


def _alive(system: System, outside: Outside) -> list[Doc]:
    """The workers; one of this process that has yet to begin is waited for."""
    for _ in range(_TRIES if system.here is None else _LONG_TRIES):
        alive = [each for each in system.client.workers() if each["state"] == "alive"]
        if alive:
            return alive
        outside.pause(_PAUSE)
    return []


def _submit(client: ApiClient, file: TrialFile, outside: Outside) -> Doc:
    """Submits once; where nobody knows whether that was heard, says it again with the same key."""
    key, until = uuid4().hex, outside.now() + _PATIENCE
    while True:
        try:
            trial = client.submit(file.document, key)
        except (ApiError, Unreachable) as error:
            refused = isinstance(error, ApiError) and error.status < _SERVER_AT_FAULT
            if refused or outside.now() > until:
                raise
            outside.pause(_PAUSE)
        else:  # one that is recorded and not to be seen yet has nothing but its id
            return trial if "state" in trial else client.trial(trial["trial_id"])


def _same(client: ApiClient, file: TrialFile, unfinished: list[Doc]) -> Doc | None:
    able = [each for each in unfinished if each["state"] != "stopping"]
    for trial in sorted(able, key=lambda each: -each["submitted_at"]):
        if trial["name"] == file.spec.name and file.describes(dict(client.spec(trial["trial_id"]))):
            return trial
    return None


def _other(trial: Doc) -> str:
    return f"the unfinished trial {trial['trial_id']} goes on, too ({trial['state']})"
