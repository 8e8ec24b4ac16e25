"""A JSON schema in a few words of HTML, with links to the schemas that it names."""

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_LIMITS: Final = (
    ("minimum", "≥ {}"),
    ("exclusiveMinimum", "> {}"),
    ("maximum", "≤ {}"),
    ("exclusiveMaximum", "< {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "at least {}"),
    ("maxItems", "at most {}"),
    ("pattern", "matches {}"),
)


def words_of(schema: Schema) -> str:
    """What a value may be, as HTML."""
    limits = [escape(words.format(schema[name])) for name, words in _LIMITS if name in schema]
    default = schema.get("default")
    if default not in (None, "", [], {}) and not isinstance(default, dict):
        limits.append(f"default {escape(json.dumps(default))}")
    kind = _kind(schema)
    return f"{kind} <small>{', '.join(limits)}</small>" if limits else kind


def linked(text: str) -> str:
    """A text with what stands in backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _kind(schema: Schema) -> str:
    match schema:
        case {"$ref": str(place)}:
            name = escape(place.rpartition("/")[2])
            return f'<a href="#schema-{name}">{name}</a>'
        case {"anyOf": several} | {"oneOf": several}:
            return " or ".join(words_of(each) for each in several)
        case {"enum": values}:
            return " or ".join(f"<code>{escape(json.dumps(each))}</code>" for each in values)
        case {"const": value}:
            return f"<code>{escape(json.dumps(value))}</code>"
        case {"type": "array", "items": items}:
            return f"list of {words_of(items)}"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"object of {words_of(values)}"
        case {"type": list(kinds)}:
            return " or ".join(map(escape, kinds))
        case {"type": str(kind)}:
            return escape(kind)
        case _:
            return "any"
