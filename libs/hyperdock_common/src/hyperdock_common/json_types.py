"""The JSON values that cross our borders, as types."""

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
else:
    Json = Any  # decoders read annotations when they run, and cannot read a recursive one
JsonObject: TypeAlias = dict[str, Json]
