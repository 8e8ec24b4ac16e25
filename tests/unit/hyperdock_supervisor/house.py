"""A supervisor over the real embedded adapters, stepped by hand; it can be killed at any point."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from tests.unit.hyperdock_supervisor.desk import SILENCE
from tests.unit.hyperdock_supervisor.fake_optimizers import Workshop

from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import BusUnavailable
from hyperdock_common.events import Envelope, Event, RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports import Delivery, Standing
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, Projection
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelope
from hyperdock_supervisor.core import Pace, Stores, Supervisor
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider

T = TypeVar("T")

PACE = Pace(tick=0.0, retry=0.0)


class Killed(BaseException):
    """The process ends here."""


class Fuse:
    """Burns with every call of a port; fails where it was set to, before or after the effect."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._fails: Callable[[str], bool] = _never
        self._failure: BaseException = Killed()

    def set(self, point: int | str, failure: BaseException) -> None:
        """Raises `failure` once: at a point from here (two to a call), or at a call.

        `append?` is before the effect of an append, `append` after it.
        """
        last = len(self.calls) + point if isinstance(point, int) else None
        self._fails = lambda call: call == point if last is None else len(self.calls) > last
        self._failure = failure

    def defuse(self) -> None:
        """Nothing fails from here."""
        self._fails = _never

    def burn(self, call: str) -> None:
        """One more point is passed."""
        self.calls.append(call)
        if self._fails(call):
            self.defuse()
            raise self._failure


def _never(_call: str) -> bool:
    return False


class Fused:
    """A port whose every call burns the fuse, before and after."""

    def __init__(self, port: object, fuse: Fuse) -> None:
        self._port = port
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The port's own method, between two points of the fuse."""
        method = getattr(self._port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn(f"{name}?")
            result = method(*args, **kwargs)
            self._fuse.burn(name)
            return result

        return call


class AckedBus(InProcessBus):
    """The bus of one process, which remembers what was acked."""

    def __init__(self) -> None:
        super().__init__()
        self.stands = Standing.IN_CHARGE
        self.acked: list[str] = []
        self.relayed: list[int] = []

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """See `Inbox.ack`."""
        super().ack(deliveries)
        self.acked += [each.envelope.event_id for each in deliveries]

    def standing(self) -> Standing:
        """See `Inbox.standing`: as a test says."""
        return self.stands

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """See `Inbox.set_aside`."""
        super().set_aside(delivery, reason)
        self.acked.append(delivery.envelope.event_id)

    def relay(self, records: Sequence[RecordedEvent]) -> None:
        """See `Feed.relay`."""
        super().relay(records)
        self.relayed += [record.position for record in records]


class House:
    """Stores in a folder, and the supervisor that works on them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.wall = FakeClock()
        self.monotonic = FakeClock(0.0)
        self.workshop = Workshop()
        self.fuse = Fuse()
        self.log = stack.enter_context(closing(SqliteEventLog(folder / "log.db", self.wall)))
        self.views = stack.enter_context(closing(SqliteViewStore(folder / "views.db", SCHEMAS)))
        self.bus = AckedBus()
        self.supervisor = self.new_supervisor()
        self.supervisor.recover()

    def new_supervisor(
        self, producer: str = "supervisor", bus: AckedBus | None = None
    ) -> Supervisor:
        """One more supervisor on these stores, which knows nothing yet."""
        stores: Mapping[str, Any] = {
            "log": Fused(self.log, self.fuse),
            "bus": Fused(bus or self.bus, self.fuse),
            "views": Fused(self.views, self.fuse),
        }
        clocks = Clocks(wall=self.wall, monotonic=self.monotonic)

        def decider() -> Decider:
            return Decider(
                self.workshop, clocks, producer=producer, silence=SILENCE, versions={"library": "1"}
            )

        return Supervisor(Stores(**stores), decider, clocks, PACE)

    def post(self, *events: Event | Envelope) -> list[Envelope]:
        """Publishes without waiting for the acks."""
        batch = [event if isinstance(event, Envelope) else envelope(event) for event in events]
        with suppress(BusUnavailable):
            self.bus.publish(batch, timeout=0)
        return batch

    def step(self, *events: Event) -> list[Event]:
        """Publishes and lets the supervisor take one step; gives what was recorded."""
        before = self.log.head()
        if events:
            self.post(*events)
        self.supervisor.step(0)
        return [record.event for record in history(self.log, after=before)]

    def restart(self, *, lose_bus: bool = False) -> None:
        """A new supervisor; with a new bus where the whole process went."""
        self.fuse.defuse()
        if lose_bus:
            self.bus = AckedBus()
        self.supervisor = self.new_supervisor()
        self.supervisor.recover()

    def take_offers(self) -> list[JobOffer]:
        """Takes every offer that is out."""
        return list(iter(lambda: self.bus.take("default", ["docker", "process"], 0), None))

    def history(self) -> list[Event]:
        """Everything in the log."""
        return [record.event for record in history(self.log)]

    def views_that_lie(self) -> list[str]:
        """Views that are not the fold of the log up to the position that they show."""
        return [each.schema.name for each in PROJECTIONS if not self._is_true(each)]

    def _is_true(self, projection: Projection) -> bool:
        name = projection.schema.name
        expected = folded(projection, list(history(self.log)), self.views.position(name))
        there = self.views.page(name, sort=SORT[name], limit=100_000).documents
        return len(there) == len(expected) and expected == dict(
            self.views.get_many(name, list(expected))
        )


SORT = {
    "trials": "trial_id",
    "specs": "name",
    "notes": "notes",
    "jobs": "job_id",
    "curves": "order",
    "workers": "worker_id",
}
"""A field that every document of the view has."""


def folded(
    projection: Projection, records: Sequence[RecordedEvent], position: int
) -> dict[str, Any]:
    """A fresh fold of the log up to a position."""
    documents: dict[str, Any] = {}
    for record in records[:position]:
        for key in projection.keys(record.event):
            documents[key] = projection.fold(documents.get(key), record)
    return documents


@contextmanager
def house() -> Iterator[House]:
    """A house in a folder of its own; in memory, where the machine has a place for that."""
    memory = Path("/dev/shm")
    with ExitStack() as stack:
        place = memory if memory.is_dir() else None
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=place))
        yield House(Path(folder), stack)
