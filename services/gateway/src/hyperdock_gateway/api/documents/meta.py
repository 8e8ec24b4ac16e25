"""What the API tells about itself, and about what it cannot do."""

from typing import Literal

from pydantic import Field

from hyperdock_gateway.api.documents.model import Document


class FieldProblem(Document):
    """One thing that is wrong."""

    field: str = Field(description="Dotted path in the body, or name of a parameter or header.")
    problem: str


class Problem(Document):
    """Why something was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]


class Health(Document):
    """How the gateway is."""

    status: Literal["ok"]
    version: str
    position: int = Field(description="Of the newest event.")
    login: bool = Field(description="Whether requests need a token.")
