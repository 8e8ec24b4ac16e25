"""Handing out the files that a target left, which may hold anything: no browser shall run them."""

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import BinaryIO, Final
from urllib.parse import quote

from starlette.responses import StreamingResponse

_CHUNK: Final = 64 * 1024
_LONGEST_PATH: Final = 4096
_TEXT: Final = "text/plain; charset=utf-8"
_SHOWN: Final = MappingProxyType(
    {
        ".csv": _TEXT,
        ".json": _TEXT,
        ".jsonl": _TEXT,
        ".log": _TEXT,
        ".md": _TEXT,
        ".txt": _TEXT,
        ".yaml": _TEXT,
        ".yml": _TEXT,
        ".gif": "image/gif",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".webp": "image/webp",
    }
)
"""What a browser may show; everything else, pages and SVG above all, is for saving only."""


def is_inside(path: str) -> bool:
    """Whether a path can name a file inside a folder, read as any system might read it."""
    parts = path.replace("\\", "/").split("/")
    return (
        len(path) <= _LONGEST_PATH
        and "\x00" not in path
        and all(part not in {"", ".", ".."} for part in parts)
    )


def file_response(stream: BinaryIO, path: str) -> StreamingResponse:
    """The stream as an answer; closes it at the end."""
    name = PurePosixPath(path).name
    media = _SHOWN.get(PurePosixPath(path).suffix.lower())
    way = "attachment" if media is None else "inline"
    headers = {
        "Content-Length": str(stream.seek(0, io.SEEK_END)),
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    stream.seek(0)
    media = media or "application/octet-stream"
    return StreamingResponse(_chunks(stream), 200, headers, media)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
