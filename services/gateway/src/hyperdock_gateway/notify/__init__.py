"""Tells people what they want to know without looking: a message when a trial ends, and so on.

`notices` finds in the events what is worth telling, `wording` says it, `outbox` remembers what was
told, `sending` sends it; `notifier` does all that on a thread of its own, as `settings` says.
"""

from hyperdock_gateway.notify.notifier import Notifier
from hyperdock_gateway.notify.sending import Sent
from hyperdock_gateway.notify.settings import InvalidNotify
from hyperdock_gateway.notify.telling import make_notifier, read_targets
from hyperdock_gateway.notify.wording import Text

__all__ = ["InvalidNotify", "Notifier", "Sent", "Text", "make_notifier", "read_targets"]
