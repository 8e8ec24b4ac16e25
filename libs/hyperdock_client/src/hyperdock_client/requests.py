"""A request as a value: what is sent, and how its answer is read. Nothing here does I/O."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from hyperdock_client.documents import Document, Json
from hyperdock_client.errors import KINDS, ApiError, Problem

T = TypeVar("T")
U = TypeVar("U")
D = TypeVar("D", bound=Document)
_LONGEST_PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request of the API.

    Attributes:
        read: what to make of the answer, which is none of an error.
        body: what to send as JSON; bytes are sent as they are.
        repeatable: sending it twice does what sending it once does.
        patience: seconds until its answer must have begun.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = False
    patience: float = _LONGEST_PATIENCE

    def then(self, make: Callable[[T], U]) -> "Call[U]":
        """The same request, with something else made of its answer."""
        return replace(self, read=lambda answer: make(self.read(answer)))  # type: ignore[arg-type,return-value]

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """What is sent."""
        given = {name: value for name, value in self.query.items() if value is not None}
        as_it_is = isinstance(self.body, bytes)
        content = self.body if as_it_is or self.body is None else _as_json(self.body)
        kind = {} if content is None or as_it_is else {"Content-Type": "application/json"}
        return http.build_request(
            self.method,
            self.path,
            params=given,
            content=content,
            headers={**kind, **self.headers},
            timeout=httpx.Timeout(self.patience, connect=5),
        )

    def take(self, answer: httpx.Response) -> T:
        """What the answer says.

        Raises:
            ApiError: it says no, or what it says is not of this API.
        """
        if answer.is_error:
            error = refusal(answer)
            told = answer.headers.get("Retry-After", "")
            error.retry_after = float(told) if told.isdecimal() else 0.0
            raise error
        return self.read(answer)


def get(read: Callable[[httpx.Response], T], path: str, **query: Any) -> Call[T]:
    """A call that changes nothing."""
    return Call(method="GET", path=path, read=read, query=query, repeatable=True)


def post(
    read: Callable[[httpx.Response], T],
    path: str,
    body: Any = None,
    *,
    key: str | None = None,
    repeatable: bool = False,
) -> Call[T]:
    """A call that does something; with a `key` it is done once, however often it is sent."""
    headers = {} if key is None else {"Idempotency-Key": key}
    repeatable = repeatable or key is not None
    return Call(
        method="POST", path=path, read=read, body=body, headers=headers, repeatable=repeatable
    )


def path(*parts: str) -> str:
    """A path of names, none of which can lead elsewhere."""
    return "".join(f"/{_part(each)}" for each in parts)


def _part(name: str) -> str:
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")


def _as_json(body: Any) -> bytes:
    """JSON as all can read it: no NaN, no infinity; scalars of numpy are numbers."""
    return json.dumps(body, allow_nan=False, default=_scalar, separators=(",", ":")).encode()


def _scalar(value: Any) -> Any:
    if not hasattr(value, "item"):
        raise TypeError(f"a {type(value).__name__} cannot be sent as JSON: {value!r}")
    return value.item()


def nothing(_: httpx.Response) -> None:
    """Reads an answer that says nothing more."""


def plain(answer: httpx.Response) -> Json:
    """Reads an answer that is a JSON object."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        place = answer.request.url.copy_with(query=None)
        raise ApiError(answer.status_code, "no Hyperdock gateway", f"{place} gave no JSON object")
    return found


def document(kind: type[D]) -> Callable[[httpx.Response], D]:
    """Reads an answer that is a document of this kind."""
    return lambda answer: convert(plain(answer), kind)


def documents(kind: type[D], name: str = "items") -> Callable[[httpx.Response], list[D]]:
    """Reads an answer that holds a list of such documents."""
    return lambda answer: [convert(each, kind) for each in plain(answer).get(name) or ()]


def convert(found: Json, kind: type[D]) -> D:
    """A JSON object as a document.

    Raises:
        ApiError: it is none.
    """
    try:
        return msgspec.convert({**found, "raw": found}, kind)
    except (msgspec.ValidationError, TypeError) as error:
        raise ApiError(200, "not understood", f"no {kind.__name__}: {error}") from error


def refusal(answer: httpx.Response) -> ApiError:
    """The error that an answer is."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    status = answer.status_code
    kind = KINDS.get(status, ApiError)
    if not isinstance(told, dict):
        return kind(status, f"{status} {answer.reason_phrase}")
    problems = [
        Problem(str(each.get("field", "")), str(each.get("problem", "")))
        for each in told.get("errors") or ()
        if isinstance(each, dict)
    ]
    title = str(told.get("title") or answer.reason_phrase)
    return kind(status, title, str(told.get("detail") or ""), problems)
