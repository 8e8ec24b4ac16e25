"""What the `hyperdock-worker` command makes of its options and of the environment."""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

import hyperdock_worker.running
from hyperdock_worker.bootstrap import docker_settings, make_runners
from hyperdock_worker.command import WorkerOptions, worker
from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.secrets import Secrets
from hyperdock_worker.variables import processors

HERE = {"TOKEN": "t", "SECRET": "s"}


def run(*words: str, **environ: str) -> Result:
    """The command with these words and variables."""
    return CliRunner().invoke(worker, words, obj=HERE, env={"DOCKER_HOST": None, **environ})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., WorkerOptions]:
    """Runs the command up to where the worker would begin; gives what that is told."""
    told: list[WorkerOptions] = []

    def begin(options: WorkerOptions) -> int:
        told.append(options)
        return 0

    monkeypatch.setattr(hyperdock_worker.running, "run", begin)

    def options_of(*words: str, **environ: str) -> WorkerOptions:
        result = run(*words, **environ)
        assert result.exit_code == 0, result.output
        return told.pop()

    return options_of


def test_the_defaults_fit_one_machine(read: Callable[..., WorkerOptions]) -> None:
    """Docker, no plain commands, nothing privileged, files in the database."""
    options = read()
    assert options.slots == processors()
    assert (options.engine.docker, options.processes, options.engine.privileged) == (
        True,
        False,
        False,
    )
    assert (options.results, options.hand_back, options.drain_timeout) == (None, False, 0.0)
    assert options.work == Path("~/.local/state/hyperdock/worker").expanduser()


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("--slots", "3"), {}),
        (("--parallelism", "3"), {}),
        ((), {"HYPERDOCK_SLOTS": "3"}),
        ((), {"HYPERDOCK_PARALLELISM": "3"}),
    ],
)
def test_slots_have_two_names(
    read: Callable[..., WorkerOptions], words: tuple[str, ...], environ: Mapping[str, str]
) -> None:
    """`--parallelism` is what the original Hyperdock called them."""
    assert read(*words, **environ).slots == 3


def test_variables_for_targets(read: Callable[..., WorkerOptions]) -> None:
    """With a value, or with the one of here; nothing else of the worker's own is given."""
    options = read("--env", "A=1=2", "--env", "TOKEN", "--env", "EMPTY=")
    assert options.engine.environment == {"A": "1=2", "TOKEN": "t", "EMPTY": ""}
    options = read(HYPERDOCK_ENV="A=1 B='two words' TOKEN")
    assert options.engine.environment == {"A": "1", "B": "two words", "TOKEN": "t"}
    assert "two words" not in repr(options)


def test_the_engine_is_where_docker_says(read: Callable[..., WorkerOptions]) -> None:
    """Docker's own variables count, and ours before them."""
    settings = docker_settings(read(DOCKER_HOST="tcp://far:2376", DOCKER_TLS_VERIFY="1"), Secrets())
    assert settings.url == "tcp://far:2376"
    assert settings.tls is not None
    both = read(DOCKER_HOST="tcp://far:2375", HYPERDOCK_DOCKER_HOST="tcp://near:2375")
    assert docker_settings(both, Secrets()).url == "tcp://near:2375"
    assert docker_settings(read(), Secrets()).url is None


def test_what_the_engine_is_told(read: Callable[..., WorkerOptions]) -> None:
    """GPUs are shared out among the slots; the rest goes to the engine as it is."""
    words = (
        "--gpus",
        "4",
        "--slots",
        "2",
        "--files",
        "copy",
        "--data-root",
        "/data",
        "--privileged",
    )
    settings = docker_settings(
        read(*words, "--network", "none", "--no-holders", "--env", "A=1"), Secrets()
    )
    assert settings.slot_gpus == {0: ("0", "1"), 1: ("2", "3")}
    assert (settings.files, settings.data_roots.plain) == ("copy", PurePosixPath("/data"))
    assert (settings.network, settings.holders, settings.allow_privileged) == ("none", False, True)
    assert dict(settings.environment) == {"A": "1"}


def test_the_runners_are_those_that_were_asked_for(read: Callable[..., WorkerOptions]) -> None:
    """An engine that does not answer yet is waited for later."""
    gone = {"HYPERDOCK_DOCKER_HOST": "unix:///no/such.sock"}
    for words, expected in (
        ((), {"docker"}),
        (("--processes",), {"docker", "process"}),
        (("--processes", "--no-docker"), {"process"}),
    ):
        runners = make_runners("w", read(*words, **gone), Secrets())
        assert set(runners) == expected
        for runner in runners.values():
            runner.close()


def test_data_roots_have_names(read: Callable[..., WorkerOptions]) -> None:
    """One may have none; in a variable they are apart by blanks, and quoted as in a shell."""
    roots = read("--data-root", "a=/x/a", "--data-root", "b.1=/y=z", "--data-root", "/all")
    assert roots.engine.data_roots == DataRoots(
        plain=PurePosixPath("/all"),
        named={"a": PurePosixPath("/x/a"), "b.1": PurePosixPath("/y=z")},
    )
    said = read(HYPERDOCK_DATA_ROOT="a=/x '/with blank'").engine.data_roots
    assert said == DataRoots(plain=PurePosixPath("/with blank"), named={"a": PurePosixPath("/x")})
    assert read().engine.data_roots == DataRoots()


def test_secrets_are_in_a_folder(read: Callable[..., WorkerOptions]) -> None:
    """They are read when they are needed: it need not be there yet."""
    assert read("--secrets", "/run/secrets").engine.secrets == Path("/run/secrets")
    assert read().engine.secrets is None


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--no-docker",), "--docker (HYPERDOCK_DOCKER): nothing is left to run jobs with"),
        (("--env", "NOT_HERE"), "NOT_HERE is not set here; write NOT_HERE=VALUE"),
        (("--env", "1A=x"), "no name of a variable"),
        (("--env", "HYPERDOCK_DIR=/x"), "is set by Hyperdock"),
        (("--gpus", "3", "--slots", "2"), "--gpus (HYPERDOCK_GPUS)"),
        (("--data-root", "a=b"), "write the folder of a as an absolute path"),
        (("--data-root", "/a", "--data-root", "/b"), "/a and /b have no name"),
        (("--data-root", "x=/a", "--data-root", "x=/b"), "have the name x"),
        (("--slots", "0"), "--slots (HYPERDOCK_SLOTS, HYPERDOCK_PARALLELISM)"),
        (("--mongodb", "postgres://x"), "--mongodb (HYPERDOCK_MONGODB)"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(words: tuple[str, ...], problem: str) -> None:
    """The message names the option, and what would do; the exit code is 2."""
    result = run(*words)
    assert result.exit_code == 2
    assert problem in result.stderr


def test_several_problems_are_told_together() -> None:
    """Nobody has to start it again for every mistake."""
    result = run("--slots", "x", "--env", "NOT_HERE", "--heartbeat", "100")
    assert "3 settings cannot be used" in result.stderr
