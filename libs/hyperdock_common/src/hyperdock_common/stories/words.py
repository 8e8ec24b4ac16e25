"""The words that stories have in common: names, numbers, and the log's own short words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hyperdock_common.events import Envelope

STOPS: Final = MappingProxyType(
    {
        "user": "it was asked for",
        "target_loss": "the target loss was reached",
        "wall_time": "its time was up",
        "max_failures": "too many jobs had failed",
        "hopeless": "there was no hope for it",
        "optimizer": "its optimizer failed",
        "jobs": "all jobs of its budget were done",
        "space": "all points of its space were done",
        "no_success": "none of its jobs succeeded",
    }
)
"""Why a trial, or a job of it, ends: the words of the log."""


def job_name(job_id: str, trial_id: str) -> str:
    """A job as it is called within its trial, or from without."""
    name, _, number = job_id.rpartition(".")
    if name == trial_id:
        return f"job {number}"
    return f"job {number} of {name}" if name else f"job {job_id}"


def by(envelope: Envelope) -> str:
    """Who asked for it, where that is known."""
    return f" by {envelope.actor}" if envelope.actor else ""


def number(value: float) -> str:
    """A loss or the like, with as many digits as one reads."""
    return f"{value:.6g}"


def numbers(values: Mapping[str, float]) -> str:
    """Named values; of many the first few."""
    shown = [f"{name} {number(value)}" for name, value in list(values.items())[:4]]
    return ", ".join(shown) + (", …" if len(values) > len(shown) else "")


def counted(count: int, what: str) -> str:
    """So many of something."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def spoken(word: str) -> str:
    """A word of the log as one says it: `out_of_memory`."""
    return word.replace("_", " ")


def told(reason: str) -> str:
    """A reason, in front of it what divides it from the rest."""
    return f": {reason}" if reason else ""


def why_stopped(reason: str, message: str = "") -> str:
    """Why something ends: as the message says it, or else by the word of the log."""
    if reason == "user":
        return message
    return message or STOPS.get(reason, spoken(reason))
