"""Reading a request's body, with every problem in it at once, whoever sent it."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from hyperdock_common.errors import InvalidTrial, Problem
from hyperdock_common.json_types import Json
from hyperdock_common.spec import load_document, parse_trial
from hyperdock_common.spec.documents import check_json
from hyperdock_common.web import Refused
from hyperdock_gateway.api.documents.spec import TrialDocument
from hyperdock_gateway.api.operation import JSON
from hyperdock_gateway.api.wording import field_of, problems_of

LARGEST_BODY: Final = 4 * 1024 * 1024
LARGEST_YAML: Final = 128 * 1024
"""Reading YAML takes a hundred times as long as reading JSON."""

YAML: Final = ("application/yaml", "application/x-yaml")
_MOST_PROBLEMS: Final = 100
_EXACT: Final = 2.0**53
"""Below it every whole float is one whole number, and no other."""


async def receive_body(request: Request, limit: int = LARGEST_BODY) -> bytes:
    """The whole body.

    Raises:
        Refused: it has more than `limit` bytes.
    """
    too_large = Refused(413, f"such a body must have at most {limit} bytes")
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        raise too_large
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def media_types(model: type[BaseModel]) -> tuple[str, ...]:
    """As what a body of this model may come. No web form can send any of them: that matters."""
    return (JSON, *YAML) if issubclass(model, TrialDocument) else (JSON,)


def media_type(request: Request, allowed: Sequence[str]) -> str:
    """The body's type.

    Raises:
        Refused: it is not among those that are allowed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(
            415, "the body must not be compressed", headers={"Accept-Encoding": "identity"}
        )
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in allowed:
        named = [each for each in allowed if "/x-" not in each]
        headers = {"Accept-Post": ", ".join(named)}
        raise Refused(415, f"the body must be {' or '.join(named)}", headers=headers)
    return media


def largest(media: str) -> int:
    """How many bytes a body of this type may have."""
    return LARGEST_YAML if media in YAML else LARGEST_BODY


def read_body(model: type[BaseModel], media: str, raw: bytes) -> Any:
    """What the body says: the model; of a `TrialDocument` the `TrialSpec` that it describes.

    Raises:
        InvalidTrial: it is not valid; every field at fault is named.
    """
    document = parse_body(media, raw)
    if issubclass(model, TrialDocument):
        return parse_trial(document)
    try:
        check_json(document)
        return model.model_validate_json(json.dumps(_tidied(document, ())), strict=True)
    except ValidationError as error:
        raise _invalid(problems_of(error.errors(include_url=False)[:_MOST_PROBLEMS])) from error


def parse_body(media: str, raw: bytes) -> Any:
    """The JSON values in a body.

    Raises:
        InvalidTrial: it is not what its type says.
    """
    try:
        text = raw.decode()
        if media in YAML:
            return load_document(text)
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise InvalidTrial("", "the body is not UTF-8") from error
    except RecursionError as error:
        raise InvalidTrial("", "nested too deeply") from error
    except ValueError as error:
        raise InvalidTrial("", f"not valid JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in pairs:
        if name in document:
            raise InvalidTrial(name[:100], "stands there twice")
        document[name] = value
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"there is no {name} in JSON")


def _tidied(value: Json, path: tuple[str | int, ...]) -> Json:
    """The value with whole floats as the whole numbers that they are to JSON.

    Raises:
        InvalidTrial: a text holds half a character.
    """
    match value:
        case dict():
            return {_whole(key, path): _tidied(each, (*path, key)) for key, each in value.items()}
        case list():
            return [_tidied(each, (*path, index)) for index, each in enumerate(value)]
        case float() if value.is_integer() and math.fabs(value) < _EXACT:
            return int(value)
        case str():
            return _whole(value, path)
        case _:
            return value


def _whole(text: str, path: tuple[str | int, ...]) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidTrial(field_of(path), "holds half a character") from error
    return text


def _invalid(problems: Sequence[Problem]) -> InvalidTrial:
    first, *more = problems
    return InvalidTrial(first.field, first.problem, *more)
