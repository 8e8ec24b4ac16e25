"""A decider at its desk: events go in, what it decides goes to its log; no bus and no views."""

from collections.abc import Sequence
from typing import Any, TypeVar

from tests.unit.hyperdock_supervisor.fake_optimizers import Workshop
from tests.unit.hyperdock_supervisor.list_log import ListLog
from tests.unit.hyperdock_supervisor.words import claimed, registered, submitted

from hyperdock_common.events import Envelope, Event, JobProposed, TrialFinished
from hyperdock_common.history import history
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelope
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_supervisor.proposers import OptimizerFactory

E = TypeVar("E", bound=Event)

SILENCE = Silence(lost_after=60.0, own_pause=5.0)


class Desk:
    """A decider, its clocks and its log."""

    def __init__(
        self, optimizers: OptimizerFactory | None = None, *, slow_to_make: bool = False
    ) -> None:
        self._slow_to_make = slow_to_make
        self.workshop = Workshop()
        self.wall = FakeClock()
        self.monotonic = FakeClock(0.0)
        self.log = ListLog(self.wall)
        self._optimizers = optimizers or self.workshop
        self.decider = self._new_decider()
        self.decider.rebuild(self.log)
        self.pulses: list[Envelope] = []

    def publish(self, *events: Event) -> list[Event]:
        """Takes in all of them as one batch and decides; gives what was recorded."""
        return [each.event for each in self.take_in(*(envelope(event) for event in events))]

    def take_in(self, *published: Envelope) -> Sequence[Envelope]:
        """As `publish`, with the envelopes."""
        for each in published:
            self.decider.take_in(each)
        commit = self.decider.decide()
        self.pulses += commit.pulses
        if commit.facts:
            self.log.append(self.log.head(), commit.facts)
        return commit.facts

    def wait(self, seconds: float) -> list[Event]:
        """Lets time pass with the decider listening; gives what was recorded meanwhile."""
        recorded: list[Event] = []
        end = self.monotonic.now + seconds
        while self.monotonic.now < end:
            step = min(SILENCE.own_pause, end - self.monotonic.now)
            self.monotonic.advance(step)
            self.wall.advance(step)
            recorded += self.publish()
        return recorded

    def sleep(self, seconds: float) -> None:
        """Lets time pass without the decider noticing."""
        self.monotonic.advance(seconds)
        self.wall.advance(seconds)

    def restart(self) -> None:
        """Throws the decider away and rebuilds it from the log."""
        self.decider = self._new_decider()
        assert self.decider.rebuild(self.log) == self.log.head()

    def waiting(self) -> list[tuple[str, int]]:
        """The jobs to offer, each with its attempt."""
        return [(job.job_id, job.attempt) for _, job in self.decider.waiting_jobs()]

    def history(self) -> list[Event]:
        """Everything in the log."""
        return [record.event for record in history(self.log)]

    def run(self, *job_ids: str, **changes: Any) -> None:
        """A trial whose jobs the worker `w` has claimed; it has no slots but theirs."""
        self.publish(registered("w", slots=len(job_ids)))
        self.publish(submitted(parallelism=len(job_ids), **changes))
        self.publish(*(claimed(job_id) for job_id in job_ids))

    def ends(self) -> list[tuple[str, str]]:
        """How the trials ended: state and reason."""
        return [(event.end, event.reason) for event in self.recorded(TrialFinished)]

    def recorded(self, kind: type[E]) -> list[E]:
        """Everything of one kind in the log."""
        return [event for event in self.history() if isinstance(event, kind)]

    def _new_decider(self) -> Decider:
        return Decider(
            self._optimizers,
            Clocks(wall=self.wall, monotonic=self.monotonic),
            producer="supervisor",
            silence=SILENCE,
            versions={"library": "1.0"},
            slow_to_make=lambda _: self._slow_to_make,
        )


def jobs_in(events: Sequence[Event]) -> list[str]:
    """The jobs that were proposed among these events."""
    return [event.job_id for event in events if isinstance(event, JobProposed)]
