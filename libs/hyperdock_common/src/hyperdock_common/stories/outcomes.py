"""How jobs end, in words."""

from hyperdock_common.events import Failed
from hyperdock_common.stories.sentence import Result
from hyperdock_common.stories.words import number, spoken, told, why_stopped
from hyperdock_common.target import FAILURES


def succeeded(loss: float, before: Result | None, *, maximizes: bool) -> str:
    """A loss, and how it stands to the best one before it."""
    if before is None:
        return f"loss {number(loss)}, the first result"
    best = f"job {before.number}"
    if (loss > before.loss) if maximizes else (loss < before.loss):
        return f"loss {number(loss)}, the best so far ({best} had {number(before.loss)})"
    return f"loss {number(loss)} ({best} stays the best with {number(before.loss)})"


def failed(outcome: Failed, *, is_told: bool) -> str:
    """Why a job failed, and what became of that."""
    meaning = outcome.message or FAILURES.get(outcome.reason, "")
    text = f"failed ({spoken(outcome.reason)}){told(meaning)}"
    if outcome.reason == "attempts_exhausted":
        return f"{text}; not told to the optimizer, for it says nothing about the params"
    return f"{text}; told to the optimizer as infeasible" if is_told else text


def pruned(step: int) -> str:
    """A job that was given up early."""
    return f"pruned at step {step}"


def cancelled(reason: str, why: str, *, waited: bool) -> str:
    """A job that was not to go on; `why` is the cause, where one is known."""
    how = "cancelled while it waited" if waited else "cancelled"
    word = why_stopped(reason)
    return f"{how}{why}" if why or not word else f"{how} because {word}"
