"""The OpenAPI document says what the kit does."""

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.unit.hyperdock_gateway.api.kit import Body, Found, Kit, operation
from tests.unit.hyperdock_gateway.world import Api

from hyperdock_gateway.api import Media, with_documentation
from hyperdock_gateway.api.openapi import document_of
from hyperdock_gateway.operations import OPERATIONS


def described(*, login: bool = False, **more: Any) -> dict[str, Any]:
    """What the document says of one operation."""
    declared = operation(**more)
    document = document_of([declared], version="1", login=login)
    (methods,) = document["paths"].values()
    (only,) = methods.values()
    return dict(only)


def test_document_of_the_gateway_is_valid_and_complete() -> None:
    """Every operation is in the document, which is valid OpenAPI 3.1, with a login and without."""
    operations = with_documentation(OPERATIONS)
    for login in (False, True):
        document: Any = document_of(operations, version="1", login=login)
        OpenAPIV31SpecValidator(document).validate()
        named = [
            each["operationId"] for path in document["paths"].values() for each in path.values()
        ]
        assert sorted(named) == sorted(each.id for each in operations)


def test_parameters_are_described_without_null() -> None:
    """A parameter that may be left out is optional; nobody can write null."""
    parameters = {each["name"]: each for each in described(query=Found)["parameters"]}
    assert parameters["limit"]["schema"] == {
        "default": 5,
        "maximum": 9,
        "minimum": 1,
        "type": "integer",
    }
    assert parameters["kind"]["schema"] == {"enum": ["a", "b"], "type": "string"}
    assert not any(each["required"] for each in parameters.values())


def test_every_refusal_of_the_kit_is_described() -> None:
    """What the kit refuses by itself needs no mention in the declaration."""
    told = described(path="/trials/{trial_id}", method="POST", body=Body, problems=(409,))
    assert set(told["responses"]) == {
        *("200", "400", "401", "403", "404", "409"),
        *("413", "415", "422", "429", "503"),
    }
    assert set(described(scope=None)["responses"]) == {"200", "304", "400", "429", "503"}


def test_several_types_of_one_answer_stand_side_by_side() -> None:
    """An answer may come as one of several media types."""
    told = described(answers={200: (Media("text/csv"), Media("application/gzip"))})
    assert set(told["responses"]["200"]["content"]) == {"text/csv", "application/gzip"}
    assert "304" not in told["responses"]


def test_security_is_described_where_there_is_a_login() -> None:
    """With a login the scope is named; what is open says so; without a login nothing is said."""
    assert described(login=True, scope="submit")["security"] == [{"token": ["submit"]}]
    assert described(login=True, scope="read", tickets=True)["security"][1] == {"ticket": []}
    assert described(login=True, scope=None)["security"] == []
    assert "security" not in described()


def test_nothing_but_what_users_name_takes_further_fields() -> None:
    """Objects are closed, but for those whose fields are the user's own."""
    schemas = document_of(OPERATIONS, version="1", login=False)["components"]["schemas"]
    open_fields = {
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, each in schema.get("properties", {}).items()
        if each.get("additionalProperties") is True
    }
    assert {"Job.params", "Job.metrics", "Best.params", "OpenJob.params"} <= open_fields
    closed = [each for each in schemas.values() if each.get("type") == "object"]
    assert all(each["additionalProperties"] is False for each in closed)


def test_the_document_is_served_with_a_tag(api: Api) -> None:
    """The document is there for everybody, and is not sent again to whoever has it."""
    answer = api.get("/openapi.json")
    assert answer.json()["info"]["version"] == "1.2.3"
    assert answer.headers["cache-control"] == "no-cache"
    again = api.get("/openapi.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_document_describes_itself() -> None:
    """The two operations that describe are described."""
    paths = Kit(operation()).get("/openapi.json").json()["paths"]
    assert set(paths) == {"/thing", "/openapi.json", "/docs"}


@pytest.mark.parametrize("name", ["Event", "LogFrame", "AliveFrame", "Problem"])
def test_documents_of_the_feed_are_described(name: str) -> None:
    """What no operation names is described all the same: the web UI reads it."""
    assert name in document_of([operation()], version="1", login=False)["components"]["schemas"]
