"""Every example image keeps the target's contract, under the restrictions that a worker sets."""

import json
import math
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(600)]

SCRIPTS = Path(__file__).parents[2] / "scripts"
DOCKER = next((found for found in ("/usr/bin/docker", shutil.which("docker")) if found), "docker")
RESTRICTIONS = [
    *("--network", "none"),
    *("--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges"),
    *("--pids-limit", "512"),
]
SVM = {"model": "svm", "C": 10.0, "gamma": 0.15}
BOOSTING = {
    "model": "boosting", "rounds": 20, "learning_rate": 0.1, "max_depth": 2, "subsample": 0.8
}  # fmt: skip


def give_up(reason: str) -> None:
    """Fails where everything must be there (CI=true), skips elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end and keeps what it said."""
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def outcomes(engine: None) -> dict[str, dict[str, str]]:  # noqa: ARG001 - it must be up first
    """What became of each image when the script built them all."""
    built = run(SCRIPTS / "build-example-images", "--json")
    assert built.stdout, built.stderr
    outcomes: dict[str, dict[str, str]] = json.loads(built.stdout.splitlines()[-1])
    return outcomes


class Job:
    """One run of an image: what it found, and what it left behind."""

    def __init__(self, folder: Path, outcomes: dict[str, dict[str, str]]) -> None:
        self.folder = folder
        self._outcomes = outcomes

    def run(
        self, image: str, params: dict[str, Any], *options: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs the image on these parameters, if it could be built here."""
        outcome = self._outcomes[image]
        assert outcome["state"] != "failed", outcome["reason"]
        if outcome["state"] == "skipped":
            give_up(f"{image}: {outcome['reason']}")
        (self.folder / "params.json").write_text(json.dumps(params))
        return run(
            DOCKER, "run", "--rm", *RESTRICTIONS,
            "--volume", f"{self.folder}:/hyperdock", *options, image,
        )  # fmt: skip

    def loss(self, image: str, params: dict[str, Any], *options: str) -> float:
        """Runs the image and returns the finite loss that it must leave."""
        done = self.run(image, params, *options)
        assert done.returncode == 0, done.stderr
        loss = float(self.left("loss.json")["loss"])
        assert math.isfinite(loss)
        return loss

    def left(self, name: str) -> Any:
        """Reads a JSON file that the job wrote."""
        return json.loads((self.folder / name).read_text())

    def steps(self) -> list[int]:
        """Returns the steps of the intermediate metrics, all of which must be finite."""
        lines = (self.folder / "metrics.jsonl").read_text().splitlines()
        metrics = [json.loads(line) for line in lines]
        assert all(math.isfinite(metric["loss"]) for metric in metrics)
        return [metric["step"] for metric in metrics]

    def assert_graphs_are_complete(self) -> None:
        """Checks the shape that the contract promises to whoever draws them."""
        graphs = self.left("graphs.json")
        assert graphs
        for graph in graphs:
            assert graph.keys() == {"name", "x_axis", "y_axis", "series"}
            for series in graph["series"]:
                assert len(series["x"]) == len(series["y"]) > 0


@pytest.fixture
def job(tmp_path: Path, outcomes: dict[str, dict[str, str]]) -> Iterator[Job]:
    """A job with a folder that the target may write to, whoever it runs as."""
    tmp_path.chmod(0o777)
    yield Job(tmp_path, outcomes)
    # What root wrote in the container is root's: let the container give it back.
    outside = f"{os.getuid()}:{os.getgid()}"
    run(
        DOCKER, "run", "--rm", "--network", "none", "--volume", f"{tmp_path}:/hyperdock",
        "hyperdock/test-shell", "chown", "-R", outside, "/hyperdock",
    )  # fmt: skip


def test_awk_branin_finds_the_known_minimum(job: Job) -> None:
    """Branin's function is 0.397887 in each of its three valleys."""
    loss = job.loss("hyperdock/example-awk-branin", {"x": -math.pi, "y": 12.275})
    assert loss == pytest.approx(0.397887, abs=1e-5)


def test_awk_branin_refuses_a_parameter_that_is_no_number(job: Job) -> None:
    """A target that cannot do its job says so and leaves no loss."""
    done = job.run("hyperdock/example-awk-branin", {"x": "far", "y": 1})
    assert done.returncode == 1
    assert '"x" is not a number' in done.stderr
    assert not (job.folder / "loss.json").exists()


def test_c_rosenbrock_computes_in_an_image_without_a_shell(job: Job) -> None:
    """The program is static and all there is: the image has no shell to start it with."""
    assert job.loss("hyperdock/example-c-rosenbrock", {"x": 1.5, "y": 2}) == pytest.approx(6.5)
    shell = run(DOCKER, "run", "--rm", "--network", "none", "hyperdock/example-c-rosenbrock", "sh")
    assert shell.returncode == 127


def test_node_pid_reports_metrics_graphs_and_a_curve(job: Job) -> None:
    """Good gains cost about 2, and the job leaves everything that its README promises."""
    gains = {"kp": 0.0736, "ki": 0.000204, "kd": 0.31}
    assert job.loss("hyperdock/example-node-pid", gains) == pytest.approx(2.12, abs=0.01)
    assert job.steps() == [1, 2, 3, 4, 5]
    job.assert_graphs_are_complete()
    assert job.left("out/curve.json")["temperature"]


@pytest.mark.parametrize("params", [SVM, BOOSTING], ids=["svm", "boosting"])
def test_sklearn_digits_reports_a_metric_for_each_fold(job: Job, params: dict[str, Any]) -> None:
    """Both models learn the digits, with a metric for each fold, graphs and a confusion matrix."""
    assert 0 < job.loss("hyperdock/example-sklearn-digits", params) < 0.5
    assert job.steps() == [1, 2, 3, 4]
    job.assert_graphs_are_complete()
    assert len((job.folder / "out" / "confusion.csv").read_text().splitlines()) == 10


def test_original_format_evaluates_the_function_from_the_environment(job: Job) -> None:
    """The original's contract: FUNCTION of the parameters, a state, and graphs."""
    loss = job.loss(
        "hyperdock/example-original-format", {"x": 3, "y": -0.5}, "--env", "FUNCTION=x ** 2 + y"
    )
    assert loss == pytest.approx(8.5)
    assert job.left("loss.json")["state"] == "ok"
    job.assert_graphs_are_complete()


def test_the_example_images_run_as_an_ordinary_user(job: Job) -> None:
    """No target needs root: not even to read the interpreter that it runs on."""
    loss = job.loss("hyperdock/example-original-format", {"x": 3}, "--user", "65534:65534")
    assert loss == pytest.approx(9)


def test_the_holder_ends_at_once_on_sigterm(outcomes: dict[str, dict[str, str]]) -> None:
    """A holder that ignored SIGTERM would be killed (exit code 137) after the whole grace time."""
    assert outcomes["hyperdock/holder"]["state"] != "failed"
    started = run(DOCKER, "run", "--detach", "--network", "none", "hyperdock/holder")
    container = started.stdout.strip()
    try:
        run(DOCKER, "stop", "--time", "20", container)
        code = run(DOCKER, "inspect", "--format", "{{.State.ExitCode}}", container).stdout.strip()
        assert code == "0"
    finally:
        run(DOCKER, "rm", "--force", container)
