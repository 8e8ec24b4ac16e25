"""What the operator set about logs, and what came of it."""

from typing import Final

from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.retention import RetentionInfo
from hyperdock_gateway.retention.settings import RetentionSettings

_UNLIMITED: Final = RetentionSettings()


def show_retention(call: Call[None, None]) -> Answer:
    """The limits, and the last sweep of this gateway."""
    retention = call.services.retention
    if retention is not None:
        return Answer(retention())
    limits = {"keep_logs_for": None, "keep_logs_size": None, "every": _UNLIMITED.every}
    return Answer({**limits, "last": None})


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/retention",
        id="get_retention",
        summary="Show how long logs are kept",
        handler=show_retention,
        scope="read",
        answers={200: RetentionInfo},
        tags=("meta",),
        description="Of several gateways each tells its own sweeps.",
    ),
)
