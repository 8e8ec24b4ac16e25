"""Targets that misbehave: each fails with its own reason, and leaves nothing behind."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.all_in_one import AllInOne

DOCKER = "/usr/bin/docker"
ONE_JOB: dict[str, Any] = {"space": {"x": [1]}, "algorithm": "random", "budget": {"jobs": 1}}
MANY_JOBS: dict[str, Any] = {**ONE_JOB, "budget": {"jobs": 50}}
LOSS = "$HYPERDOCK_DIR/loss.json"
EATER = "x=a; while true; do x=$x$x$x$x; done"
MISBEHAVIOUR = {
    "writes no loss": ("true", "no_loss"),
    "writes an empty loss": (f": > {LOSS}", "empty_loss"),
    "writes broken JSON": (f"echo '{{\"loss\": 1' > {LOSS}", "malformed_loss"),
    "writes NaN": (f"echo NaN > {LOSS}", "non_finite_loss"),
    "writes infinity": (f"echo '{{\"loss\": 1e999}}' > {LOSS}", "non_finite_loss"),
    "writes a text": (f"echo '\"low\"' > {LOSS}", "malformed_loss"),
    "reports failure": (f'echo \'{{"loss": 1, "state": "fail"}}\' > {LOSS}', "reported_fail"),
    "exits with 3": (f"echo 1 > {LOSS}; exit 3", "exit_code"),
    "hangs": ("trap '' TERM; while true; do sleep 1; done", "timeout"),
    "eats memory": (EATER, "out_of_memory"),
    "writes too much": ("dd if=/dev/zero of=$HYPERDOCK_DIR/out/big bs=1M count=1000", "disk_limit"),
    "links to a secret": (f"ln -s /etc/hostname {LOSS}", "malformed_loss"),
    "writes a huge loss": (f"dd if=/dev/zero of={LOSS} bs=1M count=20", "malformed_loss"),
}
LIMITS = {"timeout": 20, "resources": {"memory": "64m", "disk": "100m"}, "retries": 0}
RUNTIMES = {
    "docker": {"image": "hyperdock/test-shell", "network": "none", "pull": "never"},
    "process": {},
}


@pytest.fixture(
    scope="module", params=[pytest.param("docker", marks=pytest.mark.docker), "process"]
)
def runtime(request: pytest.FixtureRequest) -> str:
    """Which runner the module's tests use."""
    if request.param == "docker":
        request.getfixturevalue("example_images")
    return str(request.param)


@pytest.fixture(scope="module")
def system(runtime: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AllInOne]:
    """One all-in-one system for all of them."""
    state = tmp_path_factory.mktemp(runtime) / "state"
    options = ["--slots", "4", *(["--no-docker"] if runtime == "process" else [])]
    with AllInOne(state, *options) as system:
        yield system
        system.stop()
        worker = (state / "worker-id").read_text("ascii").strip()
        left = containers(f"hyperdock.worker={worker}") if runtime == "docker" else ""
        assert left == "", "containers were left behind"
        assert not list((state / "work").iterdir()), "attempt folders were left behind"


def containers(label: str) -> str:
    """The ids of the containers with a label, running or not."""
    command = [DOCKER, "ps", "-aq", "--filter", f"label={label}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def run(system: AllInOne, runtime: str, script: str, **more: Any) -> dict[str, Any]:
    """The one job of a trial of this script, after its end; and the trial's document in it."""
    document = {"name": "hostile", "command": ["sh", "-c", script], **ONE_JOB}
    trial_id = system.submit(**{**document, **RUNTIMES[runtime], **LIMITS, **more})
    trial = system.finished(trial_id)
    (job,) = system.jobs(trial_id)
    return {**job, "trial": trial}


@pytest.mark.slow
@pytest.mark.parametrize("what", MISBEHAVIOUR)
def test_a_misbehaving_target_fails_with_its_own_reason(
    system: AllInOne, runtime: str, what: str
) -> None:
    """The job says what was wrong, in a word and in a sentence; the trial ends as failed."""
    script, reason = MISBEHAVIOUR[what]
    more = {"timeout": 2} if what == "hangs" else {}
    job = run(system, runtime, script, **more)
    assert (job["state"], job["reason"]) == ("failed", reason), job["message"]
    assert job["message"]
    assert job["trial"]["state"] == "failed"
    folder = system.state / "results" / job["trial_id"] / job["job_id"]
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert kept < 110 * 2**20


@pytest.mark.slow
def test_a_flood_of_output_is_cut_and_the_job_succeeds(system: AllInOne, runtime: str) -> None:
    """100 MB on standard output cost neither the result nor the disk; the end stays readable."""
    script = (
        f"yes 0123456789012345678901234567890 | head -c 100000000; echo the end; echo 1 > {LOSS}"
    )
    job = run(system, runtime, script, timeout=120)
    assert job["state"] == "succeeded", job["message"]
    log = system.state / "results" / job["trial_id"] / job["job_id"] / "log.txt"
    assert log.stat().st_size < 40 * 2**20
    tail = system.api.get(f"/jobs/{job['job_id']}/log", params={"offset": -200}).text
    assert "the end" in tail


@pytest.mark.slow
def test_what_a_target_leaves_running_ends_with_it(system: AllInOne, runtime: str) -> None:
    """DESIGN §6, 8: children that a target forks off do not outlive it."""
    script = f"for i in 1 2 3; do (setsid sleep 98765 &) ; done; echo 1 > {LOSS}"
    job = run(system, runtime, script)
    assert job["state"] == "succeeded"
    running = subprocess.run(["pgrep", "-f", "sleep 98765"], capture_output=True, check=False)
    assert running.stdout == b""


@pytest.mark.docker
@pytest.mark.parametrize("runtime", ["docker"], indirect=True)
@pytest.mark.usefixtures("runtime")
def test_an_unknown_image_ends_the_trial_with_a_clear_message(system: AllInOne) -> None:
    """It names the image and what to do; no further job is tried."""
    image = {"image": "hyperdock/no-such-image", "pull": "never"}
    trial_id = system.submit(name="unknown", **image, **MANY_JOBS)
    trial = system.finished(trial_id)
    assert trial["state"] == "failed"
    assert "hyperdock/no-such-image" in trial["message"]
    assert trial["jobs"]["proposed"] <= 4


def test_an_image_without_the_program_ends_the_trial(system: AllInOne, runtime: str) -> None:
    """A container, or a process, that can never start is not tried again and again."""
    more = {**RUNTIMES[runtime], "command": ["/no/such/program"]}
    trial_id = system.submit(name="missing", **more, **MANY_JOBS)
    trial = system.finished(trial_id)
    assert trial["state"] == "failed"
    assert "/no/such/program" in trial["message"]
    jobs = system.jobs(trial_id)
    assert {job["reason"] for job in jobs if job["state"] == "failed"} == {"cannot_start"}
