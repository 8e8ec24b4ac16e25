"""Trial files: read, changed, checked, their paths made absolute."""

from pathlib import Path

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.trial_file import read_trial_file
from hyperdock_common.spec import dump_trial, seeded

GOOD = "name: bowl\ncommand: [sh, target.sh]\nspace: {x: {type: float, low: 0, high: 1}}\n"


def written(folder: Path, text: str) -> Path:
    """A trial file with this text."""
    path = folder / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_command_runs_in_the_folder_of_its_file(tmp_path: Path) -> None:
    """A target beside the trial file is found from wherever hyperdock is called."""
    file = read_trial_file(written(tmp_path, GOOD), ())
    assert file.document["working_dir"] == str(tmp_path)
    assert file.spec.working_dir == str(tmp_path)


def test_relative_paths_count_from_the_file(tmp_path: Path) -> None:
    """`data` and `working_dir` are made absolute."""
    (tmp_path / "inside").mkdir()
    file = read_trial_file(written(tmp_path, GOOD + "working_dir: inside\n"), ())
    assert file.spec.working_dir == str(tmp_path / "inside")
    image = GOOD.replace("command: [sh, target.sh]", "image: a\ndata: ./inside")
    file = read_trial_file(written(tmp_path, image), ())
    assert file.spec.data == str(tmp_path / "inside")
    assert file.spec.working_dir is None


def test_absolute_paths_stay(tmp_path: Path) -> None:
    """They may be paths of another host, so nobody looks whether they are here."""
    file = read_trial_file(written(tmp_path, GOOD + "working_dir: /on/the/worker\n"), ())
    assert file.spec.working_dir == "/on/the/worker"


def test_data_may_be_of_a_root_that_the_workers_know(tmp_path: Path) -> None:
    """Where no such folder is beside the file, its name goes to them as it is."""
    path = tmp_path / "trial.yaml"
    path.write_text(GOOD.replace("command: [sh, target.sh]", "image: a\ndata: imagenet/train"))
    assert read_trial_file(path, ()).spec.data == "imagenet/train"
    (tmp_path / "imagenet" / "train").mkdir(parents=True)
    assert read_trial_file(path, ()).spec.data == str(tmp_path / "imagenet" / "train")


def test_a_relative_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A typing error in `data` is seen before anything starts."""
    image = GOOD.replace("command: [sh, target.sh]", "image: a\ndata: ./gone")
    with pytest.raises(Fault) as caught:
        read_trial_file(written(tmp_path, image), ())
    path = tmp_path / "trial.yaml"
    assert caught.value.details == (f"{path}: data: there is no folder {tmp_path / 'gone'}",)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    """One look at the messages is enough to mend the file."""
    text = "name: x\nimage: a\nspace: {}\nbuget: {jobs: 3}\nparallelism: 0\n"
    with pytest.raises(Fault) as caught:
        read_trial_file(written(tmp_path, text), ())
    found = "\n".join(caught.value.details)
    for field in ("space", "buget", "parallelism"):
        assert f"trial.yaml: {field}: " in found
    assert caught.value.code == 2
    assert "3 problems" in caught.value.problem


def test_changes_come_before_the_check(tmp_path: Path) -> None:
    """`--set` can mend a file, and its mistakes are named like those of the file."""
    path = written(tmp_path, GOOD + "parallelism: 0\n")
    assert read_trial_file(path, ("parallelism=2",)).spec.parallelism == 2
    with pytest.raises(Fault) as caught:
        read_trial_file(path, ("parallelism=2", "space.x.high=-1"))
    assert "trial.yaml: space.x." in caught.value.details[0]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [(b"\xff\xfe\x00", "no text in UTF-8"), (b"#" * (4 * 2**20 + 1), "may have 4 MiB")],
)
def test_what_is_no_trial_file_is_refused(tmp_path: Path, raw: bytes, problem: str) -> None:
    """Pictures and dumps are refused before they are parsed."""
    path = tmp_path / "trial.yaml"
    path.write_bytes(raw)
    with pytest.raises(Fault, match=problem):
        read_trial_file(path, ())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The message names the path and the reason."""
    with pytest.raises(Fault, match=r"gone\.yaml: No such file"):
        read_trial_file(tmp_path / "gone.yaml", ())


def test_a_recorded_spec_is_recognized_whatever_its_seed(tmp_path: Path) -> None:
    """A file without a seed describes the trial that was seeded for it."""
    file = read_trial_file(written(tmp_path, GOOD), ())
    assert file.describes(dump_trial(seeded(file.spec, 99)))
    other = read_trial_file(written(tmp_path, GOOD), ("budget.jobs=3",))
    assert not file.describes(dump_trial(other.spec))


def test_a_seed_in_the_file_has_to_match(tmp_path: Path) -> None:
    """Another seed is another trial."""
    path = written(tmp_path, GOOD)
    file = read_trial_file(path, ("algorithm.seed=1",))
    assert file.describes(dump_trial(file.spec))
    assert not file.describes(dump_trial(read_trial_file(path, ("algorithm.seed=2",)).spec))
