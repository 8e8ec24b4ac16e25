"""What the document says of trial files is what is read."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from hyperdock_common.spec import TrialSpec, dump_trial, parse_trial
from hyperdock_gateway.api.documents.spec import TrialDocument
from hyperdock_gateway.api.schemas import schemas_of

TRIAL: dict[str, Any] = {"name": "t", "image": "i", "space": {"x": [1, 2]}}


def schema_of(model: type[TrialSpec], mode: Any) -> dict[str, Any]:
    """The schema with everything that it names."""
    references, schemas = schemas_of([(model, mode)])
    return {"$ref": references[model, mode], "components": {"schemas": schemas}}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"timeout": "1h30m"},
        {"timeout": 90},
        {"timeout": None},
        {"budget": {"wall_time": "2h", "jobs": 5}},
        {"resources": {"memory": "4g", "cpus": 0.5, "shm_size": 1024}},
        {"algorithm": "random"},
        {"algorithm": {"name": "grid", "options": {"points": 3}}},
        {"environment": ["A=1"]},
        {"environment": {"A": 1, "B": "x", "C": True}},
        {"secrets": ["TOKEN"]},
        {"secrets": {"TOKEN": "token"}},
        {"points": [{"params": {"x": 1}, "loss": 2.5}]},
    ],
)
def test_what_people_write_fits_the_schema(changed: dict[str, Any]) -> None:
    """Every way to write a trial is described, and its full spec is described as exactly that."""
    document = TRIAL | changed
    spec = parse_trial(document)
    jsonschema.validate(document, schema_of(TrialDocument, "validation"))
    jsonschema.validate(dump_trial(spec), schema_of(TrialSpec, "serialization"))


@pytest.mark.parametrize(
    "changed", [{"unknown": 1}, {"parallelism": 0}, {"timeout": 0}, {"pull": "no"}, {"name": ""}]
)
def test_what_nobody_may_write_does_not_fit(changed: dict[str, Any]) -> None:
    """The schema refuses what the gateway refuses."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(TRIAL | changed, schema_of(TrialDocument, "validation"))


def test_full_specs_lack_nothing() -> None:
    """A spec as it is shown has every field, down to the last."""
    schemas = schema_of(TrialSpec, "serialization")["components"]["schemas"]
    for name in ("TrialSpec", "Budget", "Resources", "Algorithm"):
        assert set(schemas[name]["required"]) == set(schemas[name]["properties"])
