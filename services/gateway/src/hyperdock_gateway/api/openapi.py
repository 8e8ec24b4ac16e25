"""The OpenAPI 3.1 document of declared operations."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from hyperdock_gateway.api import refusals
from hyperdock_gateway.api.bodies import media_types
from hyperdock_gateway.api.conditions import POSITION
from hyperdock_gateway.api.documents.event import AliveFrame, Event, LogEndFrame, LogFrame
from hyperdock_gateway.api.documents.meta import Problem
from hyperdock_gateway.api.operation import JSON, Media, Operation, Shape
from hyperdock_gateway.api.parameters import SECURITY, parameters_of, security_of
from hyperdock_gateway.api.paths import names_in, plain
from hyperdock_gateway.api.schemas import Asked, schemas_of

BEYOND: Final = (Problem, Event, LogFrame, LogEndFrame, AliveFrame)
"""Models that no operation names: of refusals and of the live feed."""

References: TypeAlias = Mapping[Asked, str]

_ABOUT: Final = """\
Distributed hyperparameter optimization. Long lists come in pages, a write answers when it can be \
seen, every refusal is a problem document that names what is wrong.

The live feed is a WebSocket at `/api/v1/events?after=POSITION&topics=…&log=…&ticket=…`. Topics, \
with commas between them: `trials`, `trial:ID`, `job:ID`, `workers`; without the parameter every \
event comes, with an empty one none. Logs: `JOB[:ATTEMPT[:OFFSET]]`, with commas between them. It \
sends `Event` (with `"kind": "event"` besides), `LogFrame`, `LogEndFrame` and `AliveFrame`. After \
a break go on with `after` as the last frame's position: nothing is missed or doubled. Browsers \
get a ticket from `POST /tickets` first.
"""


def document_of(operations: Sequence[Operation], *, version: str, login: bool) -> dict[str, Any]:
    """The document.

    Args:
        operations: what it describes.
        version: of the gateway.
        login: whether requests need a token.
    """
    references, schemas = schemas_of(_models(operations))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _operation(operation, references)
        if login:
            described["security"] = security_of(operation)
        paths.setdefault(plain(operation.path), {})[operation.method.lower()] = described
    tags = dict.fromkeys(tag for operation in operations for tag in operation.tags)
    components = {"schemas": schemas, "responses": refusals.components()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hyperdock",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": components | ({"securitySchemes": dict(SECURITY)} if login else {}),
    }


def _models(operations: Iterable[Operation]) -> Iterable[Asked]:
    for operation in operations:
        if operation.body is not None:
            yield operation.body, "validation"
        for shapes in operation.answers.values():
            for shape in _shapes(shapes):
                if shape.model is not None:
                    yield shape.model, "serialization"
    for model in BEYOND:
        yield model, "serialization"


def _operation(operation: Operation, references: References) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": list(operation.tags),
        "summary": operation.summary,
        "x-scope": operation.scope,
        "parameters": parameters_of(operation),
        "responses": {
            **{
                str(status): _answer(operation, status, shapes, references)
                for status, shapes in operation.answers.items()
            },
            **{str(status): refusals.reference(status) for status in _refusals(operation)},
        },
    }
    if operation.description:
        described["description"] = operation.description
    if operation.is_tagged:
        described["responses"]["304"] = {"description": "It is as the client has it already."}
    if operation.body is not None:
        schema = {"$ref": references[operation.body, "validation"]}
        types = [each for each in media_types(operation.body) if "/x-" not in each]
        described["requestBody"] = {
            "required": not operation.body_optional,
            "content": {each: {"schema": schema} for each in types},
        }
    return described


def _answer(
    operation: Operation,
    status: int,
    shapes: Shape | Sequence[Shape],
    references: References,
) -> dict[str, Any]:
    listed = _shapes(shapes)
    about = next((each.description for each in listed if each.description), "")
    headers = {
        name: _header(text, required=False)
        for each in listed
        for name, text in each.headers.items()
    }
    if operation.reads is not None:
        headers[POSITION] = _header("Up to which event the answer is.", required=True)
    if operation.is_tagged and status == HTTPStatus.OK:
        headers["ETag"] = _header("Of exactly this document.", required=True)
    content = {each.media: {"schema": _schema(each, references)} for each in listed if each.media}
    described: dict[str, Any] = {"description": about or HTTPStatus(status).phrase}
    return (
        described
        | ({"headers": headers} if headers else {})
        | ({"content": content} if content else {})
    )


def _schema(media: Media, references: References) -> dict[str, Any]:
    if media.model is not None:
        return {"$ref": references[media.model, "serialization"]}
    return {"type": "object"} if media.media == JSON else {}


def _header(text: str, *, required: bool) -> dict[str, Any]:
    return {"description": text, "required": required, "schema": {"type": "string"}}


def _shapes(shapes: Shape | Sequence[Shape]) -> list[Media]:
    several = shapes if isinstance(shapes, Sequence) else (shapes,)
    return [_media(each) for each in several]


def _media(shape: Shape) -> Media:
    match shape:
        case None:
            return Media("")
        case Media():
            return shape
        case _:
            return Media(JSON, shape)


def _refusals(operation: Operation) -> list[int]:
    """Every status with which the operation may be refused, by its handler or before."""
    found = {400, 429, 503, *operation.problems}
    if operation.scope is not None:
        found |= {401, 403}
    if names_in(operation.path):
        found |= {404}
    if operation.body is not None:
        found |= {413, 415, 422}
    if operation.takes_moment or operation.now_only:
        found |= {422}
    return sorted(found)
