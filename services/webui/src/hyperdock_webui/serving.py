"""The pages as routes: read once, small, never without the policy that keeps them harmless."""

import hashlib
from collections.abc import Awaitable, Callable
from importlib import resources
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_PAGES: Final = "pages"
_START: Final = "index.html"
_MEDIA: Final = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
    }
)
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",  # not even our own script may insert HTML
)


def routes() -> list[BaseRoute]:
    """The start page at `/`, and what it needs below `/ui/`."""
    files = (resources.files(__package__) / _PAGES).iterdir()
    return [
        Route(
            "/" if file.name == _START else f"/ui/{file.name}", _page(file.name, file.read_bytes())
        )
        for file in sorted(files, key=lambda each: each.name)
        if file.name.rpartition(".")[2] in _MEDIA
    ]


def _page(name: str, content: bytes) -> Callable[[Request], Awaitable[Response]]:
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "; ".join(_POLICY),
        "ETag": tag,
    }
    media = _MEDIA[name.rpartition(".")[2]]

    async def page(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        return Response(content, 200, headers, media)

    return page
