"""The command line as a newcomer walks through it, on a real `hyperdock up`.

With HYPERDOCK_RECORD_WALK=FILE what was typed and answered is written down: so docs/walkthrough.md
is made.
"""

import csv
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.cli_walk import Walk

from hyperdock_cli.testing.processes import wait_until

INTRODUCTION = """# A walk through the command line

What a newcomer types, from the first trial file to a table for a spreadsheet. All of it was really
typed: `tests/integration/test_cli_walk.py` walks this way, and wrote this page. Ids and times will
be others for you. `hyperdock COMMAND --help` has the options and more examples for each; `--json`
goes with every command.

In one terminal runs `hyperdock up` (here with `--no-docker`: the target is a plain program). It
prints the address of the web page. In another one:"""


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A newcomer's shell, with `hyperdock up` in another terminal."""
    walk = Walk(tmp_path)
    words = ["hyperdock", "up", "--port", "0", "--no-docker", "--slots", "2"]
    with (tmp_path / "up.log").open("w") as log:
        process = subprocess.Popen(
            words, cwd=walk.work, env=walk.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            wait_until("hyperdock up", lambda: walk.url)
            yield walk
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                process.kill()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_newcomer_finds_the_way(walk: Walk) -> None:
    """From the first trial file to a table: every command does what its help says."""
    walk.heading(INTRODUCTION)
    _begin(walk)
    _look(walk)
    _change(walk)
    _results(walk)
    _fleet(walk)
    _others(walk)
    _health(walk)
    if to := os.environ.get("HYPERDOCK_RECORD_WALK"):
        Path(to).write_text(walk.page(walk.clean), encoding="utf-8")


def _begin(walk: Walk) -> None:
    walk.heading("## The first trial")
    walk.type("hyperdock init trial.yaml --command")
    assert "exists" in walk.type("hyperdock init trial.yaml --command", 2, shown=False).stderr
    page = walk.type("hyperdock validate trial.yaml").stdout
    assert "continuous, 5 dimensions" in page
    assert "first proposals" in page
    wrong = walk.type("hyperdock validate trial.yaml --set space.x.low=9 --set algorithm=magic", 1)
    assert "space.x.low" in wrong.stderr
    assert "algorithm" in wrong.stderr
    submitted = walk.type("hyperdock submit trial.yaml --tag first --idempotency-key once")
    assert submitted.stdout.startswith("my-first-trial-")
    again = walk.type("hyperdock submit trial.yaml --tag first --idempotency-key once", shown=False)
    assert again.stdout == submitted.stdout
    shown = walk.type("hyperdock trial show my-first --watch", shown=False).stdout
    assert "state        completed (all jobs of the budget are done)" in shown
    assert "tags         first" in walk.type("hyperdock trial show my-first").stdout


def _look(walk: Walk) -> None:
    walk.heading("## Looking at it")
    assert "20/20" in walk.type("hyperdock trial list").stdout
    watched = walk.interrupted("hyperdock trial list --watch", "my-first-trial-")
    assert watched.count("my-first-trial-") == 1
    found = walk.type(
        "hyperdock job list my-first --where 'x>=0,kind=smooth' --sort loss --limit 3"
    )
    assert all("kind=smooth" in line for line in found.stdout.splitlines()[1:])
    odd = walk.type("hyperdock job list my-first --where 'y>1'", 2, shown=False)
    assert "params" in odd.stderr
    assert "succeeded" in walk.type("hyperdock job show my-first.1").stdout
    assert "the loss is" in walk.type("hyperdock job logs my-first.1 --tail 1").stdout
    assert "loss.json" in walk.type("hyperdock job files my-first.1").stdout
    walk.type("hyperdock job download my-first.1 loss.json", shown=False)
    assert (walk.work / "loss.json").read_text().startswith('{"loss"')
    typo = walk.type("hyperdock trial show my-fisrt", 2)
    assert "did you mean my-first-trial" in typo.stderr


def _change(walk: Walk) -> None:
    walk.heading("## Another one like it, changed while it runs")
    slow = "--set name=second --set budget.jobs=400 --set space.x.low=0 --set tags='[]'"
    assert walk.type(f"hyperdock trial clone my-first {slow}").stdout.startswith("second-")
    changed = walk.type("hyperdock trial change second --jobs 500 --parallelism 1 --wall-time 1h")
    assert "jobs=500 wall_time=3600, parallelism 1" in changed.stdout
    assert "running jobs go on" in walk.type("hyperdock trial pause --help", shown=False).stdout
    assert "paused" in walk.type("hyperdock trial pause second").stdout
    point = '{"x": 2, "rate": 0.01, "size": 16, "kind": "smooth"}'
    walk.type(f"hyperdock trial add second --params '{point}'")
    (walk.work / "known.csv").write_text(
        "x,rate,size,kind,edge,loss\n1.5,0.01,32,smooth,,0.25\n3,0.02,16,rough,0.5,2.5\n"
    )
    assert "2 known results" in walk.type("hyperdock trial add second --file known.csv").stdout
    outside = walk.type("""hyperdock trial add second --params '{"x": -3}'""", 2)
    assert "points[0].params.x: must be a number from 0" in outside.stderr
    walk.type("hyperdock trial resume second")

    def done() -> bool:
        found = walk.type("hyperdock job list second --origin enqueued --json", shown=False).json()
        return bool(found) and found[0]["state"] == "succeeded"

    wait_until("the point that was added", done)
    enqueued = walk.type("hyperdock job list second --origin enqueued")
    assert "x=2 rate=0.01 size=16 kind=smooth" in enqueued.stdout
    job = walk.type("hyperdock job list second --origin enqueued --json", shown=False).json()[0]
    number = job["number"]
    retracted = walk.type(f'hyperdock job retract second.{number} --reason "the data were broken"')
    assert "is retracted" in retracted.stdout
    assert "runs again" in walk.type(f"hyperdock job retry second.{number}").stdout.replace(
        "will run again", "runs again"
    )
    assert "is stopp" in walk.type("hyperdock trial stop second").stdout
    shown = walk.type("hyperdock trial show second --watch", shown=False).stdout
    assert "2 imported" in shown
    assert "1 retracted" in shown
    late = walk.type("hyperdock trial change second --jobs 600", 2)
    assert "cannot change any more" in late.stderr


def _results(walk: Walk) -> None:
    walk.heading("## Keeping what came of it")
    walk.type('hyperdock trial note second "x below 0 was of no use"')
    assert walk.type("hyperdock trial note second").stdout == "x below 0 was of no use\n"
    assert "the tags nightly" in walk.type("hyperdock trial tag second +nightly").stdout
    walk.type("hyperdock trial export my-first -o jobs.csv")
    with (walk.work / "jobs.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 20
    best = min(rows, key=lambda row: float(row["loss"]))
    shown = walk.type("hyperdock trial best my-first --json", shown=False).json()
    assert (shown["number"], shown["loss"]) == (int(best["number"]), float(best["loss"]))
    walk.type("hyperdock trial best my-first --download best")
    assert (walk.work / "best" / shown["job_id"] / "params.json").exists()
    walk.type("hyperdock trial file my-first -o again.yaml")
    assert "valid" in walk.type("hyperdock validate again.yaml", shown=False).stdout
    assert "is archived" in walk.type("hyperdock trial archive second my-first").stdout
    assert "all trials are archived" in walk.type("hyperdock trial list").stdout
    assert "(archived)" in walk.type("hyperdock trial list --archived too", shown=False).stdout
    walk.type("hyperdock trial unarchive my-first", shown=False)


def _fleet(walk: Walk) -> None:
    walk.heading("## Workers, and what happened")
    worker = walk.type("hyperdock worker list --json", shown=False).json()[0]["worker_id"]
    assert "takes no more jobs" in walk.type(f"hyperdock worker drain {worker}").stdout
    assert "draining" in walk.type("hyperdock worker list").stdout
    assert "takes jobs again" in walk.type(f"hyperdock worker undrain {worker}").stdout
    events = walk.type("hyperdock events --trial second --limit 5").stdout
    assert "trial.archived" in events
    assert "(by local)" in events
    finished = walk.type(
        "hyperdock events --trial my-first --type job.finished --json", shown=False
    )
    assert len(finished.stdout.splitlines()) == 20
    walk.interrupted("hyperdock events --follow --after 0", "worker.drain")


def _others(walk: Walk) -> None:
    walk.heading("## For others: tokens and profiles")
    secret = walk.type("hyperdock token create ann --scope read").stdout.strip()
    login = f"hyperdock login {walk.url} --profile ann --no-default --token-stdin"
    wrong = walk.type(f"{login} <<<wrong", 2)
    assert "not known here" in wrong.stderr
    step = walk.type(f"{login} <<<{secret}")
    assert "as ann" in step.stdout
    assert (walk.home / ".config/hyperdock/profiles.json").stat().st_mode & 0o777 == 0o600
    assert "ann" in walk.type("hyperdock profile list").stdout
    assert "my-first" in walk.type("hyperdock --profile ann trial list").stdout
    may_not = walk.type("hyperdock --profile ann trial tag my-first +mine", 2)
    assert "scope `submit`" in may_not.stderr
    walk.type("hyperdock token revoke ann", shown=False)
    wait_until(
        "the end of the token",
        lambda: "not known" in _tried(walk, "hyperdock --profile ann trial list"),
    )
    assert "forgotten" in walk.type("hyperdock logout ann").stdout


def _health(walk: Walk) -> None:
    walk.heading("## Is all well?")
    assert "all is well" in walk.type("hyperdock doctor --no-docker").stdout
    gone = walk.type("hyperdock --url http://127.0.0.1:1 doctor --no-docker", 1, shown=False)
    assert "PROBLEM  gateway" in gone.stdout
    walk.heading(
        "## The Tab key\n\n`echo 'source <(hyperdock completion bash)' >>~/.bashrc` makes it"
        " complete commands, options, and the ids of\ntrials and workers;"
        " `hyperdock completion --help` has zsh and fish."
    )
    tab = (
        "source <(hyperdock completion bash); COMP_WORDS=(hyperdock trial show my) COMP_CWORD=3;"
        ' _hyperdock_completion hyperdock; echo "${COMPREPLY[@]}"'
    )
    assert walk.type(tab, shown=False).stdout.startswith("my-first-trial-")


def _tried(walk: Walk, line: str) -> str:
    """What a line says that may end either way."""
    return walk.type(f"{line} || true", shown=False).both
