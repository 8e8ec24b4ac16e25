"""What somebody can ask about themselves: who they are here, and for a ticket."""

from typing import Final

from pydantic import Field

from hyperdock_common.web import Refused
from hyperdock_gateway.api import Answer, Call, Operation
from hyperdock_gateway.api.documents.model import Document
from hyperdock_gateway.api.operation import Scope
from hyperdock_gateway.auth.principal import SCOPES, principal_of


class Me(Document):
    """Who asks."""

    name: str = Field(description="Of the token; empty where there is no login.")
    scopes: list[Scope] = Field(description="All that may be done, with what is implied.")


class TicketGiven(Document):
    """A ticket, for the query of a WebSocket's address or of a link."""

    ticket: str = Field(description="Goes into `?ticket=`; good for once, to read.")
    expires_at: float = Field(description="Seconds since 1970.")


def show_me(call: Call[None, None]) -> Answer:
    """The name and the scopes of the token, or of the ticket, that came with the request."""
    principal = principal_of(call.request.scope)
    scopes = [each for each in SCOPES if principal.may(each)]
    return Answer({"name": principal.name, "scopes": scopes})


async def give_ticket(call: Call[None, None]) -> Answer:
    """A ticket stands for the token where no header can be sent, once, and only to read."""
    login = call.services.login
    if login is None:
        raise Refused(409, "there is no login here: no ticket is needed")
    ticket = login.give_ticket(principal_of(call.request.scope).name)
    return Answer({"ticket": ticket.text, "expires_at": ticket.expires_at}, 201)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/me",
        id="get_me",
        summary="Tell who asks",
        handler=show_me,
        scope="read",
        answers={200: Me},
        tags=("meta",),
    ),
    Operation(
        method="POST",
        path="/tickets",
        id="create_ticket",
        summary="Get a ticket",
        handler=give_ticket,
        scope="read",
        answers={201: TicketGiven},
        problems=(409,),
        tags=("meta",),
    ),
)
