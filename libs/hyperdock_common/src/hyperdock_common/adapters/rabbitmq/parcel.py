"""Messages that are confirmed together, and which of those sent are not confirmed yet."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one queue."""

    queue: str
    body: bytes
    properties: Any


Settled: TypeAlias = Callable[[str | None], None]
"""Hears of a parcel's end: None where all is confirmed, else what went wrong."""


class Parcel:
    """Messages that somebody waits for. Settled once; then `error` says how it went."""

    __slots__ = ("_done", "_lock", "_on_settled", "_open", "_settled", "error", "messages", "sent")

    def __init__(self, messages: Sequence[Message], on_settled: Settled = lambda _: None) -> None:
        self.messages = messages
        self.sent = 0
        self.error: str | None = None
        self._open = len(messages)
        self._on_settled = on_settled
        self._settled = False
        self._lock = threading.Lock()
        self._done = threading.Event()

    @property
    def settled(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._settled

    def wait(self, timeout: float) -> bool:
        """Waits until it is settled, or not longer than that."""
        return self._done.wait(timeout)

    def confirm(self) -> None:
        """One of its messages is confirmed."""
        self._open -= 1
        if not self._open:
            self.settle(None)

    def settle(self, error: str | None) -> None:
        """Ends it; whatever is still to be sent is not sent. Only the first call counts."""
        with self._lock:
            if self._settled:
                return
            self._settled, self.error = True, error
        self._done.set()
        self._on_settled(error)


class Unconfirmed:
    """What was sent on one channel and waits for its confirm. For one thread."""

    def __init__(self) -> None:
        self._sent: OrderedDict[int, tuple[Parcel, int]] = OrderedDict()
        self._last = 0
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._sent)

    def add(self, parcel: Parcel, size: int) -> None:
        """The next message on this channel is one of this parcel."""
        self._last += 1
        self._sent[self._last] = (parcel, size)
        self.bytes += size

    def confirmed(self, tag: int, *, multiple: bool) -> None:
        """The broker has it, or (`multiple`) everything up to it."""
        for parcel in self._take(tag, multiple=multiple):
            parcel.confirm()

    def refused(self, tag: int, *, multiple: bool, error: str) -> None:
        """The broker does not take it, or (`multiple`) nothing up to it."""
        for parcel in self._take(tag, multiple=multiple):
            parcel.settle(error)

    def lost(self, error: str) -> None:
        """The channel is gone: whether the broker has them nobody knows."""
        self.refused(self._last, multiple=True, error=error)
        self._last = 0  # a new channel counts from one

    def _take(self, tag: int, *, multiple: bool) -> list[Parcel]:
        if not multiple:
            return [self._pop(tag)] if tag in self._sent else []
        taken = []
        while self._sent and next(iter(self._sent)) <= tag:
            taken.append(self._pop(next(iter(self._sent))))
        return taken

    def _pop(self, tag: int) -> Parcel:
        parcel, size = self._sent.pop(tag)
        self.bytes -= size
        return parcel
