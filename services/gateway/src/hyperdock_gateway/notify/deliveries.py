"""A message on its way to one target, and what became of it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.notify.notices import Kind
from hyperdock_gateway.notify.wording import Level, Text

State: TypeAlias = Literal["waiting", "sent", "dropped", "summarized"]
DeliveryKind: TypeAlias = Kind | Literal["summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message for one target.

    Attributes:
        number: counts all that were ever made.
        target: the target's key, never its address.
        at: when it happened that this tells of.
        told_at: when it was sent or given up.
    """

    number: int
    target: str
    kind: DeliveryKind
    title: str
    body: str
    level: Level
    at: float
    state: State = "waiting"
    told_at: float | None = None

    @property
    def text(self) -> Text:
        """What it says."""
        return Text(self.title, self.body, self.level)

    def as_document(self) -> JsonObject:
        """As it is kept."""
        return asdict(self)


def from_document(document: Any) -> Delivery:
    """A delivery as it was kept."""
    return Delivery(**document)
