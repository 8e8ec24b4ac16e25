"""The built pages as routes: read once, never without the policy that keeps them harmless.

What lies below `assets/` carries a digest of its content in its name and may be kept for ever; all
else is asked for anew each time. The build puts a compressed twin (`.gz`) beside each large file.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from hyperdock_common.web import Refused

_BUILD: Final = "build"
_ASSETS: Final = "assets"
_START: Final = "index.html"
_MEDIA: Final = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "html": "text/html; charset=utf-8",
        "ico": "image/x-icon",
        "js": "text/javascript; charset=utf-8",
        "json": "application/json",
        "png": "image/png",
        "svg": "image/svg+xml",
        "webmanifest": "application/manifest+json",
        "woff2": "font/woff2",
    }
)
"""What is served; anything else in the build stays there."""

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # Mantine and ECharts place things by style attributes
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",  # not even our own script may insert HTML ...
    "trusted-types default",  # ... but through the one gate that the app sets up
)
_NO_PAGES: Final = (
    "The pages of the web UI have not been built: run `make ui` in the checkout, then start this "
    "again. The API and the command line work without them.\n"
)
_HEADERS: Final = MappingProxyType({"Content-Security-Policy": "; ".join(_POLICY)})


@dataclass(frozen=True, slots=True)
class _File:
    """A file to serve, and its compressed twin."""

    media: str
    caching: str
    plain: bytes
    packed: bytes | None
    tag: str

    def response(self, request: Request) -> Response:
        """The answer to a request for it; nothing but headers where the browser has it already."""
        packed = self.packed if _takes_gzip(request) else None
        tag = f'"{self.tag}"' if packed is None else f'"{self.tag}-gz"'
        headers = {**_HEADERS, "Cache-Control": self.caching, "ETag": tag}
        if self.packed is not None:
            headers["Vary"] = "Accept-Encoding"
        if tag in _known(request):
            return Response(None, 304, headers)
        if packed is None:
            return Response(self.plain, 200, headers, self.media)
        return Response(packed, 200, {**headers, "Content-Encoding": "gzip"}, self.media)


def routes(build: Traversable | None = None) -> list[BaseRoute]:
    """The start page at `/`, what lies beside it, and the hashed files below `/assets/`.

    Args:
        build: the folder of the built pages, if it is not the package's own.
    """
    folder = resources.files(__package__) / _BUILD if build is None else build
    if not (folder / _START).is_file():
        return [Route("/", _no_pages)]
    beside = dict(_files(folder, _ASK_AGAIN))
    assets = dict(_files(folder / _ASSETS, _FOR_EVER))
    return [
        Route("/", _always(beside.pop(_START))),
        *(Route(f"/{name}", _always(file)) for name, file in beside.items()),
        Route(f"/{_ASSETS}/{{name}}", _one_of(assets)),
    ]


def _files(folder: Traversable, caching: str) -> Iterator[tuple[str, _File]]:
    contents = {
        each.name: each.read_bytes()
        for each in (folder.iterdir() if folder.is_dir() else ())
        if each.is_file()
    }
    for name, content in sorted(contents.items()):
        if (media := _MEDIA.get(name.rpartition(".")[2])) is not None:
            tag = hashlib.sha256(content).hexdigest()[:16]
            yield name, _File(media, caching, content, contents.get(f"{name}.gz"), tag)


def _always(file: _File) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return file.response(request)

    return serve


def _one_of(files: Mapping[str, _File]) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:  # of an older version, most likely: its page has to be loaded again
            raise Refused(404, "there is no such file among the pages")
        return file.response(request)

    return serve


async def _no_pages(_request: Request) -> Response:
    return PlainTextResponse(_NO_PAGES, 503, {"Cache-Control": "no-store"})


def _takes_gzip(request: Request) -> bool:
    for each in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False


def _known(request: Request) -> set[str]:
    """The tags of what the browser has; proxies may have made them weak."""
    tags = request.headers.get("if-none-match", "").split(",")
    return {each.strip().removeprefix("W/") for each in tags}
