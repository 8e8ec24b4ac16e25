"""Ask and tell from outside: programs that evaluate the jobs of an `external` trial themselves.

To the rest of the system such a program is a worker with a runtime of its own, `external:<trial>`:
its leases are those of any worker. The gateway speaks for it and remembers nothing: what it needs
to know stands in the views, so that a program may ask any gateway.
"""

from hyperdock_gateway.evaluators.operations import OPERATIONS

__all__ = ["OPERATIONS"]
