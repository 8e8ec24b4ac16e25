"""Events, one a line."""

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats

_WIDTH = 100
_NAMED_BY_STREAM = ("trial_id", "worker_id")


def event_line(event: Doc) -> str:
    """An event: its position, when, what, whose, and what it says."""
    data = dict(event.get("data") or {})
    stream = str(event.get("stream", ""))
    whose = str(data.pop("job_id", "")) or stream.partition("-")[2]
    told = {
        name: value for name, value in data.items() if name not in _NAMED_BY_STREAM and _says(value)
    }
    words = [
        f"{event['position']:>6}",
        formats.moment(event.get("recorded_at")),
        f"{_kind(event):<20}",
        formats.printable(whose),
        formats.short(formats.params(told), _WIDTH),
    ]
    by = f"(by {formats.printable(event['actor'])})" if event.get("actor") else ""
    return "  ".join(each for each in (*words, by) if each)


def _says(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def _kind(event: Doc) -> str:
    name, _, version = str(event["type"]).rpartition(".v")
    return name if version.isdecimal() else str(event["type"])
