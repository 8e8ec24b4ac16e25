"""What the API tells about how long logs are kept."""

from pydantic import Field

from hyperdock_gateway.api.documents.model import Document, Time


class RetentionSweep(Document):
    """What one look at all logs found and did."""

    began_at: Time
    ended_at: Time | None = Field(description="Null: it goes on, or it was ended early.")
    logs: int = Field(description="How many there were.")
    size: int = Field(description="Their bytes.")
    removed: int = Field(description="How many of them it removed.")
    removed_size: int = Field(description="Their bytes.")
    problem: str = Field(description="What was in its way; empty: nothing.")


class RetentionInfo(Document):
    """How long and how much of the targets' logs is kept."""

    keep_logs_for: float | None = Field(description="Seconds; null: for ever.")
    keep_logs_size: int | None = Field(description="Bytes of all together; null: no limit.")
    every: float = Field(description="Seconds between two looks.")
    last: RetentionSweep | None = Field(description="Null: there was none yet.")
