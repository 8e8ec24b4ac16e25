"""Which trials a log holds, and which of them a person means."""

from collections.abc import Sequence

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_common.events import TrialSubmitted
from hyperdock_common.history import history
from hyperdock_common.lenient_log import LenientLog
from hyperdock_common.ports import EventLog

_MOST_NAMED = 5


def logged_trials(log: EventLog) -> list[tuple[str, str]]:
    """Id and name of every trial, in the order of their submissions; reads all of the log.

    What a later release recorded is passed over: it hides no trial of this one.
    """
    return [
        (record.event.trial_id, str(record.event.spec.get("name", "")))
        for record in history(LenientLog(log))
        if isinstance(record.event, TrialSubmitted)
    ]


def find_logged_trial(log: EventLog, text: str) -> str:
    """The trial of this id; or the only one whose id begins so, or whose name it is.

    Only an id in full is found without reading the log.

    Raises:
        Fault: there is none, or there are several.
    """
    if log.read(0, 1, stream=f"trial-{text}"):
        return text
    there = logged_trials(log)
    found = [trial_id for trial_id, name in there if trial_id.startswith(text) or name == text]
    match found:
        case [trial_id]:
            return trial_id
        case []:
            raise Fault(f"the log holds no trial {text!r}", code=REFUSED)
        case _:
            raise Fault(f"{text!r} may be {_some(found)}", "name one of them", code=REFUSED)


def _some(trial_ids: Sequence[str]) -> str:
    more = f" or {len(trial_ids) - _MOST_NAMED} more" if len(trial_ids) > _MOST_NAMED else ""
    return ", ".join(trial_ids[:_MOST_NAMED]) + more
