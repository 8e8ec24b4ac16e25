"""The refusals that every operation shares, and what each means, documented once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from hyperdock_common.web.problems import MEDIA_TYPE

PROBLEMS: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("BadRequest", "A parameter or header is unknown or wrong; `errors` names it."),
        401: ("Unauthorized", "This needs a token, and there was none that counts."),
        403: ("Forbidden", "The token may not do this, or another web page asked."),
        404: ("NotFound", "There is nothing under this id or path."),
        409: ("Conflict", "It makes no sense in the present state; `detail` says why."),
        410: ("Gone", "It has ended, or was removed; `detail` says so."),
        413: ("TooLarge", "The body is too large."),
        415: ("UnsupportedMediaType", "The body is of a type that is not read here."),
        422: (
            "Invalid",
            "The body, or the moment asked for, is wrong; `errors` names every fault.",
        ),
        429: ("TooManyRequests", "Too much was asked for; `Retry-After` says when to go on."),
        503: ("Unavailable", "A store or the bus cannot answer now; try again after a while."),
    }
)
"""By status: the component's name and what it means."""

_RETRY: Final = frozenset({429, 503})


def reference(status: int) -> dict[str, str]:
    """Where the answer is described."""
    return {"$ref": f"#/components/responses/{PROBLEMS[status][0]}"}


def components() -> dict[str, Any]:
    """All of them, by name."""
    return {name: _component(status, text) for status, (name, text) in PROBLEMS.items()}


def _component(status: int, text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    described: dict[str, Any] = {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    if status in _RETRY:
        described["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait.",
                "schema": {"type": "string"},
                "required": True,
            }
        }
    return described
