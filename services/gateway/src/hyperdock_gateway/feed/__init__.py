"""The live feed: what many clients hear over WebSockets, read and encoded once for all of them.

`live` follows the log and keeps the newest messages, `tails` follow the logs of jobs. A client is
a `reader`: it has a place in each and no queue, so that however slow it is it costs next to
nothing; who fell behind reads the log itself. `../events.py` is the door.
"""

from hyperdock_gateway.feed.feed import Feed
from hyperdock_gateway.feed.pace import Pace

__all__ = ["Feed", "Pace"]
