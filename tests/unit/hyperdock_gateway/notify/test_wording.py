"""What a message says."""

from hyperdock_gateway.notify.notices import About, Best, Ended, Fails, Gone, Improved
from hyperdock_gateway.notify.wording import summarized, worded

TRIAL = About(trial_id="resnet-abc123", name="resnet")
BEST = Best(job_id="j", number=7, loss=0.0123456789, params={"lr": 0.00123456789, "m": {"k": 3}})
ENDED = Ended(
    at=0.0,
    trial=TRIAL,
    end="completed",
    reason="budget",
    message="",
    best=BEST,
    jobs={"succeeded": 8, "failed": 2},
    seconds=3725.0,
)


def test_the_end_of_a_trial_in_words() -> None:
    """End, best loss and params, jobs, time and the way to the trial."""
    text = worded(ENDED, "https://tuning.example.org")
    assert text.title == "Trial resnet: completed"
    assert text.level == "success"
    assert text.body.splitlines() == [
        "Reason: budget",
        "Best loss: 0.0123457 (job 7)",
        "lr = 0.00123457",
        "m.k = 3",
        "Jobs: 8 succeeded, 2 failed",
        "It took 1 h 2 min.",
        "https://tuning.example.org/#/trial/resnet-abc123",
    ]


def test_bad_news_look_bad() -> None:
    """A failed trial, failing jobs, a lost worker."""
    failed = Ended(
        at=0.0, trial=TRIAL, end="failed", reason="x", message="y", best=None, jobs={}, seconds=0.1
    )
    fails = Fails(
        at=0.0, trial=TRIAL, in_a_row=5, jobs={"failed": 5}, reason="exit_code", message="it ended"
    )
    gone = Gone(at=0.0, worker_id="w1", reason="not heard of for too long")
    texts = [worded(each, None) for each in (failed, fails, gone)]
    assert [each.level for each in texts] == ["failure", "failure", "warning"]
    assert "No job succeeded." in texts[0].body
    assert texts[1].body.splitlines()[1:] == [
        "5 failed in a row.",
        "The last failure: exit_code: it ended",
    ]
    assert texts[2].title == "Worker w1 is lost"


def test_names_cannot_make_lines_or_go_on_for_ever() -> None:
    """Whoever may submit a trial may not write messages of their own."""
    hostile = About(trial_id="a/../b?c", name="x\n@channel\u202e" + "y" * 1000)
    text = worded(Improved(at=0.0, trial=hostile, best=BEST, jobs={}), "https://a")
    assert len(text.title) == 120
    assert text.title.isprintable()
    assert text.body.splitlines()[-1] == "https://a/#/trial/a%2F..%2Fb%3Fc"


def test_many_params_are_cut() -> None:
    """A message is read on a telephone."""
    best = Best(job_id="j", number=1, loss=1.0, params={f"p{n}": n for n in range(100)})
    body = worded(Improved(at=0.0, trial=TRIAL, best=best, jobs={}), None).body
    assert len(body.splitlines()) < 40


def test_old_news_are_counted_and_the_newest_named() -> None:
    """One message in place of many."""
    news = [("trial_finished", f"Trial {n}: completed") for n in range(12)]
    text = summarized([*news, ("worker_lost", "Worker w is lost")], "https://a")  # type: ignore[list-item]
    assert text.title == ("While nobody could be told: 12 trials have ended, 1 worker was lost")
    lines = text.body.splitlines()
    assert (lines[0], lines[-2], lines[-1]) == ("… and 3 before", "Worker w is lost", "https://a")
