"""Reading a trial document from a request's body."""

import json
from typing import Any, Final

from starlette.requests import Request

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.spec import load_document
from hyperdock_common.web import Refused

LARGEST_BODY: Final = 4 * 1024 * 1024
_JSON: Final = "application/json"
_YAML: Final = frozenset({"application/yaml", "application/x-yaml"})


async def read_body(request: Request, limit: int = LARGEST_BODY) -> bytes:
    """The whole body.

    Raises:
        Refused: it has more than `limit` bytes.
    """
    too_large = Refused(413, f"a body must have at most {limit} bytes")
    if int(request.headers.get("content-length", "0")) > limit:
        raise too_large
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def media_type(request: Request) -> str:
    """The body's type.

    Raises:
        Refused: it is neither JSON nor YAML. No web form can send these two: that matters.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != _JSON and media not in _YAML:
        problem = "the body must be application/json or application/yaml"
        raise Refused(415, problem, headers={"Accept-Post": "application/json, application/yaml"})
    return media


def parse_body(media: str, body: bytes) -> Any:
    """What the body says.

    Raises:
        InvalidTrial: it is not what its type says.
    """
    try:
        text = body.decode()
        return load_document(text) if media in _YAML else json.loads(text)
    except UnicodeDecodeError as error:
        raise InvalidTrial("", "the body is not UTF-8") from error
    except RecursionError as error:
        raise InvalidTrial("", "nested too deeply") from error
    except ValueError as error:
        raise InvalidTrial("", f"not valid JSON: {error}") from error
