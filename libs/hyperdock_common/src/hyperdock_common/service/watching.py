"""What a service depends on, looked at all the time, so that nobody who asks has to wait for it.

Says once when something is away and once when it is back; a service waits for it, it never fails.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from hyperdock_common.errors import Archived, HyperdockError

_PERIOD: Final = 2.0
_SOON: Final = 0.5
_GRACE: Final = 1.0
_SLOW: Final = 10.0
_REMIND: Final = 60.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Condition:
    """How something is, in a word or a sentence."""

    ok: bool
    detail: str


class Watched:
    """One thing to look at.

    Args:
        name: what it is.
        look: returns what is wrong with it, None where nothing is; may raise our errors for that.
        period: seconds between two looks; less while it is not well.
        clock: monotonic.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], str | None],
        *,
        period: float = _PERIOD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._look = look
        self._period = period
        self._clock = clock
        self._last = Condition(ok=False, detail="not looked at yet")
        self._looking_since: float | None = None
        self._ill_since: float | None = None
        self._told_at: float | None = None

    def run(self, stop: threading.Event) -> None:
        """Looks until told to stop."""
        while not stop.is_set():
            well = self.look().ok
            stop.wait(self._period if well else min(self._period, _SOON))

    def look(self) -> Condition:
        """Looks once, and tells what is new.

        Raises:
            Archived: what is looked at needs a setting; waiting for it does not help.
        """
        self._looking_since = self._clock()
        try:
            problem = self._look()
        except Archived:
            raise
        except (HyperdockError, OSError) as error:
            problem = str(error) or type(error).__name__
        self._looking_since = None
        self._tell(problem)
        self._last = Condition(ok=problem is None, detail=problem or "ok")
        return self._last

    def condition(self) -> Condition:
        """How it was at the last look; not well, where a look takes too long."""
        since = self._looking_since
        if since is not None and (waited := self._clock() - since) > _SLOW:
            return Condition(ok=False, detail=f"no answer for {waited:.0f} seconds")
        return self._last

    def _tell(self, problem: str | None) -> None:
        now = self._clock()
        if problem is None:
            if not self._last.ok:
                _log.info("connected", to=self.name)
            self._ill_since = self._told_at = None
            return
        if self._ill_since is None:
            self._ill_since = now
        lasting = now - self._ill_since >= _GRACE  # a service that just starts is not worth a word
        if lasting and (self._told_at is None or now - self._told_at >= _REMIND):
            _log.warning(f"waiting_for_{self.name}", reason=problem)
            self._told_at = now
