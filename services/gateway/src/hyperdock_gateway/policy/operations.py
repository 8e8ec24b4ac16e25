"""What clients can ask about the policy: to say beforehand what would be refused."""

from typing import Final

from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.policy.rules import Rules


def show_policy(call: Call[None, None]) -> Answer:
    """The rules as they are now, every field explicit; null where nothing is restricted."""
    return Answer(call.services.policy.shown())


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/policy",
        id="get_policy",
        summary="Show what trials may be and have",
        handler=show_policy,
        scope="read",
        answers={200: Rules},
        tags=("meta",),
    ),
)
