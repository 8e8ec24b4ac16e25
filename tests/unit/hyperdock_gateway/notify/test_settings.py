"""The file that says who is told what."""

from pathlib import Path

import pytest

from hyperdock_gateway.notify.notices import About, Gone, Improved
from hyperdock_gateway.notify.notices import Best as BestJob
from hyperdock_gateway.notify.settings import InvalidNotify, NotifySettings, read_settings

TOKEN = "xoxb-T0PS3CRET"  # noqa: S105 - it opens nothing
FULL = f"""
targets:
  - url_file: slack_url
    on: [trial_finished, worker_lost]
    trials: {{tags: [prod], names: ["resnet*"]}}
  - name: on-call
    url: pover://{TOKEN}@user
  - url_env: HOOK
every: 10m
skip_first: 3
failing: {{in_a_row: 3, share: 0.25, at_least: 8}}
max_age: 2h
link: https://tuning.example.org/
"""


def read(folder: Path, text: str, **environ: str) -> NotifySettings:
    """The settings in a text."""
    path = folder / "notify.yaml"
    path.write_text(text)
    return read_settings(path, environ)


def refused(folder: Path, text: str, **environ: str) -> list[str]:
    """The problems of a text; no word of an address is among them."""
    with pytest.raises(InvalidNotify) as caught:
        read(folder, text, **environ)
    error: BaseException | None = caught.value
    while error is not None:  # whoever shows where it comes from shows those, too
        assert TOKEN not in f"{error} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [str(problem) for problem in caught.value.problems]


def test_a_full_file_is_read(tmp_path: Path) -> None:
    """Addresses stand in it, in files beside it, or in the environment."""
    (tmp_path / "slack_url").write_text(f"slack://{TOKEN}/b/c\n")
    settings = read(tmp_path, FULL, HOOK="jsons://example.org/hook")
    assert [each.key for each in settings.targets] == ["1 (slack)", "on-call", "3 (jsons)"]
    assert [str(each.url)[:8] for each in settings.targets] == ["slack://", "pover://", "jsons://"]
    assert (settings.every, settings.max_age, settings.skip_first) == (600.0, 7200.0, 3)
    assert settings.link == "https://tuning.example.org"
    assert TOKEN not in repr(settings)


def test_every_problem_is_told_with_its_field(tmp_path: Path) -> None:
    """All at once, as people find them in the file."""
    text = """
targets:
  - {url: "json://h", on: [trial_ended]}
  - {trials: {tag: [x]}}
  - {url: "json://h", url_env: X}
every: soon
failing: {in_a_row: 0, share: 2}
linc: x
"""
    problems = refused(tmp_path, text)
    assert [problem.partition(":")[0] for problem in problems] == [
        "targets[0].on[0]",
        "targets[1].trials.tag",
        "targets[2]",
        "every",
        "failing.in_a_row",
        "failing.share",
        "linc",
    ]
    assert "must be one of trial_finished, trial_failing" in problems[0]
    assert "name its address once" in problems[2]
    assert "30s" in problems[3]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("targets: []", "targets"),
        ("{}", "targets"),
        ("- 1", ""),
        ("targets: [{}]", "targets[0]"),
        (f"targets: ['slack://{TOKEN}']", "targets[0]"),
        (f"targets: [{{'slack://{TOKEN}': x}}]", "targets[0].<…>"),
        (f"targets: [{{url: ['slack://{TOKEN}']}}]", "targets[0].url"),
        (f"targets: [{{url: '{TOKEN}'}}]", "targets[0].url"),
        (f"targets: [{{url: 'json://{TOKEN} json://b'}}]", "targets[0].url"),
        ("targets: [{url_env: NOTHING}]", "targets[0].url_env"),
        ("targets: [{url_file: nothing}]", "targets[0].url_file"),
        (f"targets: [{{url: 'slack://{TOKEN}', url: 'slack://{TOKEN}x'}}]", ""),
        (f"targets: [{{url: 'slack://{TOKEN}]", ""),
        (f"targets: [{{url: 'json://h', on: slack://{TOKEN}}}]", "targets[0].on"),
        (f"targets: [{{url: 'json://h', name: 'a/{TOKEN}'}}]", "targets[0].name"),
        (f"{{targets: [{{url: 'json://h'}}], every: 'json://{TOKEN}'}}", "every"),
        (f"{{targets: [{{url: 'json://h'}}], link: 'slack://{TOKEN}'}}", "link"),
        ("targets: [{name: a, url: 'json://h'}, {name: a, url: 'json://h'}]", "targets[1].name"),
    ],
)
def test_no_problem_shows_an_address(tmp_path: Path, text: str, field: str) -> None:
    """Wherever somebody has written it by mistake."""
    problems = refused(tmp_path, text)
    assert [problem.partition(": ")[0] for problem in problems][:1] == (
        [field] if field else [problems[0].partition(": ")[0]]
    )


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(InvalidNotify, match="No such file"):
        read_settings(tmp_path / "none.yaml", {})


def test_a_target_takes_what_it_is_for(tmp_path: Path) -> None:
    """The kind must be named, and of trials one tag and one pattern must fit."""
    (tmp_path / "slack_url").write_text("slack://a/b/c")
    slack, everything, _ = read(tmp_path, FULL, HOOK="json://h").targets
    best = BestJob(job_id="j", number=1, loss=0.0, params={})

    def improved(name: str, *tags: str) -> Improved:
        trial = About(trial_id="t", name=name, tags=tags)
        return Improved(at=0.0, trial=trial, best=best, jobs={})

    gone = Gone(at=0.0, worker_id="w", reason="x")
    assert slack.takes(gone)
    assert not slack.takes(improved("resnet-50", "prod"))
    assert everything.takes(improved("anything"))
    fits = slack.trials.fits
    assert fits(improved("resnet-50", "prod", "x").trial)
    assert not fits(improved("resnet-50", "test").trial)
    assert not fits(improved("vgg", "prod").trial)
