"""Follows a trial until it ends or the person who watches has had enough."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from signal import SIGHUP, SIGINT
from typing import Final, Protocol

from hyperdock_cli.api_client import Doc
from hyperdock_cli.displays import Display
from hyperdock_cli.faults import Fault
from hyperdock_cli.highlights import best_jobs, last_failure
from hyperdock_cli.progress import Progress, jobs_changed
from hyperdock_cli.system import System, lost
from hyperdock_client import ApiError, TooSlow, Unreachable

PERIOD: Final = 0.25
STOP_PATIENCE: Final = 90.0
LOST_PATIENCE: Final = 600.0
_CONFLICT: Final = 409
_SERVER_AT_FAULT: Final = 500


class Choice(Enum):
    """What to do about a trial that is watched."""

    STOP = "stop"
    LEAVE = "leave"
    WATCH = "watch"


class Signals(Protocol):
    """Where signals come from."""

    def wait(self, seconds: float) -> int | None:
        """The next one, None when none came in so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the watch ended.

    Attributes:
        trial: the trial's newest document.
        left: it goes on, or will when it is picked up.
        signal: the signal that ended the watch, if one did.
    """

    trial: Doc
    left: bool
    signal: int | None


class Watch:
    """Looks at a trial again and again, shows it, and listens for signals."""

    def __init__(
        self,
        *,
        system: System,
        trial: Doc,
        display: Display,
        signals: Signals,
        ask: Callable[[], Choice] | None,
        now: Callable[[], float],
    ) -> None:
        self._system = system
        self._display = display
        self._signals = signals
        self._ask = ask
        self._now = now
        self._progress = Progress.begun(trial, now())
        self._first = True
        self._lost_since: float | None = None
        self._stopped: tuple[int, float] | None = None

    def until_end(self) -> Ending:
        """Watches until the trial has ended or is left."""
        while True:
            self._look()
            self._display.show(self._progress)
            if self._progress.is_over:
                return self._ending(left=False)
            self._insist()
            if self._stopped and self._now() - self._stopped[1] > STOP_PATIENCE:
                return self._ending(left=True)
            number = self._signals.wait(PERIOD)
            if number is not None and self._heed(number):
                return self._ending(left=True, signal=number)

    def _heed(self, number: int) -> bool:
        """Does what a signal asks for; whether that is to leave."""
        choice = self._choice(number)
        if choice is Choice.STOP:
            self._stopped = (number, self._now())
            self._insist()
        return choice is Choice.LEAVE

    def _insist(self) -> None:
        """Sees to it that a stop arrives, also if the first word was lost."""
        trial = self._progress.trial
        if self._stopped is None or trial["state"] not in ("running", "paused"):
            return
        try:
            self._system.client.command_trial(trial["trial_id"], "stop")
        except Unreachable:
            return
        except ApiError as error:
            if error.status < _SERVER_AT_FAULT and error.status != _CONFLICT:
                raise  # a conflict: it has just ended by itself

    def _choice(self, number: int) -> Choice:
        if self._stopped or number == SIGHUP:
            return Choice.LEAVE
        if number == SIGINT and self._ask is not None:
            self._display.hide()
            return self._ask()
        return Choice.STOP

    def _ending(self, *, left: bool, signal: int | None = None) -> Ending:
        cause = self._stopped[0] if self._stopped else signal
        return Ending(trial=self._progress.trial, left=left, signal=cause)

    def _look(self) -> None:
        try:
            self._read()
        except TooSlow as error:
            self._troubled(str(error))
        except Unreachable as error:
            self._troubled(lost(self._system, error))
            self._system.recover()
        except ApiError as error:
            if error.status < _SERVER_AT_FAULT:
                raise
            self._troubled(str(error))
        else:
            self._lost_since = None

    def _read(self) -> None:
        client, before = self._system.client, self._progress
        after = before.seen(client.trial(before.trial["trial_id"]), self._now())
        if jobs_changed(None if self._first else before, after):
            best = best_jobs(client, after.trial)
            after = after.with_jobs(best, last_failure(client, after.trial))
        self._first = False
        self._progress = after.troubled(self._system.problems(), after.now)

    def _troubled(self, problem: str) -> None:
        now = self._now()
        self._lost_since = self._lost_since or now
        if now - self._lost_since > LOST_PATIENCE:
            raise Fault(f"{problem}: given up after {LOST_PATIENCE:.0f} s")
        self._progress = self._progress.troubled([problem], now)
