"""Which deliveries of one channel are done with, so that many are acked with one answer."""

from collections import OrderedDict
from collections.abc import Iterable


class DeliveryTags:
    """The open deliveries of one channel, in their order. For one thread."""

    def __init__(self) -> None:
        self._open: OrderedDict[int, None] = OrderedDict()

    def delivered(self, tag: int) -> None:
        """One more is open."""
        self._open[tag] = None

    def done(self, tags: Iterable[int]) -> list[tuple[int, bool]]:
        """Ends these; returns what to ack, each with whether it stands for all before it."""
        ended = {tag for tag in tags if tag in self._open}
        last_of_prefix = None
        while ended and (first := next(iter(self._open))) in ended:
            last_of_prefix = first
            ended.remove(first)
            del self._open[first]
        for tag in ended:
            del self._open[tag]
        singly = [(tag, False) for tag in sorted(ended)]
        return singly if last_of_prefix is None else [(last_of_prefix, True), *singly]
