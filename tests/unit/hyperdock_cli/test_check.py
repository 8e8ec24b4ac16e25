"""`hyperdock check` on state folders with real stores: what it says, and its exit codes."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hyperdock_cli.app import cli
from hyperdock_cli.checking_proposals import check_proposals
from hyperdock_cli.commands import check as checking
from hyperdock_cli.state_folder import StateFolder
from hyperdock_cli.testing.history import TRIAL, finished, registered, submitted, succeeded
from hyperdock_common.adapters.set_aside_file import SetAsideFile
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.checking.progress import silent
from hyperdock_common.events import Event, JobProposed, TrialStopRequested
from hyperdock_common.ports import Optimizer
from hyperdock_common.ports.bus import SetAside
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.spec import recorded_trial
from hyperdock_common.testing.builders import envelopes
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_supervisor.bootstrap import library_versions

Invoke = Callable[..., Result]

GOOD: tuple[Event, ...] = (
    registered(),
    submitted(),
    *succeeded(1, 0.5),
    *succeeded(2, 0.4),
    finished(),
)


def make(state: Path, events: Sequence[Event], *, views: bool = True) -> str:
    """A state folder with this log."""
    folder = StateFolder(state)
    folder.create()
    with closing(SqliteEventLog(folder.events)) as log:
        log.append(0, envelopes(events))
        if views:
            with closing(SqliteViewStore(folder.views, SCHEMAS)) as store:
                catch_up(PROJECTIONS, store, log)
    return str(state)


def checked(invoke: Invoke, state: str, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the last line of what it said, as scripts read it."""
    result = invoke("check", "--state", state, "--no-docker", "--json", *words)
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def test_a_good_system_is_clean(invoke: Invoke, tmp_path: Path) -> None:
    """People see what was looked at, and that nothing was found."""
    state = make(tmp_path, GOOD)
    result = invoke("check", "--state", state, "--no-docker", "--settled")
    assert result.exit_code == 0
    assert "2 jobs: 2 ended once, 0 doubled, 0 lost, 0 open" in result.stdout
    assert "5 documents, 0 differ" in result.stdout
    assert result.stdout.splitlines()[-1] == "clean"


def test_findings_are_a_table_and_an_exit_code(invoke: Invoke, tmp_path: Path) -> None:
    """Each with its rule, its place and what it is."""
    state = make(tmp_path, [*GOOD, GOOD[5]], views=False)
    result = invoke("check", "--state", state, "--no-docker")
    assert result.exit_code == 1
    heading, row = result.stdout.splitlines()[:2]
    assert heading.split() == ["rule", "says", "where", "found"]
    for word in (
        "1 ",
        "every proposed job ends exactly once",
        f"job {TRIAL}.1 attempt 1, position {len(GOOD) + 1}",
        "ends, but the job had ended before",
    ):
        assert word in row
    assert result.stdout.splitlines()[-1] == "1 finding"


def test_scripts_get_one_json_object_on_the_last_line(invoke: Invoke, tmp_path: Path) -> None:
    """Counts by name, and the findings as data."""
    code, report = checked(invoke, make(tmp_path, [*GOOD[:6], GOOD[5]], views=False))
    assert code == 1
    assert (report["jobs"], report["doubled"], report["clean"]) == (1, 1, False)
    assert report["findings"][0]["invariant"] == 1


def test_open_jobs_matter_only_where_all_is_to_be_settled(invoke: Invoke, tmp_path: Path) -> None:
    """The same folder, asked in two ways."""
    state = make(tmp_path, GOOD[:5])
    code, report = checked(invoke, state)
    assert (code, report["lost"], report["open_jobs"]) == (0, 0, 1)
    code, report = checked(invoke, state, "--settled")
    assert (code, report["lost"]) == (1, 1)


def test_a_view_that_differs_is_a_finding(invoke: Invoke, tmp_path: Path) -> None:
    """The views of the folder are compared with its log."""
    state = make(tmp_path, GOOD)
    with closing(SqliteViewStore(StateFolder(tmp_path).views, SCHEMAS)) as views:
        views.clear("workers")
        views.save("workers", {"host-1": {"worker_id": "host-1"}}, len(GOOD))
    code, report = checked(invoke, state)
    assert (code, report["view_differences"]) == (1, 1)
    assert report["findings"][0]["where"] == "view workers, document host-1"


def test_views_that_are_not_there_are_a_note(invoke: Invoke, tmp_path: Path) -> None:
    """They may be deleted at any time."""
    code, report = checked(invoke, make(tmp_path, GOOD, views=False))
    assert (code, report["documents"]) == (0, 0)
    assert "views are not checked" in report["notes"][0]
    assert not StateFolder(tmp_path).views.exists()


def test_messages_that_were_set_aside_are_a_note(invoke: Invoke, tmp_path: Path) -> None:
    """Rule 7 is kept by setting them aside."""
    state = make(tmp_path, GOOD)
    poison = SetAside(reason="no event at all", body=b"x", at=1.0)
    SetAsideFile(StateFolder(tmp_path).set_aside).keep(poison)
    code, report = checked(invoke, state)
    assert (code, report["set_aside"]) == (0, 1)
    assert report["notes"] == ["set aside: no event at all"]


def test_where_no_system_is_nothing_can_be_checked(invoke: Invoke, tmp_path: Path) -> None:
    """Exit code 2, and nothing is made there."""
    result = invoke("check", "--state", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "there is no system in the state folder" in result.stderr
    assert not (tmp_path / "none").exists()


def test_a_log_that_cannot_be_read_cannot_be_checked(invoke: Invoke, tmp_path: Path) -> None:
    """Exit code 2: that is no finding about the system."""
    tmp_path.joinpath("events.db").write_text("not a database, but long enough to be read as one")
    result = invoke("check", "--state", str(tmp_path), "--no-docker")
    assert result.exit_code == 2
    assert "it cannot be checked" in result.stderr


def test_an_engine_that_was_named_must_answer(invoke: Invoke, tmp_path: Path) -> None:
    """Else it is a note: containers are looked at where an engine answers."""
    state = make(tmp_path, GOOD)
    nowhere = f"unix://{tmp_path}/none.sock"
    result = invoke("check", "--state", state, "--docker-host", nowhere)
    assert result.exit_code == 2
    assert "no Docker engine answers" in result.stderr
    env = {"DOCKER_HOST": nowhere}
    found = CliRunner(env=env).invoke(cli, ["check", "--state", state, "--json"])
    assert found.exit_code == 0
    assert "containers are not checked" in json.loads(found.stdout.splitlines()[-1])["notes"][0]


def test_a_system_is_named_once(invoke: Invoke, tmp_path: Path) -> None:
    """A folder or a database; a folder beats the database of the environment."""
    url = "mongodb://localhost:1/none"
    both = invoke("check", "--state", str(tmp_path), "--mongodb", url)
    assert both.exit_code == 2
    assert "name one" in both.stderr
    state = make(tmp_path, GOOD)
    for words in (["check", "--state", state], ["--state", state, "check"]):
        run = CliRunner(env={"HYPERDOCK_MONGODB": url})
        assert run.invoke(cli, [*words, "--no-docker"]).exit_code == 0
    before = invoke("--state", state, "check", "--mongodb", url)
    assert "name one" in before.stderr


def test_a_long_check_says_how_far_it_is(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, so that scripts can read the rest."""
    monkeypatch.setattr(checking, "_PERIOD", -1.0)
    result = invoke("check", "--state", make(tmp_path, GOOD), "--no-docker")
    assert "checked 11 of 11 events" in result.stderr
    assert "of 5 documents" in result.stderr


def proposals(versions: dict[str, str], **wrong: Any) -> list[Event]:
    """A trial as the supervisor proposes it; the second job's params may be wrong."""
    trial = submitted(algorithm={"name": "random"})
    optimizer = make_optimizer(recorded_trial(trial.spec))
    events: list[Event] = [registered(), trial]
    for number in (1, 2):
        params = {**(optimizer.ask(number) or {}), **(wrong if number == 2 else {})}
        optimizer.tell(number, 0.5)
        for event in succeeded(number, 0.5, **params):
            is_first = isinstance(event, JobProposed) and number == 1
            events.append(with_versions(event, versions) if is_first else event)
    stop = TrialStopRequested(trial_id=TRIAL, end="completed", reason="user")
    return [*events, stop, finished()]


def with_versions(event: Event, versions: dict[str, str]) -> Event:
    """The proposal, made with these libraries."""
    assert isinstance(event, JobProposed)
    return JobProposed(
        trial_id=event.trial_id,
        job_id=event.job_id,
        number=event.number,
        params=event.params,
        versions=versions,
    )


def test_replayed_proposals_are_the_same(invoke: Invoke, tmp_path: Path) -> None:
    """Rule 6: asked and told the same, the optimizer proposes the same."""
    state = make(tmp_path, proposals(library_versions()))
    code, report = checked(invoke, state, "--replay")
    assert (code, report["replayed"], report["findings"]) == (0, 1, [])


def test_a_proposal_that_is_not_made_again_is_a_finding(invoke: Invoke, tmp_path: Path) -> None:
    """Rule 6, and only where it is asked for."""
    state = make(tmp_path, proposals(library_versions(), x=0.123))
    assert checked(invoke, state)[0] == 0
    code, report = checked(invoke, state, "--replay")
    assert code == 1
    (finding,) = report["findings"]
    assert (finding["invariant"], finding["where"]) == (6, f"job {TRIAL}.2")


def test_other_libraries_are_a_note(invoke: Invoke, tmp_path: Path) -> None:
    """Nobody can ask an optimizer of another version."""
    state = make(tmp_path, proposals({"numpy": "0.1"}, x=0.123))
    code, report = checked(invoke, state, "--replay")
    assert (code, report["replayed"]) == (0, 0)
    assert "it was made with numpy 0.1; here is cma" in report["notes"][0]


@pytest.mark.parametrize(("reason", "expected"), [("optimizer", []), ("user", [6])])
def test_an_optimizer_that_fails_now_has_failed_then(
    tmp_path: Path, reason: str, expected: list[int]
) -> None:
    """A trial that its optimizer ended ends the same way again; any other failure is new."""
    events = proposals(library_versions())
    stop = TrialStopRequested(trial_id=TRIAL, end="failed", reason=reason)
    make(tmp_path, [*events[:-2], stop, events[-1]])
    with closing(SqliteEventLog(StateFolder(tmp_path).events)) as log:
        report = check_proposals(
            log, [TRIAL], silent, lambda spec, _: Breaking(make_optimizer(spec))
        )
    assert [each.invariant for each in report.findings] == expected


class Breaking:
    """An optimizer that cannot be told the last result."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.ask = optimizer.ask
        self.learn = optimizer.learn

    def tell(self, number: int, loss: float | None) -> None:
        """Breaks."""
        if number == 2:
            raise ZeroDivisionError(f"{number} {loss}")
