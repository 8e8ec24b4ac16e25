"""Answers probes of services that serve nothing else."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

import structlog

from hyperdock_common.errors import CannotListen
from hyperdock_common.service.health import LIVE, METRICS, READY, Answer, Health

_PATIENCE: Final = 10.0  # with a client that does not say what it wants

_log = structlog.get_logger()


class HealthServer:
    """Serves a service's health over HTTP, on a thread of its own."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        """Listens from now on.

        Raises:
            CannotListen: the address cannot be used.
        """
        try:
            self._server = _server(health, host, port)
        except OSError as error:
            problem = f"cannot listen on {host}:{port} for health checks: {error.strerror or error}"
            remedy = "choose another --health-port or --health-host"
            raise CannotListen(host, port, f"{problem}; {remedy}") from error
        self.port: int = self._server.server_address[1]
        self._paths = [LIVE, READY, *([METRICS] if health.metrics is not None else [])]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="health", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        _log.info("health_served", port=self.port, paths=self._paths)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _server(health: Health, host: str, port: int) -> ThreadingHTTPServer:
    class Handler(_Handler):
        asked = health

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

    return Server((host, port), Handler)


class _Handler(BaseHTTPRequestHandler):
    asked: Health
    timeout = _PATIENCE

    def do_GET(self) -> None:
        answer = self.asked.answer(self.path.partition("?")[0]) or Answer(404, b"{}\n")
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def version_string(self) -> str:
        return "hyperdock"

    def log_message(self, *_: Any) -> None:
        """Probes are too many to be logged."""
