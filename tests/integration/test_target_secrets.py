"""A secret reaches the targets that name it, and nothing else: it is looked for everywhere."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.all_in_one import AllInOne, events_of, wait_for
from tests.integration.test_services import System, finished, system  # noqa: F401 - a fixture

VALUE = "s3cr3t-7f1c9a52-with-a-long-tail-of-letters"
SUM = hashlib.sha256(VALUE.encode()).hexdigest()
SCRIPT = """
echo "the key is $KEY and $KEY$KEY" ; env | sort
printf 'in two %.9s' "$KEY"; sleep 0.7; printf '%s\\n' "${KEY#?????????}"
printf %s "$KEY" | sha256sum > "$HYPERDOCK_DIR/out/sum"
echo "{\\"step\\": 1, \\"$KEY\\": 1}" > "$HYPERDOCK_DIR/metrics.jsonl"
echo "[{\\"name\\": \\"$KEY\\", \\"x_axis\\": \\"x\\", \\"y_axis\\": \\"y\\", \\"series\\": []}]" \\
    > "$HYPERDOCK_DIR/graphs.json"
echo "$REPORT" | sed "s/VALUE/$KEY/" > "$HYPERDOCK_DIR/loss.json"
"""
SUCCESS = '{"loss": 1, "note": "used VALUE", "of VALUE": [1, "VALUE"]}'
FAILURE = '{"loss": 1, "state": "fail", "msg": "401 for https://api/?key=VALUE"}'
CUT = '{"loss": "' + "x" * 30 + 'VALUE"}'
OWN_FILES = {"loss.json", "metrics.jsonl", "graphs.json"}
"""What the target writes itself: those are its results, and are kept as they are."""

RUNTIMES: dict[str, dict[str, Any]] = {
    "docker": {"image": "hyperdock/test-shell", "network": "none", "pull": "never"},
    "process": {},
}
runtimes = pytest.mark.parametrize(
    "runtime", [pytest.param("docker", marks=pytest.mark.docker), "process"]
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The operator's secrets."""
    made = tmp_path / "secrets"
    made.mkdir()
    (made / "api-key").write_text(VALUE + "\n")
    return made


@pytest.fixture
def images(request: pytest.FixtureRequest, runtime: str) -> None:
    """What containers need."""
    if runtime == "docker":
        request.getfixturevalue("example_images")


@pytest.fixture
def all_in_one(tmp_path: Path, folder: Path, images: None) -> Iterator[AllInOne]:  # noqa: ARG001
    """An all-in-one system that has them."""
    with AllInOne(tmp_path / "state", "--secrets", str(folder), "--slots", "2") as started:
        yield started
        started.stop()


def trial(runtime: str, report: str = SUCCESS, name: str = "api-key") -> dict[str, Any]:
    """A trial whose targets do with the secret whatever could give it away."""
    return {
        "name": "with a secret",
        "command": ["sh", "-c", SCRIPT],
        "environment": {"REPORT": report},
        "secrets": {"KEY": name},
        "space": {"x": [1]},
        "algorithm": "random",
        "budget": {"jobs": 1},
        **RUNTIMES[runtime],
    }


@runtimes
def test_nothing_that_is_kept_or_told_has_the_value(all_in_one: AllInOne, runtime: str) -> None:
    """Neither events, views, any log, nor an answer has it; yet the targets have."""
    jobs = {}
    for report in (SUCCESS, FAILURE, CUT):
        trial_id = all_in_one.submit(**trial(runtime, report))
        all_in_one.finished(trial_id)
        (jobs[report],) = all_in_one.jobs(trial_id)
    told = [
        *(all_in_one.api.get(path).text for path in ("/trials", "/jobs", "/workers", "/events")),
        *(all_in_one.api.get(f"/jobs/{job['job_id']}").text for job in jobs.values()),
    ]
    assert not [each for each in told if _gives_away(each.encode())]
    stars = "*" * len(VALUE)
    assert jobs[SUCCESS]["state"] == "succeeded", jobs[SUCCESS]["message"]
    assert jobs[FAILURE]["message"] == f"401 for https://api/?key={stars}"
    for job in jobs.values():
        log = all_in_one.api.get(f"/jobs/{job['job_id']}/log").text
        assert f"the key is {stars} and {stars}{stars}\n" in log
        assert f"in two {stars}\n" in log
    state = all_in_one.state
    sums = [path.read_text().split()[0] for path in state.rglob("sum")]
    assert sums == [SUM] * 3
    all_in_one.stop()
    events = [repr(record) for record in events_of(state)]
    assert len(events) > 10
    assert not [each for each in events if _gives_away(each.encode())]
    files = [path for path in (*state.rglob("*"), state.parent / "up.log") if path.is_file()]
    assert {"events.db", "log.txt", "up.log"} <= {path.name for path in files}
    found = [path for path in files if _gives_away(path.read_bytes())]
    assert {path.name for path in found} <= OWN_FILES


@runtimes
def test_a_secret_that_is_not_there_ends_the_job(all_in_one: AllInOne, runtime: str) -> None:
    """The message names it; nothing was started."""
    trial_id = all_in_one.submit(**trial(runtime, name="other"))
    all_in_one.finished(trial_id)
    (job,) = all_in_one.jobs(trial_id)
    assert (job["state"], job["reason"]) == ("failed", "cannot_start")
    assert job["message"] == 'this worker has no secret named "other"'


@runtimes
def test_an_adopted_target_is_looked_after_as_well(all_in_one: AllInOne, runtime: str) -> None:
    """The worker is killed while half of the value is printed; the next one knows it."""
    script = (
        'printf "a %s\\n%.20s" "$KEY" "$KEY"; touch "$HYPERDOCK_DIR/out/half"; '
        'until [ -e "$HYPERDOCK_DIR/out/go" ]; do sleep 0.1; done; '
        'printf "%s\\n" "${KEY#????????????????????}"; echo 1 > "$HYPERDOCK_DIR/loss.json"'
    )
    document = {**trial(runtime), "command": ["sh", "-c", script]}
    trial_id = all_in_one.submit(**document)

    def half() -> Path | None:
        logs = list(all_in_one.state.glob("work/**/log.txt"))
        there = list(all_in_one.state.glob("work/**/out/half"))
        return there[0] if there and any(log.stat().st_size > len(VALUE) for log in logs) else None

    out = wait_for(half).parent
    all_in_one.kill()
    all_in_one.start()
    (out / "go").touch()
    all_in_one.finished(trial_id)
    (job,) = all_in_one.jobs(trial_id)
    stars = "*" * len(VALUE)
    assert all_in_one.api.get(f"/jobs/{job['job_id']}/log").text == f"a {stars}\n{stars}\n"


@runtimes
@pytest.mark.usefixtures("images")
def test_services_say_nothing_of_it_at_any_level(
    system: System,  # noqa: F811 - the fixture
    folder: Path,
    runtime: str,
) -> None:
    """The offer has the secret's name only, and a worker at `debug` has no word more to say."""
    system.add("supervisor")
    gateway = system.add("gateway", "--loglevel", "debug")
    worker = system.add_worker(
        "--docker", "--secrets", str(folder), "--loglevel", "debug", "--pool", "p"
    )
    gateway.wait_ready()

    with httpx.Client(base_url=f"{gateway.url}/api/v1", timeout=30) as api:
        answer = api.post("/trials", json={**trial(runtime), "pool": "p"})
        assert answer.status_code == 201, answer.text
        trial_id = answer.json()["trial_id"]
        finished(api, trial_id)
        (job,) = api.get(f"/trials/{trial_id}/jobs").json()["items"]
        assert job["state"] == "succeeded", job["message"]
        assert not _gives_away(api.get("/events", params={"limit": 1000}).content)
        assert "the key is ****" in api.get(f"/jobs/{job['job_id']}/log").text
    worker.terminate()
    assert not _gives_away(worker.log.encode())
    assert not _gives_away(gateway.log.encode())


def _gives_away(content: bytes) -> bool:
    """Whether enough of the value is in it to be recognized."""
    return VALUE[:12].encode() in content or VALUE[-12:].encode() in content
