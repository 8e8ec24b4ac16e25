"""What the models of the API's documents have in common."""

from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

T = TypeVar("T")


class Document(BaseModel):
    """A document that the API answers with: every field is there unless it has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(BaseModel):
    """A document that the API is sent: no unknown fields, no text in the place of a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Listed(Document, Generic[T]):
    """Some documents in order."""

    items: list[T]
    next_cursor: str | None = Field(description="Of the next page; null: there is none.")
    position: int = Field(description="Every event up to here is in the items.")


Time: TypeAlias = Annotated[float, Field(description="Seconds since 1970, UTC.")]
Free: TypeAlias = Annotated[
    dict[str, Any], WithJsonSchema({"type": "object", "additionalProperties": True})
]
"""An object whose names and values are the user's own."""
Params: TypeAlias = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": True,
            "description": "By parameter, nested as in the search space.",
        }
    ),
]
Values: TypeAlias = dict[str, float]
