"""Which position of the log a moment is."""

from hyperdock_common.history import position_at
from hyperdock_common.ports import EventLog
from hyperdock_gateway.moments.asked import Asked, refused


def position_of(log: EventLog, asked: Asked, now: float) -> tuple[int, bool]:
    """The moment's position, and whether it can never be another one.

    A time behind the last event is not settled: what is recorded next may bear an earlier one, for
    clocks differ.

    Raises:
        Refused: the moment is yet to come, or was before all events.
    """
    head = log.head()
    if asked.position is not None:
        if asked.position > head:
            raise refused(f"is beyond the log's last position, {head}")
        return asked.position, True
    at = asked.time or 0.0
    position = position_at(log, at, head)
    if position == 0:
        raise refused("is before the first event of the log")
    if position < head:
        return position, True
    (last,) = log.read(head - 1, 1)
    if at > max(now, last.recorded_at):  # whose clock may be ahead of ours
        raise refused("is a time that is yet to come")
    return position, False
