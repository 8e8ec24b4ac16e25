"""What an operation of the API is, as data, and what its handler gets and gives."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from msgspec import Raw
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from hyperdock_common.json_types import JsonObject
from hyperdock_gateway.auth.principal import Principal
from hyperdock_gateway.moments import Moment
from hyperdock_gateway.services import Services

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Scope: TypeAlias = Literal["read", "submit", "admin"]

JSON: Final = "application/json"

Q = TypeVar("Q")
B = TypeVar("B")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[Q, B]):
    """One call of an operation, checked: `Call[TheQuery, TheBody]`, None where there is none.

    Attributes:
        path: the ids in the path; each looks like one, which does not say that it is there.
        principal: who asks; anybody, with every right, where no login is set up.
        key: the `Idempotency-Key`, where the operation is `idempotent` and one was given.
        position: up to where the view that the operation `reads` was folded, before the handler
            was called; 0 where it reads none.
        moment: the moment of the past that is asked for with `at`; None: now. `services` and
            `position` are the moment's already.
        request: whatever else is needed of it; its body is read already if there is one.
    """

    services: Services
    path: Mapping[str, str]
    query: Q
    body: B
    principal: Principal
    key: str | None
    position: int
    request: Request
    moment: Moment | None = None

    @property
    def actor(self) -> str | None:
        """Under whose name what is asked for shall be recorded; None while login is off."""
        return self.principal.name or None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers.

    Attributes:
        body: JSON values (or a model of pydantic); text or bytes as they are.
        media: the type of what is text or bytes.
        position: replaces the position of the call in the header, e.g. by that of the log.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON
    position: int | None = None


Handler: TypeAlias = Callable[[Call[Any, Any]], Answer | Response | Awaitable[Answer | Response]]


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is more than one model as JSON: of another type, or with headers of its own.

    Attributes:
        model: what it looks like; None: it is text or bytes.
        headers: names of headers and what they say, in words.
    """

    media: str = JSON
    model: type[BaseModel] | None = None
    description: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Shape: TypeAlias = type[BaseModel] | Media | None
"""An answer: a model as JSON, something else, or nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation: how it is asked for, what it answers, who may, and the function that does it.

    Problems that the kit finds itself (400, 401, 403, 404 of an id, 413, 415, 422 of a body, 429,
    503) need not be named in `problems`.

    Attributes:
        path: below /api/v1, as Starlette writes it: `/jobs/{job_id}/files/{path:path}`.
        id: its name for generated clients, in snake_case.
        summary: one line; `description`: more, where that is not enough.
        handler: a plain function of the `Call`; one that is not `async` runs in the threadpool.
        scope: what the caller must be allowed; None: open to everybody.
        query: the parameters behind `?`, all optional or with defaults.
        body: the JSON body's model; `TrialDocument`: a trial in JSON or YAML, read as `TrialSpec`.
        body_optional: no body is read as an empty object.
        answers: what comes by status; several shapes of one status are several media types.
        problems: the other refusals, by status.
        reads: the view whose position the answer names.
        reads_log: it reads the log itself.
        now_only: why what it shows has no past, where it reads a view all the same.
        idempotent: takes an `Idempotency-Key`.
        tickets: is made for links, which carry a one-time ticket in place of a token.
    """

    method: Method
    path: str
    id: str
    summary: str
    handler: Handler
    scope: Scope | None
    answers: Mapping[int, Shape | Sequence[Shape]]
    tags: tuple[str, ...]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_optional: bool = False
    problems: tuple[int, ...] = ()
    reads: str | None = None
    reads_log: bool = False
    now_only: str = ""
    idempotent: bool = False
    tickets: bool = False
    description: str = ""

    @property
    def is_read(self) -> bool:
        """Whether it only looks."""
        return self.method == "GET"

    @property
    def takes_moment(self) -> bool:
        """Whether it can be asked, with `at`, what it would have answered at a moment."""
        is_of_log = self.reads is not None or self.reads_log
        return self.is_read and is_of_log and not self.now_only

    @property
    def is_tagged(self) -> bool:
        """Whether what it answers has an ETag."""
        shapes = self.answers.get(200)
        listed = shapes if isinstance(shapes, Sequence) else (shapes,)
        return self.is_read and any(
            each.media == JSON if isinstance(each, Media) else each is not None for each in listed
        )


def listed(
    items: Sequence[JsonObject] | Sequence[Raw], position: int, next_cursor: str | None = None
) -> dict[str, Any]:
    """The document of a list."""
    return {"items": list(items), "next_cursor": next_cursor, "position": position}
