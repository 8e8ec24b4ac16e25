"""A recorder in the supervisor's place: whatever is published is kept, in order, and confirmed."""

import threading
from collections.abc import Sequence
from typing import TypeVar

from tests.unit.hyperdock_worker.waiting import until

from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_common.events import Envelope, Event

E = TypeVar("E", bound=Event)


class Recorder:
    """Takes everything from a bus on a thread of its own.

    Attributes:
        listening: cleared, it takes nothing, so that nothing is confirmed.
    """

    def __init__(self) -> None:
        self.bus = InProcessBus()
        self.envelopes: list[Envelope] = []
        self.listening = threading.Event()
        self.listening.set()
        self._thread = threading.Thread(target=self._record, name="recorder")
        self._thread.start()

    def close(self) -> None:
        """Ends it."""
        self.listening.set()
        self.bus.close()
        self._thread.join()

    @property
    def events(self) -> Sequence[Event]:
        """What was said so far, each thing once."""
        return [each.event for each in {each.event_id: each for each in self.envelopes}.values()]

    def of(self, kind: type[E]) -> list[E]:
        """What was said of this kind."""
        return [each for each in self.events if isinstance(each, kind)]

    def hears(self, kind: type[E]) -> E:
        """The first of this kind; waits for it."""
        return until(lambda: self.of(kind), f"{kind.__name__} was said")[0]

    def _record(self) -> None:
        while deliveries := self.bus.receive(1, 3600.0):
            self.listening.wait()
            self.envelopes.extend(each.envelope for each in deliveries)
            self.bus.ack(deliveries)
