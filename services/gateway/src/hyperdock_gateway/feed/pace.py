"""How the live feed goes about it; seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The feed's times.

    Attributes:
        alive: how often every client is told up to where it has heard everything.
        look: how often the log of a job is looked at while somebody listens.
        hold: how long an event waits at most for the views to show it.
    """

    alive: float = 15.0
    look: float = 0.3
    hold: float = 5.0
