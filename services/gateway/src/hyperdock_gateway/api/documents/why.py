"""What the API tells about why things are as they are."""

from pydantic import Field

from hyperdock_gateway.api.documents.model import Document, Time


class EventName(Document):
    """Names a recorded event."""

    position: int = Field(description="Its place in the order of all events.")
    event_id: str
    type: str


class WhySentence(Document):
    """What an event says, in words."""

    position: int = Field(description="Of the event; of several, of the last of them.")
    at: Time = Field(
        description="When it happened, by the clock of whoever said so: seconds since 1970, UTC."
    )
    event_id: str
    type: str
    text: str
    because: EventName | None = Field(
        description="The event that it follows from; null: none is known."
    )
    events: int = Field(description="How many events it stands for.")


class Why(Document):
    """The story of a job or a trial, in the order of the log."""

    items: list[WhySentence]
    whole: bool = Field(
        description="false: it breaks off, for too much else happened in the trial meanwhile."
    )
    position: int = Field(description="Everything up to here is told.")
