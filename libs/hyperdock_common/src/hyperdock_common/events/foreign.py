"""Events of a later release, as those see them who only show the log."""

from dataclasses import dataclass

from hyperdock_common.json_types import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEvent:
    """What a later release recorded: kept and shown as it is, and nothing that anybody folds.

    Attributes:
        type: its stored name, with the version.
        data: its own fields.
    """

    type: str
    data: JsonObject
