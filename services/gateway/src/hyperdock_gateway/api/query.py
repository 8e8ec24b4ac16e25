"""Reading the parameters behind the `?`: text, checked by the types of a model's fields."""

import re
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import HTTPConnection

from hyperdock_common.errors import Problem
from hyperdock_common.json_types import Json
from hyperdock_common.web import Refused
from hyperdock_gateway.api.wording import problems_of

PAGE: Final = 100
LARGEST_PAGE: Final = 500
TICKET: Final = "ticket"

_WHOLE: Final = re.compile(r"-?[0-9]{1,400}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
_TRUTH: Final = {"true": True, "false": False}

Model = TypeVar("Model", bound=BaseModel)

Text: TypeAlias = Annotated[str, Field(max_length=500)]
"""A parameter that is text, no longer than anybody needs."""
Order: TypeAlias = Literal["asc", "desc"]


class Parameters(BaseModel):
    """The parameters of an operation: subclass it. Each field needs a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class PageParameters(Parameters):
    """The parameters of a list that comes in pages."""

    limit: int = Field(default=PAGE, ge=1, le=LARGEST_PAGE, description="How many at most.")
    cursor: Text | None = Field(
        default=None, description="The `next_cursor` of the page before, of the same query."
    )


def read_query(
    connection: HTTPConnection, model: type[Model], passed_over: frozenset[str] = frozenset()
) -> Model:
    """The connection's parameters.

    Raises:
        Refused: one is unknown, wrong, or given twice; all of them are named.
    """
    pairs = [pair for pair in connection.query_params.multi_items() if pair[0] not in passed_over]
    types = _types(model)
    check_known(pairs, frozenset(types))
    values = {name: _value(text, types[name]) for name, text in pairs}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = problems_of(error.errors(include_url=False))
        raise Refused(400, "; ".join(map(str, problems)), *problems) from error


def check_known(pairs: list[tuple[str, str]], known: frozenset[str]) -> None:
    """Makes sure that each parameter is known and given once.

    Raises:
        Refused: it names the others.
    """
    names = [name for name, _ in pairs]
    hint = f"known are {', '.join(sorted(known))}" if known else "there are none here"
    unknown = [Problem(name[:100], f"no such parameter; {hint}") for name in names]
    wrong = [each for name, each in zip(names, unknown, strict=True) if name not in known]
    wrong += [Problem(name, "was given twice") for name in sorted(known) if names.count(name) > 1]
    if wrong:
        raise Refused(400, str(wrong[0]), *dict.fromkeys(wrong))


def bad(name: str, problem: str) -> Refused:
    """The refusal of one parameter, by a handler."""
    return Refused(400, f"{name}: {problem}", Problem(name, problem))


def _value(text: str, kind: str) -> Json:
    """What the text means in JSON; the text itself where it means nothing of that type."""
    if kind == "integer":
        return int(text) if _WHOLE.fullmatch(text) else text
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else text
    return _TRUTH.get(text, text) if kind == "boolean" else text


@cache
def _types(model: type[BaseModel]) -> dict[str, str]:
    """The JSON type of each field."""
    properties: dict[str, Any] = model.model_json_schema()["properties"]
    return {name: _type(schema) for name, schema in properties.items()}


def _type(schema: dict[str, Any]) -> str:
    named = [schema, *schema.get("anyOf", ())]
    types = [each["type"] for each in named if each.get("type", "null") != "null"]
    return str(types[0]) if types else "string"
