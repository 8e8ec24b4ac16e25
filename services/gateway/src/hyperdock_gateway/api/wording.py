"""What pydantic found wrong, in the words that our other problems use."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import ErrorDetails

from hyperdock_common.errors import Problem

_WHOLE: Final = "must be a whole number"
_TEXT: Final = "must be a text"
_PLAIN: Final = MappingProxyType(
    {
        "extra_forbidden": "no such field",
        "missing": "is missing",
        "string_pattern_mismatch": "has characters that are not allowed there",
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_from_float": _WHOLE,
        "int_parsing_size": "is too large",
        "float_type": "must be a number",
        "finite_number": "must be a finite number",
        "bool_type": "must be true or false",
        "string_type": _TEXT,
        "dict_type": "must be an object",
        "model_type": "must be an object",
        "model_attributes_type": "must be an object",
        "dataclass_type": "must be an object",
        "list_type": "must be a list",
    }
)
_MEASURED: Final = MappingProxyType(
    {
        "literal_error": "must be one of {expected}",
        "enum": "must be one of {expected}",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "greater_than": "must be more than {gt}",
        "less_than": "must be less than {lt}",
        "string_too_long": "must have at most {max_length} characters",
        "string_too_short": "must have at least {min_length} characters",
        "too_long": "must have at most {max_length} entries",
        "too_short": "must have at least {min_length} entries",
    }
)


def problems_of(details: Iterable[ErrorDetails]) -> list[Problem]:
    """Every problem, each with the dotted path of its field: `points[3].params.lr`."""
    found = (Problem(field_of(each["loc"]), _problem(each)) for each in details)
    return list(dict.fromkeys(found))


def field_of(path: Iterable[str | int]) -> str:
    """The path to a value as one text."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _problem(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _MEASURED:
        context: dict[str, Any] = detail["ctx"]
        return _MEASURED[kind].format_map(context).replace("'", "").replace(" or ", ", ")
    message = detail["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
