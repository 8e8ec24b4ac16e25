"""The models of events describe every event that was ever written."""

from pathlib import Path
from typing import Any, get_args

from hyperdock_common import events
from hyperdock_common.events.codec import decode, envelope_to_wire, type_name
from hyperdock_gateway.api.documents.event import Event

GOLDEN = Path(__file__).parents[3] / "golden" / "events-v1.ndjson"


def test_every_golden_event_fits_its_model() -> None:
    """Each event of the golden file, as the outside sees it, is exactly what its model says."""
    told = set()
    for position, line in enumerate(GOLDEN.read_bytes().splitlines(), 1):
        wire: dict[str, Any] = envelope_to_wire(decode(line))
        if wire["type"] != "worker.heartbeat.v1":
            recorded = {"position": position, "recorded_at": 1.5, **wire}
            assert Event.model_validate(recorded).model_dump(mode="json") == recorded
            told.add(wire["type"])
    assert len(told) > 10


def test_every_fact_has_a_model() -> None:
    """No type of event is forgotten, but for pulses, which nobody outside sees."""
    schema = Event.model_json_schema()
    facts = {type_name(object.__new__(kind)) for kind in get_args(events.Event)}
    assert set(schema["discriminator"]["mapping"]) == facts - {"worker.heartbeat.v1"}
