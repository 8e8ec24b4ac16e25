"""Which logs of targets are kept, by age and by size, and the removal of the others.

`policy` decides, over `oldest` logs first; `protection` tells which ones stay whatever happens;
`sweeping` goes through all of them once, and `keeper` does so now and then on a thread of its own.
Several gateways may do it at once: each log is removed once.
"""

from hyperdock_gateway.retention.keeper import Retention
from hyperdock_gateway.retention.settings import RetentionSettings

__all__ = ["Retention", "RetentionSettings"]
