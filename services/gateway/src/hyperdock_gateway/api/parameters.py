"""The parameters and the security of operations, as the OpenAPI document describes them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from hyperdock_gateway.api.conditions import KEY, KEY_PATTERN
from hyperdock_gateway.api.operation import Operation
from hyperdock_gateway.api.paths import PARAMETERS, names_in
from hyperdock_gateway.api.query import TICKET
from hyperdock_gateway.api.schemas import schemas_of
from hyperdock_gateway.moments import PARAMETER

SECURITY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "token": {"type": "http", "scheme": "bearer"},
        "ticket": {
            "type": "apiKey",
            "in": "query",
            "name": TICKET,
            "description": "For links and WebSockets: from `POST /tickets`, good for once.",
        },
    }
)

_KEY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name": KEY,
        "in": "header",
        "required": False,
        "description": "The same call with the same key does nothing more, and answers the same.",
        "schema": {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
    }
)
_IF_NONE_MATCH: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` of the document that the client has.",
        "schema": {"type": "string"},
    }
)


def parameters_of(operation: Operation) -> list[dict[str, Any]]:
    """What is in the path, behind the `?` and in headers."""
    described = [_in_path(name) for name in names_in(operation.path)]
    described += _in_query(operation.query) if operation.query is not None else []
    described += [dict(PARAMETER)] if operation.takes_moment else []
    described += [dict(_KEY)] if operation.idempotent else []
    return described + ([dict(_IF_NONE_MATCH)] if operation.is_tagged else [])


def security_of(operation: Operation) -> list[dict[str, list[str]]]:
    """What opens the operation: any of these; nothing is needed where there is none."""
    if operation.scope is None:
        return []
    tickets: list[dict[str, list[str]]] = [{"ticket": []}] if operation.tickets else []
    return [{"token": [operation.scope]}, *tickets]


def _in_path(name: str) -> dict[str, Any]:
    parameter = PARAMETERS[name]
    pattern = {"pattern": f"^{parameter.pattern}$"} if parameter.pattern else {"minLength": 1}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": parameter.description,
        "schema": {"type": "string", **pattern},
    }


def _in_query(model: type[BaseModel]) -> list[dict[str, Any]]:
    references, schemas = schemas_of([(model, "validation")])
    name = references[model, "validation"].rpartition("/")[2]
    schema = schemas[name]
    required = schema.get("required", ())
    return [
        _parameter(name, each, required=name in required)
        for name, each in schema["properties"].items()
    ]


def _parameter(name: str, schema: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    """One parameter: null is how we say that it was not given, and nobody can write it."""
    given = {key: each for key, each in schema.items() if key not in {"anyOf", "description"}}
    for each in schema.get("anyOf", ()):
        given |= each if each.get("type") != "null" else {}
    if given.get("default", ...) is None:
        del given["default"]
    described = {"name": name, "in": "query", "required": required, "schema": given}
    return described | {key: schema[key] for key in ("description",) if key in schema}
