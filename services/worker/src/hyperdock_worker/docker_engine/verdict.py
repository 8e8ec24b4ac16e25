"""How a container's end is to be understood: did the target end, or did the engine take it along?

An engine that is stopped or killed ends its containers, and that must not count against the
target. The engine does not say so; it shows in how we came to know of the end.
"""

from dataclasses import dataclass
from enum import Enum, auto

from hyperdock_common.ports.runner import Exit

LOOKS_LIKE_THE_ENGINE = frozenset({137, 143, 255})
"""KILL, TERM, and what an engine writes that finds its containers dead at its start."""

OUTSIDE = "the container was ended from outside: by its engine as it stopped, or by somebody"
AWAY = "the Docker engine stopped or was started again while the container ran"
VANISHED = "the container vanished while the engine was away"


class Witness(Enum):
    """How we came to know of an end."""

    SEEN = auto()
    """The engine told it as it happened."""

    REPLAYED = auto()
    """The engine told it later, after we had lost it from sight."""

    FOUND = auto()
    """Nobody told: after the engine was away the container was found ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What is known of a container that has ended."""

    code: int
    out_of_memory: bool
    seconds: float | None


def judge(
    end: End | None, witness: Witness, *, asked: bool, signalled: bool, has_loss: bool
) -> Exit:
    """The exit of a container that does not run any more.

    Args:
        end: how it ended, None if it is gone.
        witness: how its end became known.
        asked: whether we had asked it to end.
        signalled: whether the engine had sent it a signal, for whomever.
        has_loss: whether the target left a loss.
    """
    if end is None:
        return Exit(code=None, lost=VANISHED)
    lost = None
    if not (asked or end.out_of_memory or (end.code == 0 and has_loss)):
        if signalled:
            lost = OUTSIDE
        elif not _is_own_end(end.code, witness):
            lost = AWAY
    return Exit(code=end.code, out_of_memory=end.out_of_memory, lost=lost, seconds=end.seconds)


def _is_own_end(code: int, witness: Witness) -> bool:
    match witness:
        case Witness.SEEN:
            return True
        case Witness.REPLAYED:
            return code not in LOOKS_LIKE_THE_ENGINE
        case Witness.FOUND:
            # TERM from a stopping engine may have led to any code; only a full success is certain.
            return False
