"""The optimizers of the open trials."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.hyperdock_supervisor.fake_optimizers import Broken, Remembering, Workshop
from tests.unit.hyperdock_supervisor.words import claimed, finished, lost, proposed, spec, submitted

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobRetracted,
    Outcome,
    Pruned,
    Succeeded,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_optimizers.failure import OptimizerFailed
from hyperdock_optimizers.random_search import RandomSearch
from hyperdock_supervisor.domain.trial import Trial
from hyperdock_supervisor.proposers import Diverged, OptimizerFactory, Proposers

X: JsonObject = {"x": 0.5}


def trial(trial_id: str, **changes: object) -> Trial:
    """A trial with these fields of its document changed."""
    made = spec(**changes)
    return Trial(trial_id=trial_id, spec=made, submitted=made, submitted_at=0.0)


TRIAL = trial("t")
MAXIMIZING = trial("m", objective="maximize")


def asked(proposers: Proposers, trial: Trial, *numbers: int) -> list[JsonObject | None]:
    """The params of these jobs."""
    return [proposers.ask(trial, number) for number in numbers]


def told(outcome: Outcome, trial: Trial = TRIAL) -> dict[int, float | None]:
    """What the optimizer of a trial hears when its first job ends so."""
    workshop = Workshop()
    proposers = Proposers(workshop)
    proposers.ask(trial, 1)
    proposers.tell(trial, 1, X, outcome)
    return workshop.made[0].told


def test_each_trial_has_an_optimizer_of_its_own() -> None:
    """Made when it is first asked."""
    workshop = Workshop()
    proposers = Proposers(workshop)
    asked(proposers, TRIAL, 1, 2)
    asked(proposers, MAXIMIZING, 1)
    assert [each.asked for each in workshop.made] == [[1, 2], [1]]


def test_an_exhausted_space_has_no_more_params() -> None:
    """The optimizer says so."""
    assert asked(Proposers(Workshop(size=1)), TRIAL, 1, 2)[1] is None


def test_losses_are_told_as_they_are_or_turned_around() -> None:
    """Optimizers always minimize."""
    assert told(Succeeded(loss=2.5)) == {1: 2.5}
    assert told(Succeeded(loss=2.5), MAXIMIZING) == {1: -2.5}


def test_failures_are_told_as_infeasible() -> None:
    """They say something about the params."""
    assert told(Failed(reason="exit_code")) == {1: None}


@pytest.mark.parametrize(
    "outcome", [Failed(reason="attempts_exhausted"), Cancelled(reason="user"), Pruned(step=1)]
)
def test_what_says_nothing_about_the_params_is_not_told(outcome: Outcome) -> None:
    """Infrastructure, people and early ends are none of the optimizer's business."""
    assert told(outcome) == {}


def past(seen: list[JsonObject | None]) -> list[Event]:
    """A history of two jobs with these params: the second ended first, after a lost attempt."""
    first, second = seen
    return [
        submitted(),
        proposed("t.1", first),
        claimed("t.1"),
        proposed("t.2", second),
        claimed("t.2"),
        lost("t.2"),
        claimed("t.2", attempt=2),
        finished("t.2", 2.0, attempt=2),
        finished("t.1", Failed(reason="exit_code")),
    ]


@pytest.mark.parametrize(
    "factory",
    [Remembering, lambda spec, _: RandomSearch(spec.parsed_space, spec.algorithm.seed)],
    ids=["remembering", "random"],
)
def test_replayed_it_goes_on_as_before(factory: OptimizerFactory) -> None:
    """Invariant 6: the same asks and tells give the same next proposals."""
    live = Proposers(factory)
    seen = asked(live, TRIAL, 1, 2)
    live.tell(TRIAL, 2, X, Succeeded(loss=2.0))
    live.tell(TRIAL, 1, X, Failed(reason="exit_code"))
    replayed = Proposers(factory)
    replayed.replay(TRIAL, past(seen))
    assert asked(replayed, TRIAL, 3, 4) == asked(live, TRIAL, 3, 4)


def test_replaying_forgets_what_was_before() -> None:
    """An optimizer that has run ahead of the log is not built upon."""
    live = Proposers(Remembering)
    seen = asked(live, TRIAL, 1, 2)
    asked(live, TRIAL, 3, 4, 5)
    live.replay(TRIAL, past(seen))
    other = Proposers(Remembering)
    other.replay(TRIAL, past(seen))
    assert live.ask(TRIAL, 3) == other.ask(TRIAL, 3)


def test_a_replay_that_proposes_otherwise_is_noticed() -> None:
    """Its libraries have changed: going on would spoil the trial unseen."""
    with pytest.raises(Diverged, match=r"t\.1"):
        Proposers(Remembering).replay(TRIAL, past([{"x": 0.1}, {"x": 0.2}]))


def test_the_optimizer_of_an_ended_trial_is_let_go() -> None:
    """The next one begins anew."""
    workshop = Workshop()
    proposers = Proposers(workshop)
    proposers.ask(TRIAL, 1)
    proposers.end("t")
    proposers.end("unknown")
    proposers.ask(TRIAL, 1)
    assert len(workshop.made) == 2


def two_jobs(proposers: Proposers) -> None:
    """Two jobs are proposed, and the first of them ends."""
    asked(proposers, TRIAL, 1, 2)
    proposers.tell(TRIAL, 1, X, Succeeded(loss=1.0))


@pytest.mark.parametrize("where", ["making", "asking", "telling"])
def test_whatever_breaks_in_an_optimizer_is_an_error_of_ours(where: str) -> None:
    """So that its trial can be ended, and no other is touched."""
    with pytest.raises(OptimizerFailed, match=r"the optimizer random failed: \w+Error: "):
        two_jobs(Proposers(lambda spec, _: Broken(spec, where)))


def test_jobs_of_users_are_learned_before_the_next_ask() -> None:
    """The optimizer did not propose them; results from before its making wait for it."""
    workshop = Workshop()
    proposers = Proposers(workshop)
    proposers.tell(TRIAL, 1, {"x": 0.1}, Succeeded(loss=1.0))
    assert not workshop.made
    proposers.ask(TRIAL, 2)
    proposers.tell(TRIAL, 3, {"x": 0.3}, Failed(reason="exit_code"))
    proposers.tell(TRIAL, 4, {"x": 0.4}, Cancelled(reason="user"))
    proposers.ask(TRIAL, 5)
    [made] = workshop.made
    assert made.learned == [({"x": 0.1}, 1.0), ({"x": 0.3}, None)]
    assert made.asked == [1, 2], "its asks are counted apart from the jobs"


def test_losses_of_users_are_turned_around_for_a_maximizing_trial() -> None:
    """Optimizers always minimize."""
    workshop = Workshop()
    proposers = Proposers(workshop)
    proposers.tell(MAXIMIZING, 1, X, Succeeded(loss=2.0))
    proposers.ask(MAXIMIZING, 2)
    assert workshop.made[0].learned == [(X, -2.0)]


def mixed(seen: Sequence[JsonObject | None]) -> list[Event]:
    """Two jobs of the optimizer with a user's between them; the first and the user's end."""
    first, second = seen
    users = replace(proposed("t.2", {"x": 0.9}), origin="enqueued", point_id="p")
    return [
        submitted(),
        proposed("t.1", first),
        users,
        proposed("t.3", second),
        finished("t.2", 5.0),
        finished("t.1", 1.0),
    ]


def test_replayed_with_points_of_users_it_goes_on_as_before() -> None:
    """Invariant 6 holds where users add points of their own."""
    live = Proposers(Workshop())
    seen = [live.ask(TRIAL, 1), live.ask(TRIAL, 3)]
    live.tell(TRIAL, 2, {"x": 0.9}, Succeeded(loss=5.0))
    live.tell(TRIAL, 1, seen[0] or {}, Succeeded(loss=1.0))
    replayed = Proposers(Workshop())
    replayed.replay(TRIAL, mixed(seen))
    assert replayed.ask(TRIAL, 4) == live.ask(TRIAL, 4)


def test_after_a_retraction_it_begins_anew_and_knows_all_other_results() -> None:
    """What it had learned from the wrong result is forgotten, and no ask is repeated."""
    first = Proposers(Workshop())
    seen = [first.ask(TRIAL, 1), first.ask(TRIAL, 3)]
    wrong = JobRetracted(trial_id="t", job_id="t.1", reason="wrong data")
    workshop = Workshop()
    replayed = Proposers(workshop)
    replayed.replay(TRIAL, [*mixed(seen), wrong, finished("t.3", 7.0)])
    proposal = replayed.ask(TRIAL, 4)
    [made] = workshop.made
    assert made.generation == 1
    assert made.learned == [({"x": 0.9}, 5.0), (seen[1], 7.0)]
    assert made.asked == [3], "two asks were before"
    again = Proposers(Workshop())
    again.replay(TRIAL, [*mixed(seen), wrong, finished("t.3", 7.0), proposed("t.4", proposal)])
    assert again.ask(TRIAL, 5) == replayed.ask(TRIAL, 5)


def test_each_retraction_is_a_generation_of_its_own() -> None:
    """So that the second does not repeat what the first led to."""
    live = Proposers(Workshop())
    seen = [live.ask(TRIAL, 1), live.ask(TRIAL, 3)]
    wrong = [JobRetracted(trial_id="t", job_id=job_id) for job_id in ("t.1", "t.2")]
    workshop = Workshop()
    replayed = Proposers(workshop)
    replayed.replay(TRIAL, [*mixed(seen), *wrong])
    replayed.ask(TRIAL, 4)
    [made] = workshop.made
    assert (made.generation, made.learned) == (2, [])


def test_what_an_optimizer_says_of_itself_is_passed_on() -> None:
    """Its own error is not wrapped in another."""

    def fails(_spec: object, _generation: int) -> Remembering:
        raise OptimizerFailed("CMA", "too few points")

    with pytest.raises(OptimizerFailed, match=r"^the optimizer CMA failed: too few points$"):
        Proposers(fails).ask(TRIAL, 1)
