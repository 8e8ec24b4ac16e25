"""The trial spec: as it is submitted, which may be short, and as it is shown, in full."""

from typing import Any, Final, TypeAlias

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from hyperdock_common.spec import TrialSpec

FullSpec: TypeAlias = TrialSpec
"""What answers hold: every field is there."""

_PARAM_SPACE: Final[Any] = {
    "description": "Instead of `space`: the original Hyperdock's format.",
}


class TrialDocument(TrialSpec):
    """A trial as people write it. Every field but `name`, a target and a space has a default.

    It is read as a `TrialSpec`, by `hyperdock_common.spec.parse_trial` alone.
    """

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """What can stand in it, as far as a schema can say that."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["properties"]["param_space"] = _PARAM_SPACE
        schema["required"] = ["name"]
        return schema
