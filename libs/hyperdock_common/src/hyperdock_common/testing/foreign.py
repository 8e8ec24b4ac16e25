"""A fact that a later release recorded, for tests."""

from typing import Any, Final

import msgspec

from hyperdock_common.ports import StoredEvent

FOREIGN: Final[dict[str, Any]] = {
    "event_id": "00000000-0000-5000-8000-00000000000f",
    "type": "trial.teleported.v1",
    "stream": "trial-a",
    "occurred_at": 7.5,
    "producer": "tomorrow",
    "actor": "ann",
    "data": {"trial_id": "a", "to": ["there"]},
}


def foreign(position: int, **changes: object) -> StoredEvent:
    """The fact at a position, with whatever of it is to be otherwise."""
    wire = FOREIGN | changes
    return StoredEvent(
        position=position,
        recorded_at=8.0,
        event_id=wire["event_id"],
        stream=wire["stream"],
        version=None,
        body=msgspec.json.encode(wire),
        chain=None,
    )
