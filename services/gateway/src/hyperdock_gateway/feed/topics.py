"""What a client wants to hear, out of its query."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from pydantic import Field
from starlette.requests import HTTPConnection

from hyperdock_gateway.api.paths import PARAMETERS
from hyperdock_gateway.api.query import TICKET, Parameters, bad, read_query
from hyperdock_gateway.feed.messages import TRIALS, WORKERS, Message

MOST_TOPICS: Final = 50
MOST_LOGS: Final = 10
_LONGEST: Final = 8000
_MOST_STREAMS: Final = 8
_TRIAL: Final = PARAMETERS["trial_id"].pattern
_JOB: Final = PARAMETERS["job_id"].pattern
_TOPIC: Final = re.compile(rf"trial:{_TRIAL}|job:{_JOB}|{WORKERS}|{TRIALS}")
_LOG: Final = re.compile(
    rf"(?P<job>{_JOB})"
    r"(:(?P<attempt>[1-9][0-9]{0,8})?(?P<on>-)?(:(?P<offset>-?[0-9]{1,15}))?)?"
)


class FeedParameters(Parameters):
    """What stands behind the `?` of the feed's address."""

    after: int | None = Field(default=None, ge=0)
    topics: str | None = Field(default=None, max_length=_LONGEST)
    log: str | None = Field(default=None, max_length=_LONGEST)


def read_parameters(connection: HTTPConnection) -> FeedParameters:
    """The connection's parameters.

    Raises:
        Refused: one is unknown, wrong or given twice.
    """
    return read_query(connection, FeedParameters, frozenset({TICKET}))


@dataclass(frozen=True, slots=True)
class Topics:
    """Which events: those of these topics; None stands for all, no topic for none."""

    names: frozenset[str] | None

    @classmethod
    def asked(cls, text: str | None) -> Self:
        """Those that a query names; it may name none, or say nothing.

        Raises:
            Refused: one is unknown, or they are too many.
        """
        names = None if text is None else _listed("topics", text, MOST_TOPICS)
        for name in names or ():
            if not _TOPIC.fullmatch(name):
                known = f"trial:ID, job:ID, {WORKERS}, {TRIALS}"
                raise bad("topics", f"no such topic: {name[:100]!r}; there are {known}")
        return cls(None if names is None else frozenset(names))

    def among(self, messages: Sequence[Message]) -> list[bytes]:
        """The frames of those messages that belong to them."""
        names = self.names
        if names is None:
            return [message.frame for message in messages]
        return [message.frame for message in messages if not names.isdisjoint(message.topics)]

    def streams(self) -> Sequence[str | None]:
        """The streams of the log that hold them; (None,): it is cheaper to read all of it."""
        if self.names is None or not self.names.isdisjoint((WORKERS, TRIALS)):
            return (None,)
        streams = {_stream(*name.split(":")) for name in self.names}
        return sorted(streams) if len(streams) <= _MOST_STREAMS else (None,)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTopic:
    """The log of a job.

    Attributes:
        attempt: of this attempt; None: of the newest.
        onward: and then of the attempts after it.
        offset: from this byte on; negative: from so many bytes before the end on.
    """

    job_id: str
    attempt: int | None
    onward: bool
    offset: int


def logs_asked(text: str | None) -> list[LogTopic]:
    """Those that a query names, each as `JOB[:ATTEMPT[-][:OFFSET]]`.

    Raises:
        Refused: one is none, is there twice, or they are too many.
    """
    topics = [_log_topic(text) for text in _listed("log", text or "", MOST_LOGS)]
    if len({topic.job_id for topic in topics}) < len(topics):
        raise bad("log", "names a job twice")
    return topics


def _log_topic(text: str) -> LogTopic:
    found = _LOG.fullmatch(text)
    if found is None:
        raise bad("log", f"must be JOB[:ATTEMPT[-][:OFFSET]], not {text[:100]!r}")
    attempt = int(found["attempt"]) if found["attempt"] else None
    return LogTopic(
        job_id=found["job"],
        attempt=attempt,
        onward=attempt is None or found["on"] is not None,
        offset=int(found["offset"] or 0),
    )


def _listed(name: str, text: str, most: int) -> list[str]:
    listed = text.split(",") if text else []
    if len(listed) > most:
        raise bad(name, f"must name at most {most}")
    return listed


def _stream(kind: str, name: str) -> str:
    return f"trial-{name.rpartition('.')[0] if kind == 'job' else name}"
