"""The web UI's numbers: what it passes on to the gateways, noted on the way."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperdock_common.service.metrics import Metrics


class WebuiMonitoring:
    """What the web UI's server tells of itself."""

    def __init__(self, metrics: Metrics) -> None:
        self.proxied = metrics.counter(
            "proxied_requests", "Requests passed on to a gateway, by what came back.", "status"
        )
        self.feeds = metrics.gauge("proxied_websockets", "Live feeds that are passed on now.")


class Monitored:
    """An ASGI app around the way to the gateways, which counts what passes."""

    def __init__(self, app: ASGIApp, monitoring: WebuiMonitoring) -> None:
        self._app = app
        self._monitoring = monitoring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on; as ASGI asks."""
        status, is_open = "away", False

        async def noting(message: Message) -> None:
            nonlocal status, is_open
            match message["type"]:
                case "http.response.start" | "websocket.http.response.start":
                    status = f"{message['status'] // 100}xx"
                case "websocket.accept":
                    status, is_open = "1xx", True
                    self._monitoring.feeds.inc()
                case _:
                    pass
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._monitoring.proxied.labels(status).inc()
            if is_open:
                self._monitoring.feeds.dec()
