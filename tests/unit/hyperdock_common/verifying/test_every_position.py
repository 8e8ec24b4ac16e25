"""What is found does not depend on where it was done: each damage at each position of a log."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TypeAlias

import pytest
from tests.unit.hyperdock_common.verifying.stored_facts import fill, kinds

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.ports import StoredEvent
from hyperdock_common.verifying import LogVerifier, Witness

Facts: TypeAlias = Sequence[StoredEvent]

SIZE = 40


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """Those of a whole log."""
    path = tmp_path_factory.mktemp("every") / "log.db"
    fill(path, SIZE, seed=3)
    with closing(SqliteEventLog(path)) as log:
        return log.stored(0)


def renumbered(facts: Facts) -> list[StoredEvent]:
    """The same without holes."""
    return [replace(fact, position=position) for position, fact in enumerate(facts, 1)]


def changed(facts: Facts, place: int) -> Facts:
    """Another producer said it."""
    body = facts[place].body.replace(b'"producer":"test"', b'"producer":"tess"')
    return [*facts[:place], replace(facts[place], body=body), *facts[place + 1 :]]


def with_hash(facts: Facts, place: int) -> Facts:
    """Another hash."""
    return [*facts[:place], replace(facts[place], chain=b"x" * 32), *facts[place + 1 :]]


def without_hash(facts: Facts, place: int) -> Facts:
    """No hash."""
    return [*facts[:place], replace(facts[place], chain=None), *facts[place + 1 :]]


def numbered(facts: Facts, place: int) -> Facts:
    """Another number in its stream."""
    return [*facts[:place], replace(facts[place], version=77), *facts[place + 1 :]]


def missing(facts: Facts, place: int) -> Facts:
    """It is not there, and neither is the next one."""
    return [*facts[:place], *facts[place + 2 :]]


def removed(facts: Facts, place: int) -> Facts:
    """The same, and nobody can tell by the positions."""
    return renumbered(missing(facts, place))


def doubled(facts: Facts, place: int) -> Facts:
    """The first one again before it."""
    return renumbered([*facts[:place], facts[0], *facts[place:]])


def swapped(facts: Facts, place: int) -> Facts:
    """It and the third one behind it."""
    order = [*range(place), place + 3, place + 1, place + 2, place, *range(place + 4, SIZE)]
    return renumbered([facts[each] for each in order])


@pytest.mark.parametrize(
    ("damage", "kind", "first", "last"),
    [
        (changed, "changed", 0, SIZE - 1),
        (with_hash, "hash_changed", 0, SIZE - 2),
        (without_hash, "hash_missing", 0, SIZE - 1),
        (numbered, "version", 0, SIZE - 1),
        (missing, "missing", 0, SIZE - 3),
        (missing, "cut", SIZE - 2, SIZE - 1),
        (removed, "removed", 0, SIZE - 4),
        (doubled, "doubled", 2, SIZE),
        (swapped, "swapped", 0, SIZE - 4),
    ],
)
def test_damage_is_one_finding_wherever_it_is(
    facts: Facts, damage: Callable[[Facts, int], Facts], kind: str, first: int, last: int
) -> None:
    """At its position, by its name, and nothing else is found."""
    for place in range(first, last + 1):
        damaged = damage(facts, place)
        head = SIZE if kind == "cut" else len(damaged)
        verifier = LogVerifier([Witness(name="a view", position=head)])
        for fact in damaged:
            verifier.add(fact)
        assert kinds(verifier.finish()) == [(place + 1, kind)]
