"""An API of a few operations made up for the tests of the kit, over nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import httpx
from pydantic import Field
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from hyperdock_common.adapters.memory_bus import InProcessBus
from hyperdock_gateway.api import (
    HANDLERS,
    Answer,
    Call,
    Operation,
    Parameters,
    routes_of,
    with_documentation,
)
from hyperdock_gateway.api.documents.model import Asked, Document
from hyperdock_gateway.auth.principal import ANYBODY, Principal
from hyperdock_gateway.services import Services

BASE = "http://127.0.0.1"
POSITION = 7


class Inner(Asked):
    """A part of a body."""

    lr: float
    tags: list[str] = Field(default_factory=list)


class Body(Asked):
    """A body."""

    count: int = Field(default=1, ge=0, le=9)
    inner: list[Inner] = Field(default_factory=list)
    kind: Literal["a", "b"] = "a"
    free: dict[str, Any] = Field(default_factory=dict)


class Found(Parameters):
    """Some parameters."""

    limit: int = Field(default=5, ge=1, le=9)
    low: float | None = None
    really: bool = False
    kind: Literal["a", "b"] | None = None
    text: str | None = Field(default=None, max_length=9)


class Told(Document):
    """What was understood."""

    told: Any


class Views:
    """Views that are all folded up to the same position."""

    def position(self, _view: str) -> int:
        """That position."""
        return POSITION


class As:
    """ASGI middleware that says who asks."""

    def __init__(self, app: ASGIApp, principal: Principal | None) -> None:
        self._app = app
        self._principal = principal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if self._principal is not None:
            scope.setdefault("state", {})["principal"] = self._principal
        await self._app(scope, receive, send)


def tell(call: Call[Any, Any]) -> Answer:
    """What was understood of a call."""
    query, body = call.query, call.body
    told = {
        "path": dict(call.path),
        "query": query and query.model_dump(),
        "body": body and body.model_dump(),
        "key": call.key,
        "actor": call.actor,
        "position": call.position,
    }
    return Answer({"told": told})


def operation(path: str = "/thing", **more: Any) -> Operation:
    """An operation that tells what it understood."""
    declared: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "id": "tell",
        "summary": "Tell what was understood",
        "handler": tell,
        "scope": "read",
        "answers": {200: Told},
        "tags": ("things",),
    }
    return Operation(**{**declared, **more})


class Kit:
    """An app of these operations, called in process."""

    def __init__(
        self,
        *operations: Operation,
        principal: Principal | None = ANYBODY,
        host: str = "127.0.0.1",
    ) -> None:
        self._client = (host, 1)
        app = Starlette(
            routes=routes_of(with_documentation(operations)), exception_handlers=HANDLERS
        )
        missing: Any = None
        views: Any = Views()
        app.state.services = Services(
            log=missing,
            bus=InProcessBus(),
            views=views,
            artifacts=missing,
            clock=time.time,
            random_bytes=bytes,
            version="1",
        )
        self._app = As(app, principal)

    def get(self, path: str = "/thing", **options: Any) -> httpx.Response:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, content: Any, path: str = "/thing", **headers: str) -> httpx.Response:
        """POST of a text as JSON, or of an object."""
        sent = {"json": content} if isinstance(content, dict) else {"content": content}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(
            "POST", path, headers={"content-type": "application/json", **named}, **sent
        )

    def told(self, answer: httpx.Response) -> Mapping[str, Any]:
        """What the operation understood."""
        assert answer.status_code == 200, answer.text
        told: Mapping[str, Any] = answer.json()["told"]
        return told

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request."""

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=self._client)
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, path, **options)

        return asyncio.run(run())


def fields(answer: httpx.Response, status: int) -> list[str]:
    """The fields that a refusal names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [each["field"] for each in answer.json()["errors"]]


Handler = Callable[[Call[Any, Any]], Awaitable[Answer]]
