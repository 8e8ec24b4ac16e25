"""`hyperdock replay what-if` on small logs: what people and scripts see, and what is refused."""

import json
import random
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.unit.hyperdock_optimizers.what_if.told import TRIAL, Job, records

from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing.foreign import foreign

Ask = Callable[..., Result]

SPACE = {"x": {"type": "float", "low": 0, "high": 1}, "y": {"type": "float", "low": 0, "high": 1}}
GRID = {"x": [1, 2, 3]}
ON_GRID = [Job(loss=float(x), params={"x": x}, seconds=60) for x in (3, 1, 2)]


def smooth(count: int) -> list[Job]:
    """Jobs anywhere, with a smooth loss."""
    draws = random.Random(3)  # noqa: S311
    points = [(draws.random(), draws.random()) for _ in range(count)]
    return [Job(loss=(x - 0.3) ** 2 + (y - 0.6) ** 2, params={"x": x, "y": y}) for x, y in points]


@pytest.fixture
def ask(invoke: Callable[..., Result], tmp_path: Path) -> Ask:
    """Asks about a trial with these jobs."""

    def run(jobs: Sequence[Job], *words: str, text: str = TRIAL, **changes: Any) -> Result:
        folder = StateFolder(tmp_path)
        folder.create()
        with closing(SqliteEventLog(folder.events)) as log:
            if not log.head():
                log.append(0, [each.envelope for each in records(jobs, **changes)])
        return invoke("replay", "what-if", "--state", str(tmp_path), text, *words)

    return run


def test_rules_are_a_table(ask: Ask) -> None:
    """What they save and what they lose, rule by rule."""
    words = ["--max-jobs", "1", "--stop-at-loss", "0.5", "--stop-without-improvement", "1"]
    result = ask(ON_GRID, *words, space=GRID)
    assert result.exit_code == 0
    headline, _, title, headings, *rows = result.stdout.splitlines()
    assert headline == f"{TRIAL}: 3 jobs in 3 min 00 s of computing, best 1 (job 2)"
    assert title == "stopping rules (exact):"
    assert headings.split()[:3] == ["rule", "stops", "after"]
    assert [" ".join(row.split()) for row in rows] == [
        "1 jobs without improvement job 3 3 0 0.0 s 1 1 0",
        "loss 0.5 reached never 3 0 0.0 s 1 1 0",
        "a budget of 1 jobs job 1 1 2 2 min 00 s 3 1 2",
    ]


def test_rules_are_told_to_scripts(ask: Ask) -> None:
    """With losses as the user knows them, also where they are maximized."""
    result = ask(ON_GRID, "--stop-at-loss", "2.5", "--json", space=GRID, objective="maximize")
    (stop,) = json.loads(result.stdout)["stopping"]
    expected = {"rule": "at_loss", "limit": 2.5, "job_id": f"{TRIAL}.1", "jobs_saved": 2}
    assert stop == {**stop, **expected, "best_then": 3.0, "best_in_the_end": 3.0, "regret": 0.0}


def test_pruned_jobs_are_named(ask: Ask) -> None:
    """And whether the best would have been among them."""
    good = [Job(loss=1.0, curve=[1.0, 1.0], seconds=30)] * 5
    late = Job(loss=0.5, curve=[9.0, 0.5], seconds=30)
    result = ask([*good, late], "--prune", "median", "--prune", "median:2", "--json")
    first, second = json.loads(result.stdout)["pruning"]
    assert first["pruned"] == [{"job_id": f"{TRIAL}.6", "step": 1}]
    assert (first["best_lost"], first["seconds_saved"]) == (True, pytest.approx(20.0))
    assert first["best_left"] == {"job_id": f"{TRIAL}.1", "loss": 1.0}
    assert (second["pruned"], second["best_lost"]) == ([], False)
    table = ask([], "--prune", "median").stdout
    assert "median, from step 0" in table


def test_where_all_is_recorded_nothing_is_called_a_guess(ask: Ask) -> None:
    """On a grid that was gone through."""
    result = ask(ON_GRID, "--algorithm", "random", "--seeds", "3", space=GRID)
    assert result.exit_code == 0
    assert "random, exact" in result.stdout
    assert "surrogate" not in result.stdout
    assert "random: 100% of the proposals had been evaluated" in result.stdout
    assert "every loss is a recorded one: nothing is guessed" in result.stdout


def test_guesses_are_called_so_and_judged(ask: Ask) -> None:
    """In the headings, in the verdict, with the error and the rank correlation."""
    result = ask(smooth(30), "--algorithm", "sobol", "--seeds", "3", space=SPACE)
    assert result.exit_code == 0, result.stderr
    assert "random, surrogate" in result.stdout
    assert "sobol, surrogate" in result.stdout
    assert "surrogate: a Gaussian process of 30 results" in result.stdout
    assert "in the end, surrogate: " in result.stdout
    told = json.loads(ask([], "--algorithm", "sobol", "--seeds", "3", "--json").stdout)
    same, other = told["algorithms"]
    assert (same["algorithm"], other["algorithm"]) == ("random", "sobol")
    assert {each["source"] for each in (same, other)} == {"surrogate"}
    assert other["surrogate"]["rank_correlation"] > 0.8
    assert [len(run["curve"]) for run in other["runs"]] == [30] * 3
    assert other["best"]["low"] <= other["best"]["median"] <= other["best"]["high"]
    assert told["recorded"]["curve"][-1] == told["recorded"]["best"]["loss"]


def test_what_is_too_good_to_be_true_is_told(ask: Ask) -> None:
    """An algorithm that searches the surrogate finds where that errs."""
    result = ask(smooth(30), "--algorithm", "auto", "--seeds", "2", space=SPACE)
    assert "end with a guess that is better than anything recorded" in result.stdout
    assert result.stdout.splitlines()[-1].startswith(
        "in the end, surrogate: auto is better than random by "
    )


def test_the_recorded_algorithm_comes_to_the_same_as_itself(ask: Ask) -> None:
    """It has the same seeds on both sides."""
    result = ask(smooth(30), "--algorithm", "random", "--seeds", "2", space=SPACE)
    assert "in the end, surrogate: random and random come to the same" in result.stdout


@pytest.mark.parametrize(
    ("jobs", "words", "told"),
    [
        (3, ["--algorithm", "sobol"], "3 results are too few for a surrogate: it takes 20"),
        (3, [], "ask something"),
        (3, ["--option", "points=3", "--max-jobs", "1"], "--option goes with --algorithm"),
        (3, ["--algorithm", "soboll"], "did you mean"),
        (3, ["--algorithm", "sobol", "--option", "depth=1"], "sobol has no such option"),
        (3, ["--algorithm", "grid"], "continuous"),
        (3, ["--stop-at-loss", "nan"], "must be a finite number"),
        (3, ["--prune", "mean"], "must be median, or median:STEP"),
        (0, ["--max-jobs", "1"], "no job of"),
    ],
)
def test_what_cannot_be_said_is_refused(ask: Ask, jobs: int, words: list[str], told: str) -> None:
    """With the exit code of a wrong question, and what is wrong with it."""
    result = ask(smooth(jobs), *words, space=SPACE)
    assert result.exit_code == 2
    assert told in result.stderr


def test_what_cannot_be_guessed_at_all_has_no_remedy(ask: Ask) -> None:
    """Of one result; of few there is one."""
    result = ask(smooth(1), "--algorithm", "sobol", space=SPACE)
    assert result.exit_code == 2
    assert "nothing can be guessed" in result.stderr
    assert "--anyway" not in result.stderr


def test_a_log_that_lacks_a_proposal_is_damaged(
    invoke: Callable[..., Result], tmp_path: Path
) -> None:
    """Which is said, and where."""
    folder = StateFolder(tmp_path)
    folder.create()
    facts = [each.envelope for each in records([Job(loss=1.0)])]
    with closing(SqliteEventLog(folder.events)) as log:
        log.append(0, [facts[0], *facts[2:]])
    result = invoke("replay", "what-if", "--state", str(tmp_path), TRIAL, "--max-jobs", "1")
    assert result.exit_code == 2
    what = f"position 2: job.started.v1 of the job {TRIAL}.1, which was never proposed"
    assert what in result.stderr
    assert "hyperdock events verify" in result.stderr


def test_what_a_later_release_recorded_elsewhere_hides_no_trial(ask: Ask, tmp_path: Path) -> None:
    """Its name is found past that."""
    ask(smooth(2), "--max-jobs", "1", space=SPACE)
    with closing(SqliteEventLog(StateFolder(tmp_path).events)) as log:
        log.restore([foreign(log.head() + 1)])
    result = ask([], "--max-jobs", "1", text="told")
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(("seeds", "few"), [("3", True), ("4", False)])
def test_few_seeds_are_no_proof(ask: Ask, *, seeds: str, few: bool) -> None:
    """Fewer than four have no quartiles."""
    result = ask(smooth(30), "--algorithm", "sobol", "--seeds", seeds, space=SPACE)
    assert ("are few: it may be chance" in result.stdout) == few


def test_bad_guesses_are_shown_to_whoever_insists(ask: Ask) -> None:
    """With how bad they are."""
    result = ask(smooth(5), "--algorithm", "sobol", "--seeds", "1", "--anyway", space=SPACE)
    assert result.exit_code == 0, result.stderr
    assert "rank correlation" in result.stdout
