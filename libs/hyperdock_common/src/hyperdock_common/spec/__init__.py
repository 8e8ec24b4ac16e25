"""The trial spec: what a user asks for, from text to a checked model."""

from hyperdock_common.spec.documents import dump_document, load_document
from hyperdock_common.spec.model import Algorithm, Budget, Resources, TrialSpec
from hyperdock_common.spec.parsing import (
    changed_trial,
    dump_trial,
    parse_trial,
    recorded_trial,
    seeded,
)

__all__ = [
    "Algorithm",
    "Budget",
    "Resources",
    "TrialSpec",
    "changed_trial",
    "dump_document",
    "dump_trial",
    "load_document",
    "parse_trial",
    "recorded_trial",
    "seeded",
]
