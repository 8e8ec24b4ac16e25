"""Tests of what optimizers are told about infeasible jobs."""

from hyperdock_common.json_types import JsonObject
from hyperdock_optimizers.penalty import Penalized


class Told:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.losses: list[tuple[int | str, float]] = []

    def ask(self, number: int) -> JsonObject:
        """The number itself."""
        return {"number": number}

    def tell(self, number: int, loss: float) -> None:
        """Remember."""
        self.losses.append((number, loss))

    def learn(self, params: JsonObject, loss: float) -> None:
        """Remember."""
        self.losses.append((str(params["name"]), loss))


def test_an_infeasible_job_has_the_worst_loss_so_far() -> None:
    """A failure is as bad as the worst success before it, not infinitely bad."""
    inner = Told()
    penalized = Penalized(inner)
    for number, loss in [(1, 2.0), (2, 5.0), (3, 1.0), (4, None)]:
        penalized.tell(number, loss)
    assert inner.losses == [(1, 2.0), (2, 5.0), (3, 1.0), (4, 5.0)]


def test_failures_before_the_first_success_wait_for_it() -> None:
    """Nothing can be said about a failure's loss before a first one is known."""
    inner = Told()
    penalized = Penalized(inner)
    for number, loss in [(1, None), (2, None), (3, 4.0), (4, 9.0)]:
        penalized.tell(number, loss)
    assert inner.losses == [(3, 4.0), (1, 4.0), (2, 4.0), (4, 9.0)]


def test_what_others_found_infeasible_is_penalized_like_a_job() -> None:
    """It waits for the first loss, wherever that comes from, and counts for the worst."""
    inner = Told()
    penalized = Penalized(inner)
    penalized.learn({"name": "a"}, None)
    penalized.tell(1, None)
    penalized.learn({"name": "b"}, 3.0)
    penalized.tell(2, None)
    penalized.learn({"name": "c"}, None)
    assert inner.losses == [("b", 3.0), ("a", 3.0), (1, 3.0), (2, 3.0), ("c", 3.0)]


def test_asks_go_through() -> None:
    """Proposals are the inner optimizer's."""
    assert Penalized(Told()).ask(7) == {"number": 7}
