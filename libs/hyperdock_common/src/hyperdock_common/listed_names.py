"""Whether a store lists a fact under its own names: by others it is missed, or recorded again."""

from hyperdock_common.errors import DecodeError
from hyperdock_common.events.codec import decode_header
from hyperdock_common.ports import StoredEvent


def wrong_name(fact: StoredEvent) -> str:
    """What is wrong with how a fact is listed, in words; empty where nothing is."""
    try:
        itself = decode_header(fact.body)
    except DecodeError as error:
        return f"is {error.reason}"
    if fact.event_id != itself.event_id:
        return f"is listed under the event id {fact.event_id}, not {itself.event_id}"
    if fact.stream != itself.stream:
        return f"is listed under the stream {fact.stream}, not {itself.stream}"
    return ""
