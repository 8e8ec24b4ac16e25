"""The JSON schemas of models, as the OpenAPI document holds them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import (
    GenerateJsonSchema,
    JsonSchemaMode,
    JsonSchemaValue,
    models_json_schema,
)
from pydantic_core import core_schema

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_ALSO: Final[Mapping[str, tuple[JsonSchemaValue, ...]]] = MappingProxyType(
    {
        "parse_duration": (_TEXT,),
        "parse_size": (_TEXT,),
        "_algorithm": (_TEXT,),
        "_secrets": (_TEXTS,),
        "_environment": (
            _TEXTS,
            {
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean"]},
            },
        ),
    }
)
"""What people may also write where one of the trial spec's functions reads it."""


Asked: TypeAlias = tuple[type[BaseModel], JsonSchemaMode]
"""A model, as it is sent (`validation`) or as it is answered with (`serialization`)."""


def schemas_of(models: Iterable[Asked]) -> tuple[dict[Asked, str], dict[str, Any]]:
    """Where each model is described, and all descriptions by name.

    A model that is not the same as it is sent and as it is answered with is there twice: as
    `BudgetInput` and as `Budget`.
    """
    asked = list(dict.fromkeys(models))
    places, schema = models_json_schema(
        asked,
        ref_template="#/components/schemas/{model}",
        schema_generator=_Generator,
    )
    named = {name: _name(name) for name in schema.get("$defs", {})}
    definitions = {named[name]: _renamed(each, named) for name, each in schema["$defs"].items()}
    references = {each: _renamed(places[each], named)["$ref"] for each in asked}
    return references, definitions


class _Generator(GenerateJsonSchema):
    """Describes answers as complete, and everything without made-up titles."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: FBT001 - as it is there
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if self.mode == "serialization":
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        described = super().function_before_schema(schema)
        name = getattr(schema["function"]["function"], "__name__", "")
        also = _ALSO.get(name, ()) if self.mode == "validation" else ()
        return {"anyOf": [described, *also]} if also else described


def _name(name: str) -> str:
    return name.replace("-Input", "Input").replace("-Output", "")


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The schema with the new names in its references, and nothing that is no JSON Schema."""
    match value:
        case {"$ref": str(place)} if place.rpartition("/")[2] in names:
            start, _, name = place.rpartition("/")
            return {**value, "$ref": f"{start}/{names[name]}"}
        case {"mapping": dict(mapping), "propertyName": str(name)}:
            places = {key: _renamed({"$ref": each}, names)["$ref"] for key, each in mapping.items()}
            return {"propertyName": name, "mapping": places}
        case {"gt": int() | float() as bound, "anyOf": [described, *also], **rest}:
            return _renamed({**rest, "anyOf": [{**described, "gt": bound}, *also]}, names)
        case {"gt": int() | float() as bound, **rest}:
            return _renamed({**rest, "exclusiveMinimum": bound}, names)
        case {"title": str(), **rest}:
            return _renamed(rest, names)
        case dict():
            return {key: _renamed(each, names) for key, each in value.items()}
        case list():
            return [_renamed(each, names) for each in value]
        case _:
            return value
