"""Forwards the live feed: messages both ways, and how each side ends the conversation."""

from typing import Final

import anyio
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.frames import EXTERNAL_CLOSE_CODES
from websockets.typing import Subprotocol

from hyperdock_common.service.clients import Networks
from hyperdock_webui.gateways import Gateways, GatewaysAway
from hyperdock_webui.headers import to_browser, to_gateway_websocket
from hyperdock_webui.proxy import target_of

_PATIENCE: Final = 5.0
_SILENCE: Final = 60.0
_QUEUE: Final = 4  # messages read ahead for a slow browser
_LARGEST: Final = 16 << 20
_NORMAL: Final = 1000
_GOING_AWAY: Final = 1001
_NO_CODE: Final = 1005
_BROKEN: Final = 1014
_PRIVATE: Final = range(3000, 5000)

_log = structlog.get_logger()


class WebSocketProxy:
    """An ASGI app that forwards WebSockets.

    Args:
        gateways: who answers.
        proxies: who is believed where the browser is.
    """

    def __init__(self, gateways: Gateways, proxies: Networks = ()) -> None:
        self._gateways = gateways
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forwards one conversation; as ASGI asks. A refusal by the gateway is passed on.

        Raises:
            GatewaysAway: none answers.
        """
        browser = WebSocket(scope, receive, send)
        try:
            gateway = await self._connect(browser)
        except InvalidStatus as refusal:
            answer = refusal.response
            refused = Response(bytes(answer.body or b""), answer.status_code)
            refused.raw_headers = to_browser(answer.headers.raw_items())
            await refused(scope, receive, send)
            return
        async with gateway:
            await browser.accept(gateway.subprotocol)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_from_browser, browser, gateway, tasks.cancel_scope)
                await _to_browser(browser, gateway)
                tasks.cancel_scope.cancel()

    async def _connect(self, browser: WebSocket) -> ClientConnection:
        reason = "there is none"
        for each in self._gateways.in_turn():
            try:
                return await connect(
                    each.websocket(target_of(browser.scope)),
                    additional_headers=to_gateway_websocket(browser, each.host, self._proxies),
                    compression=None,
                    max_queue=_QUEUE,
                    max_size=_LARGEST,
                    open_timeout=_PATIENCE,
                    close_timeout=_PATIENCE,
                    ping_timeout=_SILENCE,
                    proxy=None,
                    subprotocols=[Subprotocol(name) for name in browser.scope["subprotocols"]]
                    or None,
                    user_agent_header=None,
                )
            except InvalidStatus:
                raise
            except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed) as error:
                reason = f"{each.url} does not answer"
                _log.debug("gateway_away", gateway=each.url, error=repr(error))
        raise GatewaysAway(f"no gateway answers: {reason}")


async def _to_browser(browser: WebSocket, gateway: ClientConnection) -> None:
    """Passes on what the gateway says, no faster than the browser reads; and how it ends."""
    try:
        async for message in gateway:
            if isinstance(message, str):
                await browser.send_text(message)
            else:
                await browser.send_bytes(message)
    except WebSocketDisconnect:
        return
    except ConnectionClosed:
        pass
    if browser.client_state is WebSocketState.DISCONNECTED:
        return  # it went first
    await browser.close(_sayable(gateway.close_code, _BROKEN), gateway.close_reason or "")


async def _from_browser(
    browser: WebSocket, gateway: ClientConnection, scope: anyio.CancelScope
) -> None:
    """Passes on what the browser says, until it is gone."""
    while (message := await browser.receive())["type"] != "websocket.disconnect":
        text = message.get("text")
        try:
            await gateway.send(text if text is not None else message["bytes"])
        except ConnectionClosed:
            return  # the other direction tells the browser
    with anyio.CancelScope(shield=True):
        await gateway.close(_sayable(message.get("code"), _GOING_AWAY), message.get("reason") or "")
    scope.cancel()


def _sayable(code: int | None, broken: int) -> int:
    """The code of a close as it may be said to the other side (RFC 6455, 7.4).

    Some only stand for what was seen: no code at all, or an end without a word.
    """
    if code == _NO_CODE:
        return _NORMAL
    said = code is not None and (code in EXTERNAL_CLOSE_CODES or code in _PRIVATE)
    return code if said and code is not None else broken
