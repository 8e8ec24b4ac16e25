"""A real HTTP server in the place of Slack, Pushover or a webhook."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl


class Hook:
    """Takes messages and keeps them.

    Attributes:
        got: the paths and bodies that came.
        status: what it answers.
        silent: while this is set it does not answer at all.
    """

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        self.silent = threading.Event()
        self._over = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.silent.is_set():
                    hook._over.wait()
                    return
                if hook.status == 200:
                    hook.got.append((self.path, _read(body.decode())))
                self.send_response(hook.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def titles(self) -> list[str]:
        """The titles of the messages of a generic webhook."""
        return [body["title"] for _, body in self.got]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _read(body: str) -> dict[str, Any]:
    """What a body says, as JSON or as a form."""
    return dict(json.loads(body)) if body.startswith("{") else dict(parse_qsl(body))
