"""Events, one a line, and one in full."""

import json
from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, fields

_WIDTH = 100
_NAMED_BY_STREAM = ("trial_id", "worker_id")
_LATER = "(of a later release)"


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
    return "  ".join(each for each in (*words, _LATER if _is_foreign(event) else "", by) if each)


def event_page(event: Doc, causes: Sequence[Doc], followed: Sequence[Doc]) -> Sequence[Part]:
    """An event in full, what it followed from (nearest first), and what followed from it."""
    parts: list[Part] = [
        fields(
            [
                ("position", str(event["position"])),
                ("id", formats.printable(event.get("event_id", ""))),
                ("type", formats.printable(event["type"]) + f"  {_LATER}" * _is_foreign(event)),
                ("stream", formats.printable(event.get("stream", ""))),
                ("occurred", formats.moment(event.get("occurred_at"))),
                ("recorded", formats.moment(event.get("recorded_at"))),
                ("said by", formats.printable(event.get("producer") or "")),
                ("asked by", formats.printable(event.get("actor") or "")),
                ("began with", formats.printable(event.get("correlation_id") or "")),
            ]
        )
    ]
    data = json.dumps(event.get("data") or {}, indent=2, ensure_ascii=False)
    parts.append("\n".join(_harmless(line) for line in data.splitlines()))
    missing = event.get("causation_id") and not causes
    if missing:
        cause = formats.printable(event["causation_id"])
        parts.append(f"because of {cause}, which is not recorded")
    elif causes:
        parts.append("\n".join(["because of:", *map(event_line, causes)]))
    if followed:
        parts.append("\n".join(["what followed from it:", *map(event_line, followed)]))
    return parts


def _says(value: object) -> bool:
    return value is not None and value not in ("", [], {})


def _is_foreign(event: Doc) -> bool:
    """Whether a later release recorded it: the gateway that tells of it does not know its type."""
    return event.get("known") is False


def _kind(event: Doc) -> str:
    name, _, version = str(event["type"]).rpartition(".v")
    is_plain = version.isdecimal() and not _is_foreign(event)
    return name if is_plain else formats.printable(event["type"])


def _harmless(line: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
