"""What happens to a trial."""

from dataclasses import dataclass
from typing import Literal

from hyperdock_common.json_types import JsonObject

TrialEnd = Literal["completed", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSubmitted:
    """A trial was accepted: `spec` is the validated trial spec, complete with its seed."""

    trial_id: str
    spec: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPaused:
    """No further job of the trial starts until it is resumed; running jobs go on."""

    trial_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResumed:
    """A paused trial proposes jobs again."""

    trial_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStopRequested:
    """The trial shall end: its waiting jobs are cancelled, its running ones stopped.

    `end` is the state in which it will finish (failed, where it was to be completed and none of its
    jobs has succeeded), `reason` says why in a word
    (`user`, `target_loss`, `wall_time`, `max_failures`, `hopeless`), `message` in a sentence.
    """

    trial_id: str
    end: TrialEnd
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFinished:
    """The trial has ended and none of its jobs is left open."""

    trial_id: str
    end: TrialEnd
    reason: str
    message: str = ""


TrialEvent = TrialSubmitted | TrialPaused | TrialResumed | TrialStopRequested | TrialFinished
