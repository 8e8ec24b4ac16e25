"""What the API tells about messages that could not be processed."""

from pydantic import Field

from hyperdock_gateway.api.documents.model import Document, Listed, Time


class SetAside(Document):
    """A message that was put out of the way."""

    reason: str = Field(description="Why it could not be processed.")
    at: Time
    body: str = Field(description="What was in it, as text; the beginning, where it is long.")


class SetAsideList(Listed[SetAside]):
    """The newest messages that were put out of the way, newest first."""
