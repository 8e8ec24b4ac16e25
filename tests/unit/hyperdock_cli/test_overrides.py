"""`--set`: changes to a trial file from the command line."""

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.overrides import override
from hyperdock_common.json_types import JsonObject


@pytest.mark.parametrize(
    ("document", "change", "changed"),
    [
        ({"budget": {"jobs": 5}}, "budget.jobs=10", {"budget": {"jobs": 10}}),
        ({}, "budget.jobs=10", {"budget": {"jobs": 10}}),
        ({"budget": None}, "budget.jobs=10", {"budget": {"jobs": 10}}),
        ({"algorithm": "sobol"}, "algorithm.seed=3", {"algorithm": {"name": "sobol", "seed": 3}}),
        ({"algorithm": {"name": "sobol"}}, "algorithm=random", {"algorithm": "random"}),
        ({"space": {"x": [1]}}, "space.x=[1, 2]", {"space": {"x": [1, 2]}}),
        ({"space": {"x": [1, 2]}}, "space.x.1=5", {"space": {"x": [1, 5]}}),
        ({}, "name=a=b", {"name": "a=b"}),
        ({"timeout": 3}, "timeout=", {"timeout": None}),
        ({}, "timeout=10m", {"timeout": "10m"}),
    ],
)
def test_a_change_lands_where_its_key_points(
    document: JsonObject, change: str, changed: JsonObject
) -> None:
    """Missing objects are made, short forms unfolded, list items replaced."""
    assert override(document, (change,)) == changed


def test_the_document_itself_stays_as_it_was() -> None:
    """A change makes a new document."""
    document: JsonObject = {"budget": {"jobs": 5}}
    override(document, ("budget.jobs=10",))
    assert document == {"budget": {"jobs": 5}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("budget.jobs", "must be KEY=VALUE"),
        ("=3", "must be KEY=VALUE"),
        ("budget..jobs=3", "must be KEY=VALUE"),
        ("name.first=x", "no place for 'first'"),
        ("space.x.7=1", "no place for '7'"),
        ("name=[", "not valid YAML"),
        ("budget.target_loss=.nan", "must be a finite number"),
    ],
)
def test_a_change_that_leads_nowhere_is_refused(change: str, problem: str) -> None:
    """The message repeats the change and says what is wrong."""
    with pytest.raises(Fault, match=problem) as caught:
        override({"name": "a", "space": {"x": [1]}}, (change,))
    assert change in caught.value.problem
    assert caught.value.code == 2
