"""The API does what its OpenAPI document says, whatever it is sent.

Every operation that is declared is tried, with nothing to be added here. Where an operation needs
something that is there, `ApiSystem.fill` makes it; where made-up bodies never make sense, `SENSE`
says what does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.hooks import HookDispatcher, HookScope
from tests.integration.api_system import SPACE, ApiSystem

from hyperdock_gateway.api import Operation, with_documentation
from hyperdock_gateway.api.paths import names_in
from hyperdock_gateway.operations import OPERATIONS

pytestmark = pytest.mark.slow

ALL: Final = with_documentation(OPERATIONS)
EACH: Final = pytest.mark.parametrize("operation", ALL, ids=lambda each: each.id)

UNTELLABLE: Final = frozenset({"cursor", "after", "to", "params"})
"""Parameters of which no schema can tell what is right: what is made up is refused, rightly. So is
a `sort` by a parameter that the trial does not have."""

_FREE: Final = ("objective", "parallelism", "retries", "priority", "pull", "tags", "notes")
_TRIAL: Final = {"name": "t", "command": ["true"], "space": SPACE}

Ids: TypeAlias = Mapping[str, Sequence[str]]
Sense: TypeAlias = Callable[[dict[str, Any], Ids], Any]


def _of_trial(body: dict[str, Any], _ids: Ids) -> Any:
    return {**_TRIAL, **{name: body[name] for name in _FREE if name in body}}


def _of_held_job(body: dict[str, Any], ids: Ids) -> Any:
    return {**body, "job_id": ids["held"][int(body.get("attempt", 0)) % 3], "attempt": 1}


def _of_verdict(body: dict[str, Any], ids: Ids) -> Any:
    told = {"loss": body.get("loss"), "failed": None}
    if told["loss"] is None:
        told["failed"] = body.get("failed") or {}
    return {**_of_held_job(body, ids), **told}


def _of_points(body: dict[str, Any], _ids: Ids) -> Any:
    params = {"lr": 0.5, "kind": "a"}
    return {"points": [{**each, "params": params} for each in body.get("points", [])]}


SENSE: Final[Mapping[str, Sense]] = MappingProxyType(
    {
        "submit_trial": _of_trial,
        "validate_trial": _of_trial,
        "clone_trial": lambda _, __: {"changes": {"tags": ["clone"], "parallelism": 2}},
        "fork_trial": lambda body, _: {
            "changes": {"tags": ["fork"]},
            "results": body.get("results", True),
        },
        "change_trial": lambda body, _: {**body, "budget": {"jobs": 1000}},
        "add_points": _of_points,
        "ask": lambda _, __: {"wait": 0.05},
        "beat": lambda body, ids: {
            "attempts": [_of_held_job(each, ids) for each in body.get("attempts", [])]
        },
        "report": _of_held_job,
        "tell": _of_verdict,
    }
)
"""What is made of made-up bodies, by operation, so that they make sense."""

CONFIG: Final = """
[checks]
# ids that are made up, states that forbid it, bodies that fit their schema but make no sense
positive_data_acceptance.expected-statuses = ["2xx", "3xx", "404", "409", "410", "422"]
"""

SETTINGS: Final = settings(
    max_examples=15,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiSystem]:
    """A system on a real port."""
    with ApiSystem(tmp_path_factory.mktemp("api")) as started:
        yield started


@pytest.fixture(scope="module")
def ids(system: ApiSystem) -> dict[str, list[str]]:
    """What is there, by the names in paths."""
    return system.fill()


@pytest.fixture(scope="module")
def schema(system: ApiSystem) -> Any:
    """The document as schemathesis reads it."""
    config = SchemathesisConfig.from_str(CONFIG)
    return schemathesis.openapi.from_url(f"{system.url}/openapi.json", config=config)


def test_document_is_valid(system: ApiSystem) -> None:
    """The document is OpenAPI 3.1."""
    OpenAPIV31SpecValidator(system.api.get("/openapi.json").json()).validate()


@EACH
def test_good_calls_are_served(
    schema: Any, system: ApiSystem, ids: dict[str, list[str]], operation: Operation
) -> None:
    """What the document allows is done, or is not there, and is answered as documented."""
    ids = ids if operation.is_read else system.fill()  # what others have not ended or put away
    hooks = _sensible(operation, ids)
    _try(_cases(schema, ids, operation, GenerationMode.POSITIVE, hooks=hooks))


@EACH
def test_bad_calls_are_refused(
    schema: Any, ids: dict[str, list[str]], operation: Operation
) -> None:
    """What the document does not allow is refused, as documented."""
    if operation.query or operation.body or operation.idempotent:
        _try(_cases(schema, ids, operation, GenerationMode.NEGATIVE))


@EACH
def test_unknown_parameters_are_refused(
    schema: Any, system: ApiSystem, ids: dict[str, list[str]], operation: Operation
) -> None:
    """A parameter that the document does not name is a 400 that does, whatever is asked for."""
    case = schema.find_operation_by_id(operation.id).Case(
        path_parameters={name: ids.get(name, ["x"])[0] for name in names_in(operation.path)}
    )
    address = f"{system.url}{case.formatted_path}"
    answer = system.api.request(operation.method, address, params={"unheard-of": "1"})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["unheard-of"]


def _try(cases: st.SearchStrategy[Any]) -> None:
    @SETTINGS
    @given(case=cases)
    def tried(case: Any) -> None:
        case.call_and_validate()

    tried()


def _cases(
    schema: Any,
    ids: dict[str, list[str]],
    operation: Operation,
    mode: GenerationMode,
    **options: Any,
) -> st.SearchStrategy[Any]:
    """Calls of an operation, half of them of what is there."""
    described = schema.find_operation_by_id(operation.id)
    names = [name for name in names_in(operation.path) if name in ids]
    real = st.fixed_dictionaries({name: st.sampled_from(ids[name]) for name in names})
    return st.one_of(
        real.flatmap(lambda path: described.as_strategy(mode, path_parameters=path, **options)),
        described.as_strategy(mode, **options),
    )


def _sensible(operation: Operation, ids: Ids) -> HookDispatcher:
    """What turns calls that fit the schema into calls that make sense."""
    hooks = HookDispatcher(scope=HookScope.TEST)

    def map_query(_context: Any, query: dict[str, Any] | None) -> dict[str, Any]:
        told = {name: each for name, each in (query or {}).items() if name not in UNTELLABLE}
        if str(told.get("sort")).startswith("params."):
            del told["sort"]
        return told

    def map_body(_context: Any, body: Any) -> Any:
        sense = SENSE.get(operation.id)
        return sense(body, ids) if sense is not None and isinstance(body, dict) else body

    hooks.register_hook_with_name(map_query, "map_query")
    hooks.register_hook_with_name(map_body, "map_body")
    return hooks
