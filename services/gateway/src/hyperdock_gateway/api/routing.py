"""From declared operations to Starlette's routes: all that is checked before a handler runs."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

import msgspec
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hyperdock_common.errors import Problem
from hyperdock_common.web import Refused
from hyperdock_gateway.api.bodies import (
    largest,
    media_type,
    media_types,
    read_body,
    receive_body,
)
from hyperdock_gateway.api.compressing import compressed, is_worth_it
from hyperdock_gateway.api.conditions import POSITION, etag_of, is_known, read_key
from hyperdock_gateway.api.operation import JSON, Answer, Call, Operation
from hyperdock_gateway.api.paths import ids_of, plain
from hyperdock_gateway.api.query import Parameters, read_query
from hyperdock_gateway.auth.principal import Principal, principal_of
from hyperdock_gateway.moments import AT, Asked, Moment, moments_of, read_at
from hyperdock_gateway.monitoring import OPERATION
from hyperdock_gateway.publishing import in_thread
from hyperdock_gateway.services import Services, services_of

_LASTS: Final = 3600


def routes_of(operations: Iterable[Operation]) -> list[Route]:
    """One route a path, fixed paths before those with ids in them.

    Raises:
        ValueError: two operations have the same id, or the same method and path.
    """
    by_path: dict[str, dict[str, Operation]] = defaultdict(dict)
    ids: set[str] = set()
    for operation in operations:
        methods = by_path[operation.path]
        if operation.id in ids or operation.method in methods:
            raise ValueError(f"there are two operations {operation.id} {operation.path}")
        ids.add(operation.id)
        methods[operation.method] = operation
    paths = sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")])
    return [_route(path, by_path[path]) for path in paths]


def _route(path: str, operations: Mapping[str, Operation]) -> Route:
    endpoints = {method: _Endpoint(operation) for method, operation in operations.items()}
    if "GET" in endpoints:
        endpoints["HEAD"] = endpoints["GET"]

    async def endpoint(request: Request) -> Response:
        return await endpoints[request.method].answer(request)

    return Route(path, endpoint, methods=list(operations), name=plain(path))


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """What happens between a request and a handler, and on the way back."""

    operation: Operation

    async def answer(self, request: Request) -> Response:
        operation, services = self.operation, services_of(request)
        request.scope[OPERATION] = operation.id
        principal = principal_of(request.scope)
        _check_scope(operation, principal)
        ids, asked, query = ids_of(request), self._asked(request), self._query(request)
        key = read_key(request.headers) if operation.idempotent else None
        sent = await self._receive(request)

        def made() -> Call[Any, Any]:
            moment = None if asked is None else moments_of(request).moment(services, asked)
            used = services if moment is None else moment.services
            return Call(
                services=used,
                path=ids,
                query=query,
                body=sent and read_body(*sent),
                principal=principal,
                key=key,
                position=self._position(used),
                request=request,
                moment=moment,
            )

        if inspect.iscoroutinefunction(operation.handler):
            call = await in_thread(made)
            return self._response(call, await operation.handler(call))
        return await in_thread(self._handled, made)

    def _asked(self, request: Request) -> Asked | None:
        """The moment that is asked for.

        Raises:
            Refused: it is none, or what is asked for has no past.
        """
        operation = self.operation
        if operation.now_only and AT in request.query_params:
            raise Refused(422, f"{AT}: {operation.now_only}", Problem(AT, operation.now_only))
        return read_at(request) if operation.takes_moment else None

    def _query(self, request: Request) -> BaseModel | None:
        operation = self.operation
        passed_over = frozenset({AT} if operation.takes_moment else ())
        query = read_query(request, operation.query or Parameters, passed_over)
        return query if operation.query is not None else None

    async def _receive(self, request: Request) -> tuple[type[BaseModel], str, bytes] | None:
        model = self.operation.body
        if model is None:
            return None
        if not self.operation.body_optional:
            media = media_type(request, media_types(model))
            return model, media, await receive_body(request, largest(media))
        raw = await receive_body(request)
        media = media_type(request, media_types(model)) if raw else JSON
        return model, media, raw or b"{}"

    def _position(self, services: Services) -> int:
        view = self.operation.reads
        return 0 if view is None else services.views.position(view)

    def _handled(self, made: Callable[[], Call[Any, Any]]) -> Response:
        call = made()
        handler = cast("Callable[[Call[Any, Any]], Answer | Response]", self.operation.handler)
        try:
            answer = handler(call)
        except Refused as error:
            if call.moment is None or error.status != HTTPStatus.NOT_FOUND:
                raise
            place = f"at position {call.moment.position}"
            raise Refused(error.status, f"{error.detail} {place}") from error
        return self._response(call, answer)

    def _response(self, call: Call[Any, Any], answer: Answer | Response) -> Response:
        if isinstance(answer, Response):
            if self.operation.reads is not None:
                answer.headers.setdefault(POSITION, str(call.position))
            if call.moment is not None:
                answer.headers.update(_freshness(call.moment))
            return answer
        position = call.position if answer.position is None else answer.position
        headers = dict(answer.headers)
        if self.operation.reads is not None or answer.position is not None:
            headers[POSITION] = str(position)
        if call.moment is not None:
            headers |= _freshness(call.moment)
        body = _bytes(answer)
        if self.operation.is_tagged and answer.status == HTTPStatus.OK:
            return _document(call.request, body, headers, answer.media)
        media = None if answer.status == HTTPStatus.NO_CONTENT else answer.media
        return Response(body, answer.status, headers, media)


def _freshness(moment: Moment) -> dict[str, str]:
    """How long the same caller can use an answer again.

    Not for ever: a later release may show the same moment otherwise.
    """
    fresh = f"max-age={_LASTS}" if moment.is_settled else "no-cache"
    return {"Cache-Control": f"private, {fresh}", "Vary": "Authorization"}


def _document(request: Request, body: bytes, headers: dict[str, str], media: str) -> Response:
    """A document with its tag; nothing but the tag, where the client has it already."""
    is_small = is_worth_it(request, body)
    headers["ETag"] = etag_of(body, "gzip" if is_small else "")
    if is_known(request.headers, headers["ETag"]):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers)
    if is_small:
        vary = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
        headers |= {"Content-Encoding": "gzip", "Vary": vary}
        body = compressed(body)
    return Response(body, HTTPStatus.OK, headers, media)


def _check_scope(operation: Operation, principal: Principal) -> None:
    scope = operation.scope
    if scope is None:
        return
    if principal.by_ticket and not operation.tickets:
        problem = "a ticket opens the live feed, logs, files, archives and exports only"
        remedy = "send a token as `Authorization: Bearer TOKEN`"
        raise Refused(401, f"{problem}: {remedy}", headers={"WWW-Authenticate": "Bearer"})
    if not principal.may(scope):
        raise Refused(403, f"this needs a token with the scope `{scope}`")


def _bytes(answer: Answer) -> bytes:
    if answer.status == HTTPStatus.NO_CONTENT:
        return b""
    if isinstance(answer.body, bytes):
        return answer.body
    if isinstance(answer.body, str) and answer.media != JSON:
        return answer.body.encode()
    return msgspec.json.encode(answer.body, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is no JSON")
