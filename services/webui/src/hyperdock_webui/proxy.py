"""Forwards what is below `/api` to a gateway, so that a browser needs to know one address only.

Both ways are streamed: whoever is slow slows the other side down, and nothing piles up here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio
import httpx
import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hyperdock_common.service.clients import Networks
from hyperdock_webui.gateways import Gateways, GatewaysAway
from hyperdock_webui.headers import raw, to_browser, to_gateway

_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_TIMEOUT: Final = httpx.Timeout(60.0, connect=3.0)
_LIMITS: Final = httpx.Limits(
    max_connections=None,
    keepalive_expiry=2.0,  # sooner than a gateway closes it: none is used that is just closing
)

_log = structlog.get_logger()


class HttpProxy:
    """An ASGI app that forwards HTTP requests; open it before use.

    Args:
        gateways: who answers.
        proxies: who is believed where the browser is.
    """

    def __init__(self, gateways: Gateways, proxies: Networks = ()) -> None:
        self._gateways = gateways
        self._proxies = proxies
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keeps its connections for as long as this is entered."""
        transport = httpx.AsyncHTTPTransport(limits=_LIMITS, trust_env=False)
        async with httpx.AsyncClient(
            transport=transport, timeout=_TIMEOUT, trust_env=False, follow_redirects=False
        ) as self._client:
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forwards one request; as ASGI asks.

        Raises:
            GatewaysAway: none answers, and the browser has heard nothing yet.
        """
        request = Request(scope, receive)
        answer = await self._ask(request)
        try:
            response = _response(request, answer)
            answer.headers.encoding = "latin-1"
            response.raw_headers = to_browser(answer.headers.multi_items())
            await response(scope, receive, send)
        except httpx.HTTPError as error:  # the browser sees that the answer is cut off
            _log.warning("answer_cut_off", path=request.url.path, error=repr(error))
        finally:
            with anyio.CancelScope(shield=True):
                await answer.aclose()

    async def _ask(self, request: Request) -> httpx.Response:
        """The first answer of a gateway; none is asked for a change that another may have made."""
        reason = "there is none"
        for gateway in self._gateways.in_turn():
            try:
                return await self._send(
                    request, gateway.http(target_of(request.scope)), gateway.host
                )
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                reason = f"{gateway.url} does not answer"
                _log.debug("gateway_away", gateway=gateway.url, error=repr(error))
            except httpx.TimeoutException as error:
                self._gateways.pass_over(gateway)  # else a frozen one is asked for ever
                raise GatewaysAway(f"{gateway.url} takes too long", 504) from error
            except httpx.HTTPError as error:
                reason = f"{gateway.url} broke off ({type(error).__name__})"
                if request.method not in _REPEATABLE:
                    detail = f"{reason}; it may have done what it was asked"
                    raise GatewaysAway(detail) from error
        raise GatewaysAway(f"no gateway answers: {reason}")

    async def _send(self, request: Request, url: str, host: str) -> httpx.Response:
        if self._client is None:
            raise RuntimeError("the proxy is not opened")
        headers = raw(to_gateway(request, host, self._proxies))
        has_body = not {"content-length", "transfer-encoding"}.isdisjoint(request.headers.keys())
        outgoing = self._client.build_request(
            request.method, url, headers=headers, content=request.stream() if has_body else None
        )
        for name in ("accept", "accept-encoding", "user-agent", "connection"):
            if name not in request.headers and name in outgoing.headers:
                del outgoing.headers[name]  # httpx's own wishes are not the browser's
        return await self._client.send(outgoing, stream=True)


def target_of(scope: Scope) -> str:
    """Path and query exactly as the browser wrote them."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope.get("query_string", b"")
    target = path.partition(b"?")[0] + (b"?" + query if query else b"")
    return str(target.decode("latin-1"))


def _response(request: Request, answer: httpx.Response) -> Response:
    if request.method == "HEAD":
        return Response(status_code=answer.status_code)
    return StreamingResponse(answer.aiter_raw(), status_code=answer.status_code)
