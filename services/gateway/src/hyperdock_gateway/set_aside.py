"""The messages that nobody could process: for the operator, who alone can tell what they mean."""

from typing import Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.bus import SetAside
from hyperdock_gateway.api import Answer, Call, Operation, listed
from hyperdock_gateway.api.documents.set_aside import SetAsideList

NEWEST: Final = 100
LONGEST: Final = 16 * 1024
"""Characters of a body that are shown; hostile messages may be long."""


def list_set_aside(call: Call[None, None]) -> Answer:
    """What was set aside, newest first."""
    position = call.services.log.head()
    newest = call.services.bus.list_set_aside()[-NEWEST:]
    return Answer(listed([_shown(each) for each in reversed(newest)], position), position=position)


def _shown(message: SetAside) -> JsonObject:
    body = message.body[: 4 * LONGEST].decode(errors="replace")  # no character takes more bytes
    return {"reason": message.reason[:LONGEST], "at": message.at, "body": body[:LONGEST]}


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/set-aside",
        id="list_set_aside",
        summary="List messages that could not be processed",
        handler=list_set_aside,
        scope="admin",
        answers={200: SetAsideList},
        tags=("meta",),
        description=f"The newest {NEWEST}, of each at most {LONGEST:,} characters.",
    ),
)
