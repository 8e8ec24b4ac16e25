"""The moments of a gateway: what its handlers use, as it was then."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from starlette.requests import HTTPConnection

from hyperdock_common.ports import EventLog
from hyperdock_gateway.moments.asked import Asked
from hyperdock_gateway.moments.past_log import PastLog
from hyperdock_gateway.moments.past_views import PastViews
from hyperdock_gateway.moments.patience import Patience
from hyperdock_gateway.moments.place import position_of
from hyperdock_gateway.moments.system_past import SystemPast
from hyperdock_gateway.moments.trial_pasts import TrialPasts
from hyperdock_gateway.services import Services

_MOST_PLACES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment that somebody asked for.

    Attributes:
        position: the last one that is there.
        is_settled: it can never mean another position.
        services: what handlers use, with the log and the views of the moment. Results of jobs
            are today's: they are no events.
    """

    position: int
    is_settled: bool
    services: Services


class Moments:
    """What is kept of the past, between one request and the next. Thread safe."""

    def __init__(self, log: EventLog, patience: Callable[[], Patience] = Patience) -> None:
        self._log = log
        self._patience = patience
        self._trials = TrialPasts(log)
        self._system = SystemPast(log)
        self._places: dict[float, int] = {}
        self._furthest = 0

    def moment(self, services: Services, asked: Asked) -> Moment:
        """The moment that is asked for.

        Raises:
            Refused: it is not of the past.
        """
        self._check_log()
        position, is_settled = self._place(asked, services.clock())
        views = PastViews(position, self._trials, self._system, self._patience())
        past = replace(services, log=PastLog(self._log, position), views=views)
        return Moment(position=position, is_settled=is_settled, services=past)

    def close(self) -> None:
        """Removes what was kept in files."""
        self._trials.clear()
        self._system.close()

    def _place(self, asked: Asked, now: float) -> tuple[int, bool]:
        """As `position_of`; a time that is settled is looked for once."""
        known = None if asked.time is None else self._places.get(asked.time)
        if known is not None:
            return known, True
        position, is_settled = position_of(self._log, asked, now)
        if asked.time is not None and is_settled:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            self._places[asked.time] = position
        return position, is_settled

    def _check_log(self) -> None:
        """Forgets the past of a log that was put back from an older copy."""
        furthest = self._furthest  # read first: other requests move it on with the log
        head = self._log.head()
        if head < furthest:
            self._places.clear()
            self._trials.clear()
            self._system.clear()
        self._furthest = head


def moments_of(connection: HTTPConnection) -> Moments:
    """The moments of the connection's app."""
    moments: Moments = connection.app.state.moments
    return moments
